"""`agente-hotelero reload`: the hotels file changes while guests write, whole or not at all, in every process."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import pytest

from agente_hotelero.storage.links import Pool
from agente_hotelero.storage.reloads import Outcome, PostgresReloads, Reloaded
from tests.fakes.graph import FakeGraph
from tests.fakes.webhooks import body, sign, text
from tests.support.command_line import CommandLine
from tests.support.hotels_file import SECOND, HotelsFile
from tests.support.service import NUMBER, SECRET, Service

pytestmark = pytest.mark.timeout(120)

OWN_SECRET = "the-second-s-own-secret"


@pytest.fixture
def file(tmp_path: Path) -> HotelsFile:
    return HotelsFile(tmp_path / "hotels.yaml")


@pytest.fixture
async def pair(
    database_url: str, valkey_url: str, graph: FakeGraph, tmp_path: Path, file: HotelsFile
) -> AsyncIterator[list[Service]]:
    """Two processes over one database, neither started."""
    pair = [
        Service(
            database_url=database_url,
            redis_url=valkey_url,
            graph_url=graph.url,
            data_dir=tmp_path,
            env="test",
            hotels_file=str(file.path),
        )
        for _ in range(2)
    ]
    for process in pair:
        process._environment["SECOND_SECRET"] = OWN_SECRET
    yield pair
    for process in pair:
        await process.kill()


@pytest.fixture
async def running(pair: list[Service]) -> AsyncIterator[Service]:
    """One of them, started, and stopped in order."""
    await pair[0].start()
    yield pair[0]
    assert await pair[0].stop() == 0, pair[0].log()[-3000:]


@pytest.fixture
def command(database_url: str, valkey_url: str, tmp_path: Path, file: HotelsFile) -> CommandLine:
    settings = {
        "AGENTE_DATABASE_URL": database_url,
        "AGENTE_REDIS_URL": valkey_url,
        "AGENTE_HOTELS_FILE": str(file.path),
        "SECOND_SECRET": OWN_SECRET,
    }
    return CommandLine(directory=tmp_path, settings=settings)


@pytest.fixture
async def reloads(database_url: str) -> AsyncIterator[PostgresReloads]:
    """What stands behind the command, without a process for each."""
    pool = Pool(database_url)
    await pool.open()
    yield PostgresReloads(pool)
    await pool.close()


class Guest:
    """One guest on WhatsApp, who hears by the echo of the test environment."""

    def __init__(self, service: Service, *, phone: str = "5491150002222", number: str = NUMBER) -> None:
        self._service, self._phone, self._number = service, phone, number

    async def writes(self, words: str, *, secret: str = SECRET) -> tuple[int, str]:
        """POST it; answers the status, and what the guest was sent."""
        raw = body(text(words, sender=self._phone, timestamp=int(time.time())), account=self._number)
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": sign(raw, secret)}
        async with (
            aiohttp.ClientSession() as session,
            session.post(self._service.url + "/webhooks/whatsapp", data=raw, headers=headers) as answer,
        ):
            said: dict[str, Any] = await answer.json()
            return answer.status, "\n".join(one["content"]["body"] for one in said.get("responses", ()))

    async def posts(self, words: str) -> int:
        """POST it, and wait for no answer."""
        raw = body(text(words, sender=self._phone, timestamp=int(time.time())), account=self._number)
        async with aiohttp.ClientSession() as session:
            return await self._service.post(session, raw)

    async def hears(self, words: str) -> str:
        status, said = await self.writes(words)
        assert status == 200
        return said


async def chat_page(service: Service, hotel: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(f"{service.url}/chat/{hotel}") as answer:
        return answer.status


def outcomes(reloaded: Reloaded) -> list[Outcome]:
    assert reloaded.silent == 0
    return [answer.outcome for answer in reloaded.answers]


async def test_the_next_answer_tells_the_new_fact_and_a_booking_under_way_goes_on(
    running: Service, command: CommandLine, file: HotelsFile, graph: FakeGraph
) -> None:
    curious, booking = Guest(running), Guest(running, phone="5491150003333")
    assert "wifi sin cargo" in await curious.hears("¿Hay wifi?")
    assert "total con impuestos" in await booking.hears("una doble del 5 al 8 de mayo para 1")
    assert "nombre" in await booking.hears("1")

    file.change(lambda hotel: hotel["facts"].update(wifi={"es": "El wifi es de fibra."}))
    file.change(lambda hotel: hotel.update(check_in_from="16:30"))
    done = await command.run("reload")

    assert (done.code, done.err) == (0, "")
    assert done.out.endswith(f"/{running.pid}: reloaded: 1 hotel\n")
    assert "fibra" in await curious.hears("¿Hay wifi?")
    assert "16:30" in await curious.hears("¿A qué hora es el check-in?")
    assert "correo" in await booking.hears("Ana Ruiz")
    assert "¿Confirmo la reserva?" in await booking.hears("ana@example.com")
    assert "Estoy confirmando" in await booking.hears("sí")
    # Eight answers, and what the PMS made of it.
    assert "¡Reserva confirmada!" in (await graph.wait_for(9))[8].payload["text"]["body"]


async def test_new_prices_are_shown_at_once_and_rooms_that_are_gone_are_not_offered(
    running: Service, reloads: PostgresReloads, file: HotelsFile, graph: FakeGraph
) -> None:
    stay = "una habitación del 5 al 8 de mayo para 2"
    await Guest(running).hears(stay)
    assert re.search(r"habitación doble.* [23]\d\d.*suite", shown(graph), re.DOTALL)

    file.change(lambda hotel: hotel["rooms"].pop())
    file.change(lambda hotel: hotel["rooms"][1].update(base_price="1000.00"))
    await reloads.everywhere("test")

    # The same question, of a moment ago: no price that was kept is shown.
    await Guest(running, phone="5491150004444").hears(stay)
    assert "suite" not in shown(graph)
    assert re.search(r"habitación doble.* 3[.,]\d00", shown(graph))


def shown(graph: FakeGraph) -> str:
    """What the guest who was answered last sees."""
    return str(graph.sent[-1].payload["text"]["body"]).lower()


def test_an_invalid_file_is_refused_with_line_and_field_before_anybody_is_asked(
    command: CommandLine, file: HotelsFile
) -> None:
    file.change(lambda hotel: hotel.update(check_in_from="3 pm", pms={"kind": "opera"}))

    # Nobody runs: whoever would be asked would not be found.
    done = command.run_here("reload")

    assert done.code == 1
    assert "hotels.yaml:16: hotels.0.check_in_from: a time of day looks like" in done.err
    assert "hotels.0.pms.kind" in done.err


async def test_a_process_that_finds_its_file_invalid_goes_on_with_the_old_one_and_says_why(
    running: Service, command: CommandLine, file: HotelsFile, tmp_path: Path
) -> None:
    # The command looks at another file than the service does, as on another machine.
    elsewhere = HotelsFile(tmp_path / "elsewhere.yaml")
    file.change(lambda hotel: hotel["facts"].update(wifi={"es": "No se dirá."}))
    file.change(lambda hotel: hotel["whatsapp"].append({"phone_number_id": SECOND, "app_secrets_env": ["NOT_THERE"]}))

    done = await command.run("reload", AGENTE_HOTELS_FILE=str(elsewhere.path))

    problem = "hotels.0.whatsapp.1.app_secrets_env.0: the variable NOT_THERE is not set"
    assert done.code == 1
    assert "refused, the old file goes on:\n" in done.out
    assert problem in done.out
    assert done.error == "the file is not in force everywhere"
    assert "wifi sin cargo" in await Guest(running).hears("¿Hay wifi?")
    assert "hotels_file_refused" in running.log()
    assert "hotel=demo" in running.log()
    async with aiohttp.ClientSession() as session, session.get(running.url + "/metrics") as answer:
        assert 'hotels_reloads_total{outcome="refused"} 1.0' in await answer.text()


async def test_a_hotel_that_is_added_takes_webhooks_and_one_that_is_removed_refuses_them(
    running: Service, reloads: PostgresReloads, file: HotelsFile, graph: FakeGraph
) -> None:
    guest = Guest(running, number=SECOND)
    assert (await guest.writes("¿Hay wifi?", secret=OWN_SECRET))[0] == 401
    assert await chat_page(running, "segundo") == 404

    file.add_second()
    file.change(lambda hotel: hotel["whatsapp"][0].update(app_secrets_env=["SECOND_SECRET"]), hotel=1)
    assert outcomes(await reloads.everywhere("test")) == [Outcome.RELOADED]
    assert await guest.writes("¿Hay wifi?", secret=OWN_SECRET) == (200, "En el Segundo no hay wifi.")
    assert "total con impuestos" in (await guest.writes("una doble del 5 al 8 de mayo para 2", secret=OWN_SECRET))[1]
    assert await chat_page(running, "segundo") == 200
    assert {sent.account for sent in graph.sent} == {SECOND}

    file.remove_second()
    assert outcomes(await reloads.everywhere("test")) == [Outcome.RELOADED]
    assert (await guest.writes("¿Hay wifi?", secret=OWN_SECRET))[0] == 401
    assert await chat_page(running, "segundo") == 404
    assert "wifi sin cargo" in await Guest(running).hears("¿Hay wifi?")


async def test_what_a_removed_account_has_to_say_waits_until_it_is_there_again(
    running: Service, reloads: PostgresReloads, file: HotelsFile, graph: FakeGraph, database_url: str
) -> None:
    file.add_second()
    await reloads.everywhere("test")
    graph.fail(status=500)
    asked = asyncio.create_task(Guest(running, number=SECOND).writes("¿Hay wifi?"))
    connection = await asyncpg.connect(database_url)
    async with asyncio.timeout(20):
        while not graph.requests:  # noqa: ASYNC110 - another process's doing
            await asyncio.sleep(0.02)

    file.remove_second()
    assert outcomes(await reloads.everywhere("test")) == [Outcome.RELOADED]
    graph.reset()
    # Another account's messages go out; this one's stay where they are.
    assert "wifi sin cargo" in await Guest(running).hears("¿Hay wifi?")
    assert await connection.fetchval("SELECT count(*) FROM outbox WHERE account = $1 AND status = 'pending'", SECOND)
    assert {sent.account for sent in graph.sent} == {NUMBER}

    file.add_second()
    assert outcomes(await reloads.everywhere("test")) == [Outcome.RELOADED]
    assert (await graph.wait_for(2))[-1].account == SECOND
    await connection.close()
    await asked


@pytest.mark.long
async def test_every_process_reads_its_file_anew_also_the_one_that_stands_by(
    pair: list[Service], command: CommandLine, file: HotelsFile
) -> None:
    owner, stand_by = pair
    await owner.start()
    await stand_by.start()
    file.add_second()

    done = await command.run("reload")

    assert done.code == 0
    said = {line.partition("/")[2] for line in done.out.splitlines()}
    assert said == {f"{process.pid}: reloaded: 2 hotels" for process in pair}
    # What the one that stands by takes in, the owner answers; and when it goes, the other one does.
    assert "Segundo" in await Guest(stand_by, number=SECOND).hears("¿Hay wifi?")
    await owner.kill()
    assert "Segundo" in await Guest(stand_by, number=SECOND).hears("¿Hay wifi?")


async def test_a_process_that_missed_the_notice_reads_its_file_when_it_listens_again(
    running: Service, reloads: PostgresReloads, file: HotelsFile, database_url: str
) -> None:
    file.change(lambda hotel: hotel["facts"].update(wifi={"es": "El wifi es de fibra."}))
    connection = await asyncpg.connect(database_url)
    # Asked for while nobody listens: cut and stored in one transaction, so before it can listen again.
    await connection.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'agente-listen'"
        " AND datname = current_database()"
    )
    await connection.execute("INSERT INTO audit (who, action, detail) VALUES ('test', 'reload_asked', '{}')")
    request = await connection.fetchval("SELECT max(id) FROM audit WHERE action = 'reload_asked'")
    await connection.close()

    async with asyncio.timeout(20):
        while not await reloads.answers(request):  # noqa: ASYNC110 - another process's doing
            await asyncio.sleep(0.02)
    assert "fibra" in await Guest(running).hears("¿Hay wifi?")


def test_where_no_service_runs_the_command_says_so(command: CommandLine) -> None:
    assert command.run_here("reload").error == "no service runs over this database; the file is read when one starts"


async def test_webhooks_that_flow_while_hotels_come_and_go_are_answered_once_each(
    running: Service, reloads: PostgresReloads, file: HotelsFile, graph: FakeGraph, database_url: str
) -> None:
    over = asyncio.Event()
    stays = {f"549115000{n:04}": Guest(running, phone=f"549115000{n:04}") for n in range(5)}
    comes_and_goes = Guest(running, phone="5491160000000", number=SECOND)
    told: dict[str, list[str]] = {phone: [] for phone in stays}

    async def chatter(phone: str) -> None:
        while not over.is_set():
            told[phone].append(await stays[phone].hears("¿Hay wifi?"))

    async def chatter_of_the_second() -> int:
        """Whether it is there or not at that moment, each is taken."""
        asked = 0
        while not over.is_set():
            assert await comes_and_goes.posts("¿Hay wifi?") == 200
            asked += 1
        return asked

    crowd = asyncio.gather(chatter_of_the_second(), *(chatter(phone) for phone in stays))
    for n in range(11):
        file.change(says_number(n))
        (file.remove_second if n % 2 else file.add_second)()
        assert outcomes(await reloads.everywhere("test")) == [Outcome.RELOADED]
    over.set()
    asked, *_ = await crowd

    for phone, heard in told.items():
        heard.append(await stays[phone].hears("¿Hay wifi?"))
        # No answer is of an older file than the one before, and the last one is of the last.
        assert all(sum("wifi" in said.lower() for said in one.splitlines()) == 1 for one in heard)
        numbers = [int(said.rpartition(" ")[2].rstrip(".")) for said in heard if "número" in said]
        assert (numbers, numbers[-1]) == (sorted(numbers), 10)
    await settled(database_url)
    connection = await asyncpg.connect(database_url)
    taken = await connection.fetchval("SELECT count(*) FROM inbox WHERE account = $1", SECOND)
    refused = await connection.fetchval("SELECT count(*) FROM quarantine WHERE account = $1", SECOND)
    await connection.close()
    assert taken + refused == asked
    assert 0 < taken == sum(sent.account == SECOND for sent in graph.sent)
    assert len(graph.sent) == taken + sum(map(len, told.values()))


def says_number(number: int) -> Callable[[dict[str, Any]], object]:
    return lambda hotel: hotel["facts"].update(wifi={"es": f"Wifi número {number}."})


async def settled(database_url: str) -> None:
    """Wait until every event had its turn and every message went out."""
    connection = await asyncpg.connect(database_url)
    open_ones = (
        "SELECT (SELECT count(*) FROM inbox WHERE NOT done) + (SELECT count(*) FROM outbox WHERE status <> 'sent')"
    )
    async with asyncio.timeout(60):
        while await connection.fetchval(open_ones):  # noqa: ASYNC110 - another process's doing
            await asyncio.sleep(0.05)
    await connection.close()
