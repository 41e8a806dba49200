"""Parts of pages that are swapped in place, in a real browser: what a person sees, hears of, and where the focus is."""

import pytest

from pipeline.ingest import ingest
from store.runs import end_run, start_run

OWNER = "tobias.renwick@vendor.example"


class TestRuns:
    def start(self, world, visit):
        with world.writing() as connection:
            run = start_run(connection, "nightly")
        page = visit("admin")
        page.clock.install()
        page.goto("/runs")
        page.get_by_text("running", exact=True).wait_for()
        return page, run

    def test_the_page_follows_a_job_until_it_ended(self, visit, world):
        page, run = self.start(world, visit)
        with world.writing() as connection:
            end_run(connection, run, {"scored": 41, "failures": ["mail/x.eml: no date"]})
        page.clock.fast_forward(3000)
        page.get_by_text("scored 41").wait_for()
        assert page.get_by_text("running", exact=True).count() == 0
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.clock.fast_forward(60_000)
        page.get_by_text("1 not read").click()
        assert page.get_by_text("no date").is_visible()
        assert asked == []

    def test_what_is_open_stays_open_and_keeps_the_focus(self, visit, world):
        with world.writing() as connection:
            end_run(connection, start_run(connection, "ingest"), {"failures": ["mail/x.eml: no date"]})
        page, _ = self.start(world, visit)
        page.get_by_text("1 not read").click()
        with page.expect_response("**/runs"):
            page.clock.fast_forward(3000)
        page.clock.run_for(100)
        assert page.get_by_text("no date").is_visible()
        assert page.evaluate("document.activeElement.textContent") == "1 not read"

    def test_who_is_signed_out_meanwhile_is_led_to_the_door(self, visit, world):
        page, _ = self.start(world, visit)
        world.clock.forward(hours=13)
        page.clock.fast_forward(3000)
        page.get_by_label("Your key").wait_for()
        assert page.url.endswith("/sign-in?next=%2Fruns")

    def test_a_server_that_does_not_answer_is_told_until_it_does(self, visit, world, borne):
        borne += ["ERR_FAILED", "htmx:sendError", "htmx:afterRequest"]
        page, _ = self.start(world, visit)
        page.route("**/runs", lambda route: route.abort())
        page.clock.fast_forward(3000)
        page.get_by_role("alert").get_by_text("does not answer").wait_for()
        page.unroute("**/runs")
        page.clock.fast_forward(3000)
        page.get_by_role("alert").get_by_text("does not answer").wait_for(state="detached")

    def test_an_answer_of_something_in_between_is_told(self, visit, world):
        page, _ = self.start(world, visit)
        page.route("**/runs", lambda route: route.fulfill(status=404, body="no such backend"))
        page.clock.fast_forward(3000)
        page.get_by_role("alert").get_by_text("status 404").wait_for()


class TestPortfolio:
    def open(self, visit, *role, **context):
        """A page that would be loaded anew only by mistake."""
        page = visit(*role, **context)
        page.evaluate("window.kept = true")
        return page

    def names(self, page):
        return page.locator(".queue .who > a").all_inner_texts()

    def test_filters_apply_while_typing_and_the_focus_stays(self, visit):
        page = self.open(visit)
        field = page.get_by_role("searchbox", name="Name")
        field.press_sequentially("sunder", delay=20)
        page.get_by_role("status").get_by_text("1 of 8 accounts").wait_for()
        assert self.names(page) == ["Sundergate Cold Stores"]
        assert page.evaluate("document.activeElement.name") == "q"
        assert field.input_value() == "sunder"
        assert "q=sunder" in page.url
        assert page.evaluate("window.kept")

    def test_what_was_typed_before_the_page_could_listen_applies(self, visit):
        page = visit()
        held = []

        def hold(route):
            held.append(route)

        page.route("**/htmx.min.js", hold)
        page.goto("/", wait_until="commit")
        field = page.get_by_role("searchbox", name="Name")
        field.fill("sunder")
        held[0].continue_()
        page.get_by_role("status").get_by_text("1 of 8 accounts").wait_for()
        assert field.input_value() == "sunder"

    def test_going_back_leads_out_of_what_was_typed_in_one_step(self, visit):
        page = visit()
        field = page.get_by_role("searchbox", name="Name")
        for typed, told in (("s", "of 8 accounts"), ("sunder", "1 of 8 accounts")):
            field.fill(typed)
            page.wait_for_url(f"**q={typed}&**")
            page.get_by_role("status").get_by_text(told).wait_for()
        page.go_back()
        page.get_by_role("status").get_by_text("8 accounts", exact=True).wait_for()
        assert page.url.endswith("/")
        assert field.input_value() == ""

    def test_choosing_a_band_shows_it_and_going_back_shows_all(self, visit):
        page = self.open(visit)
        everybody = self.names(page)
        page.get_by_role("combobox", name="Band", exact=True).select_option("red")
        page.locator("#bands [aria-current]").wait_for()
        assert 0 < len(self.names(page)) < len(everybody)
        assert page.evaluate("window.kept")
        page.go_back()
        page.get_by_role("status").get_by_text("8 accounts", exact=True).wait_for()
        assert self.names(page) == everybody
        assert page.get_by_role("combobox", name="Band", exact=True).input_value() == ""

    def test_an_address_with_filters_opens_alike(self, visit):
        page = self.open(visit)
        page.get_by_role("combobox", name="Order").select_option("name")
        page.wait_for_url("**sort=name")
        by_name = self.names(page)
        assert by_name == sorted(by_name, key=str.casefold)
        page.reload()
        assert self.names(page) == by_name
        assert page.get_by_role("combobox", name="Order").input_value() == "name"

    def test_more_comes_in_place_with_the_focus_on_it(self, visit, world):
        world.copy_accounts(37)
        page = self.open(visit)
        page.get_by_role("link", name="more").click()
        page.get_by_text("51–100 of 304").wait_for()
        page.wait_for_function("document.activeElement.id === 'queued'")
        assert len(page.content().encode()) < 100_000
        band = page.get_by_role("combobox", name="Band", exact=True)
        band.focus()
        band.select_option("red")
        page.get_by_text("1–50 of").wait_for()
        assert page.evaluate("window.kept")
        assert page.evaluate("document.activeElement.name") == "band"

    def test_nothing_found_offers_all(self, visit):
        page = self.open(visit)
        page.get_by_role("searchbox", name="Name").fill("<b>zzz</b>")
        page.get_by_text("No account fits this filter").wait_for()
        page.get_by_role("link", name="show all", exact=True).click()
        page.get_by_role("status").get_by_text("8 accounts", exact=True).wait_for()
        assert page.get_by_role("searchbox", name="Name").input_value() == ""

    def test_without_javascript_the_form_is_sent(self, visit):
        page = visit(java_script_enabled=False)
        page.get_by_role("combobox", name="Band", exact=True).select_option("red")
        page.get_by_role("button", name="Filter").click()
        assert "of 8 accounts" in page.locator("#found").inner_text()


class TestActions:
    def open(self, visit, *role, **context):
        page = visit(*(role or ("csm", OWNER)), **context)
        page.goto("/actions")
        page.evaluate("window.kept = true")
        return page

    def test_a_step_is_taken_in_the_list_without_loading_it_anew(self, visit):
        page = self.open(visit)
        cards, first = page.locator(".task").count(), page.locator(".task").first
        first.get_by_text("Steps").click()
        first.get_by_role("button", name="Start").click()
        page.get_by_role("status").get_by_text("Begun.").wait_for()
        assert first.get_by_text("in progress").is_visible()
        assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
        first.get_by_text("Note", exact=True).click()
        first.get_by_label("What happened").fill("called <b>Petra</b>")
        first.get_by_role("button", name="Keep the note").click()
        page.get_by_role("status").get_by_text("Noted.").wait_for()
        assert first.get_by_text("called <b>Petra</b>").is_visible()
        assert page.locator(".task").count() == cards
        assert page.url.endswith("/actions")
        assert page.evaluate("window.kept")

    def test_what_is_closed_stays_where_it_stood(self, visit):
        page = self.open(visit)
        first = page.locator(".task").first
        first.get_by_text("Steps").click()
        first.get_by_text("Close", exact=True).click()
        first.get_by_label("What came of it").fill("they renewed")
        first.get_by_role("button", name="Close with this result").click()
        first.get_by_text("they renewed").last.wait_for()
        assert first.get_by_role("button").count() == 0
        assert page.evaluate("window.kept")

    def test_what_is_amiss_is_told_and_what_was_written_stays(self, visit, world, borne):
        borne += ["422"]
        page = self.open(visit)
        first = page.locator(".task").first
        first.get_by_text("Steps").click()
        first.get_by_text("Note", exact=True).click()
        field = first.get_by_label("What happened")
        field.fill("   ")
        first.get_by_role("button", name="Keep the note").click()
        page.get_by_role("alert").get_by_text("A value is wrong").wait_for()
        assert page.get_by_role("alert").bounding_box()["y"] >= 0
        assert field.input_value() == "   "
        field.fill("they called back")
        first.get_by_role("button", name="Keep the note").click()
        page.get_by_role("status").get_by_text("Noted.").wait_for()
        assert page.get_by_role("alert").inner_text() == ""

    def test_by_keyboard_alone(self, visit):
        page = self.open(visit)
        page.locator(".task summary").first.focus()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Start").wait_for()
        page.wait_for_function("document.activeElement.matches('.task > details[open] > summary')")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_role("status").get_by_text("Begun.").wait_for()
        page.wait_for_function("document.activeElement.matches('.task > details[open] > summary')")

    def test_the_list_of_one_owner_and_its_pages_come_in_place(self, visit, world):
        world.copy_accounts(12)
        page = self.open(visit, "admin")
        page.get_by_role("combobox", name="Owner").select_option(OWNER)
        page.wait_for_url("**owner=**")
        assert set(page.locator(".task .owner").all_inner_texts()) == {OWNER}
        page.get_by_role("link", name="more").click()
        page.get_by_text("51–").wait_for()
        page.locator(".task").first.get_by_text("Steps").click()
        page.locator(".task").first.get_by_role("button", name="Start").wait_for()
        assert "first=50" in page.url
        assert page.evaluate("window.kept")

    def test_without_javascript_each_has_a_page(self, visit):
        page = visit("csm", OWNER, java_script_enabled=False)
        page.goto("/actions")
        page.locator(".task summary").first.click()
        page.get_by_role("link", name="Open this action").first.click()
        page.get_by_role("button", name="Start").click()
        assert page.locator("#told").inner_text() == "Begun."
        assert page.get_by_text("in progress").is_visible()


class TestQuarantine:
    @pytest.fixture
    def page(self, visit, world, tmp_path):
        for number in range(3):
            mail = f"From: Ines <ines{number}@nowhere.example>\nDate: Wed, 2 Sep 2026 08:41:0{number} +0000\nSubject: Hi {number}\n\nWe leave.\n"
            (tmp_path / f"stranger{number}.eml").write_text(mail)
        ingest(world.app.database, sorted(tmp_path.glob("stranger*.eml")), ())
        page = visit("admin")
        page.goto("/quarantine")
        page.evaluate("window.kept = true")
        return page

    def keep(self, page, account):
        field = page.get_by_role("row", name="stranger1").get_by_role("combobox")
        field.fill(account)
        field.press("Enter")

    def test_what_is_kept_leaves_its_line_to_the_next(self, page):
        page.get_by_role("row", name="stranger2").get_by_role("combobox").fill("half written")
        held = int(page.locator("#reasons b").first.inner_text())
        self.keep(page, "a-kestermere")
        page.get_by_role("status").get_by_text("Kept with Kestermere").wait_for()
        assert page.get_by_role("row", name="stranger1").count() == 0
        assert int(page.locator("#reasons b").first.inner_text()) == held - 1
        page.wait_for_function("document.activeElement.closest('tr.kept')")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.value") == "half written"
        assert page.evaluate("window.kept")

    def test_an_unknown_account_is_told_and_the_line_stays(self, page):
        self.keep(page, "nobody")
        page.get_by_role("alert").get_by_text("No such account").wait_for()
        assert page.get_by_role("row", name="stranger1").get_by_role("combobox").input_value() == "nobody"
        assert page.evaluate("window.kept")
