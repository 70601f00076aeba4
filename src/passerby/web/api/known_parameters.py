"""What the address of a request may say: parameters that its route has, and signs that can be seen."""

from collections.abc import Sequence
from difflib import get_close_matches

from fastapi import Request

from passerby.errors import UsageError
from passerby.wording import hidden_sign_in, written_out


def require_known_parameters(request: Request) -> None:
    """Raise UsageError for a parameter that nobody would look at, which one may have misspelt, and for hidden signs."""
    _require_seen("the address", request.scope["path"])  # `request.url` leaves ends of lines out
    asked = request.query_params.multi_items()
    if not asked:
        return
    known = _known(request)
    for name, value in asked:
        if name not in known:
            raise UsageError(_unknown(name, known))
        _require_seen(name, value)


def _require_seen(name: str, text: str) -> None:
    if hidden := hidden_sign_in(text):
        raise UsageError(f"{name}: expected signs that can be seen, found {written_out(hidden)}")


def _unknown(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, 1)
    meant = f"; is {near[0]} meant?" if near else ""
    expected = f"one of {', '.join(known)}" if known else "no parameters"
    return f"{written_out(name)[:100]}: expected {expected}{meant}"


def _known(request: Request) -> list[str]:
    """The names of the query's parameters, as the description has them for the route that answers."""
    path: str = request.scope["route"].path
    start = "/".join(request.url.path.split("/")[:3])  # /api/v1, which a route may not say
    operations = request.app.openapi()["paths"][path if path.startswith(start) else start + path]
    told = operations[request.method.lower()].get("parameters", ())
    return [each["name"] for each in told if each["in"] == "query"]
