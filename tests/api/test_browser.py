"""Real flows in a real Chromium, over real HTTP: what a CSM and a reviewer do on a Monday morning."""

import re

import pytest

OWNER = "tobias.renwick@vendor.example"


def score_on(page):
    return float(page.locator(".waterfall .total").last.locator("b").inner_text())


class TestReviewer:
    def test_finds_the_red_account_and_reads_why(self, visit):
        """From the queue to the answer, and from a cause to its quote in the whole document."""
        page = visit()
        page.get_by_role("link", name="Sundergate Cold Stores").last.click()
        assert page.locator(".answer .band.red").is_visible()
        page.get_by_role("link", name="see it in place").first.click()
        mark = page.locator("mark#quote")
        assert mark.is_visible()
        assert 0 <= mark.bounding_box()["y"] <= page.viewport_size["height"]

    def test_rejects_a_citation_and_sees_score_ledger_and_queue_change(self, visit):
        """What carried the recovery is gone, so the account is back in red and higher in the queue."""
        page = visit()
        reds = int(page.locator(".count.red b").inner_text())
        page.get_by_role("link", name="Corrowby Health Network").last.click()
        assert page.locator(".answer .band.yellow").is_visible()
        before = score_on(page)
        page.get_by_role("link", name="see it in place").first.click()
        page.locator("summary", has_text="Reject").click()
        page.get_by_label("hypothetical or past").check()
        page.get_by_role("button", name="Reject").click()
        told = page.locator("#decided").inner_text()
        assert f"went from {before:.1f}" in told
        assert page.get_by_text("Rejected by a reviewer").is_visible()
        page.get_by_role("link", name="See the account").click()
        after = score_on(page)
        assert after < before
        assert f"to {after:.1f}" in told
        assert page.locator(".turn .band.red").last.is_visible()
        page.get_by_role("link", name="Portfolio").last.click()
        assert int(page.locator(".count.red b").inner_text()) == reds + 1

    def test_moves_a_span_that_holds_an_emoji_by_selecting_it(self, visit, world):
        signal = add_emoji_mail(world)
        page = visit()
        page.goto(f"/evidence/{signal}#quote")
        page.locator("summary", has_text="Relabel").click()
        page.evaluate(
            """() => {
              const text = document.querySelector("mark#quote").firstChild;
              const start = text.data.indexOf("😤"), end = text.data.indexOf("leave") + 5;
              getSelection().setBaseAndExtent(text, start, text, end);
            }"""
        )
        field = page.get_by_label("Other words")
        page.wait_for_function("document.querySelector('input.span').value !== ''")
        start, end = map(int, field.input_value().split("-"))
        page.get_by_label("Reason").last.fill("the first sentence only sets the scene")
        page.get_by_role("button", name="Relabel").click()
        page.locator("#decided").wait_for()
        review = world.tool().get(f"/v1/signals/{signal}/reviews").json()[0]
        assert review["to_spans"] == [[start, end]]
        world.tool().get(f"/v1/signals/{signal}/evidence").json()["quotes"][0]
        text = world.tool().get(f"/v1/documents/{evidence_document(world, signal)}").json()["text"]
        assert text[start:end] == "😤😤 and we will leave"


class TestCsm:
    def test_cannot_open_the_account_of_another_by_url(self, visit):
        page = visit("csm", OWNER)
        assert page.get_by_text("Ostlere Property").count() == 0
        answer = page.goto("/accounts/a-ostlere")
        assert answer.status == 404
        assert page.get_by_text("Ostlere Property").count() == 0
        assert page.goto("/accounts/a-sundergate").status == 200

    def test_reads_without_javascript(self, visit):
        page = visit("csm", OWNER, java_script_enabled=False)
        page.get_by_role("link", name="Sundergate Cold Stores").first.click()
        page.get_by_role("link", name="see it in place").first.click()
        assert page.locator("mark#quote").is_visible()


class TestEveryPage:
    @pytest.mark.parametrize("width", [390, 1280])
    def test_fits_its_window_and_meets_no_policy(self, visit, world, width):
        """Nothing scrolls sideways; the browser reports no breach of the content policy."""
        page = visit("admin", viewport={"width": width, "height": 900})
        signal = world.tool().get("/v1/accounts/a-sundergate/signals?limit=1").json()["items"][0]
        for path in (
            "/",
            "/accounts/a-sundergate",
            f"/evidence/{signal['id']}",
            "/review",
            "/runs",
            "/audit",
            "/actions",
            "/evaluation",
        ):
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path

    def test_hostile_text_runs_nothing(self, visit, world):
        signal = add_emoji_mail(world, "<script>window.hurt=1</script><img src=x onerror='window.hurt=1'>")
        page = visit()
        for path in (f"/evidence/{signal}", "/accounts/a-sundergate", "/review"):
            page.goto(path)
            assert page.evaluate("window.hurt") is None
        assert re.search(r"<script>window\.hurt", page.goto(f"/evidence/{signal}") and page.inner_text("article"))


def add_emoji_mail(world, more=""):
    """A mail with emoji before and inside its quote; returns the signal's id."""
    from datetime import UTC, datetime

    from extractor.detector import Detection, Outcome
    from extractor.document import Role, Source, Turn, compose
    from extractor.grounding import ground
    from extractor.signal import Claim
    from store.documents import add_document
    from store.recording import record

    words = f"Honestly 🙂 this is too much {more} 😤😤 and we will leave in October."
    when = datetime(2026, 9, 10, tzinfo=UTC)
    turns = [Turn(f"👋🏽 Hello. {words}", "Petra Noorlander", Role.CUSTOMER, when, "p@sundergate.example")]
    document = compose(turns, source=Source.EMAIL, key="mail:emoji", title="Too much 🙂", origin="mail/x.eml")
    claims = (Claim("renewal_risk", words, 2, 0.5, "m1"),)
    with world.writing() as connection:
        add_document(connection, document, "a-sundergate", ())
        found = ground(claims, document, "labels")
        record(connection, "a-sundergate", document, Detection(document.id, Outcome.READ, claims), "labels", found)
    return found.signals[0].id


def evidence_document(world, signal):
    return world.tool().get(f"/v1/signals/{signal}").json()["document"]
