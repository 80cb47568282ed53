"""One trace per turn, from webhook to send, through the mailboxes and over a restart, without a guest's data."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, ParentBased, Sampler
from opentelemetry.trace import SpanKind, StatusCode, format_span_id, format_trace_id
from structlog.testing import capture_logs

from agente_hotelero.actors import spans
from agente_hotelero.actors.mailbox import dispatcher
from agente_hotelero.channels.port import FailureClass
from agente_hotelero.telemetry.logs import name_trace
from tests.fakes.channel import failure
from tests.fakes.journal import Lost
from tests.support.actors_house import House
from tests.support.actors_words import ANA, BETO, said
from tests.support.virtual_time import in_virtual_time, until_idle

QUESTION = "hay habitación doble del 10 al 12 de junio para 2?"
HEARD_BEFORE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Traced:
    """A house whose spans are kept; `webhook` stands for HTTP's own span around the ask."""

    def __init__(self, sampler: Sampler = ALWAYS_ON) -> None:
        self._spans = InMemorySpanExporter()
        provider = TracerProvider(sampler=ParentBased(sampler))
        provider.add_span_processor(SimpleSpanProcessor(self._spans))
        self.tracer = provider.get_tracer("test")
        self.house = House(tracer=self.tracer)

    async def start(self, *, tracing: bool = True) -> "Traced":
        dispatcher().tracing = tracing
        await self.house.start()
        return self

    async def webhook(self, *words: str, by: str = ANA) -> None:
        with self.tracer.start_as_current_span("POST /webhooks/whatsapp", kind=SpanKind.SERVER):
            await self.house.say(*words, by=by)

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self._spans.get_finished_spans() if span.name == name]

    def all(self) -> Sequence[ReadableSpan]:
        return self._spans.get_finished_spans()


def trace_of(span: ReadableSpan) -> str:
    assert span.context is not None
    return format_trace_id(span.context.trace_id)


def is_child(span: ReadableSpan, parent: ReadableSpan) -> bool:
    assert parent.context is not None
    return span.parent is not None and span.parent.span_id == parent.context.span_id


@asynccontextmanager
async def busy(house: House) -> AsyncIterator[None]:
    """Turns begin, and go on after this."""
    gate = house.understanding.gate = asyncio.Event()
    yield
    house.understanding.gate = None
    gate.set()
    await asyncio.sleep(5)


@in_virtual_time
async def test_webhook_turn_question_and_send_are_one_trace() -> None:
    traced = await Traced().start()
    await traced.webhook(QUESTION)
    await asyncio.sleep(5)
    [webhook], [turn], [pms], [send] = (
        traced.named(name) for name in ("POST /webhooks/whatsapp", "turn", "pms", "send")
    )
    assert is_child(turn, webhook)
    assert is_child(pms, turn)
    assert is_child(send, turn)
    assert send.kind is SpanKind.CLIENT
    assert len({trace_of(span) for span in traced.all()}) == 1


@in_virtual_time
async def test_guests_of_one_batch_keep_their_own_traces() -> None:
    traced = await Traced().start()
    traced.house.database.faults.gates["store"] = asyncio.Event()
    webhooks = [asyncio.create_task(traced.webhook("hola", by=str(n))) for n in range(1, 9)]
    await until_idle()
    traced.house.database.faults.gates.pop("store").set()
    await asyncio.gather(*webhooks)
    await asyncio.sleep(5)
    turns, sends = traced.named("turn"), traced.named("send")
    assert len(turns) == len(sends) == 8
    for webhook in traced.named("POST /webhooks/whatsapp"):
        [mine] = [turn for turn in turns if trace_of(turn) == trace_of(webhook)]
        assert is_child(mine, webhook)
        assert [is_child(send, mine) for send in sends if trace_of(send) == trace_of(webhook)] == [True]


@in_virtual_time
async def test_a_turn_of_several_webhooks_follows_the_last_and_links_the_others() -> None:
    traced = await Traced().start()
    async with busy(traced.house):
        await traced.webhook("hola")
        for words in ("uno", "dos", "tres"):
            await traced.webhook(words)
    first, *others, last = traced.named("POST /webhooks/whatsapp")
    early, late = traced.named("turn")
    assert is_child(early, first)
    assert is_child(late, last)
    linked = {format_span_id(link.context.span_id) for link in late.links}
    assert linked == {format_span_id(span.context.span_id) for span in others if span.context}
    assert (late.attributes or {})["events"] == 3


@in_virtual_time
async def test_the_trace_of_a_stored_row_survives_its_process() -> None:
    traced = Traced()
    traced.house.database.insert(said("hola", traceparent=HEARD_BEFORE))
    traced.house.database.clean = False
    await traced.start(tracing=False)
    [turn], [send] = traced.named("turn"), traced.named("send")
    assert trace_of(turn) == trace_of(send) == HEARD_BEFORE.split("-")[1]
    assert turn.parent is not None
    assert format_span_id(turn.parent.span_id) == HEARD_BEFORE.split("-")[2]


@in_virtual_time
async def test_an_event_that_nobody_traced_begins_a_trace_of_its_own() -> None:
    traced = await Traced().start()
    await traced.webhook("hola", by=ANA)
    traced.house.database.insert(said("de otro proceso", by=BETO))
    await asyncio.sleep(5)
    mine, others = traced.named("turn")
    assert others.parent is None
    assert trace_of(mine) != trace_of(others)


async def test_what_happens_to_be_current_is_no_parent() -> None:
    tracer = TracerProvider().get_tracer("test")
    with tracer.start_as_current_span("another guest's"), spans.follow(tracer, "turn", None) as span:
        assert isinstance(span, ReadableSpan)
        assert span.parent is None


@in_virtual_time
async def test_a_turn_that_is_tried_again_stays_in_its_trace() -> None:
    traced = await Traced().start()
    traced.house.database.faults.outages["commit"].append(Lost.BEFORE)
    traced.house.channel.failures.append(failure(FailureClass.RETRY_SOON, code=131000))
    await traced.webhook("hola")
    await asyncio.sleep(5)
    failed, passed = traced.named("turn")
    again, sent = traced.named("send")
    assert len({trace_of(span) for span in traced.all()}) == 1
    assert [span.status.status_code for span in (failed, passed, again, sent)] == [
        StatusCode.ERROR,
        StatusCode.UNSET,
        StatusCode.ERROR,
        StatusCode.UNSET,
    ]
    assert (failed.attributes or {})["error.type"] == "StorageUnavailableError"
    assert (again.attributes or {})["failure"] == "retry_soon"
    assert [(span.attributes or {})["attempt"] for span in (again, sent)] == [1, 2]


@in_virtual_time
async def test_spans_hold_nothing_of_a_guest_even_when_an_error_quotes_them() -> None:
    traced = await Traced().start()
    secret = "soy Ana Ruiz, ana@example.com"
    traced.house.understanding.troubles[secret] = [ValueError(secret)]
    traced.house.channel.failures.append(ValueError(f"no route to {ANA}"))
    await traced.webhook(secret)
    await asyncio.sleep(120)
    assert len(traced.named("turn")) == len(traced.named("send")) == 2
    shown = "".join(span.to_json() for span in traced.all())
    for private in ("Ruiz", "example.com", ANA, "wamid"):
        assert private not in shown


@in_virtual_time
async def test_what_is_not_sampled_has_no_spans_and_stays_so_in_the_rows() -> None:
    traced = await Traced(ALWAYS_OFF).start()
    await traced.webhook(QUESTION)
    await asyncio.sleep(5)
    assert traced.all() == ()
    [heard] = [row.traceparent for row in traced.house.database.rows.values()]
    [answered] = [row.traceparent for row in traced.house.database.outbox.values()]
    assert heard == answered
    # Another process may record all; what began without stays without.
    assert heard is not None
    with spans.follow(Traced().tracer, "send", answered) as span:
        assert not span.is_recording()


@in_virtual_time
async def test_a_turn_with_a_sampled_message_is_in_its_trace_whoever_wrote_last() -> None:
    traced = await Traced().start()
    async with busy(traced.house):
        await traced.webhook("hola")
        await traced.webhook("uno")
        with spans.resumed(f"{HEARD_BEFORE[:-2]}00"):
            await traced.house.say("dos")
    [_, sampled], [_, turn] = traced.named("POST /webhooks/whatsapp"), traced.named("turn")
    assert (turn.attributes or {})["events"] == 2
    assert is_child(turn, sampled)
    assert turn.links == ()


@pytest.mark.parametrize(
    ("event", "break_it"),
    [
        ("turn_failed", lambda house: house.understanding.troubles.update({"hola": [ValueError("boom")]})),
        ("channel_refuses_our_token", lambda house: house.channel.failures.append(failure(FailureClass.AUTH))),
    ],
)
@in_virtual_time
async def test_a_line_of_the_log_names_the_trace_of_the_message_that_it_is_about(
    event: str, break_it: Callable[[House], object]
) -> None:
    traced = await Traced().start()
    break_it(traced.house)
    with capture_logs(processors=[name_trace]) as logged:
        await traced.webhook("buenas", by=BETO)
        await traced.webhook("hola")
        await asyncio.sleep(5)
    webhooks = {trace_of(span) for span in traced.named("POST /webhooks/whatsapp")}
    [line] = [entry for entry in logged if entry["event"] == event]
    assert line["trace_id"] in webhooks


@in_virtual_time
async def test_without_tracing_nothing_is_stored_or_asked() -> None:
    house = await House().start()
    await house.say("hola")
    assert [row.traceparent for row in house.database.rows.values()] == [None]
    assert [row.traceparent for row in house.database.outbox.values()] == [None]
