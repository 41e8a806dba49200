"""The account page in a real browser: what comes when it is asked for, and what is printed."""


class TestAccount:
    def test_what_was_said_comes_when_its_input_is_opened(self, visit):
        page = visit("admin")
        page.goto("/accounts/a-sundergate")
        room = (
            page.locator("details.input:not([open])").filter(has_text="signal").filter(has_text="what was said").first
        )
        name = room.get_attribute("id")
        room.locator("summary").click()
        page.locator(f"#{name} .signals li").first.wait_for()
        assert page.evaluate("document.activeElement.className") == "signals"
        assert page.url.endswith("/accounts/a-sundergate")

    def test_more_quotes_of_a_cause_stand_where_it_stood(self, visit):
        page = visit("admin")
        page.goto("/accounts/a-sundergate")
        more = page.get_by_text("more quote").first
        cause = more.locator("xpath=ancestor::li").get_attribute("id")
        before = page.locator(f"#{cause} figure").count()
        more.click()
        page.locator(f"#{cause} figure").nth(before).wait_for()
        assert page.locator(f"#{cause}").get_by_text("more quote").count() == 0
        assert page.evaluate("document.activeElement.id") == cause

    def test_older_documents_come_into_their_list(self, visit):
        page = visit("admin")
        page.goto("/accounts/a-sundergate")
        before = page.locator(".papers li").count()
        page.get_by_role("link", name="older ones").click()
        page.locator(".papers li").nth(before).wait_for()
        assert page.get_by_role("link", name="older ones").count() == 0

    def test_prints_what_is_read_and_nothing_to_press(self, visit):
        page = visit("admin")
        page.goto("/accounts/a-sundergate")
        page.emulate_media(media="print")
        assert page.locator(".answer").is_visible()
        for control in (page.get_by_role("button"), page.get_by_role("searchbox"), page.get_by_text("older ones")):
            assert not any(one.is_visible() for one in control.all())
