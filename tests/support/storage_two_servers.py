"""A program that starts both embedded servers, says where they are, and stays until it is killed.

Its argument is the data directory. It prints one line of JSON.
"""

import asyncio
import json
import os
import signal
import socket
import sys
from pathlib import Path
from urllib.parse import unquote

import asyncpg

from agente_hotelero.storage.embedded.postgres import EmbeddedPostgres, fitting_identity
from agente_hotelero.storage.embedded.valkey import EmbeddedValkey


def count_in_valkey(url: str) -> int:
    # By hand: the redis client wants more of an interpreter than a plain user may have at hand.
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(unquote(url.removeprefix("unix://")))
        client.sendall(b"INCR starts\r\n")
        return int(client.recv(64).strip().removeprefix(b":"))


async def count_in_postgres(url: str) -> int:
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE IF NOT EXISTS starts (n int)")
    await connection.execute("INSERT INTO starts VALUES (1)")
    count: int = await connection.fetchval("SELECT count(*) FROM starts")
    await connection.close()
    return count


def main(data_dir: Path) -> None:
    postgres, valkey = EmbeddedPostgres(data_dir=data_dir), EmbeddedValkey(data_dir=data_dir)
    for server in (valkey, postgres):
        server.spawn()
    urls = [valkey.wait(), postgres.wait()]
    said = {
        "pids": [valkey.pid, postgres.pid],
        "urls": urls,
        "starts": [count_in_valkey(urls[0]), asyncio.run(count_in_postgres(urls[1]))],
        "identity": fitting_identity().value,
        "user": os.getuid(),
    }
    print(json.dumps(said), flush=True)  # noqa: T201 - whoever started us reads it
    signal.sigwait({signal.SIGTERM})
    for server in (postgres, valkey):
        server.stop()


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    main(Path(sys.argv[1]))
