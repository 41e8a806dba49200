"""Getting into the console: keys, one-time links, locks, forms that come back."""

import re

import pytest

from api.console.session import local_path
from store.sessions import create_link


def csrf_of(page):
    return re.search(r'name="csrf" value="([^"]+)"', page.text)[1]


class TestKeys:
    def test_a_wrong_key_says_so_and_opens_nothing(self, world):
        client = world.client({"Accept": "text/html"})
        answer = client.post("/sign-in", data={"key": "wr_aaaaaaaaaa_wrong"})
        assert answer.status_code == 401
        assert "does not work" in answer.text
        assert client.get("/").status_code == 303

    def test_five_failures_lock_even_the_right_key(self, world):
        client, key = world.client({"Accept": "text/html"}), world.key()
        for _ in range(5):
            client.post("/sign-in", data={"key": "wr_aaaaaaaaaa_wrong"})
        locked = client.post("/sign-in", data={"key": key})
        assert locked.status_code == 429
        assert int(locked.headers["Retry-After"]) == 15 * 60
        world.clock.forward(minutes=15, seconds=1)
        assert client.post("/sign-in", data={"key": key}).status_code == 303

    def test_failures_and_successes_are_in_the_audit_log(self, world):
        world.client().post("/sign-in", data={"key": "wrong"})
        world.browser("reviewer")
        told = [e["action"] for e in world.tool().get("/v1/audit").json()]
        assert told == ["sign_in", "sign_in_failed"]


class TestSession:
    def test_the_cookie_is_out_of_reach(self, world):
        answer = world.client().post("/sign-in", data={"key": world.key()})
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        elsewhere = world.client()
        elsewhere.base_url = "http://whyred.example"
        assert "Secure" in elsewhere.post("/sign-in", data={"key": world.key()}).headers["set-cookie"]

    def test_it_ends_after_two_idle_hours(self, world):
        browser = world.browser()
        world.clock.forward(hours=1, minutes=59)
        assert browser.get("/").status_code == 200
        world.clock.forward(hours=2)
        assert browser.get("/").status_code == 303

    def test_it_ends_with_its_key(self, world):
        from store.keys import all_keys, revoke_key

        browser = world.browser()
        with world.writing() as connection:
            revoke_key(connection, all_keys(connection)[-1].id, world.clock.now)
        assert browser.get("/").status_code == 303

    def test_signing_out_ends_it_on_the_server(self, world):
        browser = world.browser()
        kept = dict(browser.cookies)
        assert browser.post("/sign-out", data={"csrf": csrf_of(browser.get("/"))}).status_code == 303
        browser.cookies.update(kept)
        assert browser.get("/").status_code == 303

    def test_the_cookie_opens_no_api(self, world):
        assert world.browser().get("/v1/me").status_code == 401


class TestForms:
    @pytest.mark.parametrize("csrf", ["", "wrong", "é"])
    def test_without_its_word_nothing_happens(self, world, csrf):
        browser = world.browser()
        assert browser.post("/sign-out", data={"csrf": csrf}).status_code == 403
        assert browser.get("/").status_code == 200

    def test_from_another_site_nothing_happens(self, world):
        browser = world.browser()
        data = {"csrf": csrf_of(browser.get("/"))}
        assert browser.post("/sign-out", data=data, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


class TestLinks:
    def test_a_link_signs_in_once(self, world):
        with world.writing() as connection:
            token = create_link(connection, "administrator", "admin", (), world.clock.now)
        client = world.client({"Accept": "text/html"})
        assert client.get(f"/sign-in/{token}").status_code == 200
        assert client.post(f"/sign-in/{token}").status_code == 303
        assert client.get("/audit").status_code == 200
        assert world.client().post(f"/sign-in/{token}").status_code == 401

    def test_the_audit_log_says_whom_it_signed_in(self, world):
        with world.writing() as connection:
            token = create_link(connection, "ada", "reviewer", (), world.clock.now)
        world.client().post(f"/sign-in/{token}")
        told = world.tool().get("/v1/audit").json()[0]
        assert (told["who"], told["role"], told["action"]) == ("ada", "reviewer", "sign_in")

    def test_a_day_later_it_is_too_old(self, world):
        with world.writing() as connection:
            token = create_link(connection, "administrator", "admin", (), world.clock.now)
        world.clock.forward(days=1)
        assert world.client().post(f"/sign-in/{token}").status_code == 401


class TestRedirect:
    @pytest.mark.parametrize(
        "wanted",
        [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "javascript:alert(1)",
            "",
            "x",
            "/\t/evil.example",
            "/\n",
            "///evil.example",
            "//[",
            "http://[",
        ],
    )
    def test_never_leads_elsewhere(self, world, wanted):
        assert local_path(wanted) == "/"
        answer = world.client().post("/sign-in", data={"key": world.key(), "next": wanted})
        assert answer.headers["location"] == "/"

    def test_a_path_that_is_no_address(self, world):
        page = world.client({"Accept": "text/html"}).get("/sign-in", params={"next": "//["})
        assert page.status_code == 200
        assert 'name="next" value="/"' in page.text

    @pytest.mark.parametrize("question", ["语" * 400, "x" * 1000 + "语" * 300])
    def test_a_path_that_is_too_long_is_dropped(self, world, question):
        client = world.client({"Accept": "text/html"})
        away = client.get("/ask", params={"q": question})
        assert away.status_code == 303
        page = client.get(away.headers["location"])
        assert page.status_code == 200
        assert 'name="next" value="/"' in page.text
        long = f"/ask?q={'x' * 3000}"
        assert client.get("/sign-in", params={"next": long}).status_code == 200
        assert client.post("/sign-in", data={"key": world.key(), "next": long}).headers["location"] == "/"

    def test_leads_back_to_the_page_that_was_asked_for(self, world):
        client = world.client({"Accept": "text/html"})
        away = client.get("/accounts/a-sundergate?as_of=2026-06-01")
        page = client.get(away.headers["location"])
        assert 'value="/accounts/a-sundergate?as_of=2026-06-01"' in page.text
