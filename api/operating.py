"""For those who run it: is it alive, can it work, what is it doing; and what each problem means."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse, PlainTextResponse

from api.edge.metrics import Metrics
from api.problems import NotFoundError, kinds
from pipeline.wiring import App
from store.browse import count_bands, count_held, last_day

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
def alive() -> dict[str, str]:
    return {"status": "alive"}


@router.get("/readyz")
def ready(request: Request) -> JSONResponse:
    """200 once the database answers; what is missing otherwise."""
    wired: App = request.app.state.wired
    try:
        with wired.database.reading() as connection:
            day = last_day(connection)
        rules = wired.rulebooks[-1].id
    except Exception as error:  # noqa: BLE001  whatever it is, it means not ready
        return JSONResponse({"status": "not ready", "reason": type(error).__name__}, 503)
    return JSONResponse({"status": "ready", "scored_until": day.isoformat() if day else None, "rulebook": rules})


@router.get("/metrics")
def metrics(request: Request) -> PlainTextResponse:
    wired: App = request.app.state.wired
    counted: Metrics = request.app.state.metrics
    with wired.database.reading() as connection:
        gauges: dict[str, Any] = {
            "accounts": count_bands(connection),
            "quarantine": {"held": count_held(connection)},
        }
    return PlainTextResponse(counted.text(gauges), media_type="text/plain; version=0.0.4")


@router.get("/problems/{code}")
def explain_problem(code: Annotated[str, Path(max_length=60)]) -> dict[str, Any]:
    """What a problem's `type` means."""
    kind = kinds().get(code)
    if kind is None:
        raise NotFoundError(f"no problem is called {code!r}; there are {', '.join(sorted(kinds()))}")
    return {"type": f"/problems/{code}", "title": kind.title, "status": kind.status, "meaning": kind.__doc__}
