"""Which machines a link may lead to."""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

#: Ranges of IPv6 that carry an IPv4 address within: NAT64 (RFC 6052) and the one for sites (8215).
_NAT64 = tuple(ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48"))
_SITE_LOCAL = ipaddress.ip_network("fec0::/10")


def is_public(address: Address) -> bool:
    """Whether an address is one of the internet: not private, loopback, link-local or reserved.

    An IPv6 address that stands for an IPv4 address is as public as that one.
    """
    if isinstance(address, ipaddress.IPv6Address):
        if any(address in net for net in _NAT64):
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped)
        if address.sixtofour and not is_public(address.sixtofour):
            return False
        if address in _SITE_LOCAL:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def anywhere(_: Address) -> bool:
    """Every address will do: for evidence on one's own network."""
    return True
