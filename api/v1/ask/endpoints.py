"""`/v1/ask`: a question in words, answered from what is stored, every sentence with what proves it."""

from __future__ import annotations

from fastapi import APIRouter, BackgroundTasks

from api.asking import ask
from api.indexing import index_what_lacks
from api.v1.ask.schemas import Answered, Question, answered
from api.visit import ToolVisit

router = APIRouter(tags=["ask"])


@router.post("/ask")
def ask_question(visit: ToolVisit, background: BackgroundTasks, body: Question) -> Answered:
    """Why an account stands where it stands, or what was said about something. Never about an account of others."""
    answer = ask(visit, body.question, body.account)
    index_what_lacks(background, visit.app, answer)
    return answered(answer)
