"""What somebody asked for by name, and the error for what names nothing."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, process, utils

from scoring.facts import Account

_CLOSE = 55


class WrongInputError(ValueError):
    """An argument that names nothing or says nothing; the message holds value and remedy."""


def find_account(accounts: Sequence[Account], wanted: str) -> Account:
    """By id or name, whatever the case. Raises WrongInputError that names close matches."""
    for account in accounts:
        if wanted.casefold() in {
            account.id.casefold(),
            account.name.casefold(),
            account.id.casefold().removeprefix("a-"),
        }:
            return account
    names = {a.id: f"{a.id} {a.name}" for a in accounts}
    close = process.extract(
        wanted, names, scorer=fuzz.WRatio, processor=utils.default_process, score_cutoff=_CLOSE, limit=3
    )
    if close:
        raise WrongInputError(f"no account {wanted!r}; did you mean {', '.join(key for _, _, key in close)}?")
    known = ", ".join(sorted(names)[:8]) or "none yet: run `whyred ingest` first"
    raise WrongInputError(f"no account {wanted!r}; known are {known}")
