"""`whatsapp check` as its operator types it."""

import asyncio
from pathlib import Path

from tests.fakes.meta import NUMBER, SECRET, TOKEN, FakeMeta
from tests.support.command_line import EXAMPLE, CommandLine


async def test_whatsapp_check_says_what_is_in_order_and_what_to_fix(tmp_path: Path) -> None:
    async with FakeMeta() as meta:
        shell = CommandLine(
            directory=tmp_path,
            settings={
                "AGENTE_HOTELS_FILE": str(EXAMPLE),
                "AGENTE_WHATSAPP__GRAPH_URL": meta.url,
                "AGENTE_WHATSAPP__ACCESS_TOKEN": TOKEN,
                "AGENTE_WHATSAPP__APP_SECRETS": SECRET,
            },
        )
        good = await asyncio.to_thread(shell.run_here, "whatsapp", "check")
        meta.subscribed = []
        bad = await asyncio.to_thread(shell.run_here, "whatsapp", "check", "--hotel", "demo")
        unknown = await asyncio.to_thread(shell.run_here, "whatsapp", "check", "--hotel", "otro")

    assert good.code == 0, good.err
    assert f"demo, {NUMBER}:\n  ok    the number is +54 9 11 5555-0100 «Hotel Demo del Parque»" in good.out
    assert "fix   our app does not hear of account" in bad.out
    assert bad.error == f"to be fixed: {NUMBER}"
    assert unknown.error == "the hotels file has no hotel 'otro'"
    assert TOKEN not in good.out + bad.out + bad.err
    assert SECRET not in good.out + bad.out + bad.err
