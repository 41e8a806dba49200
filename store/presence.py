"""Who took part when, for who looks at it: the days of a window, and each person's last word before it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from sqlalchemy import Connection, bindparam, func, literal, or_, select

from extractor.document import Role, Took
from extractor.signal import Interaction
from scoring.facts import end_of
from store.tables import documents, interactions

_TOOK = {took.value: took for took in Took if took.is_presence}
_PERSON = func.coalesce(interactions.c.address, interactions.c.name)
_HEARD = (
    select(
        *(interactions.c[name] for name in ("document_id", "address", "name", "took", "at")),
        func.row_number().over(partition_by=_PERSON, order_by=interactions.c.at.desc()).label("times_ago"),
    )
    .join(documents, documents.c.id == interactions.c.document_id)
    .where(
        interactions.c.account_id == bindparam("account"),
        interactions.c.role == Role.CUSTOMER.value,
        interactions.c.took.in_([literal(took) for took in _TOOK]),
        interactions.c.at <= bindparam("until"),
        documents.c.replaced.is_(False),
        or_(documents.c.known_at.is_(None), documents.c.known_at <= bindparam("until")),
    )
    .subquery()
)
_PRESENCE = (
    select(*(_HEARD.c[name] for name in ("document_id", "address", "name", "took", "at")))
    .where(or_(_HEARD.c.at >= bindparam("since"), _HEARD.c.times_ago == 1))
    .order_by(_HEARD.c.at, _HEARD.c.document_id)
)


def presence_of(connection: Connection, account_id: str, since: date, until: date) -> list[Interaction]:
    """When the account's own people wrote, spoke or attended, on the days from `since` to `until`, oldest first.

    Of somebody who was heard only before that it is the last time. What had not arrived by `until` does not count.
    """
    begin = datetime.combine(since, time.min, UTC)
    wanted = {"account": account_id, "since": begin, "until": end_of(until)}
    return [
        Interaction(document, address, name, Role.CUSTOMER, _TOOK[took], at)
        for document, address, name, took, at in connection.execute(_PRESENCE, wanted).all()
    ]
