"""Whether a hotel's QloApps is ready for us, in words of what to do about it: `agente-hotelero pms check`."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from xml.etree.ElementTree import Element

from agente_hotelero.errors import PmsUnavailableError
from agente_hotelero.model.findings import Finding, Grade
from agente_hotelero.pms.qloapps import booking, catalogue, shapes
from agente_hotelero.pms.qloapps.catalogue import Catalogue
from agente_hotelero.pms.qloapps.webservice import OK, Answer, Webservice

READ: Final = frozenset({"get"})
NEEDED: Final[Mapping[str, frozenset[str]]] = {
    **dict.fromkeys(
        (
            "hotels",
            "hotel_room_types",
            "room_types",
            "services",
            "currencies",
            "orders",
            "room_bookings",
            "order_states",
            "customers",
        ),
        READ,
    ),
    "hotel_ari": READ | {"post"},
    "bookings": READ | {"post"},
    "order_histories": frozenset({"post"}),
}
"""Without these the agent can't work; docs/qloapps.md has the same list."""
WANTED: Final[Mapping[str, frozenset[str]]] = {
    "customer_threads": READ | {"post"},
    "customer_messages": READ | {"post"},
}
"""Without these it leaves no notes to staff."""
NATIVE_LATE_CHECKOUT: Final = {"room_bookings": frozenset({"put"})}
SWITCHED_ON: Final = "is pms.url the shop's own address, and its webservice switched on (PS_WEBSERVICE)?"
MOST_SECONDS_OFF: Final = 60.0
NOT_LET_IN: Final = 401
INACTIVE, MALFORMED = 20, 18
"""Codes of a key that is unknown or switched off, and of one that is no key at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the hotels file says: the hotel's id in QloApps, its currency, and the most guests of each room type."""

    hotel_id: int
    currency: str
    rooms: Mapping[str, int]


async def examine(webservice: Webservice, expected: Expected, *, now: datetime) -> AsyncIterator[Finding]:
    """Look at everything, the rest only where what it stands on is there. Writes nothing."""
    try:
        root = await webservice.call("GET", "", json=False)
    except PmsUnavailableError as error:
        yield Finding(
            Grade.FIX, f"{webservice.base} does not answer ({error.__cause__ or error}): is the address right?"
        )
        return
    if root.status not in OK:
        yield Finding(Grade.FIX, _not_let_in(root))
        return
    try:
        rights = _rights(webservice.parsed(root))
    except PmsUnavailableError:
        yield Finding(Grade.FIX, f"{webservice.base}api/ is a page and no webservice: {SWITCHED_ON}")
        return
    yield Finding(Grade.FINE, f"{webservice.base} answers, and knows the key")
    yield _clock(root, now)
    for finding in _permissions(rights):
        yield finding
    if any(not needed <= rights.get(resource, frozenset()) for resource, needed in NEEDED.items()):
        return
    async for finding in _contents(webservice, expected, rights):
        yield finding


async def _contents(
    webservice: Webservice, expected: Expected, rights: Mapping[str, frozenset[str]]
) -> AsyncIterator[Finding]:
    try:
        found = await catalogue.read(webservice, hotel_id=expected.hotel_id)
    except PmsUnavailableError as error:
        yield Finding(Grade.FIX, f"{error.what}: pms.hotel in the hotels file names the hotel's id there")
        return
    yield Finding(
        Grade.FINE, f"QloApps {found.version}, hotel {expected.hotel_id}, {len(found.kinds)} room types on sale"
    )
    for findings in (_rooms(found, expected), money(found, expected), _late(found, rights)):
        for finding in findings:
            yield finding
    yield await _notices(webservice)


def _not_let_in(answer: Answer) -> str:
    if answer.status != NOT_LET_IN:
        return f"status {answer.status} from api/: {SWITCHED_ON}"
    if MALFORMED in answer.codes or b"<![CDATA[18]]>" in answer.body:
        return "the key has not 32 characters: copy it again from Advanced Parameters > Webservice"
    if INACTIVE in answer.codes or b"<![CDATA[20]]>" in answer.body:
        return "the key is unknown or switched off: see Advanced Parameters > Webservice"
    return (
        "the web server drops the Authorization header: add "
        "`RewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]` to the shop's .htaccess"
    )


def _clock(answer: Answer, now: datetime) -> Finding:
    try:
        theirs = parsedate_to_datetime(answer.headers.get("Date", ""))
    except ValueError:
        return Finding(Grade.NOTE, "it does not tell its time")
    seconds = (theirs.astimezone(UTC) - now.astimezone(UTC)).total_seconds()
    if abs(seconds) <= MOST_SECONDS_OFF:
        return Finding(Grade.FINE, f"its clock is {seconds:+.0f} s off ours")
    return Finding(Grade.NOTE, f"its clock is {seconds:+.0f} s off ours: let both follow NTP")


def _rights(root: Element) -> Mapping[str, frozenset[str]]:
    methods = ("get", "post", "put")
    return {one.tag: frozenset(m for m in methods if one.get(m) == "true") for api in root for one in api}


def _permissions(rights: Mapping[str, frozenset[str]]) -> Sequence[Finding]:
    lacking = _lacking(NEEDED, rights)
    wanting = _lacking(WANTED, rights)
    found = [Finding(Grade.FIX, f"the key lacks {one}: tick it in Advanced Parameters > Webservice") for one in lacking]
    found += [Finding(Grade.NOTE, f"the key lacks {one}: the agent leaves no notes to staff") for one in wanting]
    return found or [Finding(Grade.FINE, "the key has every permission that the agent needs")]


def _lacking(wanted: Mapping[str, frozenset[str]], rights: Mapping[str, frozenset[str]]) -> Sequence[str]:
    return [
        f"{method.upper()} on {resource}"
        for resource, methods in wanted.items()
        for method in sorted(methods - rights.get(resource, frozenset()))
    ]


def _rooms(found: Catalogue, expected: Expected) -> Sequence[Finding]:
    known = {kind.room_type.key: kind.room_type for kind in found.kinds.values()}
    findings = [
        Finding(Grade.FIX, f"room {key} of the hotels file is no active room type there; these are: {_names(found)}")
        for key in expected.rooms
        if key not in known
    ]
    findings += [
        Finding(Grade.FIX, f"room {key} holds {known[key].capacity} guests there, and {most} in the hotels file")
        for key, most in expected.rooms.items()
        if key in known and known[key].capacity != most
    ]
    findings += [
        Finding(
            Grade.NOTE,
            f"room type {key} ({room.name}) is on sale there and not in the hotels file: guests see that name",
        )
        for key, room in known.items()
        if key not in expected.rooms
    ]
    return findings or [Finding(Grade.FINE, f"the hotels file has its rooms: {_names(found)}")]


def _names(found: Catalogue) -> str:
    return ", ".join(f"{kind.room_type.key} {kind.room_type.name}" for kind in found.kinds.values())


def money(found: Catalogue, expected: Expected) -> Sequence[Finding]:
    """Look at the hotel's currency, and at fees whose tax can't be read with the permissions that are asked for."""
    if expected.currency not in found.active_currencies:
        has = ", ".join(sorted(found.active_currencies))
        return [Finding(Grade.FIX, f"{expected.currency}, the hotel's currency, is not active there; these are: {has}")]
    groups = {kind.tax_group for kind in found.kinds.values()}
    odd = [one for one in found.services if one.separate and one.tax_group and {one.tax_group} != groups]
    return [
        Finding(Grade.FINE, f"it has the hotel's currency, {expected.currency}"),
        *(
            Finding(
                Grade.NOTE,
                f"the mandatory service {one.id} is taxed by another rule than the rooms: quotes may differ from "
                "what is booked, and each that does goes to a person",
            )
            for one in odd
        ),
    ]


def _late(found: Catalogue, rights: Mapping[str, frozenset[str]]) -> Sequence[Finding]:
    if found.version == "1.6.1":
        return [Finding(Grade.NOTE, "late check-outs become notes to staff: 1.6.1 has no field for them"), MAILS]
    lacking = _lacking(NATIVE_LATE_CHECKOUT, rights)
    return [Finding(Grade.NOTE, f"the key lacks {one}: late check-outs become notes to staff") for one in lacking]


MAILS: Final = Finding(
    Grade.NOTE,
    "1.6.1 mails its own confirmation inside each booking where its mail is on: guests may get two, and bookings "
    "take seconds longer (Advanced Parameters > E-mail)",
)


async def _notices(webservice: Webservice) -> Finding:
    """Ask for a booking that exists: a server that shows PHP's notices answers 500, as it will after each of ours."""
    newest = await webservice.rows("orders", display="[id]", sort="[id_DESC]", limit="1")
    if not newest:
        return Finding(Grade.NOTE, "there is no booking yet: whether PHP's notices are silent shows with the first")
    answer = await webservice.call("GET", f"bookings/{shapes.number(newest[0]['id'])}")
    if answer.status in OK or not answer.codes <= booking.PHP_MESSAGES:
        return Finding(Grade.FINE, "bookings are answered without PHP's notices")
    return Finding(
        Grade.NOTE,
        "PHP's notices turn each answer to a booking into a 500 after it was made; the agent reads it back, so nothing "
        "is lost. To silence them: error_reporting = E_ALL & ~E_NOTICE & ~E_WARNING & ~E_DEPRECATED in php.ini",
    )
