"""The 45 labels that messages are given, and the intents that the dialogue knows them by."""

from collections.abc import Mapping
from typing import Final

from agente_hotelero.dialogue.reading import Intent

_OTHER_NAMES: Final = {
    "human_handoff": Intent.PERSON,
    "bot_help": Intent.HELP,
    "check_availability": Intent.AVAILABILITY,
    "make_reservation": Intent.BOOK,
    "check_reservation": Intent.MY_RESERVATION,
    "modify_reservation": Intent.CHANGE_RESERVATION,
    "check_in_info": Intent.CHECK_IN_TIME,
    "check_out_info": Intent.CHECK_OUT_TIME,
    "late_check_out": Intent.LATE_CHECKOUT,
    "location": Intent.ADDRESS,
}
_SAME_NAMES: Final = (
    "greet goodbye thank affirm deny ask_price cancel_reservation cancellation_policy payment invoice refund early_check_in arrival_notice luggage"
    " transport local_tips breakfast restaurant pool gym_spa wifi parking pets accessibility children house_rules room_info services_info room_service"
    " housekeeping report_problem lost_item special_request event_group emergency"
).split()
INTENTS: Final[Mapping[str, Intent]] = {**{name: Intent(name) for name in _SAME_NAMES}, **_OTHER_NAMES}
LABELS: Final = frozenset(INTENTS)
INFORM: Final = "inform"
OUT_OF_SCOPE: Final = "out_of_scope"
_ALSO: Final = {
    Intent.HOURS: "services_info",
    Intent.CHANGE_BOOKER: "modify_reservation",
    Intent.KEEP_RESERVATION: "deny",
    Intent.ABANDON: "deny",
    Intent.DISPUTED_CHARGE: "payment",
    Intent.DISCOUNT: "ask_price",
}
LABEL_OF: Final[Mapping[Intent, str]] = {**{intent: name for name, intent in INTENTS.items()}, **_ALSO}
"""What rules read beyond these (no code at hand, another room) is no label."""

RISKY: Final = frozenset({"make_reservation", "modify_reservation", "cancel_reservation", "refund", "payment"})
"""They change something, or begin to."""
BY_RULES: Final = frozenset({"greet", "goodbye", "thank", "affirm", "deny"})
"""A model says nothing of these: a yes must never be a matter of likelihood."""
