"""Whoever may be asked for a second look learns nothing of the first before they decided themselves."""

import re

import pytest

DATABASES = ("sqlite", "postgres")


def decide(tool, signal, **body):
    return tool.post(f"/v1/signals/{signal['id']}/reviews", json=body)


def counting(tool, account="a-corrowby"):
    """A signal that moves the score."""
    return next(s for s in tool.get(f"/v1/accounts/{account}/signals").json()["items"] if (s["points"] or 0) > 1)


class TestBlind:
    @pytest.fixture
    def people(self, world):
        return [world.tool("reviewer", name=name) for name in ("ada", "ben")]

    def test_the_second_reviewer_reads_nothing_of_the_first(self, world, people):
        ada, ben = people
        signal = counting(ada)
        assert ben.get(f"/v1/signals/{signal['id']}").json()["points"] is not None
        decide(ada, signal, verdict="reject", reason="my own words")
        account = signal["account"]
        for path in (f"signals/{signal['id']}/reviews", f"accounts/{account}/reviews"):
            assert ben.get(f"/v1/{path}").json() == []
            assert len(ada.get(f"/v1/{path}").json()) == len(world.tool().get(f"/v1/{path}").json()) == 1
        for path in (f"signals/{signal['id']}", f"signals/{signal['id']}/evidence", "reviews/agreement"):
            assert "ada" not in ben.get(f"/v1/{path}").text

    @pytest.mark.parametrize("verdict", ["accept", "reject"])
    def test_points_tell_nothing(self, people, verdict):
        ada, ben = people
        signal = counting(ada)
        decide(ada, signal, verdict=verdict, reason="x")
        found = [
            ben.get(f"/v1/signals/{signal['id']}").json(),
            ben.get(f"/v1/signals/{signal['id']}/evidence").json()["signal"],
        ]
        found += [
            s for s in ben.get(f"/v1/accounts/{signal['account']}/signals").json()["items"] if s["id"] == signal["id"]
        ]
        assert [f["points"] for f in found] == [None, None, None]

    def test_both_are_open_once_both_decided_and_a_difference_is_named(self, world, people):
        ada, ben = people
        signal = counting(ada)
        assert decide(ada, signal, verdict="reject", reason="no").json()["others"] == []
        world.clock.forward(minutes=1)
        told = decide(ben, signal, verdict="accept").json()
        assert ([o["author"] for o in told["others"]], told["differing"]) == (["ada"], ["ada"])
        for tool in people:
            assert [r["author"] for r in tool.get(f"/v1/signals/{signal['id']}/reviews").json()] == ["ada", "ben"]
            assert len(tool.get("/v1/reviews/agreement").json()["differing"]) == 1

    def test_agreement_counts_what_was_said_blind(self, world, people):
        ada, ben = people
        signal = counting(ada)
        decide(ada, signal, verdict="reject", reason="no")
        for verdict in ("accept", "retract", "reject"):
            world.clock.forward(minutes=1)
            decide(ben, signal, verdict=verdict, reason="yes, I see")
        overall = ada.get("/v1/reviews/agreement").json()["overall"]
        assert (overall["pairs"], overall["same"]) == (1, 0)

    def test_a_third_is_not_told_of_the_difference(self, world, people):
        ada, ben = people
        signal = counting(ada)
        decide(ada, signal, verdict="reject", reason="no")
        decide(ben, signal, verdict="accept")
        eve = world.tool("reviewer", name="eve")
        assert eve.get("/v1/reviews/agreement").json()["differing"] == []
        assert eve.get("/v1/reviews/agreement").json()["overall"]["pairs"] == 1

    def test_the_pages_of_the_second_reviewer_do_not_tell(self, world, people):
        ada, _ = people
        signal = counting(ada)
        blind = world.browser("reviewer")
        before = blind.get(f"/evidence/{signal['id']}").text
        pages = {}
        for verdict in ("reject", "accept"):
            world.clock.forward(minutes=1)
            decide(ada, signal, verdict=verdict, reason="tell-tale words")
            pages[verdict] = blind.get(f"/evidence/{signal['id']}").text
            assert "tell-tale" not in pages[verdict]
            assert "Rejected" not in pages[verdict]
            queue = blind.get("/review?second=true").text
            assert "1 waiting for a second look" in queue
            assert signal["id"] in queue
            assert "ada" not in re.findall(r"\w+", re.sub(r"<[^>]+>", " ", queue))
        assert pages["accept"] == pages["reject"] != before
        assert f"/review?done={signal['id']}" not in before
        assert "tell-tale" not in blind.get(f"/review?done={signal['id']}").text
        assert "ada" not in blind.get(f"/review?done={signal['id']}").text.split("Review</h1>")[1].split("card")[0]
