"""What people do in the console by forms alone, as a browser without JavaScript sends them."""

import html
import re
from datetime import date

import pytest

from pipeline.ingest import ingest
from pipeline.screening import live_estimate
from store.actions import DONE, SNOOZED, WORKING, action_named, actions_of, events_of
from store.audit import entries
from store.quarantine import held
from store.runs import all_runs, end_run, start_run

OWNER = "tobias.renwick@vendor.example"


def csrf_of(browser, path):
    return re.search(r'name="csrf" value="([^"]+)"', browser.get(path).text)[1]


def first_action(world, account="a-sundergate"):
    with world.app.database.reading() as connection:
        return next(a for a in actions_of(connection, account) if a.closed is None)


def audited(world):
    with world.app.database.reading() as connection:
        return [e.action for e in entries(connection, limit=50, before=0)]


class TestActions:
    @pytest.fixture
    def browser(self, world):
        return world.browser("csm", OWNER)

    def step(self, browser, action, **fields):
        fields["csrf"] = csrf_of(browser, "/accounts/a-sundergate")
        return browser.post(f"/actions/{action.id}", data=fields)

    @pytest.mark.parametrize(
        ("fields", "state", "told"),
        [
            ({"step": "start"}, WORKING, "Begun."),
            ({"step": "snooze", "words": "they are on leave", "until": "2026-10-01"}, SNOOZED, "rests until 1 Oct"),
            ({"step": "done", "words": "met the new sponsor"}, DONE, "met the new sponsor"),
        ],
    )
    def test_a_step_is_kept_shown_and_audited(self, world, browser, fields, state, told):
        action = first_action(world)
        answer = self.step(browser, action, **fields)
        assert answer.status_code == 303, answer.text
        with world.app.database.reading() as connection:
            assert action_named(connection, action.id).state == state
            assert events_of(connection, action.id)[-1].author == "csm"
        assert told in browser.get(answer.headers["location"]).text
        assert f"action_{fields['step']}" in audited(world)

    def test_a_note_leaves_the_state(self, world, browser):
        action = first_action(world)
        self.step(browser, action, step="note", words="called <b>Petra</b>")
        with world.app.database.reading() as connection:
            assert action_named(connection, action.id).state == action.state
        assert "called &lt;b&gt;Petra&lt;/b&gt;" in browser.get("/accounts/a-sundergate").text

    @pytest.mark.parametrize(
        "fields",
        [
            {"step": "done"},
            {"step": "snooze", "words": "later"},
            {"step": "snooze", "words": "later", "until": "2020-01-01"},
            {"step": "snooze", "words": "later", "until": "soon"},
            {"step": "perhaps"},
        ],
    )
    def test_a_step_that_says_nothing_changes_nothing(self, world, browser, fields):
        action = first_action(world)
        assert self.step(browser, action, **fields).status_code == 422
        assert first_action(world) == action

    def test_needs_the_word_of_the_session(self, world, browser):
        action = first_action(world)
        assert browser.post(f"/actions/{action.id}", data={"step": "start"}).status_code == 403

    def test_of_another_is_not_there(self, world, browser):
        other = first_action(world, "a-ostlere")
        assert self.step(browser, other, step="start").status_code == 404

    def test_a_reviewer_may_not(self, world):
        assert self.step(world.browser("reviewer"), first_action(world), step="start").status_code == 403

    def test_the_list_has_what_is_overdue_first_and_only_ones_own(self, browser):
        text = browser.get("/actions").text
        dues = [date.fromisoformat(d) for d in re.findall(r'datetime="([\d-]+)"', text)]
        assert dues == sorted(dues)
        assert "days overdue" in text
        assert "Ostlere" not in text

    def test_beside_an_account_stands_its_band_of_today(self, world):
        today = {a["name"]: a["standing"]["band"] for a in world.tool().get("/v1/accounts").json()["items"]}
        text = html.unescape(world.browser().get("/actions").text)
        shown = re.findall(r'#do-now"><bdi>([^<]+)</bdi></a> <span class="band (\w+)">', text)
        assert shown
        assert [today[name] for name, _ in shown] == [band for _, band in shown]
        action = first_action(world, "a-aldermoor")
        assert f'class="band {today["Aldermoor Rail Components"]}"' in world.browser().get(f"/actions/{action.id}").text


class TestOverride:
    def test_sets_the_band_and_says_so(self, world):
        browser = world.browser("csm", OWNER)
        fields = {"band": "yellow", "until": "2026-10-01", "reason": "a merger that nobody wrote about"}
        fields["csrf"] = csrf_of(browser, "/accounts/a-sundergate")
        answer = browser.post("/accounts/a-sundergate/overrides", data=fields)
        assert answer.status_code == 303, answer.text
        text = browser.get(answer.headers["location"].split("#")[0]).text
        assert "a merger that nobody wrote about" in text
        assert "override" in audited(world)

    @pytest.mark.parametrize(
        "wrong", [{"band": "blue"}, {"until": ""}, {"until": "2020-01-01"}, {"reason": " "}, {"until": "2030-01-01"}]
    )
    def test_what_the_rules_do_not_know_changes_nothing(self, world, wrong):
        browser = world.browser("csm", OWNER)
        fields = {"band": "yellow", "until": "2026-10-01", "reason": "x"} | wrong
        fields["csrf"] = csrf_of(browser, "/accounts/a-sundergate")
        assert browser.post("/accounts/a-sundergate/overrides", data=fields).status_code == 422
        assert "override" not in audited(world)


class TestQuarantine:
    @pytest.fixture(autouse=True)
    def stranger(self, world, tmp_path):
        """A mail from an address that belongs to no account."""
        mail = "From: Ines <ines@nowhere.example>\nDate: Wed, 2 Sep 2026 08:41:00 +0000\nSubject: Hi\n\nWe may leave.\n"
        (tmp_path / "stranger.eml").write_text(mail)
        ingest(world.app.database, [tmp_path / "stranger.eml"], ())

    def unmatched(self, world):
        with world.app.database.reading() as connection:
            return next(row for row in held(connection) if row.document_key)

    def test_what_is_held_is_kept_with_the_account_that_somebody_names(self, world):
        browser, row = world.browser("admin"), self.unmatched(world)
        fields = {"account": "a-kestermere", "csrf": csrf_of(browser, "/quarantine")}
        answer = browser.post(f"/quarantine/{row.id}", data=fields)
        assert answer.status_code == 303, answer.text
        assert "Kestermere" in browser.get(answer.headers["location"].split("#")[0]).text
        with world.app.database.reading() as connection:
            assert row.id not in {r.id for r in held(connection)}
        assert "assign_held" in audited(world)

    @pytest.mark.parametrize(
        ("role", "account", "status"), [("admin", "nobody", 404), ("reviewer", "a-kestermere", 403)]
    )
    def test_an_unknown_account_or_another_role_changes_nothing(self, world, role, account, status):
        browser, row = world.browser(role), self.unmatched(world)
        fields = {"account": account, "csrf": csrf_of(browser, "/quarantine")}
        assert browser.post(f"/quarantine/{row.id}", data=fields).status_code == status
        assert self.unmatched(world) == row


class TestAsk:
    def test_answers_why_with_links_to_the_evidence(self, shared_world):
        browser = shared_world.browser("csm", OWNER)
        text = browser.get("/ask", params={"q": "why did Sundergate turn red?"}).text
        links = re.findall(r'href="(/evidence/[^"]+)"', text)
        assert links
        assert browser.get(links[0].split("#")[0]).status_code == 200

    def test_marks_a_passage_in_its_document(self, shared_world):
        browser = shared_world.browser("csm", OWNER)
        text = browser.get("/ask", params={"q": "what did they say about the camera?", "account": "a-sundergate"}).text
        link = re.search(r'href="(/documents/[^"]+)#quote"', text)[1]
        assert '<mark id="quote"' in browser.get(link).text

    def test_offers_what_may_be_meant_and_never_what_belongs_to_others(self, shared_world):
        browser = shared_world.browser("csm", OWNER)
        assert "account=a-sundergate" in browser.get("/ask", params={"q": "why did Sundergade Stores fall?"}).text or (
            "Sundergate" in browser.get("/ask", params={"q": "why did Sundergade Stores fall?"}).text
        )
        assert "Ostlere Property" not in browser.get("/ask", params={"q": "why did Ostlere turn red?"}).text

    def test_an_empty_question_is_a_form(self, shared_world):
        answer = shared_world.browser("csm", OWNER).get("/ask")
        assert answer.status_code == 200
        assert "Ask" in answer.text


class TestEvaluation:
    def test_shows_the_golden_figures_and_what_reviewers_say(self, world):
        tool, browser = world.tool("reviewer"), world.browser("reviewer")
        items = tool.get("/v1/accounts/a-ostlere/signals").json()["items"][:3]
        for item, verdict in zip(items, ("accept", "accept", "reject"), strict=True):
            body = {"verdict": verdict} | ({"reason": "no"} if verdict == "reject" else {})
            assert tool.post(f"/v1/signals/{item['id']}/reviews", json=body).status_code == 201
        text = browser.get("/evaluation").text
        assert "of 3 signals" in text
        assert "<b>0.67</b>" in text
        assert "gate passed" in text

    def test_shows_how_far_two_reviewers_agree(self, world):
        ada, browser = world.tool("reviewer", name="ada"), world.browser("reviewer")
        assert "Judged by two" not in browser.get("/evaluation").text
        for account in ("a-ostlere", "a-corrowby"):
            signal = ada.get(f"/v1/accounts/{account}/signals").json()["items"][0]
            for tool in (ada, world.tool("reviewer", name="ben")):
                assert tool.post(f"/v1/signals/{signal['id']}/reviews", json={"verdict": "accept"}).status_code == 201
        text = browser.get("/evaluation").text
        assert "2 of 2 alike" in text
        assert "Judged by two" in text

    def test_counts_only_accounts_that_the_reader_may_see(self, world):
        ada, ben = world.tool("reviewer", name="ada"), world.tool("reviewer", name="ben")
        for account in ("a-sundergate", "a-ostlere"):
            signal = ada.get(f"/v1/accounts/{account}/signals").json()["items"][0]
            for tool in (ada, ben):
                assert tool.post(f"/v1/signals/{signal['id']}/reviews", json={"verdict": "accept"}).status_code == 201
        limited = world.browser("reviewer", OWNER).get("/evaluation").text
        agreed = world.tool("reviewer", OWNER).get("/v1/reviews/agreement").json()["overall"]
        assert (agreed["same"], agreed["pairs"]) == (1, 1)
        assert "1 of 1 alike" in limited
        assert "of 1 signal" in limited
        assert f"counted on the accounts of {OWNER}; documents, engines and screening in the whole store" in limited
        everything = world.browser("reviewer").get("/evaluation").text
        assert "2 of 2 alike" in everything
        assert "counted on the accounts of" not in everything

    def test_tells_what_screening_loses_or_that_nothing_was_screened(self, world):
        browser = world.browser("reviewer")
        assert "nothing was screened yet" in browser.get("/evaluation").text
        screened = {"extractor": "cascade/a+b", "signals": 100, "skipped": 80, "windowed": 20, "whole": 100}
        counts = {"documents": 200, "tokens_sent": 600, "tokens_whole": 1000}
        for audited, lost in ((0, 0), (10, 1)):
            report = screened | counts | {"audited": audited, "audited_found": 3 * lost, "audited_lost": lost}
            with world.writing() as connection:
                end_run(connection, start_run(connection, "nightly"), {"screening": report})
            text = browser.get("/evaluation").text
            assert f"{audited} documents audited" in text
            assert ("not audited yet" in text) == (audited == 0)
        with world.writing() as connection:
            found = live_estimate(all_runs(connection))
        assert f"<b>{found.lost:.2f}</b>" in text
        assert f"{found.low:.2f}–{found.high:.2f}" in text
        assert "1 of 3 signals missed in those audited" in text

    def test_is_for_reviewers(self, world):
        assert world.browser("csm", OWNER).get("/evaluation").status_code == 403
