"""Files come in over HTTP once, whatever is tried with them."""

import errno
from pathlib import Path

import pytest

DATABASES = ("sqlite", "postgres")

MAIL = (
    "From: Petra Noorlander <petra.noorlander@sundergate.example>\r\nTo: tobias.renwick@vendor.example\r\n"
    "Subject: One more thing\r\nMessage-ID: <new-1@sundergate.example>\r\nDate: Mon, 14 Sep 2026 09:00:00 +0200\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n\r\nWe will need an answer about the export by Friday.\r\n"
)


def as_json(text=MAIL, name="new.eml", **more):
    return {"files": [{"name": name, "text": text}], **more}


def jobs(world):
    with world.writing() as connection:
        return [row.id for row in connection.exec_driver_sql("SELECT id FROM jobs")]


def files(world):
    return [p.name for p in Path(world.app.settings.home / "inbox").rglob("*") if p.is_file()]


class TestOnce:
    def test_a_job_reads_the_file(self, world):
        tool = world.tool()
        answer = tool.post("/v1/ingest", json=as_json())
        assert answer.status_code == 202, answer.text
        job = tool.get(answer.headers["Location"]).json()
        assert (job["state"], job["report"]["new"], job["report"]["held"]) == ("done", 1, 0)
        titles = [d["title"] for d in tool.get("/v1/accounts/a-sundergate/documents").json()["items"]]
        assert titles[0] == "One more thing"

    def test_parts_do_the_same(self, world):
        answer = world.tool().post("/v1/ingest", files=[("files", ("new.eml", MAIL.encode()))])
        assert answer.status_code == 202
        assert world.tool().get(answer.headers["Location"]).json()["report"]["new"] == 1

    def test_the_same_key_and_content_is_one_job(self, world):
        tool = world.tool()
        first = tool.post("/v1/ingest", json=as_json(), headers={"Idempotency-Key": "k"}).json()
        again = tool.post("/v1/ingest", json=as_json(), headers={"Idempotency-Key": "k"}).json()
        assert first["id"] == again["id"]
        assert jobs(world) == [first["id"]]

    def test_the_same_key_with_other_content_changes_nothing(self, world):
        tool = world.tool()
        before = len(tool.get("/v1/accounts/a-sundergate/documents").json()["items"])
        tool.post("/v1/ingest", json=as_json(), headers={"Idempotency-Key": "k"})
        answer = tool.post("/v1/ingest", json=as_json(MAIL + "x"), headers={"Idempotency-Key": "k"})
        assert answer.status_code == 409
        assert answer.json()["type"] == "/problems/conflict"
        assert len(jobs(world)) == 1
        assert len(tool.get("/v1/accounts/a-sundergate/documents").json()["items"]) == before + 1

    def test_what_nobody_can_match_is_held(self, world):
        stranger = MAIL.replace("sundergate.example", "stranger.example").replace("new-1", "new-2")
        tool = world.tool()
        job = tool.get(tool.post("/v1/ingest", json=as_json(stranger)).headers["Location"]).json()
        assert job["report"]["held"] == 1
        assert tool.get("/v1/quarantine").json()["items"][0]["reason"] == "unmatched"


class TestRefused:
    @pytest.mark.parametrize(
        "name",
        [
            "../evil.eml",
            "/etc/passwd",
            "a/b.eml",
            "",
            ".",
            "..",
            ".hidden",
            "a\x00.eml",
            "x" * 170,
            "ü\u202e.eml",
            "é" * 140 + ".eml",
        ],
    )
    def test_names_that_lead_elsewhere(self, world, name):
        answer = world.tool().post("/v1/ingest", json=as_json(name=name))
        assert answer.status_code == 422
        assert not (world.app.settings.home / "inbox").exists()

    @pytest.mark.parametrize(
        ("content", "kind", "status"),
        [
            (b"{", "application/json", 400),
            (b"{}", "application/json", 422),
            (b'{"files": []}', "application/json", 422),
            (b"x", "text/plain", 422),
            (b"--x--\r\n", "multipart/form-data; boundary=x", 422),
            (b"rubbish", "multipart/form-data", 400),
        ],
    )
    def test_bodies_that_say_nothing(self, world, content, kind, status):
        answer = world.tool().post("/v1/ingest", content=content, headers={"Content-Type": kind})
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"

    def test_a_body_that_grows_past_the_limit_unannounced(self, world):
        piece = b"x" * (1024 * 1024)

        def endless():
            for _ in range(80):
                yield piece

        answer = world.tool().post("/v1/ingest", content=endless(), headers={"Content-Type": "application/json"})
        assert answer.status_code == 413

    def test_an_unknown_account(self, world):
        assert world.tool().post("/v1/ingest", json=as_json(account="a-none")).status_code == 404

    def test_other_roles(self, world):
        answer = world.tool("csm", "tobias.renwick@vendor.example").post("/v1/ingest", json=as_json())
        assert answer.status_code == 403

    def test_jobs_of_others(self, world):
        place = world.tool().post("/v1/ingest", json=as_json()).headers["Location"]
        assert world.tool("manager").get(place).status_code == 404

    def test_200_megabytes(self, world):
        length = {"Content-Length": str(200 * 1024 * 1024), "Content-Type": "application/json"}
        answer = world.tool().post("/v1/ingest", headers=length)
        assert (answer.status_code, answer.json()["type"]) == (413, "/problems/too-large")
        assert jobs(world) == []


class TestInbox:
    def test_keeps_nothing_of_files_that_could_not_be_written(self, world, monkeypatch):
        write = Path.write_bytes

        def full_at_the_second(path, content):
            if path.name == "second.eml":
                raise OSError(errno.ENOSPC, "no space left on device")
            return write(path, content)

        monkeypatch.setattr(Path, "write_bytes", full_at_the_second)
        both = [{"name": name, "text": MAIL} for name in ("first.eml", "second.eml")]
        tool = world.tool()
        with pytest.raises(OSError, match="no space left"):
            tool.post("/v1/ingest", json={"files": both})
        assert files(world) == []
        assert jobs(world) == []

    def test_keeps_no_file_that_is_stored(self, world):
        world.tool().post("/v1/ingest", json=as_json())
        assert files(world) == []

    def test_keeps_what_is_held_back_until_it_is_known_whose_it_is(self, world):
        stranger = {"name": "stranger.eml", "text": MAIL.replace("sundergate.example", "stranger.example")}
        world.tool().post("/v1/ingest", json={"files": [*as_json()["files"], stranger]})
        assert files(world) == ["stranger.eml"]

    def test_keeps_nothing_of_a_recording_that_was_refused(self, world):
        cue = "00:00:01.000 --> 00:00:04.000\nPetra Noorlander: I do not consent to being recorded.\n"
        tool = world.tool()
        answer = tool.post("/v1/ingest", json=as_json(f"WEBVTT\n\n{cue}", "call.vtt"))
        assert tool.get(answer.headers["Location"]).json()["report"]["refused"] == 1
        assert files(world) == []
        assert tool.get("/v1/quarantine").json()["items"][0]["reason"] == "not_consented"
