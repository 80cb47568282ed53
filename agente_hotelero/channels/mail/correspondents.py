"""What an address alone tells of who is behind it."""

import re
from typing import Final

# Guests of booking portals: people behind aliases, who are answered at the alias.
RELAYS: Final = frozenset(
    (
        "guest.booking.com",
        "guest.airbnb.com",
        "m.expediapartnercentral.com",
        "reply.airbnb.com",
        "messages.homeaway.com",
    )
)
NO_REPLY: Final = re.compile(
    r"(?:^|[-_.+=])(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|dont[-_.]?reply|no[-_.]?responder|no[-_.]?responda|no[-_.]?contest(?:ar|e)"
    r"|n[aã]o[-_.]?respond(?:er|a)|nepasrepondre|ne[-_.]?pas[-_.]?repondre|no[-_.]?response|nobody|bounces?)(?:$|[-_.+=\d])"
)
DAEMONS: Final = re.compile(r"(?:mailer[-_.]?daemon|post[-_]?master|mail[-_.]?daemon|double-bounce)(?:$|[-_+=])")


def is_relay(address: str) -> bool:
    """Say whether a portal's guest is behind it."""
    domain = address.rpartition("@")[2]
    return any(domain == relay or domain.endswith(f".{relay}") for relay in RELAYS)


def is_unread(address: str) -> bool:
    """Say whether by its own word nobody reads what is sent there."""
    return bool(NO_REPLY.search(address.rpartition("@")[0].lower()))


def is_daemon(address: str) -> bool:
    """Say whether a mail server speaks."""
    return bool(DAEMONS.match(address.rpartition("@")[0].lower() or address.lower()))
