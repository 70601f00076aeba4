"""Sends what is signed to addresses that may be told.

An address is looked up once for each delivery and the connection goes to what was found, so that a name cannot lead to
a public address when it is checked and to a private one when it is used (DNS rebinding).
"""

import hashlib
import hmac
import time
from urllib.parse import urlsplit

import httpx

from passerby.addresses import check_address

SECONDS = 10.0  # for one
SIGNATURE = "X-Passerby-Signature"


def signature(secret: str, moment: int, body: bytes) -> str:
    """``t=SECONDS,v1=HEX``: HMAC-SHA256 over the seconds since 1970, a dot, and the body."""
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def post(url: str, secret: str, body: bytes, *, allow_private: bool) -> int | None:
    """Send a signed ``body`` to an address: the status of its answer, or None where there is none.

    Raises UsageError for an address that cannot be found, or may not be told.
    """
    host, port, address = check_address(url, allow_private=allow_private)
    parts = urlsplit(url)
    literal = f"[{address}]" if ":" in address else address
    headers = {
        "Host": parts.netloc,
        "Content-Type": "application/json",
        SIGNATURE: signature(secret, int(time.time()), body),
    }
    try:
        with (
            httpx.Client(timeout=SECONDS, follow_redirects=False, trust_env=False) as client,
            client.stream(
                "POST",
                parts._replace(netloc=f"{literal}:{port}").geturl(),
                content=body,
                headers=headers,
                extensions={"sni_hostname": host},
            ) as answer,
        ):
            return answer.status_code  # what else it says is not read: it may have no end
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError):  # UnicodeError: a host that no header can hold
        return None
