"""A CSM's view of their account is kept, scored at once, and checked against the rules."""

import re

import pytest

OWNER = "tobias.renwick@vendor.example"
GOOD = {"sponsor_status": "active", "exec_engagement": "active", "outcome_narrative": "defensible"}
PATH = "/v1/accounts/a-sundergate/assessments"


class TestAssess:
    def test_moves_the_score_at_once(self, world):
        tool = world.tool("csm", OWNER)
        before = tool.get("/v1/accounts/a-sundergate").json()["standing"]
        answer = tool.post(PATH, json={"answers": GOOD, "comment": "They came back."})
        assert answer.status_code == 201, answer.text
        after = tool.get("/v1/accounts/a-sundergate").json()["standing"]
        assert answer.json() == after
        assert after["score"] > before["score"]
        latest = tool.get(PATH).json()[-1]
        assert (latest["author"], latest["comment"], latest["day"]) == ("csm", "They came back.", "2026-09-15")

    @pytest.mark.parametrize(
        "answers",
        [{}, GOOD | {"sponsor_status": "splendid"}, GOOD | {"mood": "fine"}, {"sponsor_status": "active"}],
    )
    def test_what_the_rules_do_not_know_changes_nothing(self, world, answers):
        tool = world.tool("csm", OWNER)
        count = len(tool.get(PATH).json())
        assert tool.post(PATH, json={"answers": answers}).status_code == 422
        assert len(tool.get(PATH).json()) == count

    def test_a_reviewer_may_not(self, world):
        assert world.tool("reviewer").post(PATH, json={"answers": GOOD}).status_code == 403

    def test_the_form_does_the_same(self, world):
        browser = world.browser("csm", OWNER)
        page = browser.get("/accounts/a-sundergate")
        csrf = re.search(r'name="csrf" value="([^"]+)"', page.text)[1]
        answer = browser.post("/accounts/a-sundergate/assessments", data=GOOD | {"csrf": csrf, "comment": "<b>ok</b>"})
        assert answer.status_code == 303
        after = browser.get(answer.headers["location"])
        assert "went from" in after.text
        assert "&lt;b&gt;ok" in after.text
