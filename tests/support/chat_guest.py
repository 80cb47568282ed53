"""A guest on the hotel's page, outside the process that serves them."""

import asyncio
from typing import Any
from uuid import uuid4

import aiohttp

from tests.support.service import Service


class Chat:
    """A page of the web chat, over whatever restarts."""

    def __init__(self, service: Service, session: aiohttp.ClientSession) -> None:
        self._url, self._session = f"{service.url}/chat/demo", session
        self.token = ""

    async def open(self) -> str:
        """Open a session, or renew it; answers its name."""
        self.token = (await self.ask("POST", "/session"))[1]["token"]
        return self.token.split(".")[1]

    async def ask(self, method: str, path: str, **content: Any) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self._session.request(method, self._url + path, headers=headers, **content) as answer:
            return answer.status, await answer.json()

    async def says(self, words: str) -> int:
        return (await self.ask("POST", "/messages", json={"id": str(uuid4()), "text": words}))[0]

    async def reads(self, words: str) -> list[str]:
        """All lines, once one of the hotel's has these words."""
        async with asyncio.timeout(30):
            while True:
                _, said = await self.ask("GET", "/history")
                lines = [line["body"] for line in said["lines"]]
                if any(words in line for line in lines):
                    return lines
                await asyncio.sleep(0.05)
