"""Decisions are appended, score at once, and never come from who may not decide."""

import json

import pytest
from typer.testing import CliRunner

from pipeline.command import app as command
from pipeline.commands import reviewing
from store.audit import broken_seals

DATABASES = ("sqlite", "postgres")


def signal_of(tool, type, account="a-ostlere"):
    return tool.get(f"/v1/accounts/{account}/signals", params={"type": type}).json()["items"][0]


def decide(tool, signal, **body):
    return tool.post(f"/v1/signals/{signal['id']}/reviews", json=body)


class TestReject:
    def test_moves_score_ledger_and_answer(self, world):
        tool = world.tool("reviewer")
        signal = next(s for s in tool.get("/v1/accounts/a-corrowby/signals").json()["items"] if (s["points"] or 0) > 1)
        before = tool.get("/v1/accounts/a-corrowby/health").json()
        answer = decide(tool, signal, verdict="reject", reason="about somebody else")
        assert answer.status_code == 201, answer.text
        told = answer.json()
        after = tool.get("/v1/accounts/a-corrowby/health").json()
        assert told["before"]["score"] == before["standing"]["score"]
        assert told["after"]["score"] == after["standing"]["score"] < before["standing"]["score"]
        assert all(signal["id"] not in line["signals"] for line in after["ledger"])
        assert round(sum(line["points"] for line in after["ledger"]), 1) == after["standing"]["score"]

    def test_confirming_changes_nothing_of_the_answer(self, world):
        tool = world.tool("reviewer")
        before = tool.get("/v1/accounts/a-sundergate/why").json()
        quoted = [q["signal"] for c in before["causes"] for q in c["evidence"]]
        for signal in dict.fromkeys(quoted):
            assert tool.post(f"/v1/signals/{signal}/reviews", json={"verdict": "accept"}).status_code == 201
        assert tool.get("/v1/accounts/a-sundergate/why").json() == before

    def test_accepting_afterwards_gives_it_back(self, world):
        tool = world.tool("reviewer")
        signal = signal_of(tool, "value_gap")
        before = tool.get("/v1/accounts/a-ostlere/why").json()
        decide(tool, signal, verdict="reject", reason="wrong")
        world.clock.forward(minutes=1)
        decide(tool, signal, verdict="accept")
        assert tool.get("/v1/accounts/a-ostlere/why").json()["after"] == before["after"]
        verdicts = [r["verdict"] for r in tool.get(f"/v1/signals/{signal['id']}/reviews").json()]
        assert verdicts == ["reject", "accept"]


class TestRelabel:
    def test_another_type_counts_from_now_on(self, world):
        tool = world.tool("reviewer")
        signal = signal_of(tool, "value_gap")
        answer = decide(tool, signal, verdict="relabel", to_type="unresolved_issue", to_severity=1, reason="a ticket")
        assert answer.status_code == 201
        ledger = tool.get("/v1/accounts/a-ostlere/health").json()["ledger"]
        assert {line["rule"] for line in ledger if signal["id"] in line["signals"]} == {"unresolved_issue"}

    def test_other_words_in_utf16_are_kept_in_code_points(self, world):
        tool = world.tool("reviewer")
        signal = signal_of(tool, "value_gap")
        place = tool.get(f"/v1/signals/{signal['id']}/evidence").json()["quotes"][0]["offsets"]
        span = {"start": place["start_utf16"], "end": place["end_utf16"] - 3, "unit": "utf16"}
        answer = decide(tool, signal, verdict="relabel", reason="shorter", to_spans=[span])
        assert answer.json()["review"]["to_spans"] == [[place["start"], place["end"] - 3]]


class TestRefused:
    @pytest.mark.parametrize(
        "body",
        [
            {"verdict": "reject"},
            {"verdict": "reject", "reason": "   "},
            {"verdict": "perhaps", "reason": "x"},
            {"verdict": "relabel", "reason": "x"},
            {"verdict": "relabel", "reason": "x", "to_type": "nonsense"},
            {"verdict": "relabel", "reason": "x", "to_type": "value_gap"},
            {"verdict": "accept", "to_type": "value_gap"},
            {"verdict": "relabel", "reason": "x", "to_spans": [{"start": 5, "end": 5}]},
            {"verdict": "relabel", "reason": "x", "to_spans": [{"start": 0, "end": 999999}]},
            {"verdict": "accept", "extra": 1},
        ],
    )
    def test_what_says_nothing_changes_nothing(self, world, body):
        tool = world.tool("reviewer")
        signal = signal_of(tool, "value_gap")
        assert decide(tool, signal, **body).status_code == 422
        assert tool.get(f"/v1/signals/{signal['id']}/reviews").json() == []

    @pytest.mark.parametrize("role", ["csm", "manager"])
    def test_other_roles_may_not(self, world, role):
        signal = signal_of(world.tool(), "value_gap")
        answer = decide(world.tool(role, "nadia.corvane@vendor.example"), signal, verdict="accept")
        assert answer.status_code == 403


class TestAgreement:
    def test_counts_what_two_people_judged(self, world):
        ada, ben = world.tool("reviewer", name="ada"), world.tool("reviewer", name="ben")
        found = ada.get("/v1/accounts/a-ostlere/signals", params={"type": "value_gap"}).json()["items"]
        decide(ada, found[0], verdict="accept")
        assert ada.get("/v1/reviews/agreement").json()["overall"]["signals"] == 0
        decide(ben, found[0], verdict="reject", reason="no gap")
        theirs = ada.get("/v1/accounts/a-corrowby/signals").json()["items"]
        other = next(s for s in theirs if s["type"] != "value_gap")
        decide(ada, other, verdict="accept")
        decide(ben, other, verdict="relabel", to_severity=1, reason="mild")
        told = ada.get("/v1/reviews/agreement").json()
        assert (told["accounts"], told["overall"]["pairs"], told["overall"]["same"]) == (2, 2, 1)
        assert told["types"]["value_gap"]["kappa"]["value"] == 0
        assert told["types"][other["type"]]["kappa"]["value"] is None
        assert [(d["signal"], d["stands"], d["falls"]) for d in told["differing"]] == [
            (found[0]["id"], ["ada"], ["ben"])
        ]

    def test_the_command_says_the_same(self, world, monkeypatch):
        signal = signal_of(world.tool(), "value_gap")
        for name in ("ada", "ben"):
            decide(world.tool("reviewer", name=name), signal, verdict="accept")
        monkeypatch.setattr(reviewing, "wire", lambda: world.app)
        told = CliRunner().invoke(command, ["review", "agreement", "--json"])
        assert json.loads(told.stdout) == world.tool().get("/v1/reviews/agreement").json()
        assert "judged by two or more" in CliRunner().invoke(command, ["review", "agreement"]).stdout

    def test_is_of_accounts_that_the_caller_may_see(self, world):
        signal = signal_of(world.tool(), "value_gap")
        for name in ("ada", "ben"):
            decide(world.tool("reviewer", name=name), signal, verdict="accept")
        mine = world.tool("reviewer", "nobody@vendor.example").get("/v1/reviews/agreement").json()
        assert (mine["accounts"], mine["overall"]["signals"], mine["types"]) == (0, 0, {})

    @pytest.mark.parametrize("role", ["csm", "manager"])
    def test_is_for_reviewers(self, world, role):
        assert world.tool(role, "nadia.corvane@vendor.example").get("/v1/reviews/agreement").status_code == 403


class TestAudit:
    def test_a_changed_entry_breaks_its_seal(self, world):
        tool = world.tool("reviewer")
        for verdict in ("accept", "accept"):
            decide(tool, signal_of(tool, "value_gap"), verdict=verdict)
            world.clock.forward(minutes=1)
        with world.app.database.reading() as connection:
            assert list(broken_seals(connection)) == []
        with world.writing() as connection:
            connection.exec_driver_sql("UPDATE audit SET who = 'nobody' WHERE id = 1")
        with world.app.database.reading() as connection:
            assert list(broken_seals(connection)) == [1]
