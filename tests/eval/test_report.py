"""Reports say the same everywhere and never let foreign words act."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from selectolax.lexbor import LexborHTMLParser

from eval.agreement import agreement
from eval.bands import band_agreement
from eval.compare import compare
from eval.difference import Kind
from eval.figures import figures
from eval.gate import Gate, check
from eval.report import agreement_table, html, markdown, overview, reviewers_table, table
from eval.report.cases import cases
from eval.report.shown import cell, plain, shown
from eval.reviewers import Word, reviewer_agreement
from extractor.taxonomy import load_taxonomy

HOSTILE = '<script>alert(1)</script> \u202egnihtemos\u202c zero\u200bwidth & "quotes" | pipe `tick` \x07 [link](x)'


@pytest.fixture(scope="module")
def run(sample, run_of):
    samples = [
        sample(
            "d1",
            f"We may leave. {HOSTILE} You may name us.",
            gold=[("renewal_risk", "We may leave.", 2), ("advocacy", "You may name us.", 1)],
            account=HOSTILE,
            tags=[HOSTILE],
        ),
        sample("d2", "Fine by us. We renew. Gladly.", gold=[("renewal_commitment", "We renew.", 1)]),
        sample("d3", "Nothing to see."),
    ]
    predicted = {
        "d1": [("renewal_risk", f"{HOSTILE} You", 2, 0.8), ("advocacy", "never said", 1, 0.7)],
        "d2": [("renewal_commitment", "We renew.", 3, 0.9)],
        "d3": [("value_gap", "Nothing to see.", 2, 0.6)],
    }
    return run_of(samples, predicted, extractor=f"engine {HOSTILE}")


@pytest.fixture(scope="module")
def page(run):
    found = figures(run, resamples=20)
    gate = Gate.model_validate({"rules": [{"figure": "typed_f1", "at_least": 0.9, "why": HOSTILE}]})
    comparison = compare(run, run, resamples=20)
    return html(run, found, comparison, gate=check(found, gate), rivals={HOSTILE: found})


class TestPage:
    def test_has_no_script_and_fetches_nothing(self, page):
        tree = LexborHTMLParser(page)

        assert tree.css("script, iframe, object, embed, link, img, base, form, [onload], [onerror], [onclick]") == []
        sources = [n.attributes.get(a) or "" for n in tree.css("*") for a in ("src", "href", "xlink:href", "action")]
        assert [s for s in sources if s and not s.startswith("#")] == []
        assert "default-src 'none'" in page
        assert not re.search(r"@import|url\((?!#)", page)

    def test_shows_foreign_words_as_words(self, page):
        text = LexborHTMLParser(page).body.text()

        assert "<script>alert(1)</script>" in text
        assert "<script>alert" not in page

    def test_holds_no_character_that_acts_unseen(self, page):
        assert not set(page) & {"\u202e", "\u202c", "\u200b", "\x07"}
        assert "U+202E" in page

    def test_highlights_gold_and_predicted(self, page):
        tree = LexborHTMLParser(page)
        errors = tree.css_first("#errors")

        assert "We may leave." in [m.text() for m in errors.css("article mark.gold")]
        assert "Nothing to see." in [m.text() for m in errors.css("article mark.said")]
        assert "We renew." in [m.text() for m in errors.css("article mark.gold.said")]

    def test_says_what_the_gate_says(self, page):
        assert "Gate failed: 1 of 1 demands not met." in page

    def test_is_the_same_every_time(self, run, page):
        found = figures(run, resamples=20)

        assert html(run, found) == html(run, found)

    def test_draws_without_white_paper_or_fixed_colours(self, page):
        plots = LexborHTMLParser(page).css("figure svg")

        assert len(plots) == 2
        assert all("currentColor" in plot.html for plot in plots)
        assert all(not re.search(r"#[0-9a-f]{6}\b", plot.html) for plot in plots)


class TestCases:
    def test_are_every_wrong_decision_once(self, run):
        assert [(c.kind, c.type, c.document.id) for c in cases(run)] == [
            (Kind.MISSED, "advocacy", "d1"),
            (Kind.FALSE_ALARM, "value_gap", "d3"),
            (Kind.OTHER_WORDS, "renewal_risk", "d1"),
            (Kind.SEVERITY, "renewal_commitment", "d2"),
        ]

    def test_say_what_was_refused_and_what_was_read_instead(self, run):
        missed = cases(run)[0]

        assert any("refused as not_found" in note for note in missed.notes)
        assert any("reads these words as renewal_risk" in note for note in missed.notes)

    def test_of_a_perfect_run_are_none(self, sample, run_of):
        samples = [sample("d1", "We renew.", gold=[("renewal_commitment", "We renew.", 1)])]

        assert cases(run_of(samples, {"d1": [("renewal_commitment", "We renew.", 1, 1.0)]})) == ()

    def test_show_every_quote_whole_however_long_the_message(self, sample, run_of):
        text = "word " * 400 + "We renew. " + "word " * 400 + "We renew again." + " word" * 400
        samples = [sample("d1", text, gold=[("renewal_commitment", ["We renew.", "We renew again."], 1)])]

        (case,) = cases(run_of(samples, {}))

        (excerpt,) = case.excerpts
        assert [p.text for p in excerpt.pieces if p.gold] == ["We renew.", "We renew again."]
        assert sum(len(p.text) for p in excerpt.pieces) < 1200


class TestText:
    @given(st.text())
    def test_shown_text_keeps_every_visible_character_and_acts_on_none(self, text):
        rendered = LexborHTMLParser(f"<p>{shown(text)}</p>").css_first("p")

        assert not rendered.css("*:not(span.control):not(p)")
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b-\u200f\x00-\x08]", str(shown(text)))

    @given(st.text())
    def test_a_cell_stays_one_cell(self, text):
        escaped = cell(text)

        assert "\n" not in escaped
        assert not re.search(r"(?<!\\)(?:\\\\)*[|<]", escaped)

    def test_lone_surrogates_can_be_written(self):
        assert plain("\ud83d") == "⟨U+D83D⟩"
        assert "U+D83D" in str(shown("\ud83d"))


def test_markdown_holds_the_figures_and_keeps_foreign_words_in_their_cells(run):
    found = figures(run, resamples=20)
    gate = check(found, Gate.model_validate({"rules": [{"figure": "typed_f1", "at_least": 0.9, "why": HOSTILE}]}))

    text = markdown(run, found, compare(run, run, resamples=20), gate=gate, rivals={HOSTILE: found})

    assert "**Gate failed**" in text
    assert f"| typed recall | {found.figure('typed_recall').value:.2f} |" in text
    assert "<script>" not in text
    tables = [block for block in text.split("\n\n") if block.startswith("| ")]
    for block in tables:
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.strip().splitlines()}
        assert len(widths) == 1, block


def test_the_terminal_shows_figures_and_no_markup(run):
    found = figures(run, resamples=20)
    gate = check(found, Gate.model_validate({"rules": [{"figure": "typed_f1", "at_least": 0.9, "why": "[bold]why"}]}))
    console = Console(file=io.StringIO(), width=200)

    console.print(table(run, found, gate=gate, rivals={"[red]rival": found}))
    console.print(overview({"[red]engine": found}))

    written = console.file.getvalue()
    assert "typed F1" in written
    assert "[bold]why" in written
    assert "[red]engine" in written
    assert "\u202e" not in written


def test_bands_of_the_portfolio_are_shown_where_they_are_given(run):
    found = figures(run, resamples=20)
    expected = {"acme": {"expected": [{"as_of": "2026-01-31", "band": "red"}]}}
    bands = band_agreement(expected, {"acme": {"2026-01-31": "green"}})

    assert "Account bands on the portfolio" in html(run, found, bands=bands)
    assert "| acme | 2026-01-31 | red | green |" in markdown(run, found, bands=bands)


def test_two_annotators_are_shown_with_every_disagreement(sample):
    first = [sample("d1", "We renew.", gold=[("renewal_commitment", "We renew.", 2)])]
    console = Console(file=io.StringIO(), width=200)

    console.print(agreement_table(agreement(first, [sample("d1", "We renew.")], load_taxonomy())))

    assert "only first" in console.file.getvalue()
    assert "2: We renew." in console.file.getvalue()


def test_a_run_that_predicts_nothing_still_has_a_report(sample, run_of):
    run = run_of([sample("d1", "Hello.")], {})
    found = figures(run, resamples=5)

    assert "Nothing was predicted" in html(run, found)
    assert markdown(run, found)


def test_reviewers_are_shown_with_what_they_part_on():
    said = [Word("a-one", "s1", "advocacy", "ada", True), Word("a-one", "s1", "advocacy", "b[en]\x1b[2J", False)]
    console = Console(record=True, width=160)
    console.print(reviewers_table(reviewer_agreement(said)))
    shown = console.export_text()
    assert "s1  advocacy: stands for ada; not for b[en]" in shown
    assert "\x1b" not in shown
    console.print(reviewers_table(reviewer_agreement([])))
    assert "no signal was judged by two people yet" in console.export_text()
