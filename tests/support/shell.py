"""What a shell on the service's machine answers."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from agente_hotelero.storage.embedded.postgres import programs
from tests.support.service import ROOT, Service


async def typed_at(service: Service, command: str) -> str:
    """Type a line there, with the names that manual and runbooks use; answers all that it said."""
    done = await done_at(service, command)
    return done.stdout + done.stderr


async def done_at(service: Service, command: str) -> "subprocess.CompletedProcess[str]":
    """The same, with how it ended."""
    return await asyncio.to_thread(_done, service, command)


def _done(service: Service, command: str) -> "subprocess.CompletedProcess[str]":
    settings = service._environment
    environment = {
        **settings,
        "APP": service.url,
        "OPS": f"http://127.0.0.1:{settings['AGENTE_OPS__PORT']}",
        "COPIAS": str(Path(settings["AGENTE_DATA_DIR"]) / "copies"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), str(programs() / "bin"), os.environ["PATH"]]),
    }
    return subprocess.run(
        ["sh", "-c", command], env=environment, cwd=ROOT, check=False, capture_output=True, text=True, timeout=60
    )
