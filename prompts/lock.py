"""Which prompt files are released, by digest: a changed word wants a new version beside the old one.

`digests.lock` holds a line `NAME/vN sha256:…` for each file. Lines are added by hand with a new version.
"""

from __future__ import annotations

from pathlib import Path

from prompts.errors import PromptLockError
from prompts.file import PROMPTS, load_prompt, prompt_references

LOCK_FILE = "digests.lock"


def check_lock(folder: Path = PROMPTS) -> None:
    """Raises `PromptLockError` naming the first file that was changed, is not locked, or is gone."""
    locked = read_lock(folder)
    present = prompt_references(folder)
    for reference in present:
        digest = load_prompt(reference, folder).digest
        if reference not in locked:
            raise PromptLockError(f"{reference} is not in {LOCK_FILE}; add the line '{reference} {digest}'")
        if locked[reference] != digest:
            raise PromptLockError(f"{reference} was changed after its release; restore it and write the next version")
    if gone := sorted(set(locked) - set(present)):
        raise PromptLockError(
            f"{', '.join(gone)} is locked and its file is gone; stored signals refer to it, restore it"
        )


def read_lock(folder: Path = PROMPTS) -> dict[str, str]:
    path = folder / LOCK_FILE
    locked: dict[str, str] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        reference, _, digest = line.partition(" ")
        if not digest.startswith("sha256:") or reference in locked:
            raise PromptLockError(f"{path}:{number}: needs 'NAME/vN sha256:…', each name once")
        locked[reference] = digest
    return locked
