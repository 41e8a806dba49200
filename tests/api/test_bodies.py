"""Bodies that are too large, too slow or say nothing: told as such, and nobody else waits for them."""

import socket
from contextlib import ExitStack, closing
from urllib.parse import urlsplit

import httpx
import pytest

from api.edge import guards
from api.turns import COMPUTING

OWNER = "tobias.renwick@vendor.example"
JSON = {"Content-Type": "application/json"}


def begun(address, key, path="/v1/ingest", kind="application/json"):
    """A request whose body has just begun, and what the server said to that."""
    parts = urlsplit(address)
    sender = socket.create_connection((parts.hostname, parts.port), timeout=30)
    head = f"POST {path} HTTP/1.1\r\nHost: whyred\r\nAuthorization: Bearer {key}\r\n"
    sender.sendall(f"{head}Content-Type: {kind}\r\nContent-Length: 1000\r\nExpect: 100-continue\r\n\r\n-".encode())
    return sender, sender.recv(4096).decode()


class TestSlow:
    def test_nobody_has_a_turn_while_their_files_are_on_the_way(self, world, address):
        key = world.key()
        with ExitStack() as open_ones:
            for _ in range(COMPUTING):
                sender, said = begun(address, key)
                open_ones.enter_context(closing(sender))
                assert said.startswith("HTTP/1.1 100 ")
            headers = {"Authorization": f"Bearer {key}"}
            assert httpx.get(f"{address}/v1/me", headers=headers, timeout=20).status_code == 200

    @pytest.mark.parametrize(("role", "status"), [("csm", 403), ("reviewer", 403), (None, 401)])
    def test_nothing_is_read_of_who_may_not_send_files(self, world, address, role, status):
        sender, said = begun(address, world.key(role, OWNER) if role else "nobody")
        with closing(sender):
            assert said.startswith(f"HTTP/1.1 {status} ")

    @pytest.mark.parametrize(
        ("path", "kind"),
        [
            ("/v1/ingest", "application/json"),
            ("/v1/ingest", "multipart/form-data; boundary=x"),
            ("/v1/ask", "application/json"),
            ("/sign-in", "application/x-www-form-urlencoded"),
        ],
    )
    def test_a_body_that_does_not_come_is_not_waited_for(self, world, address, monkeypatch, path, kind):
        soon = guards.Bounds(guards.MIB, 0.05)
        monkeypatch.setattr(guards, "USUAL", soon)
        monkeypatch.setattr(guards, "UPLOADS", {})
        sender, said = begun(address, world.key(), path, kind)
        with closing(sender), sender.makefile() as answer:
            assert said.startswith("HTTP/1.1 100 ")
            told = answer.read()
        assert told.startswith("HTTP/1.1 408 ")
        assert "/problems/too-slow" in told


class TestLarge:
    @pytest.mark.parametrize("path", ["/v1/ask", "/v1/signals/x/reviews", "/sign-in"])
    def test_a_megabyte_is_enough_where_no_files_come_in(self, world, path):
        answer = world.client().post(path, content=b"[" + b"{}," * 400_000 + b"1]", headers=JSON)
        assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")
        assert "more than 1 MiB" in answer.json()["detail"]

    def test_files_may_be_larger(self, world):
        files = {"files": [{"name": "large.txt", "text": "x" * 2 * guards.MIB}]}
        assert world.tool().post("/v1/ingest", json=files).status_code == 202


class TestFaults:
    def test_the_first_are_listed_the_others_counted(self, world):
        wrong = {f"k{n}": 1 for n in range(50)}
        told = world.tool().post("/v1/ask", json={"question": "why", **wrong}).json()
        assert (told["status"], len(told["errors"])) == (422, 20)
        assert told["detail"].endswith("; and 30 more faults that are not listed")

    @pytest.mark.parametrize(
        ("content", "headers"), [(b"x", {}), (b"x", {"Content-Type": "text/plain"}), (b"[1]", JSON), (b'"x"', JSON)]
    )
    def test_a_body_that_is_no_object_is_told_in_words_of_http(self, world, content, headers):
        told = world.tool().post("/v1/ask", content=content, headers=headers).json()
        assert told["status"] == 422
        assert "Content-Type: application/json" in told["detail"]
        assert "b'" not in told["detail"]
        assert "extract fields" not in told["detail"]
