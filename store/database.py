"""Opens the database, brings its schema up to date, hands out transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    ExceptionContext,
    Select,
    Table,
    bindparam,
    create_engine,
    event,
    inspect,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

MIGRATIONS = Path(__file__).with_name("migrations")
__all__ = [
    "AT_ONCE",
    "Connection",
    "Database",
    "StoreBusyError",
    "StoreError",
    "UnkeepableTextError",
    "of_account",
    "put",
    "replace",
]

HEAD = "0008"
"""The newest migration; a test compares it with the folder."""


AT_ONCE = 16
"""Connections that a process keeps open; as many again may be opened for who needs a second one meanwhile."""


_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, "40001", "40P01"})
"""Codes of a database that is locked, and of transactions that cannot both be kept: serialisation failure, deadlock."""


class StoreError(RuntimeError):
    """The database cannot be used; the message says which and what to do."""


class StoreBusyError(RuntimeError):
    """Others were changing the same all the while: nothing of this was kept, and doing it again may well succeed."""


class UnkeepableTextError(ValueError):
    """Text that this database cannot hold: PostgreSQL knows no NUL character."""


class Database:
    """One database. Every change happens inside `transaction()`; what is not committed never was."""

    def __init__(self, url: str) -> None:
        self.url = url
        try:
            self._engine = _engine(url)
            self._migrate()
        except (SQLAlchemyError, ModuleNotFoundError, OSError) as error:
            reason = str(error).splitlines()[0]
            raise StoreError(f"{_shown(url)}: {reason}; check WHYRED_DATABASE_URL") from error

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Commits when the block ends well, rolls back otherwise."""
        with self._engine.begin() as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._engine.connect() as connection:
            yield connection

    def forget_deleted(self) -> None:
        """Let no file of the database hold on to what was deleted.

        SQLite overwrites deleted rows (`secure_delete`) but keeps earlier pages in its write-ahead log. PostgreSQL's dead
        rows go with its own vacuum.
        """
        if self._engine.dialect.name == "sqlite":
            with self._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self._engine.dispose()

    def _migrate(self) -> None:
        with self._engine.connect() as connection:
            if inspect(connection).has_table("alembic_version"):
                version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
                if version == HEAD:
                    return
        from alembic import command  # noqa: PLC0415  Alembic takes 0.2 s that most commands need not spend
        from alembic.config import Config  # noqa: PLC0415

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self._engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def of_account(table: Table, *order: ColumnElement[Any]) -> Select[Any]:
    """The rows of the account that the parameter `account` names.

    To be made once: making a statement takes several times as long as a small answer to it.
    """
    return select(table).where(table.c.account_id == bindparam("account")).order_by(*order)


def put(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
    """Insert rows whose primary key is new, leave the others as they are; says how many were new."""
    values = [dict(row) for row in rows]
    if not values:
        return 0
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    new = 0
    for chunk in _chunks(values, max(1, 900 // len(table.columns))):
        statement = insert(table).values(chunk).on_conflict_do_nothing().returning(*table.primary_key)
        new += len(connection.execute(statement).all())
    return new


def replace(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> int:
    """Insert rows, or bring those whose primary key exists to these values; says how many differ now from before."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    keys = [c.name for c in table.primary_key]
    changed = 0
    for row in rows:
        statement = insert(table).values(dict(row))
        others = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys and c.name in row}
        differs = None
        for name in others:
            one = table.c[name].is_distinct_from(statement.excluded[name])
            differs = one if differs is None else differs | one
        statement = statement.on_conflict_do_update(index_elements=keys, set_=others, where=differs)
        changed += len(connection.execute(statement.returning(*table.primary_key)).all())
    return changed


def _chunks(values: list[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        engine = create_engine(url, pool_size=AT_ONCE, max_overflow=AT_ONCE, pool_pre_ping=True)
        event.listen(engine, "handle_error", _tell_of_nul)
        event.listen(engine, "handle_error", _tell_of_others)
        return engine
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, pool_size=AT_ONCE, max_overflow=AT_ONCE)
    event.listen(engine, "handle_error", _tell_of_others)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in (
            "journal_mode = WAL",
            "synchronous = NORMAL",
            "foreign_keys = ON",
            "busy_timeout = 10000",
            "secure_delete = ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine


def _tell_of_nul(context: ExceptionContext) -> None:
    """The driver refuses it with no code of its own, only in words."""
    if "NUL (0x00)" in str(context.original_exception):
        raise UnkeepableTextError("text with a NUL character (U+0000) cannot be kept; leave it out")


def _tell_of_others(context: ExceptionContext) -> None:
    """SQLite has a code and kinds of it above its lowest byte, PostgreSQL five letters."""
    error = context.original_exception
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF or getattr(error, "sqlstate", None)
    if code in _BUSY:
        raise StoreBusyError("others are writing to the same just now and nothing of this was kept; do it again")


def _shown(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return f"{url!r} (no database URL)"
