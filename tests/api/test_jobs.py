"""What was asked for over HTTP is done once, whatever happens to the process, and nothing waits for ever."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import httpx
import pytest
from fastapi.testclient import TestClient
from filelock import FileLock

from api.app import create_app
from api.v1.ingest import endpoints, working
from pipeline import inbox
from store.jobs import get_job

DATABASES = ("sqlite", "postgres")
NAMED = {"Idempotency-Key": "k"}


def mail(number=0, text="We wait.", **more):
    head = f"From: ada@b.example\nMessage-ID: <{number}@b.example>\nSubject: Number {number}\n\n"
    return {"files": [{"name": f"{number}.eml", "text": head + text}], "account": "a-ostlere", **more}


def left(world):
    """Folders of the inbox."""
    return list((world.app.settings.home / "inbox").glob("*"))


def restart(world):
    """A process of the service begins and ends."""
    with TestClient(create_app(world.app, world.clock)):
        pass


@pytest.fixture
def ended(monkeypatch):
    """The process ends after its answer, before it begins with what it was asked for."""
    with monkeypatch.context() as patch:
        patch.setattr(endpoints, "work_off", lambda *_: None)
        yield


def ends_in_the_middle(*_, **__):
    raise KeyboardInterrupt


class TestProcessEnds:
    def test_before_the_job_began_the_next_process_does_it(self, world, ended):
        tool = world.tool()
        place = tool.post("/v1/ingest", json=mail()).headers["Location"]
        assert tool.get(place).json()["state"] == "waiting"
        restart(world)
        job = tool.get(place).json()
        assert (job["state"], job["report"]["new"]) == ("done", 1)
        titles = [d["title"] for d in tool.get("/v1/accounts/a-ostlere/documents").json()["items"]]
        assert "Number 0" in titles

    def test_before_the_job_began_a_repeat_does_it(self, world, monkeypatch):
        tool = world.tool()
        with monkeypatch.context() as patch:
            patch.setattr(endpoints, "work_off", lambda *_: None)
            first = tool.post("/v1/ingest", json=mail(), headers=NAMED)
        again = tool.post("/v1/ingest", json=mail(), headers=NAMED)
        assert first.headers["Location"] == again.headers["Location"]
        assert tool.get(again.headers["Location"]).json()["state"] == "done"

    def test_within_the_job_it_failed_and_may_be_asked_for_again(self, world, monkeypatch):
        tool = world.tool()
        with monkeypatch.context() as patch:
            patch.setattr(endpoints, "work_off", lambda *_: None)
            place = tool.post("/v1/ingest", json=mail(), headers=NAMED).headers["Location"]
            patch.setattr(working, "take_in", ends_in_the_middle)
            with pytest.raises(KeyboardInterrupt):
                working.work_off(world.app, world.clock)
        assert tool.get(place).json()["state"] == "running"
        restart(world)
        job = tool.get(place).json()
        assert job["state"] == "failed"
        assert "send the files again" in job["report"]["reason"]
        again = tool.post("/v1/ingest", json=mail(), headers=NAMED)
        assert (again.headers["Location"], again.json()["state"]) == (place, "waiting")
        job = tool.get(place).json()
        assert (job["state"], job["report"]["new"]) == ("done", 1)
        assert left(world) == []

    def test_while_another_process_works_its_job_is_left_to_it(self, world, ended):
        tool = world.tool()
        place = tool.post("/v1/ingest", json=mail()).headers["Location"]
        with FileLock(world.app.settings.home / working.LOCK):
            restart(world)
            assert tool.get(place).json()["state"] == "waiting"
        restart(world)
        assert tool.get(place).json()["state"] == "done"


class TestManyAtOnce:
    def test_each_job_ends(self, world, serve):
        headers = {"Authorization": f"Bearer {world.key()}"}
        with serve(world.served) as where, ThreadPoolExecutor(6) as pool:

            def send(number):
                return httpx.post(f"{where}/v1/ingest", headers=headers, json=mail(number), timeout=60).headers

            places = [told["Location"] for told in pool.map(send, range(24))]
        tool = world.tool()
        assert Counter(tool.get(place).json()["state"] for place in places) == {"done": 24}
        assert left(world) == []

    def test_one_key_with_two_contents_is_one_job(self, world, address, monkeypatch):
        both, add = threading.Barrier(2, timeout=30), endpoints.add_job

        def add_together(*given):
            both.wait()
            return add(*given)

        monkeypatch.setattr(endpoints, "add_job", add_together)
        headers = {"Authorization": f"Bearer {world.key()}", **NAMED}

        def send(text):
            return httpx.post(f"{address}/v1/ingest", headers=headers, json=mail(text=text), timeout=60)

        with ThreadPoolExecutor(2) as pool:
            first, second = sorted(pool.map(send, ("one", "two")), key=lambda answer: answer.status_code)
        assert (first.status_code, second.status_code) == (202, 409)
        assert world.tool().get(first.headers["Location"]).status_code == 200
        assert {folder.name for folder in left(world)} <= {first.json()["id"]}

    def test_a_folder_that_somebody_else_tidies_meanwhile(self, world, ended, monkeypatch):
        world.tool().post("/v1/ingest", json=mail())
        (folder,) = left(world)

        def gone_meanwhile(*given):
            for file in folder.iterdir():
                file.unlink()
            folder.rmdir()
            return get_job(*given)

        with monkeypatch.context() as patch:
            patch.setattr(working, "tidy", lambda *_: None)
            restart(world)
            patch.setattr(inbox, "get_job", gone_meanwhile)
            with world.writing() as connection:
                inbox.tidy(connection, world.app.settings.home)
        assert left(world) == []


def test_a_job_tells_when_it_ended(world, ended):
    place = world.tool().post("/v1/ingest", json=mail()).headers["Location"]
    world.clock.forward(minutes=3)
    restart(world)
    job = world.tool().get(place).json()
    assert datetime.fromisoformat(job["ended"]) == world.clock.now
    assert job["ended"] > job["created"]
