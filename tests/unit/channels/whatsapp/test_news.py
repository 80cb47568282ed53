"""What Meta tells of accounts, numbers and templates."""

from typing import Any

import pytest

from agente_hotelero.channels.whatsapp.news import FIELDS, QUIET
from agente_hotelero.channels.whatsapp.unreadable import Reason
from agente_hotelero.model.events import Unreadable
from tests.fakes import webhooks
from tests.unit.channels.whatsapp.reading import read

# Fields of §1.6 that no guest is behind.
TOLD = (
    "account_update account_alerts account_review_update account_settings_update business_capability_update "
    "phone_number_quality_update phone_number_name_update security message_template_status_update "
    "message_template_quality_update message_template_components_update template_category_update "
    "smb_app_state_sync history group_lifecycle_update group_participants_update group_settings_update calls "
    "payment_configuration_update partner_solutions automatic_events"
).split()


def told(field: str, **value: Any) -> Unreadable:
    parsed = read(webhooks.envelope(value, field=field))
    assert not parsed.events
    [item] = parsed.unreadable
    return item


@pytest.mark.parametrize("field", TOLD)
def test_news_are_kept_under_the_name_of_their_field(field: str) -> None:
    item = told(field, event="X_Y")
    assert item.reason == field
    assert b"X_Y" in item.raw


def test_a_field_of_the_future_is_kept_and_makes_no_new_name() -> None:
    item = told("quantum_update_2031", event="BAN")
    assert (item.reason, item.urgent) == (Reason.UNHANDLED_FIELD, False)


@pytest.mark.parametrize(
    ("field", "value", "event"),
    [
        ("account_update", {"event": "ACCOUNT_RESTRICTION", "restriction_info": []}, "ACCOUNT_RESTRICTION"),
        ("account_update", {"event": "DISABLED_UPDATE"}, "DISABLED_UPDATE"),
        ("account_update", {}, ""),
        ("account_alerts", {"alert_type": "OBA_APPROVED"}, "OBA_APPROVED"),
        ("account_review_update", {"decision": "REJECTED"}, "REJECTED"),
        ("phone_number_quality_update", {"event": "FLAGGED"}, "FLAGGED"),
        ("security", {"event": "PIN_CHANGED"}, "PIN_CHANGED"),
        ("message_template_status_update", {"event": "PAUSED"}, "PAUSED"),
        ("message_template_quality_update", {"new_quality_score": "RED"}, "RED"),
        ("template_category_update", {"new_category": "MARKETING"}, ""),
        ("account_update", {"event": "no word\nat all"}, ""),
    ],
)
def test_what_an_operator_must_see_is_urgent_and_named(field: str, value: dict[str, Any], event: str) -> None:
    item = told(field, **value)
    assert (item.urgent, item.event) == (True, event)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("account_update", {"event": "PARTNER_ADDED"}),
        ("account_review_update", {"decision": "APPROVED"}),
        ("phone_number_quality_update", {"event": "UPGRADE"}),
        ("message_template_status_update", {"event": "APPROVED"}),
        ("message_template_quality_update", {"new_quality_score": "GREEN"}),
        *[(field, {"event": "ANY"}) for field in sorted(QUIET)],
    ],
)
def test_good_news_can_wait(field: str, value: dict[str, Any]) -> None:
    assert not told(field, **value).urgent


def test_errors_of_an_account_are_urgent_too() -> None:
    [item] = read(webhooks.envelope(webhooks.value() | {"errors": [{"code": 130429}]})).unreadable
    assert (item.reason, item.urgent) == (Reason.ACCOUNT_ERROR, True)


def test_no_field_that_guests_write_in_is_taken_for_news() -> None:
    assert not FIELDS & {"messages", "smb_message_echoes", "user_id_update"}
