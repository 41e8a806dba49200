"""What somebody asked for by name, and the error for what names nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process, utils

from scoring.facts import Account

_CLOSE = 65
"""Likeness in per cent from which an account is offered instead of the one asked for."""


class WrongInputError(ValueError):
    """An argument that names nothing or says nothing; the message holds value and remedy."""


def find_account(accounts: Sequence[Account], wanted: str) -> Account:
    """By id or name, whatever the case, or by words that only one name has.

    Raises WrongInputError that names those that may have been meant.
    """
    asked = wanted.strip().casefold()
    for account in accounts:
        if asked in {account.id.casefold(), account.name.casefold(), account.id.casefold().removeprefix("a-")}:
            return account
    fitting = [account for account in accounts if _fits(account, asked)]
    if len(fitting) == 1:
        return fitting[0]
    if close := [account.id for account in fitting] or close_accounts(accounts, wanted):
        raise WrongInputError(f"no account {wanted!r}; did you mean {', '.join(close)}?")
    known = ", ".join(sorted(a.id for a in accounts)[:8]) or "none yet: run `whyred ingest` first"
    raise WrongInputError(f"no account {wanted!r}; known are {known}")


def close_accounts(accounts: Iterable[Account], wanted: str, most: int = 3) -> list[str]:
    """Ids of the accounts that may have been meant: by id, by name, or by one word of the name, the likest first."""
    forms = [(form, a.id) for a in accounts for form in (a.id, a.name, *_words(a.name))]
    found = process.extract(
        wanted,
        [form for form, _ in forms],
        scorer=fuzz.ratio,
        processor=utils.default_process,
        score_cutoff=_CLOSE,
        limit=None,
    )
    return list(dict.fromkeys(forms[place][1] for _, _, place in found))[:most]


def _fits(account: Account, asked: str) -> bool:
    """By the first words of its name or by one of them, whole: half a word may be the slip of a finger."""
    name = account.name.casefold()
    return name.startswith(f"{asked} ") or asked in _words(name)


def _words(name: str) -> list[str]:
    return [word for word in name.split() if len(word) > 2]
