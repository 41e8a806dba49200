"""Repeats the pattern accounts until a store is as large as asked for, by the database's own bulk loading.

A copy differs from its pattern in account, name, owner and in the end of every content id, wherever these stand, also
within the stored explanations; the beginning of an id stays random, so that indices are as scattered as real ones.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from bench.scale.patterns import pattern_id, pattern_name, pattern_owner
from store.database import Database

PORTFOLIO = 80
"""Accounts of one CSM."""
AT_ONCE = 200
"""Accounts written in one go."""
FACTS = ("account_versions", "contacts", "contact_versions", "tickets", "readings", "assessments", "documents")
OF_ACCOUNT = {
    "accounts": "id = ?",
    **dict.fromkeys(FACTS, "account_id = ?"),
    "detections": "document_id IN (SELECT id FROM documents WHERE account_id = ?)",
    **dict.fromkeys(("interactions", "signals", "asked", "snapshots", "standings", "actions"), "account_id = ?"),
    "evidence": "signal_id IN (SELECT id FROM signals WHERE account_id = ?)",
    "rejections": "document_id IN (SELECT id FROM documents WHERE account_id = ?)",
    "action_events": "action_id IN (SELECT id FROM actions WHERE account_id = ?)",
}
"""The rows of one account, by table."""
_ID = re.compile(r"(sha256:[0-9a-f]{56})[0-9a-f]{8}")
_FIELD, _ROW, _NULL = "\x1f", "\x1e", "\x00"

Rows = list[list[str | None]]
Write = Callable[[str, Sequence[str], Rows], None]
"""Takes a table, its columns and rows; every value as text, which both databases turn into the column's type."""


@dataclass(frozen=True, slots=True)
class Block:
    """One table's rows of one pattern as a single text, so that a copy is a few replacements."""

    table: str
    columns: tuple[str, ...]
    text: str

    def copied(self, pattern: int, number: int) -> Rows:
        if not self.text:
            return []
        text = _ID.sub(rf"\g<1>{number:08x}", self.text)
        for old, new in (
            (pattern_id(pattern), account_id(number)),
            (pattern_name(pattern), f"Customer {number:05d}"),
            (pattern_owner(pattern), owner(number)),
        ):
            text = text.replace(old, new)
        return [[None if v == _NULL else v for v in row.split(_FIELD)] for row in text.split(_ROW)]


def account_id(number: int) -> str:
    return f"a-{number:05d}"


def owner(number: int) -> str:
    return f"csm{number // PORTFOLIO:03d}@vendor.example"


def read_blocks(patterns: Path) -> list[list[Block]]:
    """Each pattern's rows as SQLite holds them, tables in the order in which they refer to each other."""
    connection = sqlite3.connect(patterns)
    known = [name for (name,) in connection.execute("SELECT id FROM accounts ORDER BY id")]
    blocks = [[_block(connection, table, where, name) for table, where in OF_ACCOUNT.items()] for name in known]
    connection.close()
    return blocks


def _block(connection: sqlite3.Connection, table: str, where: str, account: str) -> Block:
    found = connection.execute(f"SELECT * FROM {table} WHERE {where}", [account])  # noqa: S608  our own names
    rows = [_FIELD.join(_NULL if v is None else str(v) for v in row) for row in found]
    return Block(table, tuple(column[0] for column in found.description), _ROW.join(rows))


def fill(url: str, patterns: Path, accounts: int) -> None:
    """Fill an empty database, which gets its schema here, with so many accounts."""
    Database(url).close()
    into = _into_sqlite if make_url(url).get_backend_name() == "sqlite" else _into_postgres
    into(url, lambda write: _write_copies(read_blocks(patterns), accounts, write))


def _write_copies(blocks: list[list[Block]], accounts: int, write: Write) -> None:
    for first in range(0, accounts, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, accounts))
        for place, block in enumerate(blocks[0]):
            rows = [row for n in numbers for row in blocks[n % len(blocks)][place].copied(n % len(blocks), n)]
            write(block.table, block.columns, rows)


def _into_sqlite(url: str, work: Callable[[Write], None]) -> None:
    connection = sqlite3.connect(str(make_url(url).database), isolation_level=None)
    connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -2000000;")

    def write(table: str, columns: Sequence[str], rows: Rows) -> None:
        names, marks = ", ".join(f'"{c}"' for c in columns), ", ".join("?" * len(columns))
        connection.execute("BEGIN")
        connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608  our own names
        connection.execute("COMMIT")

    work(write)
    connection.close()


def _into_postgres(url: str, work: Callable[[Write], None]) -> None:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # the rows are known to refer to each other
        connection.execute("SET synchronous_commit = off")

        def write(table: str, columns: Sequence[str], rows: Rows) -> None:
            statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
                sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
            )
            with connection.cursor().copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)

        work(write)
        connection.execute("VACUUM ANALYZE")
