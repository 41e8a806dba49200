"""Templates with everything escaped, nothing undefined, and the few filters that pages share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.console import pieces, shown
from api.console.account.lines import more, told_briefly, told_paper, told_person, told_signal
from api.console.charts.drawing import drawn, drawn_bar
from api.visit import Visit
from scoring.labels import within
from scoring.wording import in_words

ROOM = Path(__file__).parent


def make_templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ROOM / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown.plain,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "harmless": shown.harmless,
        "clipped": shown.clipped,
        "day": shown.day,
        "moment": shown.moment,
        "points": shown.points,
        "words": shown.words,
    }
    environment.filters |= {"band": pieces.band, "cited": pieces.cited, "gain": pieces.gain, "kind": pieces.kind}
    environment.filters |= {
        "drawn": drawn,
        "drawn_bar": drawn_bar,
        "in_words": in_words,
        "more": more,
        "within": within,
        "told_briefly": told_briefly,
        "told_paper": told_paper,
        "told_person": told_person,
        "told_signal": told_signal,
    }
    environment.globals |= {"money": shown.money}
    return environment


def render(request: Request, template: str, visit: Visit | None, status: int = 200, **values: Any) -> HTMLResponse:
    """A page. `visit` is None before anybody signed in."""
    templates: Environment = request.app.state.templates
    caller = visit.caller if visit else None
    html = templates.get_template(template).render(
        me=caller,
        csrf=visit.csrf if visit else "",
        today=visit.today if visit else None,
        here=request.url.path,
        **values,
    )
    return HTMLResponse(html, status)
