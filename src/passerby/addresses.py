"""Addresses of the network: whose they are, and which networks they are in."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from passerby.errors import UsageError

_IPV6_NETWORK = 64  # the bits that are given to one customer; the others are theirs to choose


def network_of(address: str) -> str:
    """What one customer has: an IPv4 address, or a network of IPv6; another text as it is.

    >>> network_of("192.0.2.7"), network_of("::ffff:192.0.2.7"), network_of("2001:db8::1:2"), network_of("somebody")
    ('192.0.2.7', '192.0.2.7', '2001:db8::/64', 'somebody')
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(parsed.ipv4_mapped or ipaddress.IPv6Network((int(parsed), _IPV6_NETWORK), strict=False))


@dataclass(frozen=True, slots=True)
class Networks:
    """Addresses and networks, to look addresses up in."""

    names: tuple[str, ...] = ()

    @staticmethod
    def parse(names: Iterable[str]) -> "Networks":
        """Raises UsageError for what is neither an address nor a network."""
        known = tuple(name.strip() for name in names)
        for name in known:
            try:
                ipaddress.ip_network(name)
            except ValueError as error:
                raise UsageError(
                    f"{name}: expected an address such as 192.0.2.7 or a network such as 192.0.2.0/24 ({error})"
                ) from error
        return Networks(known)

    def __contains__(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(parsed in ipaddress.ip_network(name) for name in self.names)
