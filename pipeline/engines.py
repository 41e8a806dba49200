"""Makes the engine that the settings name; nothing loads a model or opens a connection before its first document."""

from __future__ import annotations

from pathlib import Path

from extractor.cascade import Cascade, CascadeSettings
from extractor.detector import Detector
from extractor.llm.cache import FolderCache
from extractor.llm.calling import Caller
from extractor.llm.engine import make_budget
from extractor.llm.exchange import Chat
from extractor.llm.limits import Breaker, Clock, Pace
from extractor.llm.prices import FREE, Price
from extractor.llm.settings import LlmSettings
from extractor.llm.wording import Wording
from extractor.local.detector import LocalDetector
from extractor.local.model import MODEL_DIR
from extractor.screen import LocalScreen
from pipeline.settings import Engine, Settings
from prompts import load_prompt

REPLIES = "replies"
"""Folder under the home where replies of a model are kept."""
OPENAI = "https://api.openai.com/v1"


class EngineError(ValueError):
    """An engine that the settings do not suffice for; the message names the variable."""


def make_detector(engine: Engine, settings: Settings) -> Detector:
    """Raises EngineError where the engine needs what the settings do not give."""
    if engine == "local":
        return local_detector(settings)
    if engine == "llm":
        return llm_detector(settings)
    screen = LocalScreen(local_detector(settings), settings.cascade_threshold)
    return Cascade(screen, llm_detector(settings), cascade_settings(settings))


def cascade_settings(settings: Settings) -> CascadeSettings:
    return CascadeSettings(threshold=settings.cascade_threshold, audit=settings.cascade_audit)


def local_detector(settings: Settings) -> LocalDetector:
    encoder = Path(settings.local_encoder) if settings.local_encoder else None
    return LocalDetector(settings.local_model or MODEL_DIR, encoder)


def llm_detector(settings: Settings) -> Detector:
    asked = llm_settings(settings)
    cache = FolderCache(settings.home / REPLIES)
    # LangChain and the openai client take a second to import, which other engines need not spend
    from extractor.llm.chat import OpenAIBatches, OpenAIChat  # noqa: PLC0415

    if settings.llm_batch:
        from extractor.llm.batch import BatchDetector  # noqa: PLC0415
        from extractor.llm.records import FileRecords  # noqa: PLC0415

        return BatchDetector(asked, OpenAIBatches(asked), FileRecords(settings.home / "batches.json"), cache=cache)
    from extractor.llm.engine import LlmDetector  # noqa: PLC0415

    return LlmDetector(asked, OpenAIChat(asked), cache=cache)


def make_wording(settings: Settings) -> Wording | None:
    """None without a model, and where text may only leave pseudonymised: a reader's words are not.

    A reader waits, so there is one try; each answer has a budget of its own and nobody's failure bars the next.
    """
    if settings.pseudonymise or not (settings.llm_base_url or settings.llm_api_key.get_secret_value()):
        return None
    asked = llm_settings(settings)
    from extractor.llm.chat import OpenAIChat  # noqa: PLC0415  as above

    chat = OpenAIChat(asked)
    prompt = load_prompt(settings.llm_answer_prompt)
    return Wording(prompt, asked.model, lambda: single_caller(asked, chat), chat.close)


def single_caller(asked: LlmSettings, chat: Chat) -> Caller:
    """Puts one question once."""
    clock = Clock()
    return Caller(
        chat,
        clock=clock,
        pace=Pace(clock, None, None),
        breaker=Breaker(clock, asked.breaker_failures, asked.breaker_pause_seconds, asked.breaker_pauses),
        budget=make_budget(asked),
        attempts=1,
        longest_wait_seconds=0.0,
    )


def llm_settings(settings: Settings) -> LlmSettings:
    """Raises EngineError when neither a key nor an endpoint of one's own is set."""
    key = settings.llm_api_key.get_secret_value()
    if not key and not settings.llm_base_url:
        raise EngineError("the llm engine needs WHYRED_LLM_API_KEY, or WHYRED_LLM_BASE_URL for a server of your own")
    return LlmSettings(
        model=settings.llm_model,
        base_url=settings.llm_base_url or OPENAI,
        api_key=key or "none",
        prompt=settings.llm_prompt,
        temperature=settings.llm_temperature,
        strict_schema=settings.llm_strict_schema,
        repeat=settings.llm_repeat,
        pseudonymise=settings.pseudonymise,
        concurrency=settings.llm_concurrency,
        timeout_seconds=settings.llm_timeout,
        requests_per_minute=settings.llm_requests_per_minute,
        tokens_per_minute=settings.llm_tokens_per_minute,
        budget_tokens=settings.llm_budget_tokens,
        budget_money=settings.llm_budget_money,
        price=_price(settings),
    )


def _price(settings: Settings) -> Price | None:
    """The price set by hand; a server of one's own without one costs nothing; else the table says."""
    if settings.llm_price_input is not None and settings.llm_price_output is not None:
        cached = settings.llm_price_cached
        return Price(
            settings.llm_price_input, settings.llm_price_input if cached is None else cached, settings.llm_price_output
        )
    own = settings.llm_base_url and not settings.llm_api_key.get_secret_value()
    return FREE if own else None
