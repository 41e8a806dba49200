"""Pictures of every page for the documentation: `python tests/api/screenshots.py [FOLDER]`, `make screenshots`.

Reads the sample portfolio into a folder that is thrown away, serves it on a free port, and photographs what a CSM and
a reviewer see, small and few.
"""

import shutil
import socket
import sys
import tempfile
import threading
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import uvicorn
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from api.app import create_app
from pipeline.engines import make_detector
from pipeline.ingest import ingest
from pipeline.labels import load_labels
from pipeline.nightly import days_between, nightly
from pipeline.settings import Settings
from pipeline.wiring import App
from store.browse import sightings
from store.keys import create_key
from store.signals import observations_of

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples" / "portfolio"
FIRST, LAST = date(2025, 10, 1), date(2026, 9, 15)
ACCOUNT = "a-sundergate"
COLOURS = 200
"""Chosen to cover the rare ones, lest the thin edge of a band takes another band's colour."""
LAUNCH = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def main(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        app = scored(Path(home))
        with app.database.transaction() as connection:
            _, key = create_key(connection, "rowan", "admin", (), datetime.now(UTC), timedelta(days=1))
            found = max(observations_of(connection, ACCOUNT), key=lambda o: (o.signal.severity, o.observed_at))
            assert sightings(connection, found.signal.document_id)
        served = serve(app)
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=LAUNCH)
            for name, width, height, scheme in (
                ("light", 1200, 860, "light"),
                ("dark", 1200, 860, "dark"),
                ("phone", 390, 780, "light"),
            ):
                context = browser.new_context(
                    base_url=served, viewport={"width": width, "height": height}, color_scheme=scheme
                )
                page = context.new_page()
                page.goto("/sign-in")
                page.fill("#key", key)
                page.click("button.main")
                photograph(page, out, name, found.signal.id)
            browser.close()
        app.database.close()


def photograph(page: Page, out: Path, name: str, signal: str) -> None:
    pages = {"portfolio": "/", "account": f"/accounts/{ACCOUNT}", "evidence": f"/evidence/{signal}#quote"}
    if name == "light":
        pages |= {
            "review": "/review",
            "actions": "/actions",
            "evaluation": "/evaluation",
            "runs": "/runs",
            "audit": "/audit",
        }
    for what, path in pages.items():
        page.goto(path)
        picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
        picture.quantize(COLOURS, Image.Quantize.MAXCOVERAGE).save(out / f"{what}-{name}.png", optimize=True)


def scored(home: Path) -> App:
    settings = Settings(home=home, today=LAST)
    app = App(settings)
    ingest(app.database, [SAMPLES], (), labels=load_labels(SAMPLES / "labels.jsonl"))
    nightly(app.database, app.rulebooks, make_detector("local", settings), days_between(FIRST, LAST, 7))
    return app


def serve(app: App) -> str:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    server = uvicorn.Server(uvicorn.Config(create_app(app), log_level="error", access_log=False))
    threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots")
