"""Builders for labelled samples and runs, small enough to be read in a test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from eval.dataset import load_all, select
from eval.record import Environment, RunRecord
from eval.run import evaluate
from eval.scripted import Scripted
from extractor.detector import Outcome
from extractor.labelled import GoldQuote, GoldSignal, LabelledDocument, LabelledMessage, load_splits
from extractor.signal import Claim

ROOT = Path(__file__).parents[2]
LABELLED = ROOT / "samples" / "labelled"
ENVIRONMENT = Environment(revision="test", changed=False, python="3", packages={})


@pytest.fixture(scope="session")
def sample() -> Callable[..., LabelledDocument]:
    """`sample("d1", "text", gold=[("advocacy", "quote", 2)])`; `messages` takes (role, text) pairs instead of a text."""

    def build(
        id: str,
        text: str | None = None,
        *,
        gold: Sequence[tuple[Any, ...]] = (),
        account: str | None = None,
        messages: Sequence[tuple[str, str]] = (),
        source: str = "email",
        tags: Sequence[str] = (),
    ) -> LabelledDocument:
        turns = messages or [("customer", text or "")]
        built = [
            LabelledMessage(id=f"m{number}", speaker=f"Speaker {number}", role=role, text=words)
            for number, (role, words) in enumerate(turns, 1)
        ]

        def place(quote: str) -> str:
            return next((m.id for m in built if quote in m.text), "m1")

        signals = [
            GoldSignal(
                type=type_,
                severity=severity,
                evidence=[
                    GoldQuote(message=place(quote), quote=quote)
                    for quote in ([quotes] if isinstance(quotes, str) else quotes)
                ],
            )
            for type_, quotes, severity in gold
        ]
        return LabelledDocument(
            id=id,
            account=account or f"account of {id}",
            source=source,
            title=f"Title of {id}",
            messages=built,
            signals=signals,
            tags=tuple(tags),
        )

    return build


@pytest.fixture(scope="session")
def run_of() -> Callable[..., RunRecord]:
    """`run_of(samples, {"d1": [("advocacy", "quote", 2, 0.9)]})` grounds the claims like any engine's."""

    def build(
        samples: Sequence[LabelledDocument],
        predicted: dict[str, Sequence[tuple[Any, ...]]],
        *,
        extractor: str = "scripted",
        outcomes: dict[str, Outcome] | None = None,
        seed: int = 1,
    ) -> RunRecord:
        claims = {
            name: [
                Claim(type_, quote, severity, confidence, matter=str(number))
                for number, (type_, quotes, severity, confidence) in enumerate(each)
                for quote in ([quotes] if isinstance(quotes, str) else quotes)
            ]
            for name, each in predicted.items()
        }
        return evaluate(
            samples,
            Scripted(claims, extractor, outcomes or {}),
            dataset_name="by hand",
            seed=seed,
            environment=ENVIRONMENT,
            now=lambda: datetime(2026, 1, 1, tzinfo=UTC),
            clock=lambda: 0.0,
        )

    return build


@pytest.fixture(scope="session")
def labelled() -> list[LabelledDocument]:
    """The project's own samples, all of them."""
    return load_all(sorted(LABELLED.glob("dev_*.jsonl")))


@pytest.fixture(scope="session")
def training_only() -> list[LabelledDocument]:
    """Documents written for training, which no split names."""
    return load_all(sorted(LABELLED.glob("train_*.jsonl")))


@pytest.fixture(scope="session")
def test_split(labelled: list[LabelledDocument]) -> list[LabelledDocument]:
    return select(labelled, load_splits(LABELLED / "splits.json"), "test")


@pytest.fixture(scope="session")
def train_split(labelled: list[LabelledDocument]) -> list[LabelledDocument]:
    return select(labelled, load_splits(LABELLED / "splits.json"), "train")
