import asyncio
from dataclasses import dataclass

import pytest

from agente_hotelero.channels.gmail.mailbox import GmailMailbox
from agente_hotelero.errors import AccessRefusedError, UnavailableError
from tests.fakes.gmail import TOPIC, FakeGmail, Kept
from tests.support.virtual_time import over_loopback
from tests.unit.channels.gmail.house import House, house

HISTORY, GET, LIST, WATCH = "users.history.list", "users.messages.get", "users.messages.list", "users.watch"


@dataclass
class Clock:
    seconds: float = 0.0


def mailbox(one: House, *, portion: int = 25, topic: str | None = None, clock: Clock | None = None) -> GmailMailbox:
    at = clock or Clock()
    return GmailMailbox(gmail=one.gmail, topic=topic, portion=portion, clock=lambda: at.seconds)


def deliver(google: FakeGmail, count: int = 1) -> list[str]:
    already = len(google.messages)
    return [
        google.deliver(f"Message-ID: <{n}@guest.example>\r\n\r\nHola".encode()).id
        for n in range(already, already + count)
    ]


async def read_all(source: GmailMailbox, cursor: str | None) -> tuple[list[str], str]:
    """What comes until there is no more, and where it ends."""
    ids: list[str] = []
    for _ in range(50):
        caught = await source.catch_up(cursor)
        ids += [mail.provider_id for mail in caught.mails]
        cursor = caught.cursor
        if not caught.more:
            return ids, cursor
    raise AssertionError("it never ends")


async def test_without_a_cursor_only_what_comes_from_now_on_is_new() -> None:
    async with house() as one:
        deliver(one.google, 3)
        source = mailbox(one)
        nothing, cursor = await read_all(source, None)
        new = deliver(one.google, 2)

        assert nothing == []
        assert (await read_all(source, cursor))[0] == new


async def test_what_is_new_comes_whole_with_its_thread_the_oldest_first() -> None:
    async with house() as one:
        source = mailbox(one)
        begin = await source.catch_up(None)
        first = one.google.deliver(b"Subject: uno\r\n\r\n\xff\x00", thread="19a000000000abcd")
        second = one.google.deliver(b"Subject: dos\r\n\r\nx")

        caught = await source.catch_up(begin.cursor)

        assert [(mail.provider_id, mail.thread, mail.raw) for mail in caught.mails] == [
            (kept.id, kept.thread, kept.raw) for kept in (first, second)
        ]
        assert int(caught.cursor) == one.google.history_id
        assert (await read_all(source, caught.cursor))[0] == []


async def test_asked_again_with_the_same_cursor_it_gives_the_same_mails_again() -> None:
    async with house() as one:
        source = mailbox(one)
        _, cursor = await read_all(source, None)
        new = deliver(one.google, 3)

        assert (await read_all(source, cursor))[0] == new
        assert (await read_all(source, cursor))[0] == new


@pytest.mark.parametrize("page_size", [1, 2, 7])
@pytest.mark.parametrize("portion", [1, 3, 100])
async def test_every_page_of_the_history_is_read_in_portions_of_any_size(page_size: int, portion: int) -> None:
    async with house() as one:
        source = mailbox(one, portion=portion)
        one.google.page_size = page_size
        _, cursor = await read_all(source, None)
        new = deliver(one.google, 8)

        assert (await read_all(source, cursor))[0] == new


async def test_a_portion_ends_where_the_next_can_begin_after_a_restart() -> None:
    async with house() as one:
        _, cursor = await read_all(mailbox(one), None)
        new = deliver(one.google, 5)

        first = await mailbox(one, portion=2).catch_up(cursor)

        assert first.more
        assert [mail.provider_id for mail in first.mails] == new[:2]
        assert (await read_all(mailbox(one), first.cursor))[0] == new[2:]


async def test_a_portion_is_full_by_its_bytes_too() -> None:
    async with house() as one:
        source = mailbox(one)
        _, cursor = await read_all(source, None)
        large = [one.google.deliver(b"x: y\r\n\r\n" + b"z" * 5_000_000).id for _ in range(3)]

        first = await source.catch_up(cursor)

        assert (len(first.mails), first.more) == (2, True)
        assert (await read_all(source, first.cursor))[0] == large[2:]


async def test_a_message_in_several_steps_is_fetched_once() -> None:
    async with house() as one:
        source = mailbox(one)
        _, cursor = await read_all(source, None)
        kept = one.google.deliver(b"x: y\r\n\r\nz")
        one.google.note(kept)
        one.google.note(kept, kept)

        assert (await read_all(source, cursor))[0] == [kept.id]
        assert one.google.calls[GET] == 1


async def test_a_step_with_more_than_a_portion_is_taken_whole() -> None:
    async with house() as one:
        source = mailbox(one, portion=2)
        _, cursor = await read_all(source, None)
        imported = [Kept(id=f"19b{n}", thread="19b", labels=["INBOX"], raw=b"x: y\r\n\r\nz") for n in range(5)]
        one.google.messages.update({kept.id: kept for kept in imported})
        one.google.note(*imported)
        later = deliver(one.google)

        assert (await read_all(source, cursor))[0] == [kept.id for kept in imported] + later


async def test_a_history_that_begins_one_step_too_early_is_got_past() -> None:
    async with house() as one:
        new = deliver(one.google, 3)
        cursor = str(one.google.history_id - 6)
        one.google.inclusive = True

        found, _ = await read_all(mailbox(one, portion=1), cursor)

        assert list(dict.fromkeys(found)) == new


async def test_a_mail_that_is_gone_meanwhile_is_passed_over() -> None:
    async with house() as one:
        source = mailbox(one)
        _, cursor = await read_all(source, None)
        gone, stays = deliver(one.google, 2)
        del one.google.messages[gone]

        assert (await read_all(source, cursor))[0] == [stays]
        assert one.google.calls[LIST] == 0, "its 404 is not the history's"


async def test_what_the_hotel_sent_or_put_away_is_no_guests_mail() -> None:
    async with house() as one:
        source = mailbox(one)
        _, cursor = await read_all(source, None)
        for labels in (("SENT",), ("DRAFT",), ("INBOX", "TRASH"), ("INBOX", "SPAM"), ("Label_7",)):
            one.google.deliver(b"x: y\r\n\r\nz", labels=labels)
        form = one.google.deliver(b"Reply-To: ana@guest.example\r\n\r\nz", labels=("SENT", "INBOX"))

        assert (await read_all(source, cursor))[0] == [form.id]


async def test_what_was_put_away_between_the_history_and_the_mail_is_left() -> None:
    async with house() as one:
        source = mailbox(one)
        _, cursor = await read_all(source, None)
        kept = one.google.deliver(b"x: y\r\n\r\nz")
        one.google.messages[kept.id] = Kept(id=kept.id, thread=kept.thread, labels=["TRASH"], raw=kept.raw)

        assert (await read_all(source, cursor))[0] == []


@pytest.mark.parametrize("portion", [1, 2, 25])
async def test_a_history_that_is_too_old_is_made_good_by_the_last_days(portion: int) -> None:
    async with house() as one:
        source = mailbox(one, portion=portion)
        one.google.page_size = 2
        _, cursor = await read_all(source, None)
        missed = deliver(one.google, 5)
        one.google.forget_history()

        found, after = await read_all(source, cursor)

        assert found == missed
        assert int(after) == one.google.history_id
        assert (await read_all(source, after))[0] == []


async def test_what_comes_during_a_walk_through_the_last_days_is_not_missed() -> None:
    async with house() as one:
        source = mailbox(one, portion=2)
        _, cursor = await read_all(source, None)
        missed = deliver(one.google, 4)
        one.google.forget_history()

        first = await source.catch_up(cursor)
        late = deliver(one.google)
        rest, _ = await read_all(mailbox(one, portion=2), first.cursor)

        assert [mail.provider_id for mail in first.mails] == missed[:2]
        assert set(rest) == {*missed[2:], *late}


async def test_a_walk_whose_last_mail_is_gone_begins_anew() -> None:
    async with house() as one:
        source = mailbox(one, portion=2)
        _, cursor = await read_all(source, None)
        missed = deliver(one.google, 4)
        one.google.forget_history()
        first = await source.catch_up(cursor)
        del one.google.messages[missed[1]]

        assert (await read_all(source, first.cursor))[0] == [missed[0], *missed[2:]]


@pytest.mark.parametrize("cursor", ["", "1234:77", "sync:", "sync:x:y", "-5", "9" * 40, "sync:9999999999999999999999:"])
async def test_a_cursor_of_another_kind_of_mailbox_is_made_good_by_the_last_days(cursor: str) -> None:
    async with house() as one:
        known = deliver(one.google, 2)

        assert (await read_all(mailbox(one), cursor))[0] == known


async def test_the_cursor_never_goes_back() -> None:
    async with house() as one:
        ahead = str(one.google.history_id + 500)

        assert (await mailbox(one).catch_up(ahead)).cursor == ahead


async def test_a_push_that_is_late_or_comes_twice_is_no_news() -> None:
    async with house() as one:
        source = mailbox(one)
        assert source.is_news(1)
        deliver(one.google)
        await source.catch_up(None)

        assert [source.is_news(one.google.history_id + n) for n in (-500, 0, 1)] == [False, False, True]


async def test_a_grant_that_is_refused_is_told_apart_from_an_outage() -> None:
    async with house() as one:
        one.google.tokens.refusal = (400, "invalid_grant")
        with pytest.raises(AccessRefusedError):
            await mailbox(one).catch_up(None)
        one.google.tokens.refusal = None


async def test_a_mailbox_that_lets_us_in_no_more_is_told_apart_from_an_outage() -> None:
    async with house() as one:
        one.google.fail("users.getProfile", status=403, reason="insufficientPermissions")
        with pytest.raises(AccessRefusedError):
            await mailbox(one).catch_up(None)


@over_loopback
async def test_an_outage_is_told_as_one_and_nothing_is_skipped() -> None:
    async with house() as one:
        source = mailbox(one)
        _, cursor = await read_all(source, None)
        new = deliver(one.google, 2)
        one.google.fail(GET, status=503)
        with pytest.raises(UnavailableError) as caught:
            await source.catch_up(cursor)
        assert not isinstance(caught.value, AccessRefusedError)
        one.google.reset()

        assert (await read_all(source, cursor))[0] == new


async def test_a_watch_is_made_at_the_start_and_renewed_each_day() -> None:
    async with house() as one:
        clock = Clock()
        source = mailbox(one, topic=TOPIC, clock=clock)
        cursor, watches = None, []
        for _ in range(13):
            cursor = (await source.catch_up(cursor)).cursor
            watches.append(one.google.calls[WATCH])
            clock.seconds += 6 * 3600

        assert watches == [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4]


async def test_a_watch_that_fails_is_tried_again_and_the_mailbox_is_read_meanwhile() -> None:
    async with house() as one:
        clock = Clock()
        source = mailbox(one, topic=TOPIC, clock=clock)
        one.google.fail(WATCH, status=403, reason="forbidden")
        cursor = (await source.catch_up(None)).cursor
        new = deliver(one.google)

        assert (await read_all(source, cursor))[0] == new
        assert one.google.calls[WATCH] == 1
        one.google.reset()
        clock.seconds += 3601
        await source.catch_up(cursor)
        assert len(one.google.watches) == 1


async def test_without_a_topic_nobody_is_asked_to_push() -> None:
    async with house() as one:
        await mailbox(one).catch_up(None)

        assert one.google.calls[WATCH] == 0


@over_loopback
async def test_waiting_ends_by_itself() -> None:
    async with house() as one, asyncio.timeout(121):
        await mailbox(one).wait(120)
