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
    return await asyncio.to_thread(_typed, service, command)


def _typed(service: Service, command: str) -> str:
    settings = service._environment
    environment = {
        **settings,
        "APP": service.url,
        "OPS": f"http://127.0.0.1:{settings['AGENTE_OPS__PORT']}",
        "COPIAS": str(Path(settings["AGENTE_DATA_DIR"]) / "copies"),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), str(programs() / "bin"), os.environ["PATH"]]),
    }
    done = subprocess.run(
        ["sh", "-c", command], env=environment, cwd=ROOT, check=False, capture_output=True, text=True, timeout=60
    )
    return done.stdout + done.stderr
