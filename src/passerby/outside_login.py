"""Logging in with an account that users have elsewhere: OpenID Connect, the code flow with PKCE, state and nonce.

The only file that imports authlib and joserfc. What the provider says of somebody is looked at for three things: who
they are to it (``sub``), what they like to be called, and the claim by which the settings give a role.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, urlencode, urlsplit

from passerby.errors import LogInError, UsageError
from passerby.extras import Extra, import_extra, needing
from passerby.settings import Settings
from passerby.store.accounts import GivenRole, OutsideUser

with needing("oidc"):
    import httpx

SECONDS = 10.0  # for one answer of the provider
LEEWAY = 60  # seconds that its clock and ours may differ
MOST_BYTES = 1 << 20  # of one answer
_WAYS = "token_endpoint_auth_methods_supported"  # to show who asks; the one of basic where a provider says nothing
# None of them is made with a secret that is shared, or not at all.
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
CLAIMS, CHALLENGES = Extra("oidc", "authlib.oidc.core"), Extra("oidc", "authlib.oauth2.rfc7636")
TOKENS, KEYS = Extra("oidc", "joserfc.jwt"), Extra("oidc", "joserfc.jwk")


@dataclass(frozen=True, slots=True)
class LoginAttempt:
    """What a browser keeps while somebody logs in elsewhere, and nobody else knows."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> "LoginAttempt":
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))

    @classmethod
    def read(cls, text: str) -> "LoginAttempt":
        """From ``text``, as ``str`` gives it. Raises LogInError."""
        parts = text.split(".")
        if len(parts) != 3 or not all(parts):
            raise LogInError("this log-in was begun in another browser, or too long ago; begin it anew")
        return cls(*parts)

    def __str__(self) -> str:
        return f"{self.state}.{self.nonce}.{self.verifier}"


@dataclass(frozen=True, slots=True)
class RoleRule:
    """That who has a value in a claim has a role."""

    claim: str
    value: str
    role: GivenRole

    @classmethod
    def read(cls, text: str) -> "RoleRule":
        """From ``CLAIM:VALUE=ROLE``. Raises UsageError."""
        condition, equals, role = text.rpartition("=")
        claim, colon, value = condition.partition(":")
        if not (equals and colon and claim and value) or role not in ("viewer", "reviewer"):
            raise UsageError(
                f"PASSERBY_OIDC_ROLES: expected CLAIM:VALUE=viewer or =reviewer, with spaces between, found {text!r}; "
                "an admin is made by `passerby users role`"
            )
        return cls(claim, value, cast(GivenRole, role))

    def fits(self, claims: Mapping[str, Any]) -> bool:
        """Whether a claim has the value, or has it in a list. A dot in its name leads into a claim."""
        found: Any = claims
        for part in self.claim.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        return self.value in found if isinstance(found, list) else found == self.value


class OutsideLogin:
    """The provider that the settings name."""

    def __init__(self, settings: Settings) -> None:
        """Raises UsageError for settings that do not fit, MissingExtraError."""
        self.issuer = settings.oidc_issuer.rstrip("/")
        self.takes_in = bool(settings.oidc_takes_in)
        self._client = settings.oidc_client
        self._secret = _secret(settings.oidc_secret_file)
        self._rules = [RoleRule.read(text) for text in settings.oidc_roles.split()]
        parts = urlsplit(self.issuer)
        if parts.scheme != "https" and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
            raise UsageError(
                f"PASSERBY_OIDC_ISSUER: expected an address that begins with https://, found {self.issuer}"
            )
        if not self._client:
            raise UsageError(
                "PASSERBY_OIDC_CLIENT: expected the id by which the provider knows this server, found none"
            )
        for extra in (CLAIMS, CHALLENGES, TOKENS, KEYS):
            import_extra(extra)

    @property
    def host(self) -> str:
        """What the provider is called on the page."""
        return urlsplit(self.issuer).netloc

    def address(self, attempt: LoginAttempt, back: str) -> str:
        """Where the browser goes to log in; it is led ``back`` from there. Raises LogInError."""
        challenge = import_extra(CHALLENGES).create_s256_code_challenge(attempt.verifier)
        asked = {
            "response_type": "code",
            "client_id": self._client,
            "redirect_uri": back,
            "scope": "openid profile email",
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._endpoint('authorization_endpoint')}?{urlencode(asked)}"

    def log_out_address(self, back: str) -> str:
        """Where somebody logs out at the provider, too; "" where it has no such place. Raises LogInError."""
        found = self._about().get("end_session_endpoint")
        asked = {"client_id": self._client, "post_logout_redirect_uri": back}
        return f"{found}?{urlencode(asked)}" if isinstance(found, str) else ""

    def user(self, attempt: LoginAttempt, answer: Mapping[str, str], back: str) -> OutsideUser:
        """Who has logged in, by what the browser has brought ``back``. Raises LogInError."""
        if not hmac.compare_digest(answer.get("state", "").encode(), attempt.state.encode()):
            raise LogInError("this log-in was begun in another browser, or too long ago; begin it anew")
        if answer.get("iss", self.issuer) != self.issuer or "error" in answer or not answer.get("code"):
            raise LogInError(f"{self.host} has not logged you in")
        claims = self._claims(self._id_token(attempt, answer["code"], back), attempt.nonce)
        role = next((rule.role for rule in self._rules if rule.fits(claims)), None)
        called = claims.get("preferred_username") or claims.get("email") or claims["sub"]
        return OutsideUser(self.issuer, str(claims["sub"]), str(called), role)

    def _id_token(self, attempt: LoginAttempt, code: str, back: str) -> str:
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "client_id": self._client,
            "code_verifier": attempt.verifier,
        }
        about = self._about()
        shown: dict[str, Any] = {}
        if self._secret and "client_secret_basic" in about.get(_WAYS, ["client_secret_basic"]):
            shown["auth"] = (quote(self._client, safe=""), quote(self._secret, safe=""))  # RFC 6749, 2.3.1
        elif self._secret:
            asked["client_secret"] = self._secret
        told = _told("POST", self._endpoint("token_endpoint"), data=asked, **shown).get("id_token")
        if not isinstance(told, str):
            raise LogInError(f"{self.host}: expected who has logged in, found nothing")
        return told

    def _claims(self, token: str, nonce: str) -> Mapping[str, Any]:
        """What a token says, once its signature and all that it is for are found right. Raises LogInError."""
        keys = _told("GET", self._endpoint("jwks_uri"))
        try:
            found = import_extra(TOKENS).decode(token, import_extra(KEYS).KeySet.import_key_set(keys), ALGORITHMS)
            options = {"iss": {"values": [self.issuer]}, "aud": {"values": [self._client]}}
            claims = import_extra(CLAIMS).CodeIDToken(
                found.claims, found.header, options, {"nonce": nonce, "client_id": self._client}
            )
            claims.validate(leeway=LEEWAY)
        except Exception as error:  # of two libraries, which have no common base; the token is not to be trusted then
            raise LogInError(f"{self.host}: what it says of who has logged in is not right ({error})") from error
        return dict(claims)

    def _endpoint(self, name: str) -> str:
        found = self._about().get(name)
        if not isinstance(found, str) or not found.startswith(("https://", "http://")):
            raise LogInError(f"{self.issuer}: expected {name} among what it says of itself, found none")
        return found

    def _about(self) -> Mapping[str, Any]:
        about = _told("GET", f"{self.issuer}/.well-known/openid-configuration")
        if str(about.get("issuer", "")).rstrip("/") != self.issuer:
            raise LogInError(f"{self.issuer}: expected this as its name, found {about.get('issuer')!r}")
        return about


def _told(method: str, address: str, **options: Any) -> Mapping[str, Any]:
    """What the provider answers, a JSON document. Raises LogInError."""
    try:
        answer = httpx.request(method, address, timeout=SECONDS, headers={"Accept": "application/json"}, **options)
        answer.raise_for_status()
        told = answer.json() if len(answer.content) <= MOST_BYTES else None
    except (httpx.HTTPError, ValueError) as error:
        raise LogInError(f"{urlsplit(address).netloc} cannot be asked who you are ({type(error).__name__})") from error
    if not isinstance(told, dict):
        raise LogInError(f"{urlsplit(address).netloc}: expected a document, found something else")
    return told


def _secret(path: str) -> str:
    """What this server shows the provider; "" without a file. Raises UsageError."""
    if not path:
        return ""
    try:
        found = Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"PASSERBY_OIDC_SECRET_FILE: {path} cannot be read ({error})") from error
    if not found:
        raise UsageError(f"PASSERBY_OIDC_SECRET_FILE: {path}: expected a secret, found nothing")
    return found
