"""Whose request it is, when a proxy of ours stands in front."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohttp import web

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address

# A household or a phone gets a whole /64, so counting single IPv6 addresses limits nobody.
IPV6_PREFIX = 64


class ClientAddresses:
    """Believes trusted proxies only: anybody else could write what they like into a header."""

    __slots__ = ("_header", "_trusted")

    def __init__(self, *, trusted_proxies: Sequence[Network], header: str | None = None) -> None:
        """`header` is where the proxy names its client, alone; None reads the chain of X-Forwarded-For."""
        self._trusted = tuple(trusted_proxies)
        self._header = header

    def of(self, request: web.Request) -> str:
        """Name the nearest address that is no proxy of ours; IPv6 by its network."""
        peer = _parsed(request.remote or "")
        if peer is None:
            return "unknown"
        for hop in self._hops(request):
            if not self._is_ours(peer):
                break
            if (parsed := _parsed(hop)) is None:
                break
            peer = parsed
        return _key(peer)

    def _hops(self, request: web.Request) -> list[str]:
        """Nearest first."""
        if self._header is not None:
            return request.headers.getall(self._header, [])[-1:]
        return [hop.strip() for line in request.headers.getall("X-Forwarded-For", []) for hop in line.split(",")][::-1]

    def _is_ours(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)


def _parsed(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _key(address: Address) -> str:
    if isinstance(address, IPv6Address):
        return str(IPv6Network((int(address), IPV6_PREFIX), strict=False).network_address)
    return str(address)
