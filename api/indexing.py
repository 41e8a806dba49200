"""Indexing passages after an answer was sent: whoever asks meanwhile is answered by words."""

from __future__ import annotations

import logging

from extractor.local.model import ModelError
from pipeline.indexing import index_passages
from pipeline.wiring import App

LOG = logging.getLogger("whyred.api")


def index_quietly(app: App, account_id: str | None = None) -> None:
    """Of one account or of all; without an encoder, words decide."""
    try:
        index_passages(app.database, app.passages, account_id)
    except ModelError as error:
        LOG.warning("passages are not indexed: %s", error)
