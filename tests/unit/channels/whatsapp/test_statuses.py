from typing import Any

import pytest

from agente_hotelero.channels.whatsapp.unreadable import Reason
from agente_hotelero.model.events import DeliveryReport, DeliveryState
from tests.fakes import webhooks
from tests.unit.channels.whatsapp.reading import ACCOUNT, read


def report_of(status: dict[str, Any]) -> DeliveryReport:
    (report,) = read(webhooks.envelope(webhooks.value(statuses=[status]))).reports
    return report


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("sent", DeliveryState.SENT),
        ("delivered", DeliveryState.DELIVERED),
        ("read", DeliveryState.READ),
        ("played", DeliveryState.READ),
        ("failed", DeliveryState.FAILED),
    ],
)
def test_each_step_of_a_delivery_is_reported(said: str, state: DeliveryState) -> None:
    report = report_of(webhooks.status("wamid.1", said, outbox_id=42))
    assert (report.account, report.provider_id, report.state, report.outbox_id) == (ACCOUNT, "wamid.1", state, 42)


def test_a_failure_tells_its_code() -> None:
    assert report_of(webhooks.status("x", "failed", code=131047)).error_code == 131047


@pytest.mark.parametrize(
    "errors", [None, [], "x", [7], [{}], [{"code": "131047"}], [{"code": 2**31}], [{"code": True}]]
)
def test_a_failure_without_a_readable_code_is_a_failure_still(errors: Any) -> None:
    report = report_of(webhooks.status("x", "failed") | {"errors": errors})
    assert (report.state, report.error_code) == (DeliveryState.FAILED, None)


@pytest.mark.parametrize(
    ("data", "outbox_id"),
    [
        ("1", 1),
        (str(2**63 - 1), 2**63 - 1),
        (str(2**63), None),
        ("9" * 5_000, None),
        ("0", None),
        ("007", None),
        ("-1", None),
        ("٣", None),
        ("²", None),
        ("conv-1", None),
        ("", None),
        (7, None),
        (None, None),
    ],
)
def test_only_a_number_that_we_could_have_written_names_an_outbox_row(data: Any, outbox_id: int | None) -> None:
    report = report_of(webhooks.status("x", "sent") | {"biz_opaque_callback_data": data})
    assert report.outbox_id == outbox_id


@pytest.mark.parametrize("state", ["deleted", "warning", "teleported", "", None, 7, ["sent"]])
def test_a_state_that_is_no_step_is_kept_for_a_person(state: Any) -> None:
    parsed = read(webhooks.envelope(webhooks.value(statuses=[webhooks.status("x", "sent") | {"status": state}])))
    assert ([item.reason for item in parsed.unreadable], parsed.reports) == ([Reason.UNHANDLED_STATUS], ())


def test_a_status_of_nothing_is_kept_for_a_person() -> None:
    parsed = read(webhooks.envelope(webhooks.value(statuses=[webhooks.status("", "sent")])))
    assert [item.reason for item in parsed.unreadable] == [Reason.NO_ID]
