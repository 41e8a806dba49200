"""Keeps the CSV tables that stand beside the conversations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from extractor.readers.outcome import Unread, UnreadableError
from extractor.readers.tables import (
    AccountRow,
    AssessmentRow,
    ContactRow,
    MetricRow,
    OutcomeRow,
    read_accounts,
    read_assessments,
    read_contacts,
    read_metrics,
    read_outcomes,
)
from scoring.facts import Account, Assessment, Contact, Reading
from store.accounts import all_accounts, put_account, put_assessment, put_outcome, put_readings
from store.database import Connection
from store.quarantine import hold
from store.versions import keep_history, put_contacts

TABLE_ORDER = ("accounts.csv", "contacts.csv", "metrics.csv", "assessments.csv", "outcomes.csv")
"""Accounts first: the others speak of them."""

Row = TypeVar("Row")


def keep_table(connection: Connection, path: Path, origin: str) -> tuple[int, int]:
    """Keep one table's rows; says how many are new or changed and how many went to the quarantine.

    A row that cannot be read or names an unknown account is held with its line; the rest are kept.
    """
    holder = _Holder(connection, path, origin)
    try:
        changed = _KEEPERS[path.name.lower()](connection, path, holder)
    except UnreadableError as error:
        holder(error.at(origin))
        changed = 0
    return changed, holder.count


class _Holder:
    """Sets rows of one table aside."""

    def __init__(self, connection: Connection, path: Path, origin: str) -> None:
        self._connection, self._path, self._origin = connection, str(path.resolve()), origin
        self.count = 0

    def __call__(self, item: Unread) -> None:
        self.count += 1
        part = item.origin.partition("#")[2]
        origin = f"{self._origin}#{part}" if part else self._origin
        hold(self._connection, origin, item.reason, item.detail, self._path)

    def good(self, rows: Iterable[Row | Unread]) -> Iterator[Row]:
        for row in rows:
            if isinstance(row, Unread):
                self(row)
            else:
                yield row

    def of_known(self, rows: Iterable[Any]) -> Iterator[Any]:
        """Rows whose account exists; the others are held by table and account, not by line."""
        known = {a.id for a in all_accounts(self._connection)}
        unknown: dict[str, int] = {}
        for row in self.good(rows):
            if row.account_id in known:
                yield row
            else:
                unknown[row.account_id] = unknown.get(row.account_id, 0) + 1
        for account_id, count in unknown.items():
            self.count += count
            detail = f"{count} rows speak of account {account_id!r}, which accounts.csv does not name; add it there"
            hold(self._connection, f"{self._origin}#{account_id}", "unknown_account", detail, self._path)


def _accounts(connection: Connection, path: Path, holder: _Holder) -> int:
    """The newest row of an account describes it; dated ones before it are its history."""
    by_account: dict[str, list[AccountRow]] = {}
    for row in holder.good(read_accounts(path)):
        by_account.setdefault(row.account_id, []).append(row)
    changed = 0
    for rows in by_account.values():
        rows.sort(key=lambda row: row.as_of or date.max)
        changed += put_account(connection, _account(rows[-1]), rows[-1].email_domains)
        dated = [(row.as_of, _account(row)) for row in rows if row.as_of is not None]
        if dated:
            keep_history(connection, dated)
    return changed


def _account(row: AccountRow) -> Account:
    return Account(
        id=row.account_id,
        name=row.name,
        segment=row.segment,
        owner=row.owner_email,
        arr=round(row.arr or 0),
        currency=row.currency,
        renewal_date=row.renewal_date,
        contract_start=row.contract_start,
        licensed_seats=row.licensed_seats,
        industry=row.industry,
        product=row.product,
    )


def _contacts(connection: Connection, path: Path, holder: _Holder) -> int:
    rows: Iterator[ContactRow] = holder.of_known(read_contacts(path))
    return sum(put_contacts(connection, r.account_id, [Contact(r.email, r.name, r.role, r.job_title)]) for r in rows)


def _metrics(connection: Connection, path: Path, holder: _Holder) -> int:
    rows: Iterator[MetricRow] = holder.of_known(read_metrics(path))
    return put_readings(connection, ((r.account_id, Reading(r.metric, r.date, r.value)) for r in rows))


def _assessments(connection: Connection, path: Path, holder: _Holder) -> int:
    rows: Iterator[AssessmentRow] = holder.of_known(read_assessments(path))
    return sum(put_assessment(connection, r.account_id, _assessment(r)) for r in rows)


def _assessment(row: AssessmentRow) -> Assessment:
    answers = {
        "sponsor_status": row.sponsor_status,
        "exec_engagement": row.exec_engagement,
        "outcome_narrative": row.outcome_narrative,
    }
    return Assessment(row.date, row.author, {k: v for k, v in answers.items() if v}, row.comment)


def _outcomes(connection: Connection, path: Path, holder: _Holder) -> int:
    rows: Iterator[OutcomeRow] = holder.of_known(read_outcomes(path))
    return sum(put_outcome(connection, _outcome(r)) for r in rows)


def _outcome(row: OutcomeRow) -> dict[str, Any]:
    return {
        "account_id": row.account_id,
        "day": row.date,
        "outcome": row.outcome,
        "arr_before": None if row.arr_before is None else round(row.arr_before),
        "arr_after": None if row.arr_after is None else round(row.arr_after),
    }


_KEEPERS: dict[str, Callable[[Connection, Path, _Holder], int]] = {
    "accounts.csv": _accounts,
    "contacts.csv": _contacts,
    "metrics.csv": _metrics,
    "assessments.csv": _assessments,
    "outcomes.csv": _outcomes,
}
