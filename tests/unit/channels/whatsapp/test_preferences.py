"""What guests and Meta decide about messages that nobody asked for."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from agente_hotelero.channels.whatsapp.parse import parse
from agente_hotelero.channels.whatsapp.unreadable import Reason
from agente_hotelero.model.events import AccountNotice, NoticeKind, Parsed, PreferenceChanged
from agente_hotelero.model.ids import AliasKind, HotelId
from tests.fakes import webhooks
from tests.unit.channels.whatsapp.reading import ACCOUNT, NOW, read

PHONE = "16505551234"


def preference(**more: Any) -> dict[str, Any]:
    whole = {"wa_id": PHONE, "category": "marketing_messages", "value": "stop", "timestamp": 1_731_705_721}
    return whole | more


def told(*preferences: Any) -> Parsed:
    return read(webhooks.envelope(webhooks.value() | {"user_preferences": list(preferences)}, field="user_preferences"))


@pytest.mark.parametrize(("value", "stopped"), [("stop", True), ("resume", False), ("signup", False)])
def test_a_preference_is_an_event_of_its_guest(value: str, stopped: bool) -> None:
    [event] = told(preference(value=value)).events
    assert event.event == PreferenceChanged(stopped=stopped)
    assert (event.alias.kind, event.alias.value, event.account) == (AliasKind.PHONE, PHONE, ACCOUNT)
    assert event.sent_at == datetime(2024, 11, 15, 21, 22, 1, tzinfo=UTC)


def test_it_is_the_same_event_however_often_it_comes_and_names_nobody_in_its_id() -> None:
    first, again, later = (
        told(one).events[0].external_id for one in (preference(), preference(), preference(timestamp=1_731_705_999))
    )
    assert first == again != later
    assert PHONE not in first


def test_a_guest_without_number_is_known_by_user_id() -> None:
    [event] = told(preference(wa_id=None, user_id="US.13491208655302741918")).events
    assert (event.alias.kind, event.address) == (AliasKind.BSUID, "US.13491208655302741918")


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"value": "maybe"}, Reason.UNHANDLED_ITEM),
        ({"value": None}, Reason.UNHANDLED_ITEM),
        ({"category": "calls"}, Reason.UNHANDLED_ITEM),
        ({"wa_id": ""}, Reason.NO_SENDER),
    ],
)
def test_what_is_no_such_preference_is_kept_for_a_person(more: dict[str, Any], reason: Reason) -> None:
    parsed = told(preference(**more), preference())
    assert [one.reason for one in parsed.unreadable] == [reason]
    assert len(parsed.events) == 1


# What Meta decides about an account.


def decided(
    field: str, value: dict[str, Any], *, business: str | None = None, **entry: Any
) -> tuple[AccountNotice, ...]:
    body = {
        "object": "whatsapp_business_account",
        "entry": [{"id": "7", **entry, "changes": [{"field": field, "value": value}]}],
    }
    parsed = parse(
        orjson.dumps(body),
        hotel_of=lambda _: HotelId("demo"),
        accounts=frozenset({webhooks.ACCOUNT}),
        received_at=NOW,
        business_of=lambda _: business,
    )
    assert len(parsed.unreadable) == 1  # kept for a person besides
    assert all(notice.account == ACCOUNT for notice in parsed.notices)
    return parsed.notices


def restriction(*kinds: str, expiration: object = 1_760_000_000) -> dict[str, Any]:
    infos = [{"restriction_type": kind, "expiration": expiration} for kind in kinds]
    return {"event": "ACCOUNT_RESTRICTION", "restriction_info": infos}


@pytest.mark.parametrize(
    ("field", "value", "kind", "reason"),
    [
        ("phone_number_quality_update", {"event": "FLAGGED"}, NoticeKind.QUIET, "flagged"),
        ("phone_number_quality_update", {"event": "UNFLAGGED"}, NoticeKind.WELL, "flagged"),
        ("phone_number_quality_update", {"event": "THROUGHPUT_UPGRADE"}, NoticeKind.UPGRADED, "throughput"),
        ("account_update", {"event": "ACCOUNT_VIOLATION"}, NoticeKind.QUIET, "violation"),
        ("account_update", {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}}, NoticeKind.QUIET, "ban"),
        ("account_update", {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "REINSTATE"}}, NoticeKind.WELL, "ban"),
        ("account_update", restriction("RESTRICTED_BIZ_INITIATED_MESSAGING"), NoticeKind.QUIET, "restriction"),
    ],
)  # fmt: skip
def test_a_decision_of_metas_is_a_notice(field: str, value: dict[str, Any], kind: NoticeKind, reason: str) -> None:
    [notice] = decided(field, value)
    assert (notice.kind, notice.reason) == (kind, reason)


@pytest.mark.parametrize(
    ("expiration", "until"),
    [
        (1_760_000_000, datetime(2025, 10, 9, 8, 53, 20, tzinfo=UTC)),
        ("1760000000", datetime(2025, 10, 9, 8, 53, 20, tzinfo=UTC)),
        ("<TIMESTAMP>", NOW + timedelta(days=7)),
        (None, NOW + timedelta(days=7)),
        (10**18, NOW + timedelta(days=7)),
        (99_999_999_999, NOW + timedelta(days=366)),
    ],
)
def test_a_restriction_lasts_as_long_as_meta_says(expiration: object, until: datetime) -> None:
    kinds = ("RESTRICTED_ADD_PHONE_NUMBER_ACTION", "RESTRICTED_CUSTOMER_INITIATED_MESSAGING")
    [notice] = decided("account_update", restriction(*kinds, expiration=expiration))
    assert notice.until == until


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("account_update", {"event": "PARTNER_REMOVED"}),
        ("account_update", restriction("RESTRICTED_ADD_PHONE_NUMBER_ACTION")),
        ("account_update", {"event": "ACCOUNT_RESTRICTION", "restriction_info": "all"}),
        ("account_update", {"event": ["DISABLED_UPDATE"]}),
        ("phone_number_quality_update", {"event": "UPGRADE"}),
        ("account_alerts", {"event": "FLAGGED"}),
    ],
)
def test_other_news_pauses_nothing(field: str, value: dict[str, Any]) -> None:
    assert decided(field, value) == ()


@pytest.mark.parametrize(("business", "count"), [("7", 1), (None, 1), ("8", 0)])
def test_it_is_about_the_numbers_of_its_own_business_account(business: str | None, count: int) -> None:
    assert len(decided("phone_number_quality_update", {"event": "FLAGGED"}, business=business)) == count


@pytest.mark.parametrize(
    ("time", "at"), [(1_739_321_024, datetime(2025, 2, 12, 0, 43, 44, tzinfo=UTC)), (None, NOW), ("soon", NOW)]
)
def test_it_was_decided_when_meta_says_so(time: object, at: datetime) -> None:
    [notice] = decided("phone_number_quality_update", {"event": "FLAGGED"}, time=time)
    assert notice.at == at
