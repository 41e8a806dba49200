"""The review queue by keyboard in a real Chromium: one page that is never loaded again, and the focus where it should be."""

import re

import pytest


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def focused(page):
    """The signal whose card has the focus, once the page has settled."""
    page.locator(".card.active").wait_for()
    assert page.evaluate("document.activeElement.matches('.card.active')")
    return page.evaluate("document.activeElement.querySelector('[name=signal]').value")


class TestQueue:
    def test_reviews_ten_signals_by_keyboard(self, visit, world):
        """In one page that is never loaded again: the next card has the focus each time, and the address is the queue's."""
        page = visit()
        page.get_by_role("link", name="Review").click()
        page.locator(".card.active").wait_for()
        page.evaluate("window.stayed = true")
        page.keyboard.press("j")
        page.keyboard.press("k")
        for number in range(10):
            decided = focused(page)
            below = page.locator(".card [name=signal]").nth(2).input_value()
            press(page, *(("a",) if number % 3 else ("r", "2")))
            page.get_by_text(f"{number + 1} decided by you today").wait_for()
            assert focused(page) == below != decided
            assert "The score" in page.get_by_role("status").inner_text()
            assert page.locator("progress").get_attribute("value") == str(number + 1)
        assert page.evaluate("window.stayed")
        assert re.search(r"/review\?.*done=", page.url)
        with world.app.database.reading() as connection:
            from store.decisions import reviews_of

            assert [r.reason for r in reviews_of(connection)].count("not about us") == 4
        page.go_back()
        page.get_by_role("heading", name="Portfolio").wait_for()

    def test_goes_on_where_they_are_and_comes_back_to_it(self, visit):
        """The card after the decided one, wherever in the list; after a look at the document the same page stands there."""
        page = visit(viewport={"width": 390, "height": 780})
        page.goto("/review?second=false")
        page.locator(".card.active").wait_for()
        for _ in range(3):
            page.keyboard.press("j")
        fifth = page.locator(".card").nth(4).locator("[name=signal]").first.input_value()
        press(page, "r", "1")
        page.get_by_text("1 decided by you today").wait_for()
        assert focused(page) == fifth
        assert page.locator(".rejecting").count() == 0
        told, card = page.get_by_role("status").bounding_box(), page.locator(".card.active").bounding_box()
        assert card["y"] >= told["y"] + told["height"], "what was told covers nothing of the card"
        page.keyboard.press("o")
        page.locator("mark#quote").wait_for()
        page.go_back()
        page.locator(".card.active").wait_for()
        assert "Rejected" in page.get_by_role("status").inner_text()
        page.keyboard.press("u")
        page.get_by_text("0 decided by you today").wait_for()
        page.keyboard.press("?")
        assert page.get_by_role("dialog", name="Keys").is_visible()

    def test_reviews_without_javascript(self, visit):
        page = visit(java_script_enabled=False)
        page.goto("/review")
        with page.expect_navigation():
            page.get_by_role("button", name="Accept").first.click()
        assert re.search(r"Accepted: .+, .+\. The score", page.get_by_role("status").inner_text())
        with page.expect_navigation():
            page.get_by_role("button", name="undo").click()
        assert "Taken back" in page.get_by_role("status").inner_text()

    def test_decides_each_signal_once_however_fast_the_keys_are(self, visit):
        page = visit()
        page.goto("/review")
        page.locator(".card.active").wait_for()
        sent = []
        page.on("request", lambda request: sent.append(request.method))
        page.evaluate(
            """() => {
              const key = () => new KeyboardEvent("keydown", { key: "a", bubbles: true });
              for (let times = 0; times < 3; times++) document.activeElement.dispatchEvent(key());
            }"""
        )
        page.get_by_text("1 decided by you today").wait_for()
        assert sent.count("POST") == 1

    def test_a_key_shows_the_keys_and_gives_the_focus_back(self, visit):
        page = visit()
        page.goto("/review")
        page.locator(".card.active").wait_for()
        page.keyboard.press("j")
        card = page.evaluate("document.activeElement.querySelector('[name=signal]').value")
        page.keyboard.press("?")
        shown = page.get_by_role("dialog", name="Keys")
        assert shown.is_visible()
        assert page.evaluate("document.activeElement.closest('dialog') !== null")
        page.keyboard.press("j")
        page.keyboard.press("r")
        page.keyboard.press("Escape")
        assert shown.is_hidden()
        assert page.evaluate("document.activeElement.querySelector('[name=signal]').value") == card
        assert page.locator(".rejecting").count() == 0
        assert "0 decided by you today" in page.locator(".headline").inner_text()

    @pytest.mark.parametrize("width", [390, 1280])
    def test_sees_what_a_decision_did(self, visit, width):
        page = visit(viewport={"width": width, "height": 780})
        page.goto("/review")
        page.locator(".card.active").wait_for()
        press(page, "a")
        page.get_by_text("1 decided by you today").wait_for()
        told = page.get_by_role("status").bounding_box()
        assert told["y"] >= 0
        assert told["y"] + told["height"] <= page.viewport_size["height"]

    def test_two_look_at_the_same_signal_and_learn_of_each_other_afterwards(self, visit, world):
        ada = world.tool("reviewer", name="ada")
        page = visit()
        page.goto("/review")
        signal = page.locator(".card [name=signal]").first.input_value()
        body = {"verdict": "reject", "reason": "told by a third party"}
        assert ada.post(f"/v1/signals/{signal}/reviews", json=body).status_code == 201
        page.get_by_role("link", name="second looks").click()
        page.locator(".card.active").wait_for()
        page.keyboard.press("o")
        page.get_by_text("is shown once you have decided yourself").wait_for()
        assert "third party" not in page.inner_text("main")
        page.go_back()
        page.locator(".card.active").wait_for()
        press(page, "a")
        page.get_by_text("You and ada disagree").wait_for()
        page.get_by_role("link", name="look again").click()
        assert "Reviewers disagree" in page.inner_text("main")
        assert "told by a third party" in page.inner_text("main")
        page.get_by_role("button", name="Take back").click()
        page.get_by_text("is shown once you have decided yourself").wait_for()
        assert "third party" not in page.inner_text("main")

    def test_undoes_a_rejection(self, visit):
        page = visit()
        page.goto("/review")
        page.locator(".card.active").wait_for()
        first = page.locator(".card.active [name=signal]").first.input_value()
        press(page, "j", "k", "r", "1")
        page.get_by_text("1 decided by you today").wait_for()
        assert focused(page) != first
        press(page, "j", "u")
        page.get_by_text("Taken back").wait_for()
        assert focused(page) == page.locator(".card").first.locator("[name=signal]").first.input_value() == first
        assert "0 decided by you today" in page.locator(".headline").inner_text()

    def test_undoes_one_decision_after_the_other_and_says_when_none_is_left(self, visit, world):
        page = visit()
        page.goto("/review")
        page.locator(".card.active").wait_for()
        said = []
        for number in range(1, 4):
            card = page.locator(".card").first
            said.append(f"{card.locator('h2').inner_text()}, {card.get_by_role('link').first.inner_text()}")
            press(page, "a")
            page.get_by_text(f"{number} decided by you today").wait_for()
            assert f"Accepted: {said[-1]}." in page.get_by_role("status").inner_text()
            world.clock.forward(seconds=1)
        page.goto("/review")
        for left in (2, 1, 0):
            press(page, "u")
            page.get_by_text(f"{left} decided by you today").wait_for()
            told = page.get_by_role("status").inner_text()
            assert f"Taken back: {said[left]} is undecided by you and waits again." in told
            assert ("Nothing that you decided today is left to undo" in told) == (left == 0)
            world.clock.forward(seconds=1)
