"""The address by which browsers reach a server, where that is another than the one that it listens on."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from passerby.errors import UsageError

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class PublicAddress:
    """Such as ``https://video.example.org``."""

    scheme: str
    host: str  # with the port, unless it is that of the scheme: as in the header Host

    @property
    def origin(self) -> str:
        """As in the header Origin."""
        return f"{self.scheme}://{self.host}"

    @staticmethod
    def parse(text: str) -> "PublicAddress":
        """Raises UsageError for what is no address of a host.

        >>> PublicAddress.parse("https://Video.example.org:443/").origin
        'https://video.example.org'
        """
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError as error:
            raise UsageError(f"{text}: expected an address such as https://video.example.org ({error})") from error
        name = (parts.hostname or "").lower()
        is_plain = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username is not None)
        if parts.scheme not in _PORTS or not re.fullmatch(r"[a-z0-9.-]+|[0-9a-f:.]+", name) or not is_plain:
            raise UsageError(
                f"{text}: expected an address of a host, such as https://video.example.org, with no path: pages are "
                "at its root"
            )
        shown = f"[{name}]" if ":" in name else name
        return PublicAddress(parts.scheme, shown if port in (None, _PORTS[parts.scheme]) else f"{shown}:{port}")
