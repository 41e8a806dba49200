"""The console: pages made on the server. Each page is three files: what to say, how it looks, which route."""

from __future__ import annotations

from fastapi import APIRouter

from api.console.account import routes as account
from api.console.actions import routes as actions
from api.console.ask import routes as ask
from api.console.audit import routes as audit
from api.console.evaluation import routes as evaluation
from api.console.evidence import routes as evidence
from api.console.portfolio import routes as portfolio
from api.console.quarantine import routes as quarantine
from api.console.review import routes as review
from api.console.runs import routes as runs
from api.console.signin import routes as signin


def console_router() -> APIRouter:
    router = APIRouter(include_in_schema=False)
    for room in (portfolio, account, actions, ask, evidence, review, quarantine, runs, evaluation, audit, signin):
        router.include_router(room.router)
    return router
