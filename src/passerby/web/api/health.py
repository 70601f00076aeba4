"""Whether the server is well, for those who watch it."""

import time

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from passerby.callers import LOCAL
from passerby.store.listing import ALL_VIDEOS
from passerby.version import __version__
from passerby.web.access import TheDesk, Viewer
from passerby.web.api.account_documents import HealthDocument

router = APIRouter(tags=["health"])

METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})


class Metrics:
    """What is counted of the requests of one server."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter("passerby_requests", "Requests answered.", labels, registry=self.registry)
        self.seconds = Histogram("passerby_request_seconds", "Time to the answer.", ("route",), registry=self.registry)
        self.jobs = Gauge("passerby_jobs", "Jobs by how they are.", ("status",), registry=self.registry)
        self.videos = Gauge("passerby_videos", "Videos in the library.", registry=self.registry)

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request by the route that answers it, never by its address, nor by a method that somebody made up."""
        self.requests.labels(method if method in METHODS else "other", route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)


class Counting:
    """Middleware that counts requests when their answers begin; plain ASGI, so that answers stream through it."""

    def __init__(self, app: ASGIApp, metrics: Metrics, prefix: str) -> None:
        """``prefix``: what the addresses of the API begin with, which its routes may not say."""
        self._app, self._metrics, self._prefix = app, metrics, prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.monotonic()

        async def counting(message: Message) -> None:
            if message["type"] == "http.response.start":
                seconds = time.monotonic() - began
                self._metrics.count(scope["method"], self._route(scope), message["status"], seconds)
            await send(message)

        await self._app(scope, receive, counting if scope["type"] == "http" else send)

    def _route(self, scope: Scope) -> str:
        path: str = getattr(scope.get("route"), "path", "none")
        known = path == "none" or path.startswith(self._prefix) or not scope["path"].startswith(self._prefix)
        return path if known else self._prefix + path


@router.get("/health")
def get_health(desk: TheDesk) -> HealthDocument:
    """That the server answers and its library opens."""
    desk.jobs.changes()
    return HealthDocument(status="ok", version=__version__)


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def get_metrics(request: Request, desk: TheDesk, caller: Viewer) -> Response:
    """The server's counters, as Prometheus reads them."""
    kept: Metrics = request.app.state.metrics
    counts = desk.jobs.counts()
    for status in ("waiting", "running", "stopping", "done", "failed", "cancelled"):
        kept.jobs.labels(status).set(counts.get(status, 0))
    kept.videos.set(desk.library(LOCAL).curation.count(ALL_VIDEOS))
    return Response(generate_latest(kept.registry), media_type=CONTENT_TYPE_LATEST)
