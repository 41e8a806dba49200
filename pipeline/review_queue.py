"""What reviewers are asked next: the most uncertain and most harmful first. The console and the command line both come here."""

from __future__ import annotations

from collections.abc import Sequence

from eval.harms import load_harms
from eval.review_order import harm_of
from extractor.taxonomy import load_taxonomy
from store.database import Connection
from store.reviewing import Waiting, waiting


def first_to_see(
    connection: Connection, owners: Sequence[str] = (), *, most: int, second_for: str | None = None
) -> list[Waiting]:
    """Undecided signals; with `second_for`, those that others decided and this one has not."""
    return waiting(connection, owners, _weight, most=most, second_for=second_for)


def _weight(type_: str) -> float:
    return harm_of(type_, load_harms(), load_taxonomy())
