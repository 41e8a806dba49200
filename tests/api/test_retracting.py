"""A decision taken back: as if never made to score, queue and figures, while the log keeps both."""

import re

import pytest
from typer.testing import CliRunner

from pipeline.command import app as command
from pipeline.commands import reviewing

DATABASES = ("sqlite", "postgres")


def decide(tool, signal, **body):
    return tool.post(f"/v1/signals/{signal['id']}/reviews", json=body)


def standing(tool, account="a-corrowby"):
    return tool.get(f"/v1/accounts/{account}/health").json()["standing"]


def counting(tool, account="a-corrowby"):
    """A signal that moves the score."""
    return next(s for s in tool.get(f"/v1/accounts/{account}/signals").json()["items"] if (s["points"] or 0) > 1)


class TestRetract:
    def test_gives_back_what_stood_before_and_keeps_the_log(self, world):
        tool = world.tool("reviewer")
        signal, before = counting(tool), standing(tool)
        made = decide(tool, signal, verdict="reject", reason="about somebody else").json()
        answer = decide(tool, signal, verdict="retract", reason="pressed the wrong key")
        assert answer.status_code == 201, answer.text
        assert answer.json()["before"] == made["after"]
        assert answer.json()["after"]["score"] == before["score"]
        assert standing(tool) == before
        kept = tool.get(f"/v1/signals/{signal['id']}/reviews").json()
        assert [(r["verdict"], r["retracts"], r["holds"]) for r in kept] == [
            ("reject", "", False),
            ("retract", kept[0]["id"], False),
        ]

    def test_one_at_a_time_back_to_undecided(self, world):
        tool = world.tool("reviewer")
        signal, stands = counting(tool), [standing(tool)]
        for body in ({"verdict": "accept"}, {"verdict": "relabel", "to_severity": 1, "reason": "mild"}):
            world.clock.forward(minutes=1)
            decide(tool, signal, **body)
            stands.append(standing(tool))
        for wanted in (stands[1], stands[0]):
            world.clock.forward(minutes=1)
            assert decide(tool, signal, verdict="retract").status_code == 201
            assert standing(tool) == wanted
        assert decide(tool, signal, verdict="retract").status_code == 409

    def test_the_signal_waits_again(self, world):
        tool, browser = world.tool("reviewer"), world.browser("reviewer")
        waiting = re.search(r"(\d+) waiting", browser.get("/review").text)[1]
        signal = counting(tool)
        decide(tool, signal, verdict="accept")
        assert f"{int(waiting) - 1} waiting" in browser.get("/review").text
        decide(tool, signal, verdict="retract")
        text = browser.get("/review").text
        assert f"{waiting} waiting" in text
        assert "0 decided by you today" in text

    def test_only_its_author_or_an_admin_may(self, world):
        ada, ben, root = (
            world.tool(role, name=name) for role, name in (("reviewer", "ada"), ("reviewer", "ben"), ("admin", "root"))
        )
        signal = counting(ada)
        made = decide(ada, signal, verdict="accept").json()["review"]
        assert decide(ben, signal, verdict="retract").status_code == 409
        assert decide(ben, signal, verdict="retract", retracts=made["id"]).status_code == 403
        assert decide(root, signal, verdict="retract", retracts=made["id"]).status_code == 201
        assert decide(root, signal, verdict="retract", retracts=made["id"]).status_code == 409

    @pytest.mark.parametrize(
        "body",
        [
            {"verdict": "accept", "retracts": "sha256:0"},
            {"verdict": "retract", "to_type": "value_gap"},
            {"verdict": "retract", "to_severity": 2},
        ],
    )
    def test_says_nothing_else(self, world, body):
        tool = world.tool("reviewer")
        assert decide(tool, counting(tool), **body).status_code == 422

    def test_is_written_to_the_audit_log(self, world):
        tool = world.tool("reviewer")
        signal = counting(tool)
        decide(tool, signal, verdict="accept")
        decide(tool, signal, verdict="retract")
        done = [e for e in world.tool().get("/v1/audit").json() if e["subject"] == signal["id"]]
        assert [e["action"] for e in done] == ["review_retract", "review_accept"]

    def test_the_command_does_the_same_and_is_audited(self, world, monkeypatch):
        monkeypatch.setattr(reviewing, "wire", lambda: world.app)
        tool = world.tool("reviewer")
        signal, before = counting(tool), standing(tool)
        run = CliRunner()
        for words in (["reject", signal["id"][:30], "--reason", "no"], ["retract", signal["id"][7:30]]):
            told = run.invoke(command, ["review", *words, "--author", "ada"])
            assert told.exit_code == 0, told.output
        assert standing(tool) == before
        assert run.invoke(command, ["review", "retract", signal["id"], "--author", "ada"]).exit_code
        done = [(e["who"], e["action"]) for e in world.tool().get("/v1/audit").json() if e["subject"] == signal["id"]]
        assert done == [("ada", "review_retract"), ("ada", "review_reject")]
