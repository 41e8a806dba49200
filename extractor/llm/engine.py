"""The detector that asks a chat model, several documents at a time, each on its own."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from extractor.detector import Detection, Outcome, Usage
from extractor.document import Document
from extractor.grounding import Grounder
from extractor.llm.budget import Budget
from extractor.llm.cache import NoCache, ReplyCache
from extractor.llm.calling import Caller
from extractor.llm.exchange import Chat, ChatRequest, TokenCounter, combined, estimate_tokens
from extractor.llm.limits import Breaker, Clock, Pace
from extractor.llm.prices import load_prices
from extractor.llm.pseudonyms import Disguise, disguise, undisguised
from extractor.llm.reply import Reading, merged, read_reply
from extractor.llm.request import Asker, Nonce, random_nonce
from extractor.llm.settings import LlmSettings
from extractor.signal import Reason
from extractor.taxonomy import Taxonomy, load_taxonomy
from prompts import Prompt, load_prompt

AHEAD = 3
"""Documents under way or waiting for each thread, so that a slow one does not starve the others."""


def extractor_name(settings: LlmSettings, prompt: Prompt) -> str:
    """Engine and version, as kept with every signal."""
    return f"llm/{settings.model}/{prompt.id}"


def make_budget(settings: LlmSettings) -> Budget:
    """The run's budget, priced by the settings or the table. Raises `BudgetError` where money has no price."""
    price = settings.price or load_prices().price(settings.model)
    return Budget(settings.budget_tokens, settings.budget_money, price)


class LlmDetector:
    """Documents go out in order, `concurrency` at a time, and come back in order.

    One document's failure is its own. A document of several windows is read only when all of them were. The budget,
    the pace and the breaker live as long as the detector: make one for each run.
    """

    def __init__(
        self,
        settings: LlmSettings,
        chat: Chat,
        *,
        taxonomy: Taxonomy | None = None,
        cache: ReplyCache | None = None,
        budget: Budget | None = None,
        clock: Clock | None = None,
        count: TokenCounter = estimate_tokens,
        nonce: Nonce = random_nonce,
    ) -> None:
        clock = clock or Clock()
        prompt = load_prompt(settings.prompt)
        self._settings = settings
        self._extractor = extractor_name(settings, prompt)
        self._asker = Asker(prompt, taxonomy or load_taxonomy(), settings, count, nonce)
        self._cache = cache or NoCache()
        self.budget = budget or make_budget(settings)
        self._breaker = Breaker(
            clock, settings.breaker_failures, settings.breaker_pause_seconds, settings.breaker_pauses
        )
        self._caller = Caller(
            chat,
            clock=clock,
            pace=Pace(clock, settings.requests_per_minute, settings.tokens_per_minute),
            breaker=self._breaker,
            budget=self.budget,
            attempts=settings.attempts,
            longest_wait_seconds=settings.longest_wait_seconds,
        )

    @property
    def extractor(self) -> str:
        return self._extractor

    def detect(self, documents: Sequence[Document]) -> Iterator[Detection]:
        """Lazily and in order. Leaving the loop early ends the run: nothing more is sent, and nothing sent is repeated."""
        whole = False
        pool = ThreadPoolExecutor(self._settings.concurrency, thread_name_prefix="llm")
        waiting: deque[tuple[str, Future[Detection]]] = deque()
        try:
            for document in documents:
                waiting.append((document.id, pool.submit(self.read, document)))
                if len(waiting) >= self._settings.concurrency * AHEAD:
                    yield _settled(*waiting.popleft())
            while waiting:
                found = _settled(*waiting.popleft())
                whole = not waiting  # before the last one is given out: nobody need ask for more to end in good order
                yield found
        finally:
            if not whole:
                self._breaker.bar("the run was stopped")
            pool.shutdown(wait=True, cancel_futures=True)

    def read(self, document: Document) -> Detection:
        """One document: its windows one after the other, until one cannot be read."""
        sent, worn = dress(document, self._settings)
        requests = self._asker.requests(sent)
        if not requests:
            return Detection(document.id, Outcome.READ, detail="nothing to cite; not sent")
        readings: list[Reading] = []
        usage = Usage()
        for request in requests:
            reading, spent = self._ask(request, sent)
            usage = combined(usage, spent)
            readings.append(reading)
            if reading.outcome is not Outcome.READ:
                break
        return detection(document.id, readings, usage, worn)

    def _ask(self, request: ChatRequest, document: Document) -> tuple[Reading, Usage]:
        """A reading of one window; nearly verbatim quotes are asked for once more, and stay claims either way."""
        reading, text, usage = self._answer(request)
        if reading.outcome is not Outcome.READ or not self._settings.reask_near_misses:
            return reading, usage
        correction = self._asker.correction(request, text) if _misses_nearly(reading, document) else None
        if correction is None:
            return reading, usage
        second, _, spent = self._answer(correction)
        better = merged([reading, second]) if second.outcome is Outcome.READ else reading
        return better, combined(usage, spent)

    def _answer(self, request: ChatRequest) -> tuple[Reading, str, Usage]:
        """A reply from the cache or the model; what cannot be read is asked for again a bounded number of times."""
        kept = self._cache.get(request.key)
        if kept is not None and (reading := read_reply(kept)).outcome is Outcome.READ:
            return reading, kept.text, Usage()
        usage, left = Usage(), self._settings.reasks
        while True:
            called = self._caller.call(request)
            usage = combined(usage, called.usage)
            if called.reply is None:
                return Reading(called.outcome, detail=called.detail), "", usage
            reading = read_reply(called.reply)
            if reading.outcome is Outcome.READ:
                self._cache.put(request.key, called.reply)
            if reading.outcome is Outcome.READ or called.reply.declined or left == 0:
                return reading, called.reply.text, usage
            left -= 1
            request = replace(request, reply_tokens=request.reply_tokens * 2)


def _misses_nearly(reading: Reading, document: Document) -> bool:
    """Whether grounding would refuse a quote only because it is not quite the document's words."""
    grounder = Grounder(document)
    return any(grounder.locate(c.quote, c.message).reason is Reason.NEAR_MISS for c in reading.claims)


def dress(document: Document, settings: LlmSettings) -> tuple[Document, Disguise | None]:
    """The document as it leaves the machine, and what turns quotes from it back into the original's words."""
    if not settings.pseudonymise:
        return document, None
    worn = disguise(document)
    return worn.document, worn


def detection(document_id: str, readings: Sequence[Reading], usage: Usage, worn: Disguise | None) -> Detection:
    """The windows' readings as one detection, in the original's words."""
    whole = merged(readings)
    claims = tuple(undisguised(claim, worn) for claim in whole.claims) if worn else whole.claims
    return Detection(document_id, whole.outcome, claims, whole.detail, usage)


def _settled(document_id: str, future: Future[Detection]) -> Detection:
    """What a thread brought; a fault of our own costs this document and no other."""
    fault = future.exception()
    if fault is None:
        return future.result()
    if not isinstance(fault, Exception):
        raise fault
    return Detection(document_id, Outcome.FAILED, detail=f"{type(fault).__name__}: {fault}")
