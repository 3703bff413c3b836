"""Which addresses a request may go to that others ask for: global unicast, by our own table.

Not ``ipaddress.is_global``: it differs between Python versions and counts some addresses as global that lead back to
us, such as 64:ff9b::7f00:1. Sources: the IANA registries of special-purpose addresses for IPv4 and IPv6 (RFC 6890),
of IPv6 global unicast assignments, and the fixed addresses of cloud services.
"""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address

DENIED_IPV4 = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by a provider's customers
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's own services
        "169.254.0.0/16",  # link-local, metadata services
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments, NAT64 discovery
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # multicast tunnels
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)

# Names that no public resolver knows: RFC 6761 (localhost, test), RFC 6762 (local), RFC 8375 (home.arpa), ICANN's
# internal, and what routers call their own network.
PRIVATE_ENDINGS = (".localhost", ".test", ".local", ".home.arpa", ".internal", ".lan")

# The only block that IANA assigns. It excludes loopback, private and link-local addresses, multicast, all IPv4-mapped
# forms except 6to4 and Teredo, and everything that may be given a meaning some day.
GLOBAL_IPV6 = IPv6Network("2000::/3")

DENIED_IPV6 = tuple(
    ip_network(text)
    for text in (
        "2001::/23",  # protocol assignments: Teredo, benchmarking, ORCHID, AS112, multicast tunnels
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: IPv4 addresses inside
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)


def may_connect(address: Address) -> bool:
    """Whether a request may go to an address: one of the public Internet, and not one of this machine."""
    return is_public(address) and not is_own(address)


def is_loopback(address: Address) -> bool:
    """Whether an address is 127.0.0.0/8 or ::1 (RFC 1122, 3.2.1.3; RFC 4291, 2.5.3): nothing leaves the machine."""
    # ipaddress agrees on both in every version of Python we support; IPv4 inside IPv6 does not count.
    return address.is_loopback and getattr(address, "ipv4_mapped", None) is None


def is_public(address: Address) -> bool:
    """Whether an address is global unicast by the table above."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in DENIED_IPV4)
    return address in GLOBAL_IPV6 and not any(address in network for network in DENIED_IPV6)


def is_private_host(host: str) -> bool:
    """Whether only some machines can reach a host, by its name or address alone: nothing is looked up."""
    try:
        return not is_public(parse_address(host))
    except ValueError:
        return "." not in host or host.endswith(PRIVATE_ENDINGS)


def is_own(address: Address) -> bool:
    """Whether an address belongs to this machine: only those can be bound."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(address), 0))
    except OSError:
        return False
    return True


def parse_address(text: str) -> Address:
    """Read an address as the system gives it, with or without the zone of an IPv6 one. Raises ValueError."""
    return ip_address(text.partition("%")[0])
