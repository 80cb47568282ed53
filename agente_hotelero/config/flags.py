"""Feature flags: their names, what they mean, and what holds while nobody says otherwise."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Flag(StrEnum):
    """Names as they stand in the Redis hash `feature_flags`."""

    INTERACTIVE_MESSAGES = "features.interactive_messages"
    """Buttons and lists instead of numbered text, on every channel that can."""
    PHONE_NORMALIZATION = "tenancy.phone_normalization.advanced"
    """E.164 wherever phone numbers are compared, shown or given to the PMS."""
    AGENT_PAUSED = "agent.paused"
    """Every message becomes a hand-off; also `agent.paused:<hotel>` for one hotel."""


DEFAULT_FLAGS: Final[Mapping[Flag, bool]] = {
    Flag.INTERACTIVE_MESSAGES: False,
    Flag.PHONE_NORMALIZATION: False,
    Flag.AGENT_PAUSED: False,
}
