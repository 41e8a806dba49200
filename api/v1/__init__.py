"""The API's rooms, put together in the order its document lists them."""

from __future__ import annotations

from fastapi import APIRouter

from api.problems import documented
from api.v1.accounts import endpoints as accounts
from api.v1.ask import endpoints as ask
from api.v1.documents import endpoints as documents
from api.v1.evidence import endpoints as evidence
from api.v1.exports import endpoints as exports
from api.v1.ingest import endpoints as ingest
from api.v1.portfolio import endpoints as portfolio
from api.v1.reviews import endpoints as reviews
from api.v1.system import endpoints as system


def v1_router() -> APIRouter:
    router = APIRouter(prefix="/v1", responses=documented())
    for room in (exports, portfolio, accounts, evidence, documents, reviews, ask, ingest, system):
        router.include_router(room.router)
    return router
