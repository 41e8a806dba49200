"""Counts requests and their time by route, as Prometheus text (exposition format 0.0.4)."""

from __future__ import annotations

import bisect
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

EDGES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
Labels = tuple[str, str, int]


class Metrics:
    """What happened since the process began."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[Labels, int] = defaultdict(int)
        self._seconds: dict[str, float] = defaultdict(float)
        self._buckets: dict[str, list[int]] = defaultdict(lambda: [0] * (len(EDGES) + 1))

    def seen(self, method: str, route: str, status: int, seconds: float) -> None:
        with self._lock:
            self._counts[method, route, status] += 1
            self._seconds[route] += seconds
            self._buckets[route][bisect.bisect_left(EDGES, seconds)] += 1

    def text(self, gauges: Mapping[str, Mapping[str, float]]) -> str:
        """`gauges` maps names to values by their one label, `kind`."""
        with self._lock:
            lines = [*self._requests(), *self._durations()]
        for name, values in gauges.items():
            lines.append(f"# TYPE whyred_{name} gauge")
            lines += [f'whyred_{name}{{kind="{_escaped(kind)}"}} {value:g}' for kind, value in values.items()]
        return "\n".join(lines) + "\n"

    def _requests(self) -> Iterator[str]:
        yield "# HELP whyred_requests_total Requests by method, route and status."
        yield "# TYPE whyred_requests_total counter"
        for (method, route, status), count in sorted(self._counts.items()):
            yield f'whyred_requests_total{{method="{method}",route="{_escaped(route)}",status="{status}"}} {count}'

    def _durations(self) -> Iterator[str]:
        yield "# HELP whyred_request_seconds Seconds from request to the end of its answer."
        yield "# TYPE whyred_request_seconds histogram"
        for route, buckets in sorted(self._buckets.items()):
            total = 0
            for edge, count in zip((*map(str, EDGES), "+Inf"), buckets, strict=True):
                total += count
                yield f'whyred_request_seconds_bucket{{route="{_escaped(route)}",le="{edge}"}} {total}'
            yield f'whyred_request_seconds_sum{{route="{_escaped(route)}"}} {self._seconds[route]:.6f}'
            yield f'whyred_request_seconds_count{{route="{_escaped(route)}"}} {total}'


class Measured:
    """The middleware; paths that no route knows count together, so that nobody can grow the table."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            route = _template(scope) if "route" in scope else "unmatched"
            method = scope["method"] if scope["method"] in _METHODS else "OTHER"
            self.metrics.seen(method, route, status, time.perf_counter() - began)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _template(scope: Scope) -> str:
    """The path with its parameters' names for their values: a route under a prefix knows only its own part."""
    names = {str(value): name for name, value in scope.get("path_params", {}).items()}
    return "/".join(f"{{{names[part]}}}" if part in names else part for part in scope["path"].split("/"))


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
