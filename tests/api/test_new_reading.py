"""What was decided on words counts for those words, also once another engine has read them anew."""

import re

import pytest

from extractor.detector import Detection, Outcome
from extractor.grounding import Grounded
from extractor.signal import make_signal
from pipeline.rescore import rescore
from store.accounts import get_account
from store.documents import get_document
from store.recording import record
from store.signals import signals_in

DATABASES = ("sqlite", "postgres")
ACCOUNT = "a-sundergate"
ENGINE = "another/2"


def decide(tool, signal_id, **body):
    answer = tool.post(f"/v1/signals/{signal_id}/reviews", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture
def rita(world):
    return world.tool("reviewer", name="rita")


@pytest.fixture
def rolf(world):
    return world.tool("reviewer", name="rolf")


@pytest.fixture
def signal(world, rita):
    """One that counted until Rita rejected it, and whose document was then read anew: its id from that reading."""
    old = next(s for s in rita.get(f"/v1/accounts/{ACCOUNT}/signals").json()["items"] if s["points"])
    decide(rita, old["id"], verdict="reject", reason="not about us")
    world.clock.forward(minutes=1)
    with world.writing() as connection:
        document = get_document(connection, old["document"])
        before = signals_in(connection, document.id)
        found = [make_signal(s.document_id, s.type, s.severity, s.confidence, s.evidence, ENGINE) for s in before]
        read = Detection(document.id, Outcome.READ)
        record(connection, ACCOUNT, document, read, ENGINE, Grounded(tuple(found), ()))
        rescore(connection, world.app.rulebooks, get_account(connection, ACCOUNT), world.app.settings.today)
    return next(new.id for new, was in zip(found, before, strict=True) if was.id == old["id"])


def test_its_list_and_page_tell_of_the_decision(world, rita, signal):
    assert [r["author"] for r in rita.get(f"/v1/signals/{signal}/reviews").json()] == ["rita"]
    text = world.browser("admin").get(f"/evidence/{signal}").text
    assert "Rejected by a reviewer" in text
    assert "Take back" in text


def test_it_can_be_taken_back_there(world, rita, signal):
    counts = rita.get(f"/v1/signals/{signal}").json()["points"]
    assert counts is None
    decide(rita, signal, verdict="retract")
    assert rita.get(f"/v1/signals/{signal}").json()["points"]
    assert [r["holds"] for r in rita.get(f"/v1/signals/{signal}/reviews").json()] == [False, False]


def test_the_second_reviewer_learns_nothing_before_and_all_after(world, rita, rolf, signal):
    assert rolf.get(f"/v1/signals/{signal}/reviews").json() == []
    assert rolf.get(f"/v1/accounts/{ACCOUNT}/reviews").json() == []
    told = decide(rolf, signal, verdict="accept")
    assert ([o["author"] for o in told["others"]], told["differing"]) == (["rita"], ["rita"])
    for path in (f"signals/{signal}", f"accounts/{ACCOUNT}"):
        for tool in (rita, rolf):
            assert [r["author"] for r in tool.get(f"/v1/{path}/reviews").json()] == ["rita", "rolf"]


def test_what_the_first_one_did_to_the_score_stays_closed(rita, rolf, signal):
    decide(rita, signal, verdict="accept")
    assert rita.get(f"/v1/signals/{signal}").json()["points"]
    assert rolf.get(f"/v1/signals/{signal}").json()["points"] is None


def test_the_two_are_compared(world, rita, rolf, signal):
    decide(rolf, signal, verdict="accept")
    agreed = rita.get("/v1/reviews/agreement").json()
    assert agreed["overall"]["pairs"] == 1
    assert [(d["signal"], d["stands"], d["falls"]) for d in agreed["differing"]] == [(signal, ["rolf"], ["rita"])]
    page = re.sub(r"<[^>]+>", "", world.browser("reviewer").get("/evaluation").text)
    assert "0 of 1 alike" in page
    assert world.tool("reviewer", name="eve").get("/v1/reviews/agreement").json()["differing"] == []
