from ipaddress import ip_network

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from agente_hotelero.http.addresses import ClientAddresses


def address(
    peer: str | None,
    *forwarded: str,
    trusted: tuple[str, ...] = ("10.0.0.0/8", "::1/128"),
    header: str | None = None,
    named: tuple[str, ...] = (),
) -> str:
    lines = [("X-Forwarded-For", line) for line in forwarded] + [("Fly-Client-IP", line) for line in named]
    request = make_mocked_request("GET", "/", headers=CIMultiDict(lines)).clone(remote=peer or "")
    return ClientAddresses(trusted_proxies=[ip_network(one) for one in trusted], header=header).of(request)


def test_a_stranger_cant_choose_an_address() -> None:
    assert address("203.0.113.9", "198.51.100.1") == "203.0.113.9"
    assert address("10.0.0.1", "198.51.100.1", trusted=()) == "10.0.0.1"


def test_behind_our_proxies_the_nearest_stranger_counts() -> None:
    assert address("10.0.0.1", "198.51.100.1") == "198.51.100.1"
    assert address("10.0.0.1", "1.1.1.1, 198.51.100.1", "10.0.0.2") == "198.51.100.1"
    assert address("::1", "198.51.100.1") == "198.51.100.1"


def test_a_hop_that_is_no_address_ends_the_search() -> None:
    assert address("10.0.0.1", "198.51.100.1, unknown") == "10.0.0.1"
    assert address("10.0.0.1", "") == "10.0.0.1"
    assert address("10.0.0.1") == "10.0.0.1"


def test_ipv6_counts_by_its_network() -> None:
    assert address("2001:db8:1:2:aaaa::1") == address("2001:db8:1:2:bbbb::2") == "2001:db8:1:2::"
    assert address("::ffff:203.0.113.9") == "203.0.113.9"


def test_a_proxy_s_own_header_counts_instead_where_one_is_named() -> None:
    named, header = ("198.51.100.1",), "Fly-Client-IP"

    assert address("10.0.0.1", "192.0.2.7, 66.241.1.1", header=header, named=named) == "198.51.100.1"
    assert address("203.0.113.9", header=header, named=named) == "203.0.113.9"
    assert address("10.0.0.1", "192.0.2.7", named=named) == "192.0.2.7"


@pytest.mark.parametrize("named", [(), ("",), ("unknown",), ("192.0.2.7, 198.51.100.1",)])
def test_a_proxy_that_names_no_client_is_the_client(named: tuple[str, ...]) -> None:
    assert address("10.0.0.1", "192.0.2.7", header="Fly-Client-IP", named=named) == "10.0.0.1"


def test_of_several_such_headers_the_proxys_own_is_the_last() -> None:
    forged = ("192.0.2.7", "198.51.100.1")

    assert address("10.0.0.1", header="Fly-Client-IP", named=forged) == "198.51.100.1"


@pytest.mark.parametrize("peer", [None, "", "unix:"])
def test_no_address_is_one_caller(peer: str | None) -> None:
    assert address(peer, "198.51.100.1") == "unknown"
