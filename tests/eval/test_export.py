"""Decisions become gold only where people have judged all that an engine found."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from eval.export import Exported, Judgement, NotExported, Verb, export
from extractor.document import Span
from extractor.grounding import ground
from extractor.labelled import LabelledDocument
from extractor.signal import Claim

TEXT = "We renew. It broke again. You may name us."


@pytest.fixture
def document(sample):
    return sample("d1", messages=[("vendor", "Hello."), ("customer", TEXT)]).document()


@pytest.fixture
def signals(document):
    claims = [Claim("renewal_commitment", "We renew.", 2, 0.9), Claim("value_gap", "It broke again.", 1, 0.4)]
    return ground(claims, document, "local/1").signals


def judged(signal, verb, day=1, **change):
    return Judgement(signal.id, verb, "r.reviewer", datetime(2026, 1, day, tzinfo=UTC), "a reason", **change)


def gold(exported):
    assert isinstance(exported, Exported)
    return [(s.type, s.severity, [e.quote for e in s.evidence]) for s in exported.sample.signals]


def test_accepted_signals_stay_and_rejected_ones_go(document, signals):
    renew, gap = signals

    exported = export(document, "acme", signals, [judged(renew, Verb.ACCEPT), judged(gap, Verb.REJECT)])

    assert gold(exported) == [("renewal_commitment", 2, ["We renew."])]


def test_the_sample_can_be_read_back_and_says_where_it_comes_from(document, signals):
    judgements = [judged(signal, Verb.ACCEPT, day) for day, signal in enumerate(signals, 1)]

    exported = export(document, "acme", signals, judgements, tags=("long",))

    assert LabelledDocument.model_validate_json(exported.sample.model_dump_json()) == exported.sample
    assert (exported.sample.id, exported.sample.account, exported.sample.tags) == ("d1", "acme", ("long", "reviewed"))
    assert exported.judgements == tuple(judgements)
    assert exported.sample.document().id == document.id


def test_a_relabelling_changes_type_and_severity(document, signals):
    renew, gap = signals
    relabelled = judged(gap, Verb.RELABEL, type="unresolved_issue", severity=3)

    exported = export(document, "acme", signals, [judged(renew, Verb.REJECT), relabelled])

    assert gold(exported) == [("unresolved_issue", 3, ["It broke again."])]


def test_a_re_spanning_cites_the_documents_own_words(document, signals):
    renew, gap = signals
    start = document.text.index("broke")

    exported = export(
        document,
        "acme",
        signals,
        [judged(renew, Verb.REJECT), judged(gap, Verb.RESPAN, spans=(Span(start, start + 11),))],
    )

    assert gold(exported) == [("value_gap", 1, ["broke again"])]


def test_the_last_word_counts(document, signals):
    renew, gap = signals
    judgements = [
        judged(gap, Verb.ACCEPT, 3),
        judged(gap, Verb.REJECT, 2),
        judged(renew, Verb.ACCEPT, 1),
        judged(renew, Verb.REJECT, 4),
    ]

    assert gold(export(document, "acme", signals, judgements)) == [("value_gap", 1, ["It broke again."])]


def test_what_a_reviewer_found_missing_is_added(document, signals):
    missed = ground([Claim("advocacy", "You may name us.", 1, 1.0)], document, "review").signals

    exported = export(document, "acme", signals, [judged(s, Verb.REJECT) for s in signals], missed=missed)

    assert gold(exported) == [("advocacy", 1, ["You may name us."])]


def test_a_document_with_open_signals_is_no_gold(document, signals):
    found = export(document, "acme", signals, [judged(signals[0], Verb.ACCEPT)])

    assert found == NotExported(document.id, "1 of 2 signals await review")


def test_an_engines_silence_is_no_gold(document):
    assert isinstance(export(document, "acme", (), ()), NotExported)


@pytest.mark.parametrize(
    "spans", [(), (Span(0, 12),), (Span(8, 8),), (Span(8, 10), Span(11, 13), Span(14, 16), Span(17, 19))]
)
def test_a_span_that_no_message_holds_is_said(document, signals, spans):
    found = export(
        document, "acme", signals, [judged(signals[0], Verb.ACCEPT), judged(signals[1], Verb.RESPAN, spans=spans)]
    )

    assert isinstance(found, NotExported)
    assert "not one to 3 stretches" in found.reason
