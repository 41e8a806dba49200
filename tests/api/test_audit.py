"""The log tells who read and decided what, by ids alone: nothing that an erasure would have to take out of it."""

import json
import re

import pytest

from pipeline.ingest import ingest
from store.actions import actions_of
from store.audit import entries
from store.quarantine import held

DATABASES = ("sqlite", "postgres")
ACCOUNT = "a-sundergate"


def csrf_of(browser, path):
    return re.search(r'name="csrf" value="([^"]+)"', browser.get(path).text)[1]


def log_of(world):
    with world.app.database.reading() as connection:
        return entries(connection)


class TestWords:
    WORDS = "Petra Lindqvist is ill"

    @pytest.mark.parametrize(
        "fields",
        [{"step": "start"}, {"step": "note"}, {"step": "snooze", "until": "2026-10-01"}, {"step": "done"}],
        ids=lambda fields: fields["step"],
    )
    def test_of_a_step_stay_with_the_action(self, world, fields):
        browser = world.browser()
        with world.app.database.reading() as connection:
            action = next(a for a in actions_of(connection, ACCOUNT) if a.closed is None)
        fields = fields | {"words": self.WORDS, "csrf": csrf_of(browser, f"/accounts/{ACCOUNT}")}
        assert browser.post(f"/actions/{action.id}", data=fields).status_code == 303
        newest = log_of(world)[0]
        assert (newest.action, newest.subject, newest.detail) == (
            f"action_{fields['step']}",
            action.id,
            {"account": ACCOUNT},
        )

    def test_of_an_override_stay_with_it(self, world):
        browser = world.browser()
        fields = {"band": "yellow", "until": "2026-10-01", "reason": self.WORDS}
        fields["csrf"] = csrf_of(browser, f"/accounts/{ACCOUNT}")
        assert browser.post(f"/accounts/{ACCOUNT}/overrides", data=fields).status_code == 303
        newest = log_of(world)[0]
        assert (newest.action, newest.detail) == ("override", {"band": "yellow", "until": "2026-10-01"})

    def test_in_the_name_of_a_held_file_stay_out(self, world, tmp_path):
        name = "complaint of Petra Lindqvist.eml"
        (tmp_path / name).write_text("From: <petra@nowhere.example>\nDate: Wed, 2 Sep 2026 08:41:00 +0000\n\nHello.\n")
        ingest(world.app.database, [tmp_path / name], ())
        with world.app.database.reading() as connection:
            row = next(row for row in held(connection) if name in row.origin)
        browser = world.browser()
        fields = {"account": ACCOUNT, "csrf": csrf_of(browser, "/quarantine")}
        assert browser.post(f"/quarantine/{row.id}", data=fields).status_code == 303
        told = [e for e in log_of(world) if e.action == "assign_held"]
        assert [e.subject for e in told] == [row.id]
        assert "Petra" not in json.dumps([(e.subject, dict(e.detail)) for e in log_of(world)])


class TestReading:
    """Whoever asks the log about a document, an account or a signal finds every look at it."""

    @pytest.fixture
    def log(self, world):
        tool = world.tool(name="auditor")
        return lambda subject: [e["action"] for e in tool.get("/v1/audit", params={"subject": subject}).json()]

    def test_of_every_document_that_an_export_holds(self, world, log):
        found = world.tool().get(f"/v1/accounts/{ACCOUNT}/export").json()
        assert all(log(document["id"]) == ["export"] for document in found["documents"])
        assert log(ACCOUNT) == ["export"]

    def test_of_documents_that_the_review_page_or_an_answer_quotes(self, world, log):
        shown = re.search(r'href="/evidence/([^"#]+)#quote"', world.browser().get("/review").text)[1]
        assert log(world.tool().get(f"/v1/signals/{shown}").json()["document"]) == ["read_queue"]
        question = {"question": "why did it turn red?", "account": ACCOUNT}
        told = world.tool().post("/v1/ask", json=question).json()
        cited = {c["document"] for s in told["sentences"] for c in s["citations"]}
        assert cited
        assert all("ask" in log(document) for document in cited)

    def test_by_account_and_by_signal(self, world, log):
        signal = world.tool().get(f"/v1/accounts/{ACCOUNT}/signals").json()["items"][0]
        world.tool().get(f"/v1/documents/{signal['document']}")
        world.tool().get(f"/v1/signals/{signal['id']}/evidence")
        world.tool().post(f"/v1/signals/{signal['id']}/reviews", json={"verdict": "accept"})
        assert log(ACCOUNT) == ["review_accept", "read_evidence", "read_document"]
        assert log(signal["id"]) == ["review_accept", "read_evidence"]
        assert log(signal["document"]) == ["read_evidence", "read_document"]

    def test_of_nothing_else(self, world, log):
        world.tool().get(f"/v1/accounts/{ACCOUNT}/export")
        assert log("sha256:") == log("%") == log("a-ostlere") == []

    def test_of_the_portfolio_as_a_table(self, world, log):
        assert world.tool("csm", "tobias.renwick@vendor.example").get("/v1/portfolio.csv").status_code == 200
        assert log("portfolio") == ["export_portfolio"]
