"""Counting requests in memory, with a bound on how many callers are remembered."""

from collections import OrderedDict, deque
from collections.abc import Callable

from aiohttp import web

from agente_hotelero.http.addresses import ClientAddresses
from agente_hotelero.http.problems import rate_limited

Clock = Callable[[], float]


class TokenBuckets:
    """A bucket per key: `burst` at once, then `per_second`.

    The least recently used key is forgotten beyond `capacity`, so a flood of keys costs bounded memory.
    """

    __slots__ = ("_buckets", "_burst", "_capacity", "_clock", "_per_second")

    def __init__(self, *, burst: int, per_second: float, clock: Clock, capacity: int = 10_000) -> None:
        """Take a monotonic clock in seconds."""
        self._burst = float(burst)
        self._per_second = per_second
        self._clock = clock
        self._capacity = capacity
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def spend(self, key: str) -> float:
        """Take one; answers 0.0 when there was one, else the seconds until there is."""
        now = self._clock()
        left, at = self._buckets.get(key, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._per_second)
        granted = left >= 1.0
        self._remember(key, left - 1.0 if granted else left, now)
        return 0.0 if granted else (1.0 - left) / self._per_second

    def __len__(self) -> int:
        return len(self._buckets)

    def _remember(self, key: str, left: float, now: float) -> None:
        self._buckets[key] = (left, now)
        self._buckets.move_to_end(key)
        if len(self._buckets) > self._capacity:
            self._buckets.popitem(last=False)


class AddressLimit:
    """A bucket per client's address, for what anybody may ask without saying who they are."""

    def __init__(self, *, addresses: ClientAddresses, buckets: TokenBuckets, refused: Callable[[], object]) -> None:
        """`refused` hears of each refusal."""
        self._addresses = addresses
        self._buckets = buckets
        self._refused = refused

    def count(self, request: web.Request) -> None:
        """Spend one of the address; raises ProblemError 429."""
        if wait := self._buckets.spend(self._addresses.of(request)):
            self._refused()
            raise rate_limited(wait)


class SlidingWindow:
    """At most `limit` per key in any `seconds`, exactly; for few keys that are known to be ours."""

    __slots__ = ("_clock", "_limit", "_seconds", "_times")

    def __init__(self, *, limit: int, seconds: float, clock: Clock) -> None:
        """Take a monotonic clock in seconds."""
        self._limit = limit
        self._seconds = seconds
        self._clock = clock
        self._times: dict[str, deque[float]] = {}

    def spend(self, key: str) -> float:
        """Take one; answers 0.0 when it was free, else the seconds until one is."""
        now = self._clock()
        times = self._times.setdefault(key, deque())
        while times and times[0] <= now - self._seconds:
            times.popleft()
        if len(times) >= self._limit:
            return times[0] + self._seconds - now
        times.append(now)
        return 0.0
