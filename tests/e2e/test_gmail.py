"""A guest writes to the hotel's Gmail, a push says so, and they are answered there; also across a kill in the worst moment."""

import asyncio
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import aiohttp
import pytest

from tests.fakes.gmail import TOPIC, FakeGmail, Kept
from tests.fakes.google import AUDIENCE, PUSH_ACCOUNT, push_body, push_token, service_account_json
from tests.support.command_line import CommandLine
from tests.support.databases import column
from tests.support.hotels_file import HotelsFile
from tests.support.mail_guest import ANA, HOTEL, answered, text_of, written
from tests.support.service import Service

pytestmark = pytest.mark.timeout(120)

NO_GRAPH = "http://127.0.0.1:1/v25.0"
SEND = "users.messages.send"
PROOF = f"mx.google.com; dmarc=pass header.from={ANA.rpartition('@')[2]}"
ASKED = "Hola:\n\n¿Tienen una habitación doble del 5 al 8 de mayo para 2 personas?\n\nGracias,\nAna Pérez"


@pytest.fixture
async def gmail() -> AsyncIterator[FakeGmail]:
    async with FakeGmail(address=HOTEL) as google:
        yield google


@pytest.fixture
async def service(database_url: str, valkey_url: str, gmail: FakeGmail, tmp_path: Path) -> AsyncIterator[Service]:
    hotels = HotelsFile(tmp_path / "hotels.yaml")
    hotels.change(lambda hotel: hotel.update(gmail=configured()))
    service = Service(
        database_url=database_url,
        redis_url=valkey_url,
        graph_url=NO_GRAPH,
        data_dir=tmp_path,
        hotels_file=str(hotels.path),
    )
    service.configure(GMAIL_CREDENTIALS=service_account_json(), **urls(gmail))
    try:
        await service.start()
        await gmail.until(lambda: gmail.calls["users.getProfile"] > 0)
        yield service
    finally:
        await service.kill()


def configured() -> dict[str, object]:
    """As the hotels file has it."""
    push = {"audience": AUDIENCE, "service_account": PUSH_ACCOUNT}
    return {"address": HOTEL, "credentials_env": "GMAIL_CREDENTIALS", "topic": TOPIC, "push": push}


def urls(gmail: FakeGmail) -> dict[str, str]:
    addresses = {"API_URL": gmail.url, "OAUTH_URL": gmail.token_url, "KEYS_URL": gmail.keys_url}
    return {f"AGENTE_GMAIL__{name}": address for name, address in addresses.items()}


async def comes(mail: EmailMessage, gmail: FakeGmail, service: Service, *, thread: str = "", pushes: int = 1) -> Kept:
    """It arrives in the inbox, and Pub/Sub tells."""
    mail["Authentication-Results"] = PROOF
    kept = gmail.deliver(mail.as_bytes(policy=policy.SMTP), thread=thread)
    for _ in range(pushes):
        await pushed(gmail, service)
    return kept


async def pushed(gmail: FakeGmail, service: Service) -> None:
    headers = {"Authorization": f"Bearer {push_token()}"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"{service.url}/webhooks/gmail", data=push_body(HOTEL, gmail.history_id), headers=headers
        ) as answer,
    ):
        assert answer.status == 204


def read(kept: Kept) -> EmailMessage:
    return message_from_bytes(kept.raw, policy=policy.default)


async def test_a_guest_asks_is_offered_answers_yes_and_has_the_room_each_mail_in_one_thread(
    service: Service, gmail: FakeGmail, database_url: str
) -> None:
    asked = await comes(written(ASKED), gmail, service, pushes=3)
    offer = read((await gmail.wait_for(1))[0])
    assert (offer["To"], offer["Subject"], offer["In-Reply-To"]) == (ANA, "Re: Consulta", asked.header("Message-ID"))
    chosen = answered(offer, f"La primera, por favor. A nombre de Ana Pérez, {ANA}")
    await comes(chosen, gmail, service, thread=asked.thread)
    summary = read((await gmail.wait_for(2))[1])
    assert "¿Confirmo la reserva?" in text_of(summary)

    await comes(answered(summary, "Sí"), gmail, service, thread=asked.thread)

    confirmed = read((await gmail.wait_for(4))[3])
    [code] = await column(database_url, "SELECT code FROM demo_reservation WHERE status = 'live'")
    assert f"¡Reserva confirmada! Código {code}" in text_of(confirmed)
    assert {kept.thread for kept in gmail.sent} == {asked.thread}
    assert len(gmail.watches) == 1


async def test_a_mail_whose_answer_was_lost_in_a_kill_is_found_and_not_sent_again(
    service: Service, gmail: FakeGmail, database_url: str
) -> None:
    gmail.hang(SEND, accepting=True)
    await comes(written(ASKED), gmail, service)
    await gmail.wait_for(1)
    await service.kill()
    gmail.reset()

    await service.start()

    await gmail.until(lambda: gmail.calls["users.messages.list"] > 0)
    await in_status(database_url, "sent")
    assert len(gmail.sent) == 1


@pytest.mark.long
async def test_a_mail_that_was_on_its_way_in_a_kill_is_sent_once_and_read_once(
    service: Service, gmail: FakeGmail, database_url: str
) -> None:
    gmail.hang(SEND)
    await comes(written(ASKED), gmail, service)
    await gmail.until(lambda: gmail.calls[SEND] > 0)
    await service.kill()
    gmail.reset()
    gmail.forget_history()

    await service.start()

    await in_status(database_url, "sent")
    assert len(await gmail.wait_for(1)) == 1
    assert await column(database_url, "SELECT count(*) FROM inbox WHERE channel = 'email'") == [1]


@pytest.mark.long
async def test_gmail_check_says_what_is_in_order_and_what_to_fix(gmail: FakeGmail, tmp_path: Path) -> None:
    file = HotelsFile(tmp_path / "hotels.yaml")
    file.add_second()
    file.change(lambda hotel: hotel.update(gmail=configured()), hotel=1)
    secret = service_account_json()
    settings = {"AGENTE_HOTELS_FILE": str(file.path), "GMAIL_CREDENTIALS": secret, **urls(gmail)}
    shell = CommandLine(directory=tmp_path, settings=settings)

    good = await shell.run("gmail", "check")
    gmail.fail("users.watch", status=403, reason="forbidden")
    bad = await shell.run("gmail", "check", "--hotel", "segundo")
    broken = await shell.run("gmail", "check", GMAIL_CREDENTIALS=service_account_json(private_key="-----BEGIN"))
    unknown = await shell.run("gmail", "check", "--hotel", "tercero")

    assert good.code == 0, good.err
    assert "demo:\n  ok    no Gmail" in good.out
    assert f"segundo:\n  {HOTEL}\n  ok    a service account" in good.out
    assert f"fix   Gmail may not publish to {TOPIC}" in bad.out
    assert bad.error == "to be fixed: segundo"
    assert 'fix   gmail reservas@hotel-demo.example: what credentials_env names has a "private_key"' in broken.out
    assert unknown.error == "the hotels file has no hotel 'tercero'"
    assert "PRIVATE KEY" not in good.out + good.err + bad.out + bad.err + broken.out + broken.err


async def in_status(database_url: str, status: str) -> None:
    """Wait until every row of the outbox is there."""
    async with asyncio.timeout(60):
        while await column(database_url, "SELECT DISTINCT status FROM outbox") != [status]:  # noqa: ASYNC110 - a database rings no bell
            await asyncio.sleep(0.05)
