"""The page in a real browser, on a phone and on a desk, by day and by night."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from eval.baselines import baselines
from eval.compare import compare
from eval.figures import figures
from eval.gate import check, load_gate
from eval.report import html
from eval.run import evaluate
from extractor.taxonomy import load_taxonomy

WIDTHS = {"phone": 390, "desk": 1280}


@pytest.fixture(scope="module")
def report(test_split, train_split, tmp_path_factory) -> Path:
    runs = {
        name: evaluate(test_split, engine, dataset_name="test split")
        for name, engine in baselines(train_split, load_taxonomy()).items()
    }
    found = {name: figures(run, resamples=50) for name, run in runs.items()}
    ours = found.pop("keywords")
    comparison = compare(runs["keywords"], runs["sentiment"], resamples=50)
    page = html(runs["keywords"], ours, comparison, gate=check(ours, load_gate(), comparison, found), rivals=found)
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(page, encoding="utf-8")
    return path


@pytest.fixture(params=[(name, scheme) for name in WIDTHS for scheme in ("light", "dark")], ids="-".join)
def opened(request, browser, report) -> Iterator[tuple[Page, list[str], list[str]]]:
    name, scheme = request.param
    context = browser.new_context(viewport={"width": WIDTHS[name], "height": 844}, color_scheme=scheme)
    page = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())
    yield page, said, asked
    context.close()


def test_the_page_is_quiet_and_asks_for_nothing(opened, report):
    page, said, asked = opened
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    page.wait_for_load_state("networkidle")

    assert said == []
    assert asked == [report.as_uri()]


def test_nothing_runs_off_the_side(opened):
    page, _, _ = opened
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")

    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_words_stand_out_from_their_paper(opened):
    """WCAG 2.1 asks for a contrast of 4.5 for text; measured for body text, quiet text and marks."""
    page, _, _ = opened
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    contrasts = page.evaluate(
        """() => {
          const parse = c => c.match(/[\\d.]+/g).map(Number);
          const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
            .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
          const paper = node => {
            for (; node; node = node.parentElement) {
              const c = parse(getComputedStyle(node).backgroundColor);
              if (c.length === 3 || c[3] > 0) return c;
            }
            return [255, 255, 255];
          };
          const contrast = node => {
            const a = light(parse(getComputedStyle(node).color)), b = light(paper(node));
            return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
          };
          return ["p", ".quiet", "td", "th", "mark.gold", "mark.said", ".failed", ".passed", "a", "summary", ".tag"]
            .map(s => [s, document.querySelector(s)]).filter(([, n]) => n).map(([s, n]) => [s, contrast(n)]);
        }"""
    )

    assert len(contrasts) >= 9
    assert {selector: value for selector, value in contrasts if value < 4.5} == {}


def test_an_error_opens_without_script(opened):
    page, _, _ = opened
    first = page.locator("#errors details").first
    first.locator("summary").click()

    assert first.locator("article mark").first.is_visible()
