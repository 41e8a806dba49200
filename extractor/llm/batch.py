"""The nightly way: all questions in one file at half the price, answered within a day.

A run orders what no earlier run has ordered, waits, and collects. It may stop at any point: what was ordered is
remembered by content key before the order goes out, so the next run attaches to it and pays nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TypeVar

from extractor.detector import Detection, Outcome, Usage
from extractor.document import Document
from extractor.llm.batch_lines import ENDED, BatchService, BatchState, custom_id, read_answer, request_line
from extractor.llm.budget import Budget, Hold
from extractor.llm.cache import NoCache, ReplyCache
from extractor.llm.engine import detection, dress, extractor_name, make_budget
from extractor.llm.exchange import (
    ChatError,
    ChatReply,
    ChatRequest,
    TokenCounter,
    TransientError,
    combined,
    estimate_tokens,
)
from extractor.llm.limits import Clock
from extractor.llm.pseudonyms import Disguise
from extractor.llm.records import BatchRecord, BatchRecords
from extractor.llm.reply import Reading, read_reply
from extractor.llm.request import Asker, Nonce, random_nonce
from extractor.llm.settings import LlmSettings
from extractor.taxonomy import Taxonomy, load_taxonomy
from prompts import load_prompt

FIRST_WAIT_SECONDS = 1.0

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _Plan:
    """One document's questions."""

    document: Document
    requests: tuple[ChatRequest, ...]
    worn: Disguise | None


class _Answers:
    """What is known of each key so far."""

    def __init__(self) -> None:
        self.replies: dict[str, ChatReply] = {}
        self.readings: dict[str, Reading] = {}
        self.usages: dict[str, Usage] = {}
        self.holds: dict[str, Hold] = {}

    def without(self, keys: Iterable[str], outcome: Outcome, detail: str) -> None:
        for key in keys:
            self.readings.setdefault(key, Reading(outcome, detail=detail))


class BatchDetector:
    """`Detector` over a batch service: everything is asked at once, detections come when all batches have ended.

    Batches that outlast `batch_wait_seconds` leave their documents `SKIPPED`; the next run collects them.
    """

    def __init__(
        self,
        settings: LlmSettings,
        service: BatchService,
        records: BatchRecords,
        *,
        taxonomy: Taxonomy | None = None,
        cache: ReplyCache | None = None,
        budget: Budget | None = None,
        clock: Clock | None = None,
        count: TokenCounter = estimate_tokens,
        nonce: Nonce = random_nonce,
    ) -> None:
        prompt = load_prompt(settings.prompt)
        self._settings, self._service, self._records = settings, service, records
        self._extractor = extractor_name(settings, prompt)
        self._asker = Asker(prompt, taxonomy or load_taxonomy(), settings, count, nonce)
        self._cache = cache or NoCache()
        self.budget = budget or make_budget(settings)
        self._clock = clock or Clock()
        self._nonce = nonce

    @property
    def extractor(self) -> str:
        return self._extractor

    def detect(self, documents: Sequence[Document]) -> Iterator[Detection]:
        """In order. The records of ended batches are dropped after the last detection was taken."""
        plans = [self._plan(document) for document in documents]
        wanted = {request.key: request for plan in plans for request in plan.requests}
        answers = _Answers()
        self._recall(wanted, answers)
        running = self._attach(wanted, answers)
        running += self._order([r for key, r in wanted.items() if not _known(key, answers, running)], answers)
        ended = self._wait(running, answers)
        for plan in plans:
            yield self._detection(plan, answers)
        for record in ended:
            self._records.drop(record.token)

    def _plan(self, document: Document) -> _Plan:
        sent, worn = dress(document, self._settings)
        return _Plan(document, self._asker.requests(sent), worn)

    def _recall(self, wanted: Mapping[str, ChatRequest], answers: _Answers) -> None:
        for key in wanted:
            kept = self._cache.get(key)
            if kept is not None and (reading := read_reply(kept)).outcome is Outcome.READ:
                answers.readings[key] = reading

    def _attach(self, wanted: Mapping[str, ChatRequest], answers: _Answers) -> list[BatchRecord]:
        """Batches that an earlier run ordered for some of these keys."""
        found = []
        for record in self._records.open():
            if not any(key in wanted and key not in answers.readings for key in record.keys):
                continue
            if record.batch_id is not None:
                found.append(record)
                continue
            try:
                batch_id = self._patiently(partial(self._service.find, record.token))
            except ChatError as error:  # whether it was ordered is unknown, so it is not ordered again
                answers.without(record.keys, Outcome.SKIPPED, f"cannot tell whether the batch was ordered: {error}")
                continue
            if batch_id is None:
                self._records.drop(record.token)
            else:
                found.append(self._keep(BatchRecord(record.token, record.keys, batch_id)))
        return found

    def _order(self, requests: list[ChatRequest], answers: _Answers) -> list[BatchRecord]:
        """Batches of what the budget allows."""
        affordable = []
        for request in requests:
            hold = self.budget.reserve(request.prompt_tokens, request.reply_tokens, batch=True)
            if hold is None:
                detail = f"not sent: the budget is used up ({self.budget.left()})"
                answers.without([request.key], Outcome.SKIPPED, detail)
            else:
                answers.holds[request.key] = hold
                affordable.append(request)
        ordered = []
        rest = iter(affordable)
        while chunk := list(islice(rest, self._settings.batch_requests)):
            record = self._keep(BatchRecord(self._nonce(), tuple(r.key for r in chunk)))
            lines = b"".join(request_line(request, self._settings) for request in chunk)
            try:
                batch_id = self._service.submit(lines, record.token)
            except ChatError as error:
                # a lost answer may hide a batch that was ordered: the record stays, and the next run looks for it
                answers.without(record.keys, Outcome.FAILED, f"the batch could not be ordered: {error}")
                continue
            ordered.append(self._keep(BatchRecord(record.token, record.keys, batch_id)))
        return ordered

    def _keep(self, record: BatchRecord) -> BatchRecord:
        self._records.keep(record)
        return record

    def _wait(self, running: list[BatchRecord], answers: _Answers) -> list[BatchRecord]:
        """Collect each batch as it ends, until all have or the time is over."""
        gives_up_at = self._clock.now() + self._settings.batch_wait_seconds
        left, ended = list(running), []
        while left:
            for record in list(left):
                try:
                    state = self._patiently(partial(self._service.poll, str(record.batch_id)))
                    if state.status not in ENDED:
                        continue
                    self._collect(record, state, answers)
                except ChatError as error:
                    answers.without(record.keys, Outcome.FAILED, f"batch {record.batch_id} could not be read: {error}")
                else:
                    ended.append(record)
                left.remove(record)
            if not left or self._clock.now() >= gives_up_at:
                break
            self._clock.sleep(self._settings.batch_poll_seconds)
        for record in left:
            answers.without(
                record.keys, Outcome.SKIPPED, f"batch {record.batch_id} still runs; the next run collects it"
            )
        for key in list(answers.holds):
            self.budget.forfeit(answers.holds.pop(key))
        return ended

    def _collect(self, record: BatchRecord, state: BatchState, answers: _Answers) -> None:
        """Every line is a question's answer or fault; what has no line was not answered."""
        keys = {custom_id(key): key for key in record.keys}
        for file in state.files:
            for line in self._patiently(partial(self._service.read, file)):
                asked, answer = read_answer(line)
                key = keys.get(asked)
                if key is None or answers.readings.get(key, _NONE).outcome is Outcome.READ:
                    continue
                if isinstance(answer, ChatReply):
                    self._take(key, answer, answers)
                else:
                    answers.readings[key] = Reading(Outcome.FAILED, detail=answer)
        why = f"the batch {state.status} without an answer" + (f": {state.detail}" if state.detail else "")
        answers.without(record.keys, Outcome.FAILED, why)

    def _take(self, key: str, reply: ChatReply, answers: _Answers) -> None:
        if key in answers.holds:
            self.budget.settle(answers.holds.pop(key), reply.tokens, batch=True)
        else:
            self.budget.charge(reply.tokens, batch=True)
        answers.readings[key] = reading = read_reply(reply)
        spent = reply.tokens
        answers.usages[key] = Usage(
            1, spent.prompt, spent.cached, spent.completion, money=self.budget.cost(spent, batch=True)
        )
        if reading.outcome is Outcome.READ:
            self._cache.put(key, reply)

    def _detection(self, plan: _Plan, answers: _Answers) -> Detection:
        if not plan.requests:
            return Detection(plan.document.id, Outcome.READ, detail="nothing to cite; not sent")
        readings = [answers.readings[request.key] for request in plan.requests]
        # popped, so that two documents with the same words do not both report the cost
        usage = combined(*(answers.usages.pop(request.key, Usage()) for request in plan.requests))
        return detection(plan.document.id, readings, usage, plan.worn)

    def _patiently(self, call: Callable[[], Result]) -> Result:
        """Looking is harmless, so it is tried again; ordering is not."""
        for attempt in range(1, self._settings.attempts):
            try:
                return call()
            except TransientError as error:
                wait = FIRST_WAIT_SECONDS * 2.0 ** (attempt - 1) if error.retry_after is None else error.retry_after
                self._clock.sleep(min(wait, self._settings.longest_wait_seconds))
        return call()


_NONE = Reading(Outcome.SKIPPED)


def _known(key: str, answers: _Answers, running: list[BatchRecord]) -> bool:
    return key in answers.readings or any(key in record.keys for record in running)
