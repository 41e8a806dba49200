"""A model may word an answer; what its citations do not prove never reaches the reader."""

import json
import re

import pytest

from extractor.llm.scripted import ScriptedServer, Step
from pipeline.settings import Settings

QUESTION = "what did they say about the gate camera at Sundergate?"
PART = re.compile(r"^\[(\w+) (p\d+) \| (\w+) \| [^\n]*\]\n(.*?)(?=^\[\1 |^</doc \1>)", re.MULTILINE | re.DOTALL)


def passages(request):
    """What the model was shown, by id: role and words."""
    return {m[2]: (m[3], m[4].strip()) for m in PART.finditer(request["messages"][-1]["content"])}


def reply(*sentences):
    return Step(reply=json.dumps({"sentences": [{"text": t, "citations": c} for t, c in sentences]}))


def cite(name, quote):
    return {"message": name, "quote": quote}


@pytest.fixture
def asked(world):
    """Asks over a model that answers as it is told; returns the answer and what was sent."""

    def ask(answer, question=QUESTION, *owners, role="admin", **settings):
        with ScriptedServer(answer=answer) as server:
            given = {"llm_base_url": server.url, "llm_timeout": 2.0, **settings}
            world.app.settings = Settings.model_validate(world.app.settings.model_dump() | given)
            world.app.__dict__.pop("wording", None)
            try:
                found = world.tool(role, *owners).post("/v1/ask", json={"question": question})
            finally:
                if world.app.wording is not None:
                    world.app.wording.close()
            return found.json(), server.requests

    return ask


def test_sentences_whose_citations_hold_are_told_with_their_place(asked, world):
    def answer(request):
        shown = passages(request)
        return reply(("They mention the camera.", [cite("p1", shown["p1"][1][:400].split(". ")[0])]))

    found, _ = asked(answer)
    (sentence,) = found["sentences"]
    assert (sentence["text"], found["worded_by"]) == ("They mention the camera.", "llm/gpt-4.1-mini/answer_question.v1")
    (cited,) = sentence["citations"]
    text = world.tool().get(f"/v1/documents/{cited['document']}").json()["text"]
    assert text[cited["start"] : cited["end"]] == cited["quote"]


def test_what_does_not_hold_is_dropped_and_the_rest_stays(asked):
    def wrong(request):
        true = passages(request)["p1"][1].split(". ")[0]
        return [
            ("Made up.", [cite("p1", "we have signed with your competitor yesterday")]),
            ("Another passage.", [cite("p2", true)]),
            ("The question.", [cite("question", "the gate camera")]),
            ("One of two.", [cite("p1", true), cite("p1", "this was never said")]),
            ("True.", [cite("p1", true)]),
        ]

    found, _ = asked(lambda request: reply(*wrong(request)))
    assert [s["text"] for s in found["sentences"]] == ["True."]


@pytest.mark.parametrize(
    "step",
    [
        Step(reply="We think they are happy."),
        Step(reply='{"sentences": "none"}'),
        Step(reply='{"sentences": [1, null, {"text": 3}]}'),
        reply(("All invented.", [{"message": "p1", "quote": "never said by anybody at all"}])),
        reply(("No citation.", [])),
        reply(("No such passage.", [cite("p99", "the gate camera")])),
        reply(),
        Step(status=500),
        Step(status=401),
        Step(hang=True),
        Step(refusal="I will not."),
        Step(raw=b"<html>"),
    ],
)
def test_where_nothing_is_left_the_passages_answer(asked, world, step):
    found, _ = asked(lambda _: step)
    assert (found["kind"], found["worded_by"]) == ("passages", "")
    assert all(s["citations"][0]["quote"] == s["text"] for s in found["sentences"])


def test_the_model_sees_passages_of_this_account_alone_between_marks_nobody_could_forge(asked, world):
    found, (request,) = asked(lambda _: reply(), QUESTION, "tobias.renwick@vendor.example", role="csm")
    shown = passages(request)
    said = {s["text"] for s in found["sentences"]}
    assert {words for _, words in shown.values()} == {s.strip() for s in said}
    accounts = {
        world.tool().get(f"/v1/documents/{s['citations'][0]['document']}").json()["account"] for s in found["sentences"]
    }
    assert accounts == {"a-sundergate"}


def test_nothing_is_sent_about_an_account_of_others(asked):
    found, requests = asked(
        lambda _: reply(), "what did they say at Ostlere?", "tobias.renwick@vendor.example", role="csm"
    )
    assert (found["kind"], requests) == ("unsure", [])


def test_why_is_never_worded_and_pseudonymised_text_stays_here(asked):
    for question, settings in (("why did Sundergate turn red?", {}), (QUESTION, {"pseudonymise": True})):
        found, requests = asked(lambda _: reply(), question, **settings)
        assert (found["worded_by"], requests) == ("", [])
