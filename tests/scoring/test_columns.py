"""A whole portfolio scored as columns stands exactly where each account stands when it is scored alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from histories import CONTACTS, days, default_rules, histories, moments, rulebooks
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.bands import band_with_hysteresis
from scoring.columns.bands import bands_of, names_of, places_of
from scoring.columns.building import portfolio_of
from scoring.columns.ledger import Ledger
from scoring.columns.portfolio import NONE
from scoring.columns.reasons import reasons
from scoring.columns.score import score as score_columns
from scoring.explaining import explain
from scoring.facts import Contact, Facts, Observation
from scoring.ledger import Line
from scoring.movement import movement, starting_point
from scoring.rulebook.model import Rulebook
from scoring.score import score
from scoring.tickets import Ticket

rules = st.one_of(st.builds(default_rules), rulebooks())


@st.composite
def portfolios(draw: st.DrawFn) -> list[Facts]:
    """Accounts beside each other, of which some signals are unsure and some were said twice."""
    found = draw(st.lists(histories(most=14), min_size=1, max_size=4))
    return [
        replace(
            facts,
            account=replace(facts.account, name=f"Account {n}"),
            versions=tuple(replace(v, account=replace(v.account, name=f"Account {n}")) for v in facts.versions),
            observations=tuple(draw(_unsure(o)) for o in facts.observations),
            contacts=(*facts.contacts, *draw(st.lists(_described_anew(), max_size=2))),
            tickets=tuple(draw(st.lists(_tickets(), max_size=4))),
        )
        for n, facts in enumerate(found)
    ]


@st.composite
def _described_anew(draw: st.DrawFn) -> Contact:
    """An export that gives somebody another role from some moment on."""
    known = draw(st.sampled_from(CONTACTS))
    return replace(known, role=draw(st.sampled_from(["sponsor", "champion", "user"])), known_at=draw(moments))


@st.composite
def _tickets(draw: st.DrawFn) -> Ticket:
    opened = draw(moments)
    closed = draw(st.none() | st.integers(0, 60).map(lambda n: opened + timedelta(days=n)))
    return Ticket(draw(st.sampled_from("abc")), opened, closed, draw(st.none() | moments))


@st.composite
def _unsure(draw: st.DrawFn, observation: Observation) -> Observation:
    said = observation.signal
    again = tuple(replace(said.evidence[0], at=at) for at in draw(st.lists(moments, max_size=1)))
    confidence = draw(st.sampled_from([1.0, 0.8, 0.74, 0.3]))
    return replace(observation, signal=replace(said, confidence=confidence, evidence=(*said.evidence, *again)))


def ledgers(accounts: Sequence[Facts], book: Rulebook, day: date) -> dict[int, tuple[Ledger, int]]:
    found = score_columns(portfolio_of(accounts, day), book)
    return {int(number): (ledger, place) for ledger in found for place, number in enumerate(ledger.members)}


@settings(max_examples=100)
@given(portfolios(), rules, days)
def test_every_line_is_the_one_that_the_account_has_alone(accounts: list[Facts], book: Rulebook, day: date) -> None:
    together = ledgers(accounts, book, day)
    assert len(together) == len(accounts)
    for number, facts in enumerate(accounts):
        alone, (ledger, place) = score(facts, book, day), together[number]
        assert ledger.rulebook.id == alone.rulebook
        assert ledger.lines_of(place) == tuple(_without_words(line) for line in alone.lines)
        assert (ledger.points[place], ledger.low[place], ledger.high[place], ledger.coverage[place]) == (
            alone.points,
            alone.low,
            alone.high,
            alone.coverage,
        )
        assert ledger.weights[place].tolist() == [i.weight for i in alone.inputs]
        assert ledger.given[place].tolist() == [i.points for i in alone.inputs]
        assert ledger.fed[place].tolist() == [i.fed for i in alone.inputs]
        held = [cap.id for cap, holds in zip(ledger.capped.rules, ledger.capped.holds[place], strict=True) if holds]
        assert tuple(sorted(held)) == alone.caps


@given(portfolios(), rules, days)
def test_the_causes_and_the_words_are_those_of_the_account_alone(
    accounts: list[Facts], book: Rulebook, day: date
) -> None:
    for ledger in score_columns(portfolio_of(accounts, day), book):
        found = reasons(ledger)
        sentences = found.sentences(
            names_of(bands_of(ledger.points, ledger.coverage, None, ledger.rulebook), ledger.rulebook)
        )
        for place, number in enumerate(ledger.members):
            facts = accounts[number]
            after = score(facts, book, day)
            start = starting_point(after)
            moved = movement(start, after)
            told = explain(
                facts.as_of(day).account,
                moved,
                (start, band_with_hysteresis(start, None, ledger.rulebook)),
                (after, band_with_hysteresis(after, None, ledger.rulebook)),
                observations=(),
                contacts=(),
                origins={},
                plays=(),
            )
            points = {c.order: int(c.points[place]) for c in found.causes if c.points[place]}
            assert points == {(c.rule, c.input): c.points for c in moved.causes}
            main = [found.causes[n].order for n in found.main[place] if n != NONE]
            assert main == [(c.rule, c.input) for c in moved.causes if c.points * moved.change > 0][:3]
            assert sentences[place] == told.sentence


@given(histories(), rules, days, st.sampled_from(["green", "yellow", "red", "unknown", "gone"]))
def test_bands_hold_an_account_back_alike(facts: Facts, book: Rulebook, day: date, previous: str) -> None:
    alone = score(facts, book, day)
    (ledger,) = score_columns(portfolio_of([facts], day), book)
    before = places_of([previous], ledger.rulebook)
    band = bands_of(ledger.points, ledger.coverage, before, ledger.rulebook)
    assert names_of(band, ledger.rulebook) == [band_with_hysteresis(alone, previous, ledger.rulebook)]


def _without_words(line: Line) -> Line:
    return replace(line, detail="", ended_by="")
