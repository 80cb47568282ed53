"""Payloads that others collected, and Meta's own description of what it takes; they lie outside the project."""

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agente_hotelero.channels.port import Outgoing
from agente_hotelero.channels.whatsapp.compose import parts, payload
from agente_hotelero.channels.whatsapp.parse import parse
from agente_hotelero.channels.whatsapp.unreadable import Reason
from agente_hotelero.model.events import (
    ChoiceReceived,
    InboundEvent,
    OtherReceived,
    Parsed,
    PreferenceChanged,
    StaffTookOver,
    TextReceived,
)
from agente_hotelero.model.ids import HotelId
from agente_hotelero.model.messages import (
    Choices,
    ContactRequest,
    Document,
    Link,
    Location,
    LocationRequest,
    Option,
    OutboundMessage,
    Picture,
    Reaction,
    Template,
    TemplateButton,
    TemplateValue,
    Text,
)
from tests.fakes.graph_schema import is_mark, refusal

MATERIAL = os.environ.get("AGENTE_CONFORMANCE_DIR")
CORPUS = Path(MATERIAL or ".", "corpora", "whatsapp")
GRAPH = Path(MATERIAL or ".", "graph")
NOW = datetime(2027, 1, 1, tzinfo=UTC)

pytestmark = [
    pytest.mark.skipif(not CORPUS.is_dir(), reason="AGENTE_CONFORMANCE_DIR names no folder with corpora/whatsapp"),
]
needs_graph = pytest.mark.skipif(not GRAPH.is_dir(), reason="AGENTE_CONFORMANCE_DIR names no folder with graph")


def manifest() -> list[dict[str, Any]]:
    path = CORPUS / "MANIFEST.json"
    return json.loads(path.read_text()) if path.is_file() else []


def accounts_in(node: Any) -> set[str]:
    """Every phone_number_id in a document: here each is ours."""
    if isinstance(node, list):
        return {name for child in node for name in accounts_in(child)}
    if not isinstance(node, dict):
        return set()
    own = {node["phone_number_id"]} if isinstance(node.get("phone_number_id"), str) else set()
    return own | {name for child in node.values() for name in accounts_in(child)}


def read(path: Path) -> Parsed:
    body = path.read_bytes()
    accounts = frozenset(accounts_in(json.loads(body)))
    return parse(body, hotel_of=lambda _: HotelId("demo"), accounts=accounts, received_at=NOW)


def ids(items: Iterable[dict[str, Any]]) -> list[str]:
    return sorted(item["id"] for item in items)


def is_echo(event: InboundEvent) -> bool:
    return isinstance(event.event, StaffTookOver)


@pytest.mark.parametrize("item", manifest(), ids=lambda item: item["file"])
def test_all_that_a_payload_holds_is_found(item: dict[str, Any]) -> None:
    parsed = read(CORPUS / item["file"])
    expected = item["expect"]
    found = [event for event in parsed.events if not isinstance(event.event, StaffTookOver | PreferenceChanged)]
    assert sorted(event.external_id for event in found) == ids(expected["messages"])
    assert sorted(report.provider_id for report in parsed.reports) == ids(expected["statuses"])
    assert not [one for one in parsed.unreadable if one.reason == Reason.OUR_FAULT]
    for event, message in zip(found, expected["messages"], strict=True):
        assert_content(event, message)


def assert_content(event: InboundEvent, message: dict[str, Any]) -> None:
    match event.event:
        case TextReceived(text=text):
            assert text == message["text"]
        case ChoiceReceived():
            assert message["type"] in ("interactive", "button")
        case OtherReceived(what=what):
            assert message.get("type") in (what, "interactive", None) or message.get("text") is None
        case other:
            pytest.fail(f"{type(other).__name__} is nothing that a guest sends")


def test_take_overs_by_a_person_are_found() -> None:
    echoes = [event for item in manifest() for event in read(CORPUS / item["file"]).events if is_echo(event)]
    # In all five files: one was sent by Meta's bot, and one does not say from which number.
    assert len(echoes) >= 3


def battery() -> list[dict[str, Any]]:
    path = GRAPH / "outbound_battery.json"
    return json.loads(path.read_text()) if path.is_file() else []


OURS = {"text", "interactive", "image", "document", "location", "reaction", "template"}
BEYOND = {"flow", "location str", "text no type (Meta: defaults to text)", "list body 2000 (Meta: 4096)"}
"""Taken by Meta, and nothing that we send."""


def is_ours(item: dict[str, Any]) -> bool:
    body = item["body"]
    return isinstance(body, dict) and (is_mark(body) or body.get("type") in OURS) and item["name"] not in BEYOND


@needs_graph
def test_the_judge_of_our_bodies_judges_as_meta_does() -> None:
    wrong = [item["name"] for item in battery() if not item["meta_accepts"] and refusal(item["body"]) is None]
    missed = [item["name"] for item in battery() if item["meta_accepts"] and is_ours(item) and refusal(item["body"])]
    assert (wrong, missed) == ([], [])
    assert sum(map(is_ours, battery())) > 60


options = st.builds(
    Option,
    id=st.text(st.characters(codec="utf-8"), max_size=260),
    title=st.text(st.characters(codec="utf-8"), max_size=26),
    description=st.just("") | st.text(st.characters(codec="utf-8"), max_size=80),
)
neat_options = st.builds(
    lambda n, title, description: Option(id=f"room:{n}", title=f"{title} {n}", description=description),
    st.integers(0, 99),
    st.sampled_from(["Doble", "Habitación triple", "Suite con vistas"]),
    st.sampled_from(["", "desde 90 €", "x" * 72]),
)
bodies = st.sampled_from(["¿Cuál?", "x" * 1024, "x" * 1025, "palabra " * 700]) | st.text(
    st.characters(codec="utf-8"), max_size=50
)
addresses = st.sampled_from(
    [
        "https://hotel.example/a.jpg",
        "/photos/a.jpg",
        "http://hotel.example/a.jpg",
        "javascript:alert(1)",
        "",
        "https://x y",
    ]
)
others = (
    st.builds(Location, latitude=st.floats(), longitude=st.floats(), name=bodies, address=bodies)
    | st.builds(Picture, source=addresses, caption=bodies)
    | st.builds(Document, source=addresses, filename=st.sampled_from(["a.pdf", "", "a/b"]), caption=bodies)
    | st.builds(LocationRequest, body=bodies)
    | st.builds(ContactRequest, body=bodies)
    | st.builds(
        Reaction, message_id=st.sampled_from(["wamid.X", "", "x" * 1025]), emoji=st.sampled_from(["👍", ""]) | bodies
    )
    | st.builds(
        Template,
        name=st.sampled_from(["novedades", "Con Blancos"]),
        language=st.sampled_from(["es", "pt_BR", "español"]),
        words=bodies,
        values=st.lists(st.builds(TemplateValue, text=bodies, name=st.sampled_from(["", "a", "b"])), max_size=3).map(
            tuple
        ),
        buttons=st.lists(
            st.builds(
                TemplateButton,
                index=st.integers(-1, 11),
                kind=st.sampled_from(["quick_reply", "url"]),
                value=st.sampled_from(["DEMO-1", ""]),
            ),
            max_size=2,
        ).map(tuple),
    )
    | st.builds(Link, body=bodies, title=st.sampled_from(["Pagar", "Ver la página de pago", "", " a"]), url=addresses)
)
messages = (
    st.builds(Text, body=bodies)
    | others
    | st.builds(
        Choices,
        body=bodies,
        options=st.lists(options, max_size=12).map(tuple) | st.lists(neat_options, max_size=12).map(tuple),
        menu_label=st.sampled_from(["Opciones", "Ver todas las opciones", ""]),
        photo=st.sampled_from([None, "https://hotel.example/a.jpg", "/photos/a.jpg", "http://hotel.example/a.jpg"]),
    )
)


@needs_graph
@given(
    message=messages, interactive=st.booleans(), address=st.sampled_from(["5491150001234", "US.13491208655302741918"])
)
def test_what_we_compose_is_what_meta_takes(message: OutboundMessage, interactive: bool, address: str) -> None:
    for part in parts(message):
        body = payload(Outgoing(outbox_id=1, address=address, message=part, interactive=interactive))
        assert refusal(body) is None
