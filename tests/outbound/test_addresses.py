"""The table of addresses a request may go to (threats 47 and 48)."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgurl.outbound.addresses import Address, is_own, is_private_host, is_public, may_connect, parse_address

DENIED = [
    "0.0.0.0", "0.255.255.255", "10.0.0.1", "10.255.255.255", "100.64.0.0", "100.64.0.1", "100.127.255.255",
    "127.0.0.1", "127.0.0.2", "127.255.255.255", "168.63.129.16", "169.254.0.0", "169.254.169.254", "169.254.255.255",
    "172.16.0.0", "172.31.255.255", "192.0.0.1", "192.0.0.170", "192.0.2.1", "192.88.99.1", "192.168.0.1",
    "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255",
    "240.0.0.1", "255.255.255.255", "192.31.196.1", "192.52.193.1", "192.175.48.1",
    "::", "::1", "::127.0.0.1", "::ffff:7f00:1", "::ffff:10.0.0.1", "::ffff:1.1.1.1", "64:ff9b::7f00:1",
    "64:ff9b::101:101", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:53aa:64c:0:fbff:80fe:fefe", "2001:2::1",
    "2001:10::1", "2001:20::1", "2001:1ff::1", "2001:db8::1", "2002:7f00:1::", "2002:a9fe:a9fe::", "2002:101:101::",
    "3fff::1", "3fff:fff::1", "4000::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "febf::1", "fec0::1",
    "ff02::1", "ffff::1", "2620:4f:8000::1", "1fff::1",
]  # fmt: skip

ALLOWED = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
    "168.63.129.15", "168.63.129.17", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0",
    "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "203.0.112.255", "203.0.114.0", "223.255.255.255",
    "2001:200::1", "2001:4860:4860::8888", "2606:4700:4700::1111", "2a00:1450:4001::1", "2003::1", "3ffe:ffff::1",
]  # fmt: skip


@pytest.mark.parametrize("text", DENIED)
def test_what_is_not_of_the_public_internet_is_denied(text: str) -> None:
    """Row 47 and the edges of each network: also what ``is_global`` of this Python lets through."""
    assert not is_public(ip_address(text))
    assert not may_connect(ip_address(text))


@pytest.mark.parametrize("text", ALLOWED)
def test_what_is_next_to_them_is_allowed(text: str) -> None:
    """The neighbours of each network are ordinary addresses."""
    assert is_public(ip_address(text))


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_the_table_is_stricter_than_python_s(address: Address) -> None:
    """Nothing that Python calls private, loopback, multicast, reserved or link-local is public."""
    names = ("is_private", "is_loopback", "is_multicast", "is_reserved", "is_link_local", "is_unspecified")
    if is_public(address):
        assert [name for name in names if getattr(address, name)] == []


@given(st.ip_addresses(v=4))
def test_no_ipv6_address_leads_to_an_ipv4_one(address: Address) -> None:
    """Mapped, compatible, NAT64, 6to4 and Teredo are denied whatever address they carry."""
    number = int(address)
    carriers = (
        0xFFFF << 32 | number, number, 0x64FF9B << 96 | number, 0x64FF9B0001 << 80 | number,
        0x2002 << 112 | number << 80, 0x20010000 << 96 | number << 64, 0x20010000 << 96 | (number ^ 0xFFFFFFFF),
    )  # fmt: skip
    assert [str(IPv6Address(carrier)) for carrier in carriers if is_public(IPv6Address(carrier))] == []


def test_this_machine_s_own_addresses_are_denied() -> None:
    """An address that can be bound here is our own, whatever the table says of it."""
    assert is_own(IPv4Address("127.0.0.1"))
    assert not is_own(IPv4Address("192.0.2.1"))
    assert not is_own(IPv6Address("2001:db8::1"))


def test_a_zone_is_not_part_of_the_address() -> None:
    """getaddrinfo writes fe80::1%eth0."""
    assert parse_address("fe80::1%eth0") == IPv6Address("fe80::1")
    with pytest.raises(ValueError, match="hooks"):
        parse_address("hooks.example")


@pytest.mark.parametrize(
    ("host", "private"),
    [
        ("img.example.com", False), ("8.8.8.8", False), ("2606:4700::1", False), ("127.0.0.1", True),
        ("10.1.2.3", True), ("::1", True), ("localhost", True), ("images", True), ("nas.local", True),
        ("a.internal", True), ("shop.test", True), ("router.lan", True), ("", True),
    ],
)  # fmt: skip
def test_hosts_that_only_some_machines_reach(host: str, *, private: bool) -> None:
    """By name or address alone: nothing is looked up."""
    assert is_private_host(host) is private
