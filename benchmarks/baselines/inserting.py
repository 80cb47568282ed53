"""FastAPI as its tutorials write it: a model for the body, a pool, the signature checked, one INSERT per request."""

import hmac
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import asyncpg
import uvicorn
from fastapi import Depends, FastAPI, Header, HTTPException, Request
from pydantic import BaseModel, Field

TABLE = """
CREATE TABLE IF NOT EXISTS message (wamid text PRIMARY KEY, sender text NOT NULL, account text NOT NULL, sent_at bigint NOT NULL,
                                    content jsonb NOT NULL, received_at timestamptz NOT NULL DEFAULT now())
"""
INSERT = (
    "INSERT INTO message (wamid, sender, account, sent_at, content) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"
)


class Text(BaseModel):
    """What was written."""

    body: str


class Message(BaseModel):
    """One message of a guest."""

    id: str
    sender: str = Field(alias="from")
    timestamp: int
    type: str
    text: Text | None = None


class Metadata(BaseModel):
    """To whom."""

    phone_number_id: str


class Value(BaseModel):
    """What changed."""

    metadata: Metadata
    messages: list[Message] = []


class Change(BaseModel):
    """One change."""

    field: str
    value: Value


class Entry(BaseModel):
    """One business account."""

    id: str
    changes: list[Change]


class Webhook(BaseModel):
    """The body of the POST."""

    object: str
    entry: list[Entry]


@asynccontextmanager
async def lifespan(application: FastAPI) -> AsyncIterator[None]:
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=16, max_size=16) as pool:
        await pool.execute(TABLE)
        application.state.pool = pool
        yield


async def verified(request: Request, x_hub_signature_256: Annotated[str, Header()] = "") -> None:
    signature = "sha256=" + hmac.digest(os.environ["APP_SECRET"].encode(), await request.body(), "sha256").hex()
    if not hmac.compare_digest(signature, x_hub_signature_256):
        raise HTTPException(401)


def pool_of(request: Request) -> Any:
    return request.app.state.pool


app = FastAPI(lifespan=lifespan)


@app.get("/health/ready")
async def ready() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/webhooks/whatsapp", dependencies=[Depends(verified)])
async def receive(webhook: Webhook, pool: Annotated[Any, Depends(pool_of)]) -> dict[str, str]:
    for entry in webhook.entry:
        for change in entry.changes:
            for message in change.value.messages:
                account = change.value.metadata.phone_number_id
                content = message.model_dump_json()
                await pool.execute(INSERT, message.id, message.sender, account, message.timestamp, content)
    return {"status": "ok"}


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=False, log_level="warning")
