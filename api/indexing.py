"""Indexing passages after an answer was sent: whoever asks meanwhile is answered by words."""

from __future__ import annotations

import logging

from fastapi import BackgroundTasks

from api.asking import Answer
from extractor.local.model import ModelError
from pipeline.indexing import index_passages
from pipeline.wiring import App

LOG = logging.getLogger("whyred.api")


def index_what_lacks(background: BackgroundTasks, app: App, answer: Answer) -> None:
    """What the question's account lacks, for the next one."""
    if answer.note and answer.account is not None:
        background.add_task(index_quietly, app, answer.account.id)


def index_quietly(app: App, account_id: str | None = None) -> None:
    """Of one account or of all; without an encoder, words decide."""
    try:
        index_passages(app.database, app.passages, account_id)
    except ModelError as error:
        LOG.warning("passages are not indexed: %s", error)
