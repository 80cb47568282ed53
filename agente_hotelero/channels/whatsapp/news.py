"""What Meta tells of accounts, numbers and templates: kept and counted by its field; what an operator must see is named."""

from collections.abc import Mapping
from typing import Any, Final

from agente_hotelero.channels.whatsapp.fields import mapping, word

ALWAYS: Final = frozenset[str]()
"""No event of the field is good news."""

# The field, and which of its events can wait. Names of events: Meta's pages of each field.
URGENT: Final[Mapping[str, frozenset[str]]] = {
    "account_update": frozenset(
        {
            "VERIFIED_ACCOUNT", "PARTNER_ADDED", "PARTNER_APP_INSTALLED", "AUTH_INTL_PRICE_ELIGIBILITY_UPDATE",
            "VOLUME_BASED_PRICING_TIER_UPDATE", "BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE",
            "PARTNER_CLIENT_CERTIFICATION_STATUS_UPDATE", "MM_LITE_TERMS_SIGNED", "AD_ACCOUNT_LINKED",
        }
    ),
    "account_alerts": ALWAYS,
    "account_review_update": frozenset({"APPROVED", "PENDING"}),
    "business_capability_update": ALWAYS,
    "phone_number_quality_update": frozenset({"ONBOARDING", "UPGRADE", "THROUGHPUT_UPGRADE", "UNFLAGGED"}),
    "phone_number_name_update": frozenset({"APPROVED"}),
    "security": ALWAYS,
    "message_template_status_update": frozenset({"APPROVED", "PENDING", "PENDING_DELETION", "UNARCHIVED", "REINSTATED"}),
    "message_template_quality_update": frozenset({"GREEN"}),
    "template_category_update": ALWAYS,
}  # fmt: skip
QUIET: Final = frozenset(
    {
        "account_settings_update", "automatic_events", "calls", "group_lifecycle_update", "group_participants_update",
        "group_settings_update", "group_status_update", "history", "message_template_components_update",
        "partner_solutions", "payment_configuration_update", "smb_app_state_sync",
        "business_username_update", "flows", "message_echoes", "standby", "tracking_events",
    }
)  # fmt: skip
"""Known, and nothing to act upon here."""
FIELDS: Final = frozenset(URGENT) | QUIET
EVENT_KEYS: Final = ("event", "decision", "new_quality_score", "alert_type")
"""Where the fields name what happened."""


def field_of(change: Any) -> str | None:
    """The field, if it is one that we know to be no guest's; Meta's new ones have no name in our metrics."""
    field = mapping(change).get("field")
    return field if isinstance(field, str) and field in FIELDS else None


def event_of(value: Any) -> str:
    """What happened, in Meta's word."""
    return next((found for key in EVENT_KEYS if (found := word(mapping(value).get(key)))), "")


def is_urgent(field: str, event: str) -> bool:
    """Tell whether somebody has to look."""
    return field in URGENT and event not in URGENT[field]
