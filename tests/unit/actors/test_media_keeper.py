"""What guests send is fetched until it is a file or never will be; one that hangs holds up no other."""

import asyncio
import hashlib
from datetime import timedelta

import pytest

from agente_hotelero.actors.media_keeper import (
    AT_ONCE,
    FETCH_SECONDS,
    LIFETIME,
    LONGEST_PAUSE_SECONDS,
    LOOK_SECONDS,
    Begin,
    Look,
    MediaKeeperActor,
    Rest,
)
from agente_hotelero.errors import MediaRefusedError, StorageUnavailableError, UnavailableError
from agente_hotelero.model.events import MediaReceived
from agente_hotelero.model.media import GuestFile
from agente_hotelero.telemetry.metrics import Metrics
from tests.fakes.media import FakeChannelFiles, FakeMediaLedger, FakeMediaStore
from tests.support.virtual_time import clock, in_virtual_time, now, until_idle

SLIP = b"%PDF-1.4"


class Keeper:
    """A running keeper that owns the shards."""

    def __init__(self, *, owning: bool = True) -> None:
        self.ledger = FakeMediaLedger()
        self.store = FakeMediaStore()
        self.channel = FakeChannelFiles()
        self.metrics = Metrics()
        self.ref = MediaKeeperActor.start(
            ledger=self.ledger,
            store=self.store,
            fetch=self.channel.fetch,
            name_of=lambda due, n: f"{due.inbox_id}-{n}",
            now=now,
            metrics=self.metrics,
        )
        if owning:
            self.ref.tell(Begin())

    async def gets(self, number: int, *failures: Exception, since: timedelta = timedelta(), ring: bool = True) -> None:
        """A guest sent something; its channel fails so often before it gives it out."""
        name = f"m{number}"
        self.channel.files.setdefault(name, [GuestFile(name="slip.pdf", mime="application/pdf", content=SLIP)])
        self.channel.failures[name] = list(failures)
        self.ledger.add(number, MediaReceived(what="document", media_id=name), since=now() - since)
        if ring:
            self.ref.tell(Look())
            await until_idle()

    def counted(self, outcome: str) -> float | None:
        return self.metrics.registry.get_sample_value("media_total", {"channel": "whatsapp", "outcome": outcome})


@in_virtual_time
async def test_what_a_guest_sent_becomes_a_file_at_once_and_once() -> None:
    keeper = Keeper()
    await keeper.gets(1)
    await asyncio.sleep(3600)
    [file] = keeper.ledger.rows[1].files
    assert keeper.store.files == {"1-0": SLIP}
    assert (file.n, file.name, file.mime, file.bytes) == (0, "slip.pdf", "application/pdf", len(SLIP))
    assert file.sha256 == hashlib.sha256(SLIP).hexdigest()
    assert len(keeper.channel.asked) == 1
    assert keeper.counted("kept") == 1


@in_virtual_time
async def test_a_mail_with_several_files_keeps_what_can_be_kept() -> None:
    keeper = Keeper()
    keeper.channel.files["m1"] = [
        GuestFile(name="a.pdf", mime="application/pdf", content=b"a"),
        GuestFile(name="b.iso", mime="", content=None, refused="too_large"),
        GuestFile(name="c.pdf", mime="application/pdf", content=b"c"),
    ]
    await keeper.gets(1)
    assert [(file.n, file.file, file.refused) for file in keeper.ledger.rows[1].files] == [
        (0, "1-0", None),
        (1, None, "too_large"),
        (2, "1-2", None),
    ]
    assert keeper.store.files == {"1-0": b"a", "1-2": b"c"}


@pytest.mark.parametrize("trouble", [UnavailableError("Graph"), TimeoutError(), KeyError("a bug")])
@in_virtual_time
async def test_what_is_away_is_asked_for_again_less_and_less_often(trouble: Exception) -> None:
    keeper = Keeper()
    await keeper.gets(1, *[trouble] * 4)
    await asyncio.sleep(600)
    gaps = [(at - keeper.ledger.rows[1].since).total_seconds() for _, at in keeper.channel.asked]
    assert gaps == [0.0, 5.0, 15.0, 35.0, 75.0]
    assert keeper.ledger.state(1) == "kept"
    assert (keeper.counted("later"), keeper.counted("kept")) == (4, 1)


@in_virtual_time
async def test_a_channel_that_names_a_time_is_not_asked_before() -> None:
    keeper = Keeper()
    await keeper.gets(1, UnavailableError("Graph", retry_after_seconds=300))
    await asyncio.sleep(299)
    assert len(keeper.channel.asked) == 1
    await asyncio.sleep(2)
    assert keeper.ledger.state(1) == "kept"


@in_virtual_time
async def test_what_will_never_come_is_given_up_at_once_by_its_reason() -> None:
    keeper = Keeper()
    await keeper.gets(1, MediaRefusedError("wrong_hash"))
    await asyncio.sleep(LONGEST_PAUSE_SECONDS * 2)
    assert keeper.ledger.state(1) == "wrong_hash"
    assert len(keeper.channel.asked) == 1
    assert keeper.counted("wrong_hash") == 1


@in_virtual_time
async def test_what_a_channel_gives_out_no_more_is_given_up() -> None:
    keeper = Keeper()
    await keeper.gets(1, UnavailableError("Graph"), since=LIFETIME + timedelta(seconds=1))
    assert keeper.ledger.state(1) == "expired"


@in_virtual_time
async def test_a_full_disk_only_delays() -> None:
    keeper = Keeper()
    keeper.store.failures.append(OSError(28, "No space left on device"))
    await keeper.gets(1)
    assert keeper.store.files == {}
    await asyncio.sleep(10)
    assert keeper.store.files == {"1-0": SLIP}


@in_virtual_time
async def test_one_that_hangs_holds_up_no_other_and_is_cut() -> None:
    keeper = Keeper()
    keeper.channel.hanging.add("m1")
    await keeper.gets(1)
    for number in range(2, 2 + 3 * AT_ONCE):
        await keeper.gets(number)
    assert [keeper.ledger.state(number) for number in range(2, 2 + 3 * AT_ONCE)] == ["kept"] * (3 * AT_ONCE)
    assert clock() == 0.0
    keeper.channel.hanging.clear()
    await asyncio.sleep(FETCH_SECONDS + 10)
    assert keeper.ledger.state(1) == "kept"


@in_virtual_time
async def test_no_more_than_some_are_in_memory_at_once() -> None:
    keeper = Keeper()
    for number in range(1, 3 * AT_ONCE):
        keeper.channel.hanging.add(f"m{number}")
        await keeper.gets(number)
    assert len(keeper.channel.asked) == AT_ONCE
    keeper.channel.let_go.set()
    await until_idle()
    assert {row.state for row in keeper.ledger.rows.values()} == {"kept"}


@in_virtual_time
async def test_whoever_takes_over_goes_on_with_what_was_in_another_hand() -> None:
    keeper = Keeper(owning=False)
    await keeper.gets(1)
    keeper.ledger.rows[1].next_at = now() + timedelta(minutes=5)
    await asyncio.sleep(LOOK_SECONDS * 2)
    assert keeper.channel.asked == []
    keeper.ref.tell(Begin())
    await until_idle()
    assert keeper.ledger.state(1) == "kept"


@in_virtual_time
async def test_whoever_lost_the_shards_begins_nothing() -> None:
    keeper = Keeper()
    keeper.ref.tell(Rest())
    await keeper.gets(1)
    await asyncio.sleep(LOOK_SECONDS * 2)
    assert keeper.channel.asked == []


@in_virtual_time
async def test_what_nobody_rang_for_is_found_within_a_minute() -> None:
    keeper = Keeper()
    await until_idle()
    await keeper.gets(1, ring=False)
    await asyncio.sleep(LOOK_SECONDS + 1)
    assert keeper.ledger.state(1) == "kept"


@in_virtual_time
async def test_what_was_taken_back_before_it_was_fetched_is_not_fetched() -> None:
    keeper = Keeper()
    keeper.ledger.add(1, None)
    keeper.ref.tell(Look())
    await until_idle()
    assert keeper.ledger.rows == {}
    assert keeper.channel.asked == []


@in_virtual_time
async def test_what_was_taken_back_meanwhile_leaves_no_file() -> None:
    keeper = Keeper()
    keeper.channel.hanging.add("m1")
    await keeper.gets(1)
    keeper.ledger.rows[1].state = "unwanted"
    keeper.channel.let_go.set()
    await until_idle()
    assert keeper.store.files == {}
    assert keeper.counted("taken_back") == 1


@in_virtual_time
async def test_a_file_that_was_taken_back_goes_before_its_row() -> None:
    keeper = Keeper()
    await keeper.gets(1)
    keeper.ledger.rows[1].state = "unwanted"
    keeper.ref.tell(Look())
    await until_idle()
    assert keeper.store.files == {}
    assert keeper.ledger.rows == {}


@in_virtual_time
async def test_an_outage_of_storage_only_delays() -> None:
    keeper = Keeper()
    keeper.ledger.failures.extend([StorageUnavailableError("postgres"), KeyError("odd")])
    await keeper.gets(1)
    await asyncio.sleep(5)
    assert keeper.ledger.state(1) == "kept"


@in_virtual_time
async def test_a_stop_ends_everything_and_strangers_messages_are_refused() -> None:
    keeper = Keeper()
    keeper.channel.hanging.add("m1")
    await keeper.gets(1)
    with pytest.raises(TypeError):
        await keeper.ref.ask("anybody there?")  # type: ignore[arg-type]  # what no actor takes
    await keeper.ref.stop()
    await until_idle()
    assert asyncio.all_tasks() == {asyncio.current_task()}
