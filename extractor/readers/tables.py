"""The CSV tables beside the conversations: accounts, contacts, metrics, assessments, outcomes, as typed rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

from extractor.readers.encoding import decode
from extractor.readers.limits import JSON_BYTES, TABLE_FIELD, read_bytes
from extractor.readers.outcome import Obstacle, Unread, UnreadableError

_MOST_DIGITS = 15
_DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class AccountRow:
    """`arr` is in `currency` per year; `email_domains` are lower case. `as_of` is the day from which a row of a property
    history holds; an export of today's values has none.
    """

    account_id: str
    name: str
    segment: str
    industry: str
    arr: Decimal | None
    currency: str
    owner_email: str
    contract_start: date | None
    renewal_date: date | None
    email_domains: tuple[str, ...]
    licensed_seats: int | None
    as_of: date | None = None
    product: str = ""


@dataclass(frozen=True, slots=True)
class ContactRow:
    """`role` is the contact's part in the account: sponsor, champion, budget_owner, admin, user."""

    account_id: str
    email: str
    name: str
    job_title: str
    role: str


@dataclass(frozen=True, slots=True)
class MetricRow:
    account_id: str
    date: date
    metric: str
    value: float


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """The account manager's monthly entry; `author` is an address."""

    account_id: str
    date: date
    author: str
    sponsor_status: str
    exec_engagement: str
    outcome_narrative: str
    comment: str


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """How a contract period ended: churned, downsell, renewed, expanded; amounts as in `AccountRow.arr`."""

    account_id: str
    date: date
    outcome: str
    arr_before: Decimal | None
    arr_after: Decimal | None


Row = TypeVar("Row")
Line = dict[str, str]


def is_table(path: Path) -> bool:
    """Whether the file is one of the five tables, by its name."""
    return path.name.lower() in TABLES


def read_accounts(path: Path) -> Iterator[AccountRow | Unread]:
    """Raises UnreadableError where the file or a column is missing; a bad row is set aside with its line."""
    return _rows(path, ("account_id", "name"), _account)


def read_contacts(path: Path) -> Iterator[ContactRow | Unread]:
    """As `read_accounts`."""
    return _rows(path, ("account_id", "email", "name"), _contact)


def read_metrics(path: Path) -> Iterator[MetricRow | Unread]:
    """As `read_accounts`; a value that is no finite number is a bad row."""
    return _rows(path, ("account_id", "date", "metric", "value"), _metric)


def read_assessments(path: Path) -> Iterator[AssessmentRow | Unread]:
    """As `read_accounts`."""
    needed = ("account_id", "date", "author", "sponsor_status", "exec_engagement", "outcome_narrative")
    return _rows(path, needed, _assessment)


def read_outcomes(path: Path) -> Iterator[OutcomeRow | Unread]:
    """As `read_accounts`."""
    return _rows(path, ("account_id", "date", "outcome"), _outcome)


TABLES: dict[str, Callable[[Path], Iterator[object]]] = {
    "accounts.csv": read_accounts,
    "contacts.csv": read_contacts,
    "metrics.csv": read_metrics,
    "assessments.csv": read_assessments,
    "outcomes.csv": read_outcomes,
}


def _account(line: Line) -> AccountRow:
    return AccountRow(
        account_id=_needed(line, "account_id"),
        name=_needed(line, "name"),
        segment=line.get("segment", ""),
        industry=line.get("industry", ""),
        arr=_decimal(line, "arr"),
        currency=line.get("currency", ""),
        owner_email=line.get("owner_email", "").lower(),
        contract_start=_day_or_none(line, "contract_start"),
        renewal_date=_day_or_none(line, "renewal_date"),
        email_domains=_domains(line.get("email_domains", "")),
        licensed_seats=_integer(line, "licensed_seats"),
        as_of=_day_or_none(line, "as_of"),
        product=line.get("product", ""),
    )


def _contact(line: Line) -> ContactRow:
    return ContactRow(
        account_id=_needed(line, "account_id"),
        email=_needed(line, "email").lower(),
        name=line.get("name", ""),
        job_title=line.get("job_title", ""),
        role=line.get("role", ""),
    )


def _metric(line: Line) -> MetricRow:
    value = _decimal(line, "value")
    if value is None:
        raise ValueError("value is empty; leave the row out instead")
    return MetricRow(_needed(line, "account_id"), _day(line, "date"), _needed(line, "metric"), float(value))


def _assessment(line: Line) -> AssessmentRow:
    return AssessmentRow(
        account_id=_needed(line, "account_id"),
        date=_day(line, "date"),
        author=line.get("author", "").lower(),
        sponsor_status=line.get("sponsor_status", ""),
        exec_engagement=line.get("exec_engagement", ""),
        outcome_narrative=line.get("outcome_narrative", ""),
        comment=line.get("comment", ""),
    )


def _outcome(line: Line) -> OutcomeRow:
    return OutcomeRow(
        account_id=_needed(line, "account_id"),
        date=_day(line, "date"),
        outcome=_needed(line, "outcome"),
        arr_before=_decimal(line, "arr_before"),
        arr_after=_decimal(line, "arr_after"),
    )


def _rows(path: Path, needed: tuple[str, ...], make: Callable[[Line], Row]) -> Iterator[Row | Unread]:
    for number, line in table_lines(path, needed):
        place = f"{path.name}#{number}"
        if isinstance(line, str):
            yield Unread(place, Obstacle.BROKEN_ROW, f"{path.name} line {number}: {line}")
            continue
        try:
            yield make(line)
        except ValueError as error:
            yield Unread(place, Obstacle.BROKEN_ROW, f"{path.name} line {number}: {error}")


def table_lines(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, Line | str]]:
    """Line number and fields by column name, or what is wrong with the line.

    Raises UnreadableError where the file cannot be opened or a needed column is missing.
    """
    text = decode(read_bytes(path, JSON_BYTES)).text
    head = text.lstrip("\n\r").partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    csv.field_size_limit(TABLE_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns = [c.strip().lower() for c in next(reader, [])]
    missing = [name for name in needed if name not in columns]
    if missing:
        raise UnreadableError(
            f"{path.name}: column {', '.join(missing)} is missing; the first line has {', '.join(columns) or 'nothing'}",
            Obstacle.BROKEN_ROW,
        )
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield reader.line_num, f"{error}; quote the field or shorten it"
            return
        if any(field.strip() for field in fields):
            yield reader.line_num, dict(zip(columns, (field.strip() for field in fields), strict=False))


def _needed(line: Line, name: str) -> str:
    value = line.get(name, "")
    if not value:
        raise ValueError(f"{name} is empty; fill it in")
    return value


def _day(line: Line, name: str) -> date:
    found = _day_or_none(line, name)
    if found is None:
        raise ValueError(f"{name} is empty; write it as 2026-03-31")
    return found


def _day_or_none(line: Line, name: str) -> date | None:
    value = line.get(name, "")
    if not value:
        return None
    try:
        return datetime.fromisoformat(value).date()
    except ValueError:
        raise ValueError(f"{name} {value!r} is no date; write it as 2026-03-31") from None


def _decimal(line: Line, name: str) -> Decimal | None:
    value = line.get(name, "")
    if not value:
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"{name} {value!r} is no number; write it as 1234.5") from None
    if not number.is_finite() or number.adjusted() > _MOST_DIGITS:
        raise ValueError(f"{name} {value!r} is beyond all measure; leave it empty where it is unknown")
    return number


def _integer(line: Line, name: str) -> int | None:
    number = _decimal(line, name)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise ValueError(f"{name} {line[name]!r} is no whole number")
    return int(number)


def _domains(value: str) -> tuple[str, ...]:
    words = value.replace(",", ";").replace(" ", ";").split(";")
    return tuple(dict.fromkeys(w.strip().lower().lstrip("@") for w in words if w.strip()))
