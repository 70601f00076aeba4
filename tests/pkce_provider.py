"""A provider of OpenID Connect that gives a code to nobody but who has asked for it (PKCE, RFC 7636), as real ones do.

    python -m pkce_provider '[{"sub": "rita-1"}]'

It knows these people, asks for no password, and tells its address in the first line on stdout. The provider that it is
made of passes PKCE over.
"""

import hashlib
import json
import sys
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Flask, Response, jsonify, request
from oidc_provider_mock import User, app
from werkzeug.serving import make_server

AUTHORIZE, TOKEN = "/oauth2/authorize", "/oauth2/token"


def enforced(provider: Flask) -> Flask:
    """The same, which wants a challenge when a code is asked for, and its verifier when it is handed in."""
    challenges: dict[str, str] = {}  # by the codes that were given

    @provider.before_request
    def require_challenge_and_verifier() -> tuple[Response, int] | None:
        if request.path == AUTHORIZE and request.args.get("code_challenge_method") != "S256":
            return jsonify(error="invalid_request"), 400
        if request.path == TOKEN:
            shown = request.form.get("code_verifier", "").encode()
            challenge = urlsafe_b64encode(hashlib.sha256(shown).digest()).rstrip(b"=").decode()
            if challenges.pop(request.form.get("code", ""), None) != challenge:
                return jsonify(error="invalid_grant"), 400
        return None

    @provider.after_request
    def keep_challenge(answer: Response) -> Response:
        for code in parse_qs(urlsplit(answer.headers.get("Location", "")).query).get("code", ()):
            challenges[code] = request.args["code_challenge"]
        return answer

    return provider


def main(people: Iterable[Mapping[str, Any]]) -> None:
    """Serve until the process is ended."""
    known = [User(sub=person["sub"], claims={**person}) for person in people]
    server = make_server("127.0.0.1", 0, enforced(app(require_nonce=True, user_claims=known)), threaded=True)
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
