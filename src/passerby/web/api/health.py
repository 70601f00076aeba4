"""Whether the server is well, for those who watch it."""

import time
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

import passerby
from passerby.web.access import Reader, TheDesk

router = APIRouter(tags=["health"])


class Metrics:
    """What is counted of the requests of one server."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter("passerby_requests", "Requests answered.", labels, registry=self.registry)
        self.seconds = Histogram("passerby_request_seconds", "Time to the answer.", ("route",), registry=self.registry)
        self.jobs = Gauge("passerby_jobs", "Jobs by how they are.", ("status",), registry=self.registry)
        self.videos = Gauge("passerby_videos", "Videos in the library.", registry=self.registry)

    async def count(self, request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
        """Middleware: count a request by the route that answers it, never by its address."""
        began = time.monotonic()
        response = await answer(request)
        route = getattr(request.scope.get("route"), "path", "none")
        self.requests.labels(request.method, route, str(response.status_code)).inc()
        self.seconds.labels(route).observe(time.monotonic() - began)
        return response


@router.get("/health")
def health(desk: TheDesk) -> dict[str, Any]:
    """That the server answers and its library opens."""
    desk.changes()
    return {"status": "ok", "version": passerby.__version__}


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics(request: Request, desk: TheDesk, caller: Reader) -> Response:
    """The server's counters, as Prometheus reads them."""
    kept: Metrics = request.app.state.metrics
    counts = desk.job_counts()
    for status in ("waiting", "running", "stopping", "done", "failed", "cancelled"):
        kept.jobs.labels(status).set(counts.get(status, 0))
    kept.videos.set(desk.videos(sort="added", named="", limit=1, start=0)[1])
    return Response(generate_latest(kept.registry), media_type=CONTENT_TYPE_LATEST)
