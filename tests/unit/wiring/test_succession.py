"""One hotels file after another: everything that follows from it changes in one step, or nothing does."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from copy import deepcopy
from typing import Any

import aiohttp
import pytest
import yaml

from agente_hotelero.actors import pms_gateway
from agente_hotelero.actors.notifier import NotifierActor
from agente_hotelero.actors.supervision import Supervisor
from agente_hotelero.config.hotels import parse
from agente_hotelero.config.settings import GmailSettings
from agente_hotelero.errors import ConfigError, StorageUnavailableError, UnavailableError
from agente_hotelero.model.ids import Account, Channel, GuestId, HotelId
from agente_hotelero.model.messages import Text
from agente_hotelero.model.reach import Reach
from agente_hotelero.storage.demo_inventory import Seed
from agente_hotelero.storage.links import Pool
from agente_hotelero.storage.sagas import PostgresSagas
from agente_hotelero.storage.uploads import PostgresUploads
from agente_hotelero.wiring.commons import Commons
from agente_hotelero.wiring.directory import Defaults, Directory, directory
from agente_hotelero.wiring.outlets import Outlets
from agente_hotelero.wiring.own_files import OwnSite
from agente_hotelero.wiring.post import Post
from agente_hotelero.wiring.roster import InForce
from agente_hotelero.wiring.staff import StaffChannels
from agente_hotelero.wiring.succession import PREPARE_SECONDS, LeavingError, Succession
from agente_hotelero.wiring.teams import Graph, Teams
from tests.fakes.clockwork import FakeHandOffs
from tests.fakes.journal import Lost
from tests.fakes.mail import FakeMailLedger
from tests.fakes.sagas import FakeSagaJournal
from tests.fakes.webhooks import sign
from tests.support.actors_house import House
from tests.support.command_line import EXAMPLE
from tests.support.stays import COUPLE, HOTEL, STAY
from tests.support.virtual_time import clock, in_virtual_time, now, until_idle

EXAMPLES_HOTEL: dict[str, Any] = yaml.safe_load(EXAMPLE.read_text("utf-8"))["hotels"][0]
SECOND = HotelId("segundo")
FIRST_ACCOUNT = Account(HOTEL, Channel.WHATSAPP, "100000000000001")
SECOND_ACCOUNT = Account(SECOND, Channel.WHATSAPP, "200000000000002")
BODY = b"{}"


class Books:
    """What the demo PMS sells, as it was told last; it may be away, or slow to hear it."""

    def __init__(self) -> None:
        self.sold: dict[HotelId, list[str]] = {}
        self.gate: asyncio.Event | None = None
        self.away = False
        self.asked = 0

    async def seed_all(self, hotels: Mapping[HotelId, Sequence[Seed]]) -> None:
        if self.gate is not None:
            await self.gate.wait()
        if self.away:
            raise StorageUnavailableError("postgres")
        self.sold.update({hotel: [seed.room_type.key for seed in seeds] for hotel, seeds in hotels.items()})

    async def offers(self, *_: object) -> Sequence[Any]:
        self.asked += 1
        return ()

    async def rooms(self, *_: object, **__: object) -> Sequence[Any]:
        return ()

    by_reference = by_guest = rooms

    async def reserve(self, *_: object, **__: object) -> Any:
        raise NotImplementedError

    by_code = cancel = leave_late = note = reserve


class Service:
    """Everything that a change of hotels touches, over a real journal and real supervision."""

    def __init__(self, house: House, session: aiohttp.ClientSession) -> None:
        self.house = house
        self.books = Books()
        self.ledger = FakeMailLedger(cursor=None)
        self.in_force = InForce()
        self.outlets = Outlets(in_force=self.in_force, sagas=PostgresSagas(Pool("postgresql://nowhere")))
        self.outlets.journal, self.outlets.router = house.journal, house.router
        self.outlets.notifier = NotifierActor.start(
            handoffs=FakeHandOffs(now=now), staff=lambda: self.in_force.directory.staff
        )
        self.supervisor = Supervisor(name="system", clock=clock, on_exhausted=self._exhausted, metrics=house.metrics)
        self.exhausted: list[str] = []
        self.teams = Teams(
            supervisor=self.supervisor,
            journal=house.journal,
            inventory=self.books,
            sagas=FakeSagaJournal(hotel=HOTEL, now=now),
            outlets=self.outlets,
            graph=Graph(
                url="http://127.0.0.1:1",
                session=session,
                doubt_grace_seconds=60,
                uploaded=PostgresUploads(Pool("postgresql://nowhere")),
                read_own=OwnSite(session=session, address=lambda: None).read,
            ),
            post=Post(
                ledger=self.ledger,
                threads=self.ledger,
                key=b"k",
                site=lambda: None,
                session=session,
                gmail=GmailSettings(),
            ),
            pms_session=session,
            rows_elsewhere=lambda: None,
            metrics=house.metrics,
        )
        self.channels = StaffChannels(session=session, mail_server=None, flags=house.flags)
        self.succession = Succession(
            in_force=self.in_force,
            teams=self.teams,
            commons=Commons(
                key=b"k",
                site=lambda: None,
                code_picture=lambda _code: None,
                always_open=True,
                flags=house.flags,
                metrics=house.metrics,
            ),
            outlets=self.outlets,
            seed=self.books.seed_all,
        )

    def _exhausted(self, name: str) -> None:
        self.exhausted.append(name)

    def directory(self, *hotels: dict[str, Any]) -> Directory:
        file = parse(yaml.safe_dump({"hotels": list(hotels)}), name="hotels.yaml", environment=SECRETS)
        defaults = Defaults(app_secrets=("shared",), access_token="default-token")
        return directory(file, defaults=defaults, channels=self.channels)

    async def follow(self, *hotels: dict[str, Any]) -> None:
        await self.succession.follow(self.directory(*hotels))
        await until_idle()

    def staff(self) -> list[str]:
        """Who works here."""
        return sorted(child.name for child in self.supervisor.snapshot().children)

    def seen(self) -> dict[str, object]:
        """What guests, channels and staff find here this moment."""
        profile = self.in_force.profiles.get(HOTEL)
        around = self.in_force.surroundings(HOTEL)
        return {
            "address": profile and profile.address,
            "of conversations": around and around.hotel.address,
            "numbers": sorted(self.in_force.directory.numbers),
            "signed": sorted(self.in_force.verify(BODY, sign(BODY, "second-secret"))),
            "senders": sorted(account.name for account in self.in_force.roster.senders),
            "reachable": list(self.in_force.directory.staff),
            "hotels": sorted(self.in_force.roster.surroundings),
            "chat pages": sorted(self.in_force.profiles),
        }


SECRETS = {"MAIL": "mail-secret", "SECOND_SECRET": "second-secret", "OTHER_TOKEN": "other-token", "DESK": "desk-secret"}


def hotel(**changes: Any) -> dict[str, Any]:
    """The example's, changed."""
    return {**deepcopy(EXAMPLES_HOTEL), **changes}


def second(**changes: Any) -> dict[str, Any]:
    account = {"phone_number_id": SECOND_ACCOUNT.name, "app_secrets_env": ["SECOND_SECRET"]}
    return hotel(**{"id": SECOND, "name": "Segundo", "whatsapp": [account], **changes})


@asynccontextmanager
async def running() -> AsyncIterator[Service]:
    """A service with the example's hotel."""
    house = await House().start()
    async with aiohttp.ClientSession() as session:
        service = Service(house, session)
        await service.succession.begin(service.directory(hotel()))
        yield service
        await service.succession.close()
        await service.supervisor.stop()
        await service.outlets.notifier.stop()
        await house.stop()


FIRST_STAFF = ["gateway:demo", "reservations:demo", "sender:demo:100000000000001"]
SECOND_STAFF = ["gateway:segundo", "reservations:segundo", "sender:segundo:200000000000002"]
MOVED = {"address": "Calle Nueva 7", "staff": {"webhook_url": "https://desk.example", "webhook_secret_env": "DESK"}}


@in_virtual_time
async def test_everything_is_the_old_until_all_is_ready_and_then_everything_is_the_new() -> None:
    async with running() as service:
        before = service.seen()
        gate = service.books.gate = asyncio.Event()
        change = asyncio.ensure_future(service.succession.follow(service.directory(hotel(**MOVED), second())))
        await until_idle()
        assert service.seen() == before
        # They work already, and nobody sends anything to them.
        assert service.staff() == sorted([*FIRST_STAFF, *SECOND_STAFF])
        assert not service.outlets.sends_at_once(SECOND_ACCOUNT, GuestId(1))

        gate.set()
        await change
        assert service.seen() == {
            "address": "Calle Nueva 7",
            "of conversations": "Calle Nueva 7",
            "numbers": ["100000000000001", "200000000000002"],
            "signed": ["200000000000002"],
            "senders": ["100000000000001", "200000000000002"],
            "reachable": ["demo"],
            "hotels": ["demo", "segundo"],
            "chat pages": ["demo", "segundo"],
        }
        assert service.outlets.sends_at_once(SECOND_ACCOUNT, GuestId(1))


@in_virtual_time
async def test_what_cannot_be_prepared_changes_nothing_and_leaves_nobody_behind() -> None:
    async with running() as service:
        before = service.seen()
        service.books.away = True
        with pytest.raises(StorageUnavailableError):
            await service.follow(hotel(**MOVED), second())
        assert service.seen() == before
        assert service.staff() == FIRST_STAFF
        assert breakers(service, SECOND) == [None, None]

        service.books.away = False
        await service.follow(hotel(**MOVED), second())
        assert service.seen() != before


@in_virtual_time
async def test_a_sender_that_cannot_begin_is_not_waited_for_long() -> None:
    async with running() as service:
        service.house.database.faults.outages["open_rows"].extend([Lost.BEFORE] * 1_000)
        before, began = service.seen(), clock()
        with pytest.raises(UnavailableError, match="what new hotels or accounts need"):
            await service.follow(hotel(), second())
        assert PREPARE_SECONDS <= clock() - began < PREPARE_SECONDS + 1
        assert (service.seen(), service.staff(), service.exhausted) == (before, FIRST_STAFF, [])
        service.house.database.faults.outages["open_rows"].clear()


@in_virtual_time
async def test_what_breaks_at_its_start_breaks_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running() as service:
        before = service.seen()
        monkeypatch.setattr(pms_gateway.PmsGatewayActor, "started", broken, raising=False)
        with pytest.raises(Exception, match="gateway:segundo never started: LookupError"):
            await service.follow(hotel(), second())
        assert (service.seen(), service.staff(), service.exhausted) == (before, FIRST_STAFF, [])


async def broken(_self: object) -> None:
    raise LookupError


@in_virtual_time
async def test_a_file_from_which_no_directory_follows_is_refused() -> None:
    async with running() as service:
        with pytest.raises(ConfigError, match="blank app secret"):
            directory(
                parse(yaml.safe_dump({"hotels": [second()]}), name="h", environment={"SECOND_SECRET": " "}),
                defaults=Defaults(),
                channels=service.channels,
            )


@in_virtual_time
async def test_who_stays_goes_on_and_asks_the_pms_anew() -> None:
    async with running() as service:
        desk, senders = service.in_force.roster.desks[HOTEL], dict(service.in_force.roster.senders)
        question = pms_gateway.FindOffers(stay=STAY, party=COUPLE)
        await desk.gateway_ref.ask(question)
        await desk.gateway_ref.ask(question)
        await service.follow(hotel(rooms=EXAMPLES_HOTEL["rooms"][:1]), second())
        await desk.gateway_ref.ask(question)
        assert service.books.asked == 2
        assert service.books.sold[HOTEL] == ["single"]
        assert service.in_force.roster.desks[HOTEL] is desk
        assert senders.items() <= service.in_force.roster.senders.items()


@in_virtual_time
async def test_a_hotel_that_is_gone_is_let_go_after_the_turns_in_hand() -> None:
    async with running() as service:
        await service.follow(hotel(), second())
        gate = service.house.understanding.gate = asyncio.Event()
        await service.house.say("hola")
        await service.follow(hotel())
        # Not to be found any more, and its PMS still answers who asks.
        assert service.seen()["hotels"] == ["demo"]
        assert service.staff() == sorted([*FIRST_STAFF, "gateway:segundo", "reservations:segundo"])

        gate.set()
        await until_idle()
        assert service.staff() == FIRST_STAFF
        assert breakers(service, SECOND) == [None, None]
        assert breakers(service, HOTEL) == [0, 0]


@in_virtual_time
async def test_a_hotel_that_comes_back_while_it_is_let_go_begins_anew_after_that() -> None:
    async with running() as service:
        await service.follow(hotel(), second())
        old = service.in_force.roster.desks[SECOND]
        service.house.understanding.gate = asyncio.Event()
        await service.house.say("hola")
        await service.follow(hotel())
        await service.follow(hotel(), second())
        assert service.staff() == sorted([*FIRST_STAFF, *SECOND_STAFF])
        assert not old.gateway_ref.is_alive()
        assert service.in_force.roster.desks[SECOND].gateway_ref.is_alive()


@in_virtual_time
async def test_changes_that_are_asked_for_together_come_one_after_the_other() -> None:
    async with running() as service:
        gate = service.books.gate = asyncio.Event()
        addresses = [f"Calle {n}" for n in range(5)]
        changes = [asyncio.ensure_future(service.follow(hotel(address=one))) for one in addresses]
        await until_idle()
        gate.set()
        await asyncio.gather(*changes)
        assert service.seen()["address"] == "Calle 4"
        assert service.staff() == FIRST_STAFF


@in_virtual_time
async def test_another_token_is_used_by_the_sender_that_is_there_and_by_its_next_incarnation() -> None:
    async with running() as service:
        ref = service.in_force.roster.senders[FIRST_ACCOUNT]
        account = {"phone_number_id": FIRST_ACCOUNT.name, "access_token_env": "OTHER_TOKEN"}
        await service.follow(hotel(whatsapp=[account]))
        assert service.in_force.roster.senders[FIRST_ACCOUNT] is ref
        assert bearer(service) == "Bearer other-token"
        ref.tell("nonsense")
        await asyncio.sleep(1)
        assert bearer(service) == "Bearer other-token"


@in_virtual_time
async def test_other_terms_and_templates_are_the_senders_from_then_on() -> None:
    async with running() as service:
        sender = service.outlets.sender_actors[FIRST_ACCOUNT]
        assert paces(service) == [80]
        template = {"name": "novedades", "language": "es", "parameters": ["{hotel}: {text}"]}
        terms = {"messages_per_second": 7, "templates": {"answer": {"es": template}}}
        await service.follow(hotel(whatsapp=[{"phone_number_id": FIRST_ACCOUNT.name, **terms}]))
        assert service.outlets.sender_actors[FIRST_ACCOUNT] is sender
        assert paces(service) == [7]
        window = sender._permission.window
        assert window is not None
        found = window.instead(Text(body="Ya está"), Reach(heard_at=None))
        assert found is not None
        assert found.template.values[0].text == f"{service.in_force.profiles[HOTEL].name}: Ya está"
        service.outlets.upgraded(FIRST_ACCOUNT)
        await until_idle()
        assert paces(service) == [1000]


@in_virtual_time
async def test_a_number_that_moves_to_another_hotel_has_another_sender() -> None:
    async with running() as service:
        moved = {"phone_number_id": FIRST_ACCOUNT.name}
        await service.follow(hotel(whatsapp=[]), second(whatsapp=[moved]))
        assert service.in_force.directory.hotel_of(FIRST_ACCOUNT.name) == SECOND
        assert "sender:segundo:100000000000001" in service.staff()
        assert "sender:demo:100000000000001" not in service.staff()
        assert list(service.outlets.sender_actors) == [Account(SECOND, Channel.WHATSAPP, FIRST_ACCOUNT.name)]


@in_virtual_time
async def test_a_process_that_is_about_to_end_keeps_what_it_has() -> None:
    async with running() as service:
        before = service.seen()
        await service.succession.close()
        with pytest.raises(LeavingError):
            await service.follow(hotel(**MOVED))
        assert service.seen() == before


@in_virtual_time
async def test_the_end_waits_for_a_change_under_way_and_cuts_goodbyes_short() -> None:
    async with running() as service:
        await service.follow(hotel(), second())
        service.house.understanding.gate = asyncio.Event()
        await service.house.say("hola")
        gate = service.books.gate = asyncio.Event()
        change = asyncio.ensure_future(service.follow(hotel()))
        await until_idle()
        end = asyncio.ensure_future(service.succession.close())
        await until_idle()
        assert not end.done()
        gate.set()
        began = clock()
        await asyncio.gather(change, end)
        assert clock() == began


@in_virtual_time
async def test_what_was_said_for_an_account_before_it_was_in_force_is_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with running() as service:
        heard: list[int] = []
        monkeypatch.setattr(
            type(service.house.journal_actor), "_hotels_changed", lambda _self: heard.append(len(service.staff()))
        )
        await service.follow(hotel(), second())
        assert heard == [len(FIRST_STAFF) + len(SECOND_STAFF)]


def breakers(service: Service, name: HotelId) -> list[float | None]:
    value = service.house.metrics.registry.get_sample_value
    return [value("pms_breaker_state", {"hotel": name, "operation_class": one}) for one in ("read", "write")]


def paces(service: Service) -> list[object]:
    """What whoever looks sees of each account."""
    return [account["messages_per_second"] for account in service.outlets.accounts()]


def bearer(service: Service) -> str:
    client: Any = service.outlets.sender_actors[FIRST_ACCOUNT]._client
    return str(client._headers["Authorization"])


def mailbox(**changes: Any) -> dict[str, Any]:
    server = {"host": "127.0.0.1", "port": 1, "security": "none"}
    return {"address": "reservas@hotel.example", "imap": server, "smtp": server, "password_env": "MAIL", **changes}


MAIL_STAFF = ["mailbox:demo:reservas@hotel.example", "sender:demo:reservas@hotel.example"]
MAILBOX = Account(HOTEL, Channel.EMAIL, "reservas@hotel.example")


@in_virtual_time
async def test_a_mailbox_is_read_and_written_to_from_the_moment_it_is_in_the_file_until_it_is_gone() -> None:
    async with running() as service:
        await service.follow(hotel(mailbox=mailbox()))
        assert service.staff() == sorted([*FIRST_STAFF, *MAIL_STAFF])
        assert service.outlets.sends_at_once(MAILBOX, GuestId(1))
        await service.follow(hotel())
        assert service.staff() == FIRST_STAFF
        assert (service.outlets.readers, service.exhausted) == ({}, [])


@in_virtual_time
async def test_a_mailbox_with_another_password_goes_on_with_the_same_reader_and_sender() -> None:
    async with running() as service:
        await service.follow(hotel(mailbox=mailbox()))
        reader, sender = service.outlets.readers[MAILBOX], service.in_force.roster.senders[MAILBOX]
        before = service.teams._equipment[MAILBOX].client
        await service.follow(hotel(mailbox=mailbox(password_env="OTHER_TOKEN")))
        assert service.outlets.readers[MAILBOX] is reader
        assert service.in_force.roster.senders[MAILBOX] is sender
        assert service.teams._equipment[MAILBOX].client is not before
        assert reader.is_alive()


@in_virtual_time
async def test_a_mail_is_signed_with_the_name_that_the_hotel_has_now() -> None:
    async with running() as service:
        await service.follow(hotel(mailbox=mailbox()))
        before = service.teams._equipment[MAILBOX].client
        await service.follow(hotel(mailbox=mailbox(), name="Hotel Nuevo"))
        assert service.teams._equipment[MAILBOX].client is not before
