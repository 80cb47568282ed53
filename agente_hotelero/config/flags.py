"""Feature flags: their names, what they mean, and what holds while nobody says otherwise."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

ON: Final = frozenset({"1", "true", "yes", "on"})
OFF: Final = frozenset({"0", "false", "no", "off"})


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


def is_flag(name: str) -> bool:
    """Tell whether a field names a flag, or a flag of one hotel."""
    base, of, hotel = name.partition(":")
    return base in set(Flag) and (not of or (bool(hotel) and base == Flag.AGENT_PAUSED.value))


def read_override(name: str, text: str) -> bool | None:
    """Read what a field of the hash says; None for what is no flag, or neither on nor off."""
    word = text.strip().lower()
    if not is_flag(name) or word not in ON | OFF:
        return None
    return word in ON
