"""One scored portfolio for the whole run; each test that changes something works on its own copy."""

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import make_url

from api.app import create_app
from pipeline.engines import make_detector
from pipeline.ingest import ingest
from pipeline.labels import load_labels
from pipeline.nightly import days_between, nightly
from pipeline.settings import Settings
from pipeline.wiring import App
from store.keys import create_key
from store.tables import accounts, actions, snapshots, standings

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "portfolio"
LAST = date(2026, 9, 15)


class Unread:
    """An index of passages that holds nothing, so that no test loads a model for what it does not look at."""

    id = "none"

    def by_meaning(self, *_: object) -> list[object]:
        return []

    def add(self, *_: object) -> None:
        """Forget it."""

    remove = forget = add


class Hands:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 9, 15, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class World:
    """An application over a store of its own."""

    app: App
    clock: Hands

    @cached_property
    def served(self) -> FastAPI:
        return create_app(self.app, self.clock)

    def key(self, role: str = "admin", *owners: str, name: str = "", days: float = 90) -> str:
        with self.app.database.transaction() as connection:
            _, token = create_key(connection, name or role, role, owners, self.clock.now, timedelta(days=days))
        return token

    def tool(self, role: str = "admin", *owners: str, name: str = "") -> httpx.Client:
        return self.client({"Authorization": f"Bearer {self.key(role, *owners, name=name)}"})

    def browser(self, role: str = "admin", *owners: str) -> httpx.Client:
        """Signed in to the console, as a browser without JavaScript."""
        client = self.client({"Accept": "text/html"})
        answer = client.post("/sign-in", data={"key": self.key(role, *owners), "next": "/"})
        assert answer.status_code == 303, answer.text
        return client

    def client(self, headers: dict[str, str] | None = None) -> httpx.Client:
        return TestClient(self.served, base_url="http://localhost", headers=headers, follow_redirects=False)

    @contextmanager
    def writing(self) -> Iterator[Any]:
        with self.app.database.transaction() as connection:
            yield connection

    def copy_accounts(self, times: int) -> None:
        """The same portfolio again and again under other ids."""
        with self.writing() as connection:
            for table in (accounts, snapshots, standings, actions):
                account = table.c["id" if table is accounts else "account_id"]
                own = {account.name, "id"} & set(table.c.keys())
                original = account.not_like("%-_") & account.not_like("%-__")
                for n in range(times):
                    columns = [c + f"-{n}" if c.name in own else c for c in table.c]
                    copied = table.select().with_only_columns(*columns).where(original)
                    connection.execute(table.insert().from_select(list(table.c.keys()), copied))


@pytest.fixture(scope="session")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample portfolio read by its labels and scored every four weeks."""
    home = tmp_path_factory.mktemp("home")
    fill(Settings(home=home, today=LAST))
    return home


@pytest.fixture(scope="session")
def scored_on_postgres(postgres_copy, postgres_template, tmp_path_factory) -> str:
    """The same in a database to copy; says its name."""
    url = postgres_copy(postgres_template)
    fill(Settings(home=tmp_path_factory.mktemp("unused"), database_url=url, today=LAST))
    return str(make_url(url).database)


def fill(settings: Settings) -> None:
    app = App(settings)
    ingest(app.database, [SAMPLES], (), labels=load_labels(SAMPLES / "labels.jsonl"))
    days = [*days_between(date(2025, 10, 1), date(2026, 8, 31), 28), date(2026, 9, 8), LAST]
    nightly(app.database, app.rulebooks, make_detector("local", settings), days)
    app.database.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A module that names `DATABASES` is run on each of them."""
    wanted = getattr(metafunc.module, "DATABASES", None)
    if wanted and "database_kind" in metafunc.fixturenames:
        metafunc.parametrize("database_kind", wanted, indirect=True, scope="module")


@pytest.fixture(scope="module")
def database_kind(request: pytest.FixtureRequest) -> str:
    """The database that a test runs on."""
    return getattr(request, "param", "sqlite")


@pytest.fixture(scope="module")
def database_url(request: pytest.FixtureRequest, database_kind: str) -> Callable[[], str]:
    """Where a copy of what was scored is; empty for the file that lies in the home."""
    if database_kind == "sqlite":
        return lambda: ""
    copy, template = request.getfixturevalue("postgres_copy"), request.getfixturevalue("scored_on_postgres")
    return lambda: copy(template)


@contextmanager
def copied(scored: Path, folder: Path, database_url: str) -> Iterator[World]:
    home = folder / "home"
    shutil.copytree(scored, home)
    app = App(Settings(home=home, database_url=database_url, today=LAST))
    app.__dict__["passages"] = Unread()
    yield World(app, Hands())
    app.database.close()


@pytest.fixture
def world(scored: Path, tmp_path: Path, database_url: Callable[[], str]) -> Iterator[World]:
    with copied(scored, tmp_path, database_url()) as found:
        yield found


@pytest.fixture(scope="module")
def shared_world(
    scored: Path, tmp_path_factory: pytest.TempPathFactory, database_url: Callable[[], str]
) -> Iterator[World]:
    """One store for all tests of a file, which must not mind what the others did."""
    with copied(scored, tmp_path_factory.mktemp("shared"), database_url()) as found:
        yield found


@contextmanager
def serving(application) -> Iterator[str]:
    """The application on a free port of this machine, for as long as the block lasts."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(application, log_level="error", access_log=False, lifespan="off"))
    started = threading.Event()
    was_startup = server.startup

    async def startup(sockets=None):
        await was_startup(sockets)
        started.set()

    server.startup = startup
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    assert started.wait(20)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()


@pytest.fixture
def serve() -> Callable[[FastAPI], Any]:
    """A real server for a block of the test; it has finished what was asked of it when the block is over."""
    return serving


@pytest.fixture
def address(world: World) -> Iterator[str]:
    """Where a real server answers for the world."""
    with serving(world.served) as where:
        yield where


@pytest.fixture
def borne():
    """Words of complaints that a test expects of the browser; it may add its own."""
    return ["404"]


@pytest.fixture
def visit(browser, world, borne):
    """Opens a page that is signed in; what the browser complains about fails the test."""
    complaints = []
    with serving(world.served) as where:

        def open_page(role="reviewer", *owners, **context):
            page = browser.new_context(base_url=where, **context).new_page()
            page.set_default_timeout(30_000)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
            page.goto("/sign-in")
            page.get_by_label("Your key").fill(world.key(role, *owners))
            page.get_by_role("button", name="Sign in").click()
            page.get_by_role("heading", name="Portfolio").wait_for()
            page.wait_for_load_state()  # before that, no script of the page listens
            return page

        yield open_page
    assert [c for c in complaints if not any(word in c for word in borne)] == []
