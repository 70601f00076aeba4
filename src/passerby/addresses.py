"""Addresses of the network: whose they are, and which networks they are in."""

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

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


def check_address(url: str, *, allow_private: bool) -> tuple[str, int, str]:
    """The host, the port and the IP address that an address leads to.

    Raises UsageError for anything but http(s), and, unless ``allow_private``, for what is not in the public internet.
    """
    if not url.isascii() or not url.isprintable():
        raise UsageError("url: expected an address in ASCII; write other letters of a host as xn--...")
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (KeyError, ValueError) as error:
        raise UsageError("url: expected an address that begins with https:// or http://") from error
    host = parts.hostname or ""
    if not host or parts.username is not None:
        raise UsageError("url: expected an address with a host, and without a name or password in it")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UsageError(f"url: the host {host} cannot be found") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not allow_private and not all(is_public(address) for address in addresses):
        raise UsageError(
            "url: expected an address in the public internet, found one of a private network; PASSERBY_PRIVATE_HOOKS=1 "
            "allows those"
        )
    return host, port, addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address lies in the public internet, and leads nowhere else."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        # They lead to an IPv4 address, private ones too; so does NAT64, which is reserved.
        if ip.sixtofour is not None or ip.teredo is not None:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved
