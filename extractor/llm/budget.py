"""A hard limit on tokens and money: what could exceed it is not sent."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from extractor.llm.exchange import Tokens
from extractor.llm.prices import Price


class BudgetError(ValueError):
    """A budget that cannot be kept; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Hold:
    """The most that one request can cost, set aside before it is sent."""

    tokens: int
    money: float


class Budget:
    """Shared by all threads of a run. Once a request did not fit, the budget stays closed.

    A request holds its estimated prompt and its whole reply limit until its true cost is known; one that does not fit
    waits while others are still to be settled, since they seldom cost what they held.
    """

    def __init__(self, tokens: int | None = None, money: float | None = None, price: Price | None = None) -> None:
        if money is not None and price is None:
            raise BudgetError("a budget in money needs the model's price; set it or add the model to the price table")
        self._tokens, self._money, self._price = tokens, money, price
        self._settled = threading.Condition()
        self._holds = 0
        self._held_tokens, self._held_money = 0, 0.0
        self._spent_tokens, self._spent_money = 0, 0.0
        self._closed = False

    @property
    def spent_tokens(self) -> int:
        return self._spent_tokens

    @property
    def spent_money(self) -> float:
        return self._spent_money

    @property
    def closed(self) -> bool:
        return self._closed

    def cost(self, tokens: Tokens, *, batch: bool = False) -> float:
        """Money for what was billed; 0 where no price is known."""
        if self._price is None:
            return 0.0
        return self._price.cost(tokens.prompt, tokens.cached, tokens.completion, batch=batch)

    def reserve(self, prompt_tokens: int, reply_tokens: int, *, batch: bool = False) -> Hold | None:
        """Set the most aside that the request can cost, or None where that exceeds what is left."""
        most = Tokens(prompt=prompt_tokens, completion=reply_tokens)
        hold = Hold(prompt_tokens + reply_tokens, self.cost(most, batch=batch))
        with self._settled:
            while not self._closed and not self._fits(hold):
                if self._holds == 0 or batch:
                    self._closed = True
                    self._settled.notify_all()
                else:
                    self._settled.wait()
            if self._closed:
                return None
            self._holds += 1
            self._held_tokens += hold.tokens
            self._held_money += hold.money
            return hold

    def settle(self, hold: Hold, spent: Tokens, *, batch: bool = False) -> None:
        """Give the hold back and charge what was billed."""
        self._release(hold, spent.prompt + spent.completion, self.cost(spent, batch=batch))

    def charge(self, spent: Tokens, *, batch: bool = False) -> None:
        """What an earlier run has ordered and this one collects; it was never held."""
        with self._settled:
            self._spent_tokens += spent.prompt + spent.completion
            self._spent_money += self.cost(spent, batch=batch)

    def forfeit(self, hold: Hold) -> None:
        """Charge the whole hold: the provider may bill a call whose reply never arrived."""
        self._release(hold, hold.tokens, hold.money)

    def left(self) -> str:
        """In words, for whoever reads why documents were left out."""
        parts = []
        if self._tokens is not None:
            parts.append(f"{self._spent_tokens} of {self._tokens} tokens spent")
        if self._money is not None:
            parts.append(f"{self._spent_money:.4f} of {self._money:.4f} in money spent")
        return ", ".join(parts) or "no budget set"

    def _fits(self, hold: Hold) -> bool:
        tokens = self._spent_tokens + self._held_tokens + hold.tokens
        money = self._spent_money + self._held_money + hold.money
        return (self._tokens is None or tokens <= self._tokens) and (self._money is None or money <= self._money)

    def _release(self, hold: Hold, tokens: int, money: float) -> None:
        with self._settled:
            self._holds -= 1
            self._held_tokens -= hold.tokens
            self._held_money -= hold.money
            self._spent_tokens += tokens
            self._spent_money += money
            self._settled.notify_all()
