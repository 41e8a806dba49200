"""One question put to a model with patience: retries, pacing, breaker and budget around a single call."""

from __future__ import annotations

from dataclasses import dataclass, field

from extractor.detector import Outcome, Usage
from extractor.llm.budget import Budget, Hold
from extractor.llm.exchange import (
    BarredError,
    BusyError,
    Chat,
    ChatReply,
    ChatRequest,
    PermanentError,
    TimedOutError,
    Tokens,
    TransientError,
)
from extractor.llm.limits import Breaker, Clock, Pace

FIRST_WAIT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Called:
    """A reply, or why there is none: `FAILED` was tried, `SKIPPED` was not sent."""

    reply: ChatReply | None
    outcome: Outcome = Outcome.READ
    detail: str = ""
    usage: Usage = field(default_factory=Usage)


class Caller:
    """Thread-safe; everything it shares between threads is handed in."""

    def __init__(
        self,
        chat: Chat,
        *,
        clock: Clock,
        pace: Pace,
        breaker: Breaker,
        budget: Budget,
        attempts: int,
        longest_wait_seconds: float,
    ) -> None:
        self._chat, self._clock = chat, clock
        self._pace, self._breaker, self._budget = pace, breaker, budget
        self._attempts, self._longest_wait = attempts, longest_wait_seconds

    def call(self, request: ChatRequest) -> Called:
        """Never raises for a failed call; seconds include waiting."""
        began = self._clock.now()
        fault = ""
        for attempt in range(1, self._attempts + 1):
            self._breaker.wait()
            if self._breaker.barred:
                outcome = Outcome.FAILED if fault else Outcome.SKIPPED
                return self._without_reply(outcome, fault or f"not sent: {self._breaker.barred}", attempt - 1, began)
            hold = self._budget.reserve(request.prompt_tokens, request.reply_tokens)
            if hold is None:
                detail = f"not sent: the budget is used up ({self._budget.left()})"
                return self._without_reply(Outcome.SKIPPED, detail, attempt - 1, began)
            try:
                reply = self._once(request, hold)
            except BarredError as error:
                self._breaker.bar(str(error))
                return self._without_reply(Outcome.FAILED, str(error), attempt, began)
            except PermanentError as error:
                self._breaker.worked()
                return self._without_reply(Outcome.FAILED, str(error), attempt, began)
            except TransientError as error:
                fault = f"{error} ({attempt} of {self._attempts} tries)"
                if not self._may_try_again(error, request, attempt):
                    break
            else:
                self._breaker.worked()
                return Called(reply, usage=self._usage(attempt, reply.tokens, began))
        return self._without_reply(Outcome.FAILED, fault, attempt, began)

    def _once(self, request: ChatRequest, hold: Hold) -> ChatReply:
        """One call in its turn; whatever comes of it, budget and pace know before anybody waits for another."""
        self._pace.wait(hold.tokens)
        billed, lost = Tokens(), False
        try:
            reply = self._chat.complete(request)
            billed = reply.tokens
        except TimedOutError:
            lost = True
            raise
        else:
            return reply
        finally:
            self._pace.give_back(max(hold.tokens - billed.prompt - billed.completion, 0))
            if lost:
                self._budget.forfeit(hold)
            else:
                self._budget.settle(hold, billed)

    def _may_try_again(self, error: TransientError, request: ChatRequest, attempt: int) -> bool:
        """Tell breaker and pace what happened, and arrange the wait before the next try."""
        if isinstance(error, BusyError):
            self._breaker.worked()
        else:
            self._breaker.failed(str(error))
        wait = _backoff(request.key, attempt) if error.retry_after is None else error.retry_after
        if attempt == self._attempts or wait > self._longest_wait:
            return False
        if error.retry_after is None:
            self._clock.sleep(wait)
        else:
            self._pace.hold(wait)
        return True

    def _usage(self, requests: int, tokens: Tokens, began: float) -> Usage:
        return Usage(
            requests=requests,
            prompt_tokens=tokens.prompt,
            cached_tokens=tokens.cached,
            completion_tokens=tokens.completion,
            seconds=self._clock.now() - began,
            money=self._budget.cost(tokens),
        )

    def _without_reply(self, outcome: Outcome, detail: str, requests: int, began: float) -> Called:
        return Called(None, outcome, detail, self._usage(requests, Tokens(), began))


def _backoff(key: str, attempt: int) -> float:
    """Doubling, with a share of half spread by the request's own key, so that threads do not return together."""
    spread = int(key[-4:], 16) / 0xFFFF
    return FIRST_WAIT_SECONDS * 2.0 ** (attempt - 1) * (0.5 + spread / 2)
