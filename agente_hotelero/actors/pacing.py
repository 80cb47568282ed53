"""How fast one account may send, in all and to one guest: no table of tokens, only the moment when a bucket is full again."""

from typing import Final

from agente_hotelero.model.ids import GuestId
from agente_hotelero.model.lines import Line

GROWN_PER_SECOND: Final = 1000.0
"""What Meta upgrades a number to."""
BURST_SECONDS: Final = 0.1
"""How much of a second's messages may go at once: with more, a second could hold twice the limit."""
SLOW_SECONDS: Final = 60.0
"""How long a number goes on slowly after Meta refused for its pace, or told that the limit is near."""
LEAST_PER_SECOND: Final = 1.0
BUSY_PERCENT: Final = 80.0
"""Of Meta's own count: from here on we slow down by ourselves."""

GUEST_EVERY_SECONDS: Final = 6.0
"""Meta lends a burst, and takes it back at this pace: https://developers.facebook.com/docs/whatsapp/cloud-api/overview#pair-rate-limits."""
PAIR_BASE: Final = 4.0
LAST_PAIR_POWER: Final = 4
"""4^4 s are the four minutes after which even a whole burst is half paid back."""
FEW_GUESTS: Final = 1024


class Pace:
    """Of one account. Times are the loop's; whoever sends reserves first, and waits as long as he is told."""

    def __init__(self, line: Line) -> None:
        """Begin with an empty road."""
        self._line = line
        self._grown = False
        self._growing = False
        self._share = 1.0
        self._slow_until = 0.0
        self._free_at = 0.0

    @property
    def full_per_second(self) -> float:
        """What the number may do at its best, as far as is known."""
        return max(self._line.messages_per_second, GROWN_PER_SECOND) if self._grown else self._line.messages_per_second

    @property
    def may_learn(self) -> bool:
        """Whether it may be given more, and nobody knows yet that it was."""
        return self._line.may_grow and not self._grown

    def per_second(self, now: float) -> float:
        """What it does now."""
        if self._slow_until <= now:
            self._share = 1.0
        return max(LEAST_PER_SECOND, self.full_per_second * self._share)

    def follow(self, line: Line) -> None:
        """Go on by other settings; what was learned of a number that may not grow is forgotten."""
        self._line = line
        self._grown = self._grown and line.may_grow

    def ready(self, now: float) -> bool:
        """Whether a message could go this moment."""
        return self._free_at - now <= BURST_SECONDS

    def reserve(self, now: float) -> float:
        """Take the next place; answers how many seconds ahead it is."""
        wait = max(0.0, self._free_at - BURST_SECONDS - now)
        self._free_at = max(self._free_at, now) + 1 / self.per_second(now)
        return wait

    def refused(self, now: float) -> None:
        """Meta says that it was too fast: half as fast for a while, and what was taken for an upgrade was none."""
        self._share = max(LEAST_PER_SECOND / self.full_per_second, self._share / 2)
        self._slow_until = now + SLOW_SECONDS
        if self._share < 1 / 4:
            self._grown = False

    def used(self, percent: float, now: float) -> None:
        """Meta says how much of what is allowed is used: from BUSY_PERCENT on the rest is spent ever more slowly."""
        if percent >= BUSY_PERCENT:
            self._share = max(0.05, min(1.0, (100.0 - percent) / (100.0 - BUSY_PERCENT)))
            self._slow_until = now + SLOW_SECONDS

    def maintained(self) -> None:
        """Meta works on the number (131057): it does so to give it more."""
        self._growing = self._line.may_grow

    def accepted(self) -> None:
        """A message was taken: maintenance, if there was any, is over."""
        if self._growing:
            self.upgraded()

    def upgraded(self) -> None:
        """Meta gave the number more; one that a person's phone shares never gets it."""
        self._growing = False
        self._grown = self._line.may_grow


class GuestPaces:
    """Of the guests whom an account wrote to lately. A guest who got nothing for a while takes no memory."""

    def __init__(self, line: Line) -> None:
        """Begin with nobody."""
        self.follow(line)
        self._full_at: dict[GuestId, float] = {}
        self._refusals: dict[GuestId, int] = {}
        self._sweep_at = FEW_GUESTS

    def follow(self, line: Line) -> None:
        """Go on by other settings."""
        self._slack_seconds = (line.guest_burst - 1) * GUEST_EVERY_SECONDS

    def wait(self, guest: GuestId, now: float) -> float:
        """Seconds until this guest may get another message."""
        full_at = self._full_at.get(guest)
        return 0.0 if full_at is None else max(0.0, full_at - self._slack_seconds - now)

    def take(self, guest: GuestId, now: float) -> None:
        """One goes out."""
        self._full_at[guest] = max(self._full_at.get(guest, 0.0), now) + GUEST_EVERY_SECONDS
        if len(self._full_at) > self._sweep_at:
            self._full_at = {one: full_at for one, full_at in self._full_at.items() if full_at > now}
            self._sweep_at = max(FEW_GUESTS, 2 * len(self._full_at))

    def refused(self, guest: GuestId) -> float:
        """Meta says that this guest got too many; answers how long to wait, longer each time."""
        refusals = self._refusals[guest] = self._refusals.get(guest, -1) + 1
        return PAIR_BASE ** min(refusals, LAST_PAIR_POWER)

    def accepted(self, guest: GuestId) -> None:
        """The guest gets messages again."""
        if self._refusals:
            self._refusals.pop(guest, None)
