"""Parts of pages that are swapped in place, in a real browser: what a person sees, hears of, and where the focus is."""

from store.runs import end_run, start_run


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
