"""`/v1/documents`: the canonical text with its spans. Every read is written to the audit log."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from api.problems import NotFoundError
from api.v1.documents.schemas import DocumentText, document_text
from api.visit import ToolVisit
from store.browse import sightings
from store.documents import get_document

router = APIRouter(prefix="/documents", tags=["documents"])


@router.get("/{document_id}")
def get_document_text(
    visit: ToolVisit, document_id: Annotated[str, Path(max_length=200, examples=["sha256:4b6f…"])]
) -> DocumentText:
    """The text, who said what, what never counts as evidence, and what signals cite."""
    account = visit.account_of_document(document_id)
    document = get_document(visit.connection, document_id)
    if document is None:
        raise NotFoundError(f"no document {document_id!r}")
    visit.note("read_document", document.id, account=account.id)
    return document_text(document, account.id, sightings(visit.connection, document.id))
