"""What screening saves and loses, on documents whose arithmetic can be checked by eye; then on the shipped model."""

from __future__ import annotations

import json

import pytest

from eval.figures import figures
from eval.report import as_json, html, markdown, table
from eval.screening import Screening, screening
from extractor.cascade import CascadeCounts, CascadeSettings
from extractor.detector import Detection, Outcome
from extractor.document import Document, Role
from extractor.grounding import ground
from extractor.local.detector import LocalDetector
from extractor.screen import LocalScreen
from extractor.signal import Claim

SETTINGS = CascadeSettings(threshold=0.1, audit=0.5, neighbours=0, prefix_tokens=0, least_saving=0.1)


def words(document: Document) -> int:
    """Ten for the prompt, and the words that are sent."""
    return 10 + sum(len(document.words(m).split()) for m in document.messages)


@pytest.fixture(scope="module")
def samples(sample):
    """Ten words a document; d1 is heard loud, d2 faintly, d3 not at all though it holds a signal, d4 rightly not."""
    said = "We may leave you soon and that is quite certain."
    return [
        sample("d1", said, gold=[("renewal_risk", "We may leave", 2)], account="a"),
        sample("d2", said, gold=[("renewal_risk", "We may leave", 2)], account="b"),
        sample("d3", said, gold=[("renewal_risk", "We may leave", 2)], account="c"),
        sample("d4", "Nothing to see here and so nothing at all is."),
    ]


@pytest.fixture(scope="module")
def found(samples) -> Screening:
    documents = [s.document() for s in samples]
    heard = {"d1": 0.9, "d2": 0.12}
    seen = [
        Detection(
            d.id,
            Outcome.READ,
            tuple(Claim("renewal_risk", "We", 1, heard[s.id], d.messages[0].id) for _ in range(s.id in heard)),
        )
        for s, d in zip(samples, documents, strict=True)
    ]
    return screening(samples, documents, seen, screen="by hand", settings=SETTINGS, tokens=words)


def test_tokens_and_lost_signals_are_counted_by_hand(found: Screening) -> None:
    points = {p.threshold: p for p in found.points}
    assert (found.tokens_whole, found.gold) == (80, 3)
    assert [(points[t].tokens_sent, points[t].saved.value) for t in (0.1, 0.2)] == [(40, 0.5), (20, 0.75)]
    assert [points[t].lost.value for t in (0.1, 0.2)] == [pytest.approx(1 / 3), pytest.approx(2 / 3)]
    assert [p.threshold for p in found.points if p.is_default] == [0.1]
    low, high = points[0.1].lost.low, points[0.1].lost.high
    assert low is not None
    assert high is not None
    assert low < 1 / 3 < high


def test_a_higher_threshold_never_sends_or_keeps_more(found: Screening) -> None:
    assert [p.tokens_sent for p in found.points] == sorted((p.tokens_sent for p in found.points), reverse=True)
    assert [p.lost.value for p in found.points] == sorted(p.lost.value or 0 for p in found.points)


def test_every_report_shows_the_trade(samples, found: Screening, run_of) -> None:
    run = run_of(samples, {})
    told = figures(run, resamples=20)
    counts = CascadeCounts(4, 2, 0, 2, 1, 3, 1, 40, 80)
    trade = found.model_copy(update={"run": counts})
    page, text = html(run, told, screening=trade), markdown(run, told, screening=trade)
    assert json.loads(json.dumps(as_json(run, told, screening=trade)))["screening"] == trade.model_dump(mode="json")
    for shown in (page, text):
        assert "0.1 (default)" in shown.replace("\\", "")
        assert "1 of 3 signals would have been lost" in shown
    assert table(run, told, screening=trade) is not None
    assert as_json(run, told)["screening"] is None
    assert "Screening" not in markdown(run, told)


def test_the_local_screen_hears_more_than_the_local_engine_reports(test_split) -> None:
    """Whatever the engine claims, the screen has heard in the same message, at least as sure."""
    local = LocalDetector()
    documents = [s.document() for s in test_split[:8]]
    seen = list(LocalScreen(local).detect(documents))
    for document, screened, reported in zip(documents, seen, local.detect(documents), strict=True):
        heard = {(c.type, c.message): c.confidence for c in screened.claims}
        spoken = {m.id for m in document.messages if m.role is not Role.VENDOR}
        assert {message for _, message in heard} <= spoken
        for claim in reported.claims:
            assert heard[claim.type, claim.message] >= claim.confidence - 0.001
        assert all(s.evidence[0].quote for s in ground(screened.claims, document, "screen").signals)
        assert len(heard) == len(screened.claims)
