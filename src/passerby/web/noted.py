"""What a route leaves in the log: declared at the route, and left there before anything of its answer is sent.

    @router.get("/videos/{video}/frame")
    @noted("view_original", hourly=True)
    def frame(desk: TheDesk, caller: Redactor, video: VideoId, ...) -> Response:

A route that leaves nothing is named in ``tests/notes.py``, with the reason.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import Any, TypeVar, cast

from starlette.concurrency import run_in_threadpool

from passerby.store.audit_log import Action, Detail

Asked = Mapping[str, Any]  # the arguments of a route, among them ``desk`` and ``caller``
Subject = Callable[[Asked, Any], str | None]  # of what was asked and answered; None: there is nothing to note
Details = Callable[[Asked, Any], Mapping[str, Detail]]
Route = TypeVar("Route", bound=Callable[..., Any])


def noted(
    action: Action | Callable[[Asked], Action],
    *,
    of: Subject | None = None,
    details: Details = lambda asked, answer: {},
    hourly: bool = False,
) -> Callable[[Route], Route]:
    """Have a route that takes ``desk`` and ``caller`` leave an entry whenever it has an answer.

    The entry is of the video that the route's ``video``, ``plan`` or ``copy`` is of, else of its ``job`` or ``hook``,
    unless ``of`` says of what. ``hourly``: once an hour for each session, for what is asked for in many pieces.
    """

    def note(asked: Asked, answer: Any, subject: str | None) -> None:
        if of is not None:
            subject = of(asked, answer)
        if subject is None:
            return
        accounts, caller, told = asked["desk"].accounts, asked["caller"], details(asked, answer)
        done = action(asked) if callable(action) else action
        if hourly:
            accounts.note_hourly(caller, done, subject, told)
        else:
            accounts.note(caller.name, done, subject, told)

    def declare(route: Route) -> Route:
        @wraps(route)
        def answer(**asked: Any) -> Any:
            subject = None if of else _subject(asked)  # before: it may be gone afterwards
            answered = route(**asked)
            note(asked, answered, subject)
            return answered

        @wraps(route)
        async def answer_soon(**asked: Any) -> Any:
            subject = None if of else await run_in_threadpool(_subject, asked)
            answered = await cast(Awaitable[Any], route(**asked))
            await run_in_threadpool(note, asked, answered, subject)
            return answered

        return cast(Route, answer_soon if inspect.iscoroutinefunction(route) else answer)

    return declare


def _subject(asked: Asked) -> str | None:
    """What a route is about, by its arguments. Raises UnknownError as the route itself would."""
    desk = asked["desk"]
    if "video" in asked:
        return str(asked["video"])
    if "plan" in asked:
        return str(desk.plans.stored(asked["plan"]).video)
    if "copy" in asked:
        return str(desk.copies.get(asked["copy"])["video"])
    if "job" in asked:
        return desk.jobs.get(asked["job"])["video"] or f"job:{asked['job']}"
    if "hook" in asked:
        return f"hook:{asked['hook']}" if any(hook["id"] == asked["hook"] for hook in desk.webhooks.every()) else None
    return ""


def the_job(asked: Asked, answer: Any) -> Mapping[str, Detail]:
    """As details: the job that a route answers with."""
    return {"job": answer.id}
