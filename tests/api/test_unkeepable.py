"""Text that no database keeps or no answer can repeat is refused in words, wherever it is put."""

import pytest

DATABASES = ("sqlite", "postgres")
NUL, HALF = "a\\u0000b", "a\\ud800b"
HERE = "/v1/accounts/a-sundergate"
ADDRESSES = [
    "/v1/accounts/{}",
    "/v1/accounts/{}/why",
    "/v1/signals/{}",
    "/v1/documents/{}",
    "/v1/jobs/{}",
    "/v1/accounts?q={}",
    "/v1/accounts?owner={}",
    "/v1/audit?who={}",
    "/v1/audit?subject={}",
    HERE + "/signals?type={}",
    HERE + "/rejections?reason={}",
    "/accounts/{}",
    "/evidence/{}",
    "/sign-in/{}",
]
BODIES = [
    ("/v1/ask", '{"question": "why %s"}'),
    ("/v1/ask", '{"question": "what did they say about %s", "account": "a-sundergate"}'),
    ("/v1/ask", '{"question": "why", "account": "%s"}'),
    ("/v1/ask", '{"question": "why", "%s": "x"}'),
    ("SIGNAL/reviews", '{"verdict": "reject", "reason": "%s"}'),
    ("SIGNAL/reviews", '{"verdict": "relabel", "reason": "x", "to_type": "%s"}'),
    (HERE + "/assessments", '{"answers": {"%s": "lapsed"}}'),
    (HERE + "/assessments", '{"answers": ANSWERS, "comment": "%s"}'),
    ("/v1/ingest", '{"files": [{"name": "a%s.eml", "text": "x"}]}'),
    ("/v1/ingest", '{"files": [{"name": "a.eml", "text": "x"}], "account": "%s"}'),
    ("/v1/ingest", '{"files": [{"name": "a.eml", "text": "From: who%s@else.example\\n\\nHello %s"}]}'),
]
ANSWERS = '{"exec_engagement": "lapsed", "outcome_narrative": "missing", "sponsor_status": "active"}'
WIDEST = 2**31 - 1


@pytest.fixture
def tool(shared_world):
    return shared_world.tool()


@pytest.mark.parametrize("bad", ["%00", "a%00b", "%ED%A0%80"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_in_an_address(tool, address, bad):
    assert tool.get(address.format(bad)).status_code < 500


@pytest.mark.parametrize("bad", ["%00", "a%00b"])
@pytest.mark.parametrize("more", ["{}?confirm={}", "x?confirm=x&name={}", "x?confirm=x&account={}"])
def test_in_what_is_to_be_erased(tool, more, bad):
    assert tool.delete("/v1/people/" + more.format(bad, bad)).status_code < 500


@pytest.mark.parametrize("bad", [NUL, HALF])
@pytest.mark.parametrize(("path", "body"), BODIES)
def test_in_a_body(tool, path, body, bad):
    signal = tool.get(HERE + "/signals").json()["items"][0]["id"]
    sent = body.replace("ANSWERS", ANSWERS).replace("%s", bad)
    where = path.replace("SIGNAL", f"/v1/signals/{signal}")
    answer = tool.post(where, content=sent.encode("ascii"), headers={"Content-Type": "application/json"})
    assert answer.status_code < 500
    if answer.status_code == 202:
        assert tool.get(answer.headers["Location"]).json()["state"] == "done"


def test_half_a_character_is_told_back_as_it_was_spelled(tool):
    body = b'{"question": "why \\ud800"}'
    told = tool.post("/v1/ask", content=body, headers={"Content-Type": "application/json"})
    assert told.status_code == 422
    assert "\\ud800" in told.json()["errors"][0]["value"]


def test_a_refused_decision_leaves_nothing(tool, database_kind):
    signal = tool.get(HERE + "/signals").json()["items"][1]["id"]
    answer = tool.post(f"/v1/signals/{signal}/reviews", json={"verdict": "reject", "reason": "no\x00"})
    kept = tool.get(f"/v1/signals/{signal}/reviews").json()
    assert (answer.status_code, len(kept)) == ((422, 0) if database_kind == "postgres" else (201, 1))


@pytest.mark.parametrize(("number", "status"), [(WIDEST, 200), (WIDEST + 1, 422)])
def test_a_number_wider_than_the_column(tool, number, status):
    assert tool.get("/v1/audit", params={"before": number}).status_code == status
