"""Mails that are no correspondence: drafts that were never sent, and what was thrown away or taken for spam."""

from __future__ import annotations

import re
from email.message import Message as Mime
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from extractor.readers.mail import headers
from extractor.readers.outcome import Obstacle, UnreadableError

DISCARDED_FILE = Path(__file__).with_name("discarded.yaml")
LABELS_FIELD = "X-Gmail-Labels"
"""The header field in which Takeout names a mail's labels, with commas between."""

_MAILDIR_FLAGS = re.compile(r"[:;!]2,([A-Za-z]*)$")
_FLAGS = {"D": Obstacle.NOT_SENT, "T": Obstacle.DISCARDED}
_REMEDY = {
    Obstacle.NOT_SENT: "a draft that was never sent; nobody has read these words",
    Obstacle.DISCARDED: "thrown away or taken for spam; move it to another folder and export again if it counts",
}


class FolderNames(BaseModel):
    """The data file as it stands, lower case; an unknown key is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    not_sent: frozenset[str]
    discarded: frozenset[str]
    sent: frozenset[str]


@lru_cache(maxsize=4)
def load_folder_names(path: Path = DISCARDED_FILE) -> FolderNames:
    return FolderNames.model_validate(yaml.safe_load(path.read_text("utf-8")))


def labels_of(mime: Mime) -> frozenset[str]:
    return frozenset(label.strip().casefold() for label in headers.text(mime, LABELS_FIELD).split(","))


def is_sent(labels: frozenset[str]) -> bool:
    """Whether the mailbox that was exported has sent it."""
    return bool(labels & load_folder_names().sent)


def refuse_discarded(labels: frozenset[str], origin: str) -> None:
    """Raises UnreadableError where one of the labels says that the mail is no correspondence."""
    names = load_folder_names()
    for reason, listed in ((Obstacle.NOT_SENT, names.not_sent), (Obstacle.DISCARDED, names.discarded)):
        if found := sorted(labels & listed):
            raise UnreadableError(f"{origin}: in {found[0]!r}: {_REMEDY[reason]}", reason)


def refuse_discarded_file(path: Path, origin: str) -> None:
    """The same by a Maildir's flags and folder, or by the name of an mbox, which is its folder's."""
    if path.parent.name in ("cur", "new"):
        flags = _MAILDIR_FLAGS.search(path.name)
        for flag in flags[1] if flags else "":
            if reason := _FLAGS.get(flag):
                raise UnreadableError(f"{origin}: flag {flag}: {_REMEDY[reason]}", reason)
        folder = path.parent.parent.name.lstrip(".").rpartition(".")[2]
    else:
        folder = path.stem if path.suffix.lower() == ".mbox" else ""
    refuse_discarded(frozenset({folder.casefold()}), origin)
