"""Every fault is a problem document that says the value and the remedy, and changes nothing."""

import html
import re
import sqlite3
from contextlib import closing

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from api.problems import kinds


def problem(answer, status, code):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["type"] == (f"/problems/{code}" if code else "about:blank")
    assert body["request_id"] == answer.headers["X-Request-ID"]
    return body


class TestKeys:
    def test_none(self, world):
        answer = world.client().get("/v1/me")
        problem(answer, 401, "unauthorized")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")

    @pytest.mark.parametrize("text", ["nonsense", "wr_", "wr_aaaaaaaaaa_secret", "wr_%00_x", "é" * 50])
    def test_unknown(self, world, text):
        answer = world.client({"Authorization": f"Bearer {text}".encode()}).get("/v1/me")
        problem(answer, 401, "unauthorized")

    def test_right_id_with_another_secret(self, world):
        one, other = world.key(), world.key()
        mixed = f"{one.rsplit('_', 1)[0]}_{other.split('_', 2)[2]}"
        problem(world.client({"Authorization": f"Bearer {mixed}"}).get("/v1/me"), 401, "unauthorized")

    def test_expired(self, world):
        client = world.client({"Authorization": f"Bearer {world.key(days=1)}"})
        assert client.get("/v1/me").status_code == 200
        world.clock.forward(days=1)
        assert "expired" in problem(client.get("/v1/me"), 401, "unauthorized")["detail"]

    def test_wrong_role(self, world):
        for role, path in (("csm", "/v1/runs"), ("csm", "/v1/quarantine"), ("manager", "/v1/audit")):
            problem(world.tool(role, "tobias.renwick@vendor.example").get(path), 403, "forbidden")

    def test_a_csm_without_an_owner_sees_nothing(self, world):
        problem(world.tool("csm").get("/v1/accounts"), 403, "forbidden")


class TestValues:
    def test_unknown_account_offers_close_names(self, world):
        body = problem(world.tool().get("/v1/accounts/sundergaet/why"), 404, "unknown-account")
        assert body["candidates"] == ["a-sundergate"]

    @pytest.mark.parametrize(
        "path",
        [
            "/v1/accounts?limit=0",
            "/v1/accounts?limit=many",
            "/v1/accounts?sort=luck",
            "/v1/accounts?cursor=%F0%9F%98%80",
            "/v1/accounts?cursor=e30",
            "/v1/accounts/a-sundergate/why?as_of=yesterday",
            "/v1/accounts/a-sundergate/why?as_of=0",
            "/v1/portfolio?as_of=1789516800",
            "/v1/accounts/a-sundergate/history?from=2026-09-01&to=2026-08-01",
            "/v1/portfolio?cursor=WyJ4Il0",
            f"/v1/accounts?cursor={'W1tb' * 900}",
        ],
    )
    def test_wrong_value(self, world, path):
        problem(world.tool().get(path), 422, "invalid")

    def test_no_such_place(self, world):
        problem(world.tool().get("/v1/nowhere"), 404, None)

    def test_no_such_method(self, world):
        answer = world.tool().delete("/v1/me")
        problem(answer, 405, None)
        assert "GET" in answer.json()["detail"]

    def test_every_method_of_a_path_is_told(self, world):
        answer = world.tool().request("OPTIONS", "/v1/signals/sha256:0/reviews")
        assert answer.headers["Allow"] == "GET, HEAD, POST"

    def test_malformed_json(self, world):
        answer = world.tool().post(
            "/v1/signals/x/reviews", content=b'{"verdict":', headers={"Content-Type": "application/json"}
        )
        problem(answer, 400, "malformed")

    def test_a_body_of_200_megabytes_is_refused_by_its_length(self, world):
        answer = world.tool().post("/v1/signals/x/reviews", headers={"Content-Length": str(200 * 1024 * 1024)})
        problem(answer, 413, "too-large")

    def test_every_kind_of_problem_can_be_looked_up(self, world):
        client = world.client()
        for code, kind in kinds().items():
            assert client.get(f"/problems/{code}").json()["meaning"] == kind.__doc__


class TestHeads:
    @pytest.mark.parametrize(
        "path", ["/v1/accounts/a-sundergate/why", "/v1/portfolio.csv", "/v1/nowhere", "/healthz", "/static/style.css"]
    )
    def test_tells_what_get_tells_without_the_body(self, world, address, path):
        headers = {"Authorization": f"Bearer {world.key()}", "X-Request-ID": "one"}
        with httpx.Client(base_url=address, headers=headers) as client:
            whole, head = client.get(path), client.head(path)
            assert head.content == b""
            assert head.status_code == whole.status_code
            assert head.headers["content-length"] == str(len(whole.content))
            dated = {"date", "last-modified"}
            assert {k: v for k, v in head.headers.items() if k not in dated} == {
                k: v for k, v in whole.headers.items() if k not in dated
            }
            assert client.get("/healthz").status_code == 200

    def test_is_counted_as_what_it_is(self, world):
        tool = world.tool()
        tool.head("/v1/accounts/a-sundergate")
        assert (
            'whyred_requests_total{method="HEAD",route="/v1/accounts/{account_id}",status="200"} 1'
            in tool.get("/metrics").text
        )

    def test_is_not_served_where_get_is_not(self, world):
        answer = world.tool().head("/v1/ask")
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


class TestOperating:
    def test_alive_and_ready(self, world):
        client = world.client()
        assert client.get("/healthz").json() == {"status": "alive"}
        assert client.get("/readyz").json()["scored_until"] == "2026-09-15"

    def test_metrics_count_by_route_not_by_account(self, world):
        tool = world.tool()
        tool.get("/v1/accounts/a-sundergate")
        tool.get("/nowhere/at/all")
        text = tool.get("/metrics").text
        assert 'whyred_requests_total{method="GET",route="/v1/accounts/{account_id}",status="200"} 1' in text
        assert 'route="unmatched",status="404"} 1' in text
        assert "a-sundergate" not in text
        assert 'whyred_accounts{kind="red"}' in text

    def test_an_id_that_could_do_harm_is_replaced(self, world):
        answer = world.client({"X-Request-ID": "a b<script>"}).get("/healthz")
        assert len(answer.headers["X-Request-ID"]) == 16

    def test_the_openapi_document_describes_problems(self, world):
        document = world.client().get("/v1/openapi.json").json()
        assert document["openapi"].startswith("3.1")
        assert "Problem" in document["components"]["schemas"]
        for path in document["paths"].values():
            for operation in path.values():
                assert "application/problem+json" in operation["responses"]["422"]["content"]


class TestBusy:
    @pytest.fixture
    def impatient(self):
        """Nobody waits for who is writing."""

        def hurry(connection):
            connection.exec_driver_sql("PRAGMA busy_timeout = 0")

        event.listen(Engine, "begin", hurry)
        yield
        event.remove(Engine, "begin", hurry)

    def test_a_store_that_stays_locked_says_when_to_come_back(self, world, impatient):
        """Even to look at a document writes: to the log."""
        tool, browser = world.tool(), world.browser()
        document = tool.get("/v1/accounts/a-ostlere/documents").json()["items"][0]["id"]
        with closing(sqlite3.connect(world.app.settings.home / "whyred.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            told, page = tool.get(f"/v1/documents/{document}"), browser.get(f"/documents/{document}")
        assert "do it again" in problem(told, 503, "unavailable")["detail"]
        assert (page.status_code, page.headers["content-type"].partition(";")[0]) == (503, "text/html")
        assert {told.headers["Retry-After"], page.headers["Retry-After"]} == {"2"}


class TestPages:
    """A page says the same fault to people, who know neither paths nor keys; the problem document keeps its words."""

    @pytest.mark.parametrize(
        ("path", "words"),
        [
            ("/accounts/nonsense", "There is no account 'nonsense' that you may see."),
            ("/accounts/a-ostlere", "There is no account 'a-ostlere' that you may see."),
            ("/ask?q=why&account=a-ostlere", "There is no account 'a-ostlere' that you may see."),
            ("/documents/sha256:nonsense", "There is no such document that you may see."),
            ("/evidence/sha256:nonsense", "There is no such signal that you may see."),
            ("/review", "You are signed in as csm; this is for reviewer or admin."),
            ("/audit", "You are signed in as csm; this is for admin who sees every account."),
            ("/nowhere", "There is no page at this address."),
            ("/accounts/a-sundergate?as_of=monday", "'monday' cannot be as of: "),
        ],
    )
    def test_speak_to_people(self, shared_world, path, words):
        page = shared_world.browser("csm", "tobias.renwick@vendor.example").get(path)
        assert page.status_code >= 400
        told = html.unescape(re.sub("<[^>]+>", "", page.text))
        assert words in told
        assert not re.search(r"/v1/|--owner|query\.", told)

    def test_names_that_are_close_are_offered_once(self, shared_world):
        page = html.unescape(shared_world.browser().get("/accounts/a-sundergaet").text)
        assert page.count(">a-sundergate<") == 1
        assert re.sub("<[^>]+>", "", page).count("a-sundergate") == 1
        assert "Did you mean" in page
