"""The webservice itself: one request in, one answer out. What it knows is in the books; what goes wrong is the server's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.fakes.qloapps import ari, bookings, doors, images, shown, writes
from tests.fakes.qloapps.asked import read_booking
from tests.fakes.qloapps.books import Books, Order
from tests.fakes.qloapps.faults import Switches
from tests.fakes.qloapps.listing import Listing
from tests.fakes.qloapps.render import Renderer
from tests.fakes.qloapps.resources import RESOURCES, Resource, catalogue
from tests.fakes.qloapps.rows import Version
from tests.fakes.qloapps.wire import EMPTY_500, JSON, NOT_FOUND, XML, Answer, Died, Refused, document, dump


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """`path` is what follows /api/; `base` is the shop's address, for the links in XML."""

    method: str
    path: list[str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    base: str

    @property
    def resource(self) -> str:
        return self.path[0] if self.path else ""

    @property
    def key(self) -> str | None:
        return self.path[1] if len(self.path) > 1 else None

    @property
    def as_json(self) -> bool:
        """`Accept` says nothing here."""
        asked = [self.query.get("output_format"), self.query.get("io_format")]
        asked += [self.headers.get("Output-Format"), self.headers.get("Io-Format")]
        return any(each == "JSON" for each in asked)


class Webservice:
    def __init__(self, books: Books, switches: Switches, version: Version, permissions: doors.Permissions) -> None:
        self._books, self._switches, self._version = books, switches, version
        self._permissions = permissions
        self._desk = bookings.BookingDesk(books, switches, version)

    async def answer(self, call: Call, right_key: str | None) -> Answer:
        try:
            key = doors.key_of(call.headers.get("Authorization"), call.query.get("ws_key"))
            doors.check_key(key, right_key)
            return await self._dispatch(call)
        except Refused as refused:
            return refused.answer(as_json=call.as_json)
        except Died as died:
            return died.answer

    async def _dispatch(self, call: Call) -> Answer:
        if not call.resource:
            return doors.root(self._permissions, as_json=call.as_json, base=call.base)
        doors.check_rights(self._permissions, call.method, call.resource, catalogue(self._version))
        match call.resource:
            case "hotel_ari":
                return self._ari(call)
            case "bookings":
                return await self._bookings(call)
            case "images":
                return images.answer(self._books, call.path[1:], base=call.base, as_json=call.as_json)
            case name:
                return self._generic(call, RESOURCES[name]) if name in RESOURCES else self._unplayed(call)

    def _ari(self, call: Call) -> Answer:
        tree = ari.Ari(self._books, self._version, ari.read_search(call.body)).tree()
        if call.as_json:
            return Answer(200, dump(tree), JSON)
        return Answer(200, document(ari.as_xml(tree, self._books, call.base)), XML)

    # bookings

    async def _bookings(self, call: Call) -> Answer:
        match call.method:
            case "POST":
                order = await self._desk.post(read_booking(call.body, self._books, self._version))
            case "PUT":
                order = await self._desk.put(read_booking(call.body, self._books, self._version))
            case _ if call.key is None:
                return self._all_bookings(call)
            case _:
                order = self._order(call.key)
        if self._switches.notices:
            raise self._desk.notice()
        told = shown.tree(order, self._books, self._version)
        if call.as_json:
            return Answer(200, dump({"booking": told}), JSON)
        return Answer(200, document(shown.as_xml("booking", told)), XML)

    def _order(self, key: str | None) -> Order:
        order = self._books.orders.get(int(key)) if key and key.isdigit() else None
        if order is None:
            raise Died(NOT_FOUND)
        return order

    def _all_bookings(self, call: Call) -> Answer:
        """Whatever was asked for: every id there is."""
        rows: list[dict[str, Any]] = [{"id": number} for number in self._books.orders]
        return self._renderer(call).ids(Resource("bookings", "booking", lambda *_: (), "id"), rows, name="bookings")

    # the other resources

    def _generic(self, call: Call, resource: Resource) -> Answer:
        if call.method == "POST" and call.resource in writes.POSTS:
            return self._written(call, resource, writes.POSTS[call.resource](self._books, call.body), 201)
        if call.method == "PUT" and call.resource == "room_bookings" and call.key is not None:
            key = int(call.key) if call.key.isdigit() else 0
            return self._written(call, resource, writes.put_line(self._books, self._version, call.body, key), 200)
        if call.method not in {"GET", "HEAD"}:
            raise Refused(405, (101, f"Method {call.method} is not allowed for the resource {call.resource}"))
        return self._read(call, resource)

    def _unplayed(self, call: Call) -> Answer:
        """A resource that this fake has no rows for; `extra_services` dies even in the real 1.6.1."""
        if call.resource == "extra_services":
            raise Died(EMPTY_500)
        return Answer(200, b"[]", JSON) if call.as_json else Answer(200, document(""), XML)

    def _written(self, call: Call, resource: Resource, echo: writes.Echo, status: int) -> Answer:
        if call.as_json:
            return Answer(status, dump({resource.singular: echo}), JSON)
        return self._renderer(call).one(resource, echo, list(echo), status=status)

    def _read(self, call: Call, resource: Resource) -> Answer:
        rows, renderer = list(resource.rows(self._books, self._version)), self._renderer(call)
        if call.key is not None:
            rows = [row for row in rows if str(row["id"]) == call.key]
            if not rows:
                raise Died(NOT_FOUND)
            if "display" not in call.query:
                return renderer.one(resource, rows[0], resource.names(self._version))
            # An id together with `display` gives a list of ids (25_order_after_history_cancel).
            return renderer.ids(resource, rows, name=call.resource)
        listing = Listing(resource, self._version, call.query)
        found = listing.of(rows)
        if listing.fields is None:
            return renderer.ids(resource, found, name=resource.plural)
        return renderer.rows(resource, found, listing.fields)

    def _renderer(self, call: Call) -> Renderer:
        language = call.query.get("language", "")
        return Renderer(
            version=self._version,
            languages=self._books.languages,
            language=int(language) if language.isdigit() else 0,
            as_json=call.as_json,
            base=call.base,
        )
