"""A mailbox is read: what is new is stored first, then passed over, whatever breaks in between."""

import asyncio
import threading
from functools import partial

import pytest

from agente_hotelero.actors.mail_reader import ANSWERS_PER_HOUR, POLL_SECONDS, Hint, MailboxActor, Renewed
from agente_hotelero.actors.runtime import Ref
from agente_hotelero.channels.mail.inbound import inbound
from agente_hotelero.channels.mail.own import Ours
from agente_hotelero.errors import AccessRefusedError, StorageUnavailableError, UnavailableError
from agente_hotelero.model.events import MailRead, NoticeReceived, TextReceived
from agente_hotelero.model.ids import Account, Channel
from agente_hotelero.model.mail import RawMail
from tests.fakes.journal import Lost
from tests.fakes.mail import FakeMailLedger, FakeMailSource
from tests.support.actors_house import House
from tests.support.stays import HOTEL
from tests.support.virtual_time import BEGINNING, clock, in_virtual_time, now, until_idle

MAILBOX = Account(HOTEL, Channel.EMAIL, "reservas@hotel.example")
LABELS = {"hotel": MAILBOX.hotel, "account": MAILBOX.name}
OURS = Ours(
    secret=b"s", domain="hotel.example", addresses=frozenset(("reservas@hotel.example",)), authserv_ids=frozenset()
)


def mail(number: int, text: str = "hola", *, sender: str = "ana@guest.example", headers: str = "") -> bytes:
    return f"From: Ana <{sender}>\r\nMessage-ID: <{number}@guest.example>\r\n{headers}\r\n{text} {number}\r\n".encode()


class Office:
    """One hotel's service with somebody who reads its mailbox."""

    def __init__(self, *mails: bytes, cursor: str | None = "0") -> None:
        self.house = House()
        self.source = FakeMailSource(*mails)
        self.ledger = FakeMailLedger(cursor=cursor)
        self.actor: MailboxActor
        self.read_in: set[bool] = set()
        """Whether in the main thread, for each."""

    async def open(self) -> "Office":
        await self.house.start()
        self.read()
        await until_idle()
        return self

    def read(self) -> Ref:
        self.actor = MailboxActor(
            account=MAILBOX,
            source=self.source,
            read=self._read,
            router_ref=self.house.router,
            ledger=self.ledger,
            now=now,
            metrics=self.house.metrics,
        )
        self.actor._start_actor_loop()
        return self.actor.actor_ref

    def _read(self, raw: RawMail) -> MailRead:
        self.read_in.add(threading.current_thread() is threading.main_thread())
        return inbound(raw, account=MAILBOX, ours=OURS, received_at=BEGINNING)

    def up(self) -> float | None:
        return self.house.metrics.registry.get_sample_value("dependency_up", {"name": f"mailbox:{HOTEL}"})

    def failures(self, kind: str) -> float:
        return self.house.sample("mailbox_failures_total", **LABELS, kind=kind)

    def read_at(self) -> float | None:
        return self.house.metrics.registry.get_sample_value("mailbox_read_timestamp_seconds", LABELS)

    def texts(self) -> list[str]:
        rows = sorted(self.house.database.rows.items())
        return [row.event.text for _, row in rows if isinstance(row.event, TextReceived)]


@in_virtual_time
async def test_mails_are_stored_in_order_a_portion_at_a_time_and_then_passed_over() -> None:
    office = await Office(mail(1), mail(2), mail(3)).open()
    assert office.texts() == ["hola 1", "hola 2", "hola 3"]
    assert office.ledger.kept == ["2", "3"]


@in_virtual_time
async def test_a_mailbox_that_was_never_read_begins_with_what_comes_from_now_on() -> None:
    office = await Office(mail(1), mail(2), cursor=None).open()
    office.source.arrive(mail(3))
    await until_idle()
    assert office.texts() == ["hola 3"]


@in_virtual_time
async def test_a_mail_that_is_read_again_takes_effect_once() -> None:
    office = Office(mail(1), mail(2))
    office.ledger.failures.append(StorageUnavailableError("postgres"))
    await office.open()
    assert (office.texts(), office.ledger.kept) == (["hola 1", "hola 2"], [])
    await asyncio.sleep(5)
    assert (office.texts(), office.ledger.kept) == (["hola 1", "hola 2"], ["2"])
    assert [len(turn.inbox_ids) for turn in office.house.database.turns] == [2]


@pytest.mark.parametrize("lost", [Lost.BEFORE, Lost.AFTER])
@in_virtual_time
async def test_what_is_not_stored_for_sure_is_not_passed_over(lost: Lost) -> None:
    office = Office(mail(1))
    office.house.database.faults.outages["store"].append(lost)
    await office.open()
    assert office.ledger.kept == []
    await asyncio.sleep(10)
    assert (office.texts(), office.ledger.kept) == (["hola 1"], ["1"])


@pytest.mark.parametrize("trouble", [UnavailableError("the mailbox"), ValueError("a bug"), TimeoutError()])
@in_virtual_time
async def test_an_outage_only_delays_and_the_actor_lives_on(trouble: Exception) -> None:
    office = Office(mail(1))
    office.source.failures.extend([trouble] * 6)
    await office.open()
    assert office.actor.health.failures_in_a_row == 1
    await asyncio.sleep(200)
    assert office.texts() == ["hola 1"]
    assert office.actor.health.failures_in_a_row == 0
    assert office.actor.actor_ref.is_alive()


@in_virtual_time
async def test_a_mailbox_that_is_away_is_asked_less_and_less_often() -> None:
    office = Office(mail(1))
    office.source.away = True
    await office.open()
    await asyncio.sleep(900)
    assert 15 < len(office.source.asked) < 45
    assert office.up() == 0
    office.source.away = False
    await asyncio.sleep(60)
    assert office.up() == 1


@in_virtual_time
async def test_a_server_that_refuses_us_is_left_alone_for_as_long_as_it_wants() -> None:
    office = Office(mail(1))
    office.source.failures.extend([UnavailableError("the mailbox", retry_after_seconds=600)] * 2)
    await office.open()
    await asyncio.sleep(1100)
    assert len(office.source.asked) == 2
    await asyncio.sleep(200)
    assert office.texts() == ["hola 1"]


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (AccessRefusedError("the mailbox", retry_after_seconds=600), "refused"),
        (UnavailableError("the mailbox", retry_after_seconds=600), "away"),
        (TimeoutError(), "away"),
        (StorageUnavailableError("postgres"), "storage"),
        (ValueError("a bug"), "failed"),
    ],
)
@in_virtual_time
async def test_why_a_mailbox_is_not_read_is_counted_by_what_can_be_done_about_it(trouble: Exception, kind: str) -> None:
    office = Office(mail(1))
    office.source.failures.append(trouble)
    await office.open()
    kinds = ("refused", "away", "storage", "failed")
    assert {one: office.failures(one) for one in kinds} == {**dict.fromkeys(kinds, 0), kind: 1}
    assert (office.actor.health.failing, office.up()) == (kind, 0)
    await asyncio.sleep(700)
    assert (office.actor.health.failing, office.up()) == (None, 1)


@in_virtual_time
async def test_everybody_sees_when_a_mailbox_was_last_read_and_nobody_looks_for_one_that_is_gone() -> None:
    office = await Office(mail(1)).open()
    office.source.away = True
    await asyncio.sleep(1000)
    read_at, silent_for = office.read_at(), office.actor.health.read_seconds_ago
    assert read_at == BEGINNING.timestamp()
    assert 900 < silent_for <= 1000
    office.source.away = False
    await asyncio.sleep(POLL_SECONDS)
    assert office.actor.health.read_seconds_ago <= POLL_SECONDS
    await office.actor.actor_ref.stop()
    assert (office.read_at(), office.up()) == (None, None)


@in_virtual_time
async def test_a_mailbox_that_was_never_reached_is_silent_since_the_process_began() -> None:
    office = Office(mail(1))
    office.source.away = True
    await office.open()
    await asyncio.sleep(500)
    assert office.read_at() == BEGINNING.timestamp()
    assert office.actor.health.read_seconds_ago == 500


@in_virtual_time
async def test_a_hint_and_the_mailboxs_own_word_wake_at_once_and_silence_ends_by_itself() -> None:
    office = await Office().open()
    office.source.arrive(mail(1))
    await until_idle()
    assert office.texts() == ["hola 1"]
    office.source.arrive(mail(2), heard=False)
    office.actor.actor_ref.tell(Hint())
    await until_idle()
    assert (office.texts(), clock()) == (["hola 1", "hola 2"], 0.0)
    office.source.arrive(mail(3), heard=False)
    await asyncio.sleep(POLL_SECONDS + 1)
    assert office.texts()[2:] == ["hola 3"]


@in_virtual_time
async def test_a_hint_while_it_is_reading_is_not_lost() -> None:
    office = await Office().open()
    for _ in range(3):
        office.actor.actor_ref.tell(Hint())
    office.source.arrive(mail(1), heard=False)
    await until_idle()
    assert office.texts() == ["hola 1"]


@in_virtual_time
async def test_machines_and_our_own_are_counted_and_not_stored() -> None:
    office = await Office(
        mail(1, headers="Auto-Submitted: auto-replied\r\n"), mail(2, sender="reservas@hotel.example"), mail(3)
    ).open()
    assert office.texts() == ["hola 3"]
    for kind in ("machine", "own", "text"):
        assert office.house.sample("inbound_messages_total", channel="email", kind=kind) == 1
    assert office.ledger.kept[-1] == "3"


@in_virtual_time
async def test_a_bounce_reports_on_the_message_that_it_names() -> None:
    bounce = (
        "From: MAILER-DAEMON@mx.example\r\nReturn-Path: <>\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        f"Message-ID: <b@mx.example>\r\n\r\n550 5.1.1 no such user\r\n\r\nMessage-ID: {OURS.message_id(41)}\r\n"
    )
    office = await Office(bounce.encode()).open()
    [report] = office.house.database.reports
    assert (report.outbox_id, report.state.value, report.account) == (41, "failed", MAILBOX)
    assert office.house.database.rows == {}


@in_virtual_time
async def test_who_has_had_more_answers_than_a_person_wants_is_for_staff_and_nobody_else_is() -> None:
    office = Office(mail(1), mail(2), mail(3, sender="beto@guest.example"))
    office.ledger.counts["ana@guest.example"] = ANSWERS_PER_HOUR - 1
    await office.open()
    assert office.texts() == ["hola 1", "hola 3"]
    [notice] = [row.event for row in office.house.database.rows.values() if isinstance(row.event, NoticeReceived)]
    assert (notice.why, notice.text) == ("too_many", "hola 2")
    assert [handoff.reason for handoff in office.house.database.handoffs] == ["too_many"]
    assert len(office.house.database.turns) == 2, "two guests, a turn each"


@in_virtual_time
async def test_a_list_gets_no_answer_and_staff_hear_of_it_once_an_hour() -> None:
    newsletter = "List-Id: <news.example>\r\n"
    office = await Office(mail(1, headers=newsletter), mail(2, headers=newsletter)).open()
    await asyncio.sleep(1800)
    office.source.arrive(mail(3, headers=newsletter))
    await asyncio.sleep(1)
    assert [handoff.reason for handoff in office.house.database.handoffs] == ["mail_notice"]
    await asyncio.sleep(1801)
    office.source.arrive(mail(4, headers=newsletter))
    await asyncio.sleep(1)
    assert [handoff.reason for handoff in office.house.database.handoffs] == ["mail_notice"] * 2
    assert office.house.answers() == []


@in_virtual_time
async def test_a_mail_without_a_sender_is_kept_for_a_person() -> None:
    office = await Office(b"Subject: ?\r\n\r\nhola\r\n").open()
    [kept] = office.house.database.quarantined
    assert (kept.channel, kept.reason) == ("email", "mail_without_sender")


async def test_what_a_long_mail_says_is_read_beside_the_loop() -> None:
    # In real time: a thread's work is nothing that a virtual clock would wait for.
    office = await Office(mail(1, "x" * 60_000)).open()
    async with asyncio.timeout(60):
        await office.ledger.rung.wait()
    assert len(office.texts()[0]) == 8_000
    assert office.read_in == {False}
    await office.actor.actor_ref.stop()
    await office.house.stop()


@in_virtual_time
async def test_a_renewed_mailbox_goes_on_where_the_old_one_was_left() -> None:
    office = await Office(mail(1)).open()
    other = FakeMailSource(mail(1), mail(2))
    read = partial(inbound, account=MAILBOX, ours=OURS, received_at=BEGINNING)
    office.actor.actor_ref.tell(Renewed(source=other, read=read))
    await until_idle()
    assert (office.texts(), other.asked[0], office.source.closed) == (["hola 1", "hola 2"], "1", 1)


@in_virtual_time
async def test_a_stop_hangs_up_and_strangers_messages_are_refused() -> None:
    office = await Office(mail(1)).open()
    with pytest.raises(TypeError):
        await office.actor.actor_ref.ask("anybody there?")  # type: ignore[arg-type]  # what no actor takes
    await office.actor.actor_ref.stop()
    assert office.source.closed == 1
