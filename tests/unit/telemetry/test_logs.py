import asyncio
import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from typing import Any

import pytest
import structlog
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON

from agente_hotelero.errors import UnavailableError
from agente_hotelero.telemetry import logs

SAID = "Soy Ana, ana@example.org, +5491155550123"
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, raising = root.handlers[:], root.level, logging.raiseExceptions
    yield
    root.handlers[:], logging.raiseExceptions = handlers, raising
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def lines() -> Lines:
    """What was written so far; pytest has another standard error for each phase, so we keep our own."""
    written = io.StringIO()
    with redirect_stderr(written):
        logs.set_up(json=True)
    return lambda: [json.loads(line) for line in written.getvalue().splitlines()]


def fail_on(words: str) -> None:
    raise ValueError(words)


def test_in_production_a_line_is_json_with_its_event_level_and_time(lines: Lines) -> None:
    structlog.get_logger("test").warning("pms_circuit", hotel="demo", failures=5)

    (line,) = lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "pms_circuit", "level": "warning", "hotel": "demo", "failures": 5}


def test_at_a_desk_a_line_is_readable(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(json=False)

    structlog.get_logger("test").info("started", port=8000)

    assert "started" in (shown := capsys.readouterr().err)
    assert "port=8000" in shown


@pytest.mark.parametrize(
    "field",
    ["text", "body", "phone", "email", "name", "guest_name", "guest_phone", "access_token", "app_secret", "wamid",
     "authorization", "X_Hub_Signature", "password", "to", "provider_id", "url"],
)  # fmt: skip
def test_whoever_logs_a_guest_or_a_secret_finds_stars(lines: Lines, field: str) -> None:
    structlog.get_logger("test").info("slip", **{field: "Ana"})

    assert lines()[0][field] == "***"


def test_the_net_reaches_into_what_is_nested_and_what_is_written_in_words(lines: Lines) -> None:
    structlog.get_logger("test").info(
        "slip", request={"headers": [{"phone": "1"}], "size": 7}, note="from ana@example.org", id="wamid.HBgNNTQ5=="
    )

    (line,) = lines()
    assert line["request"] == {"headers": [{"phone": "***"}], "size": 7}
    assert (line["note"], line["id"]) == ("from ***", "***")


def test_what_is_bound_to_the_context_passes_the_net_too(lines: Lines) -> None:
    with structlog.contextvars.bound_contextvars(guest="Ana", turn=7):
        structlog.get_logger("test").info("turn")

    assert lines()[0] | {"timestamp": ""} == {
        "event": "turn",
        "level": "info",
        "guest": "***",
        "turn": 7,
        "timestamp": "",
    }


@pytest.fixture
def tracer() -> trace.Tracer:
    return TracerProvider(sampler=ALWAYS_ON, shutdown_on_exit=False).get_tracer("test")


def test_a_line_written_inside_a_span_names_its_trace_and_one_outside_names_none(
    lines: Lines, tracer: trace.Tracer
) -> None:
    with tracer.start_as_current_span("turn") as span:
        structlog.get_logger("test").info("inside")
        logging.getLogger("library").warning("inside")
    structlog.get_logger("test").info("outside")

    *inside, outside = lines()
    context = span.get_span_context()
    named = {"trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}"}
    assert [line | named for line in inside] == inside
    assert len(inside) == 2
    assert named.keys().isdisjoint(outside)


def test_at_a_desk_a_line_names_its_trace_too(tracer: trace.Tracer, capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(json=False)

    with tracer.start_as_current_span("turn") as span:
        structlog.get_logger("test").info("inside")

    assert f"trace_id={span.get_span_context().trace_id:032x}" in capsys.readouterr().err


def test_a_trace_that_no_collector_is_sent_is_not_named(lines: Lines) -> None:
    tracer = TracerProvider(sampler=ALWAYS_OFF, shutdown_on_exit=False).get_tracer("test")

    with tracer.start_as_current_span("turn"):
        structlog.get_logger("test").info("inside")

    assert "trace_id" not in lines()[0]


def test_an_exception_is_its_kind_its_causes_and_its_place_never_its_words(lines: Lines) -> None:
    try:
        try:
            fail_on(SAID)
        except ValueError as error:
            raise UnavailableError(SAID) from error
    except UnavailableError as error:
        structlog.get_logger("test").exception("broken")
        structlog.get_logger("test").error("broken", exc_info=error)
        logging.getLogger("library").exception("broken")

    for line in lines():
        assert line["error"] == "UnavailableError from ValueError"
        assert line["where"][-1].startswith(__file__)
        assert "Ana" not in json.dumps(line)


def test_an_error_without_an_exception_is_logged_too(lines: Lines) -> None:
    structlog.get_logger("test").error("nothing_raised", exc_info=True)
    logging.getLogger("library").error("nothing raised", exc_info=(None, None, None), stack_info=True)

    assert [line.get("error") for line in lines()] == [None, None]


def test_exceptions_that_name_each_other_as_their_cause_end(lines: Lines) -> None:
    first, second = ValueError(SAID), KeyError(SAID)
    first.__cause__, second.__cause__ = second, first

    structlog.get_logger("test").error("circle", exc_info=first)

    assert lines()[0]["error"] == "ValueError from KeyError"


def test_a_library_s_line_keeps_its_first_words_and_no_number_of_a_guest(lines: Lines) -> None:
    logging.getLogger("library").warning("cannot reach %s\nbody: %s", "+5491155550123", SAID)
    logging.getLogger("library").warning("")

    first, second = lines()
    assert (first["event"], first["logger"]) == ("cannot reach ***", "library")
    assert second["event"] == ""


async def test_a_task_that_nobody_awaited_does_not_tell_what_it_was_about(lines: Lines) -> None:
    loop = asyncio.get_running_loop()

    loop.call_exception_handler({"message": "Task exception was never retrieved", "exception": ValueError(SAID)})
    loop.call_soon(fail_on, SAID)
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    never_retrieved, in_callback = lines()
    assert never_retrieved["event"] == "Task exception was never retrieved"
    assert in_callback["event"] == "Exception in callback fail_on"
    assert "Ana" not in json.dumps([never_retrieved, in_callback])


def test_a_call_with_wrong_arguments_is_not_shown_with_them(lines: Lines, capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("library").warning("%d", SAID)

    assert lines() == []
    assert "Ana" not in capsys.readouterr().err


def test_chatter_below_the_level_is_not_written(lines: Lines) -> None:
    structlog.get_logger("test").debug("chatter")
    logging.getLogger("library").debug("chatter")
    logging.getLogger("aiohttp.access").info("GET /webhooks/whatsapp?hub.verify_token=x")

    assert lines() == []
