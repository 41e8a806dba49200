"""Whoever changes an account holds it first and the audit log last, so that no two wait for each other."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from store.actions import actions_of

DATABASES = ("sqlite", "postgres")
ACCOUNT = "a-sundergate"
WRITES = re.compile(r"\s*(INSERT INTO|UPDATE|DELETE FROM|LOCK TABLE)\s+(\w+)")
ANSWERS = {"sponsor_status": "active", "exec_engagement": "active", "outcome_narrative": "defensible"}


@pytest.fixture
def written():
    """Tables in the order that they were locked or written to in, signing in left out."""
    found = []

    def note(_connection, _cursor, statement, *_):
        wrote = WRITES.match(statement)
        if wrote and wrote[2] != "sessions":
            found.append(wrote[2])

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
def steps(world, address):
    """Everything that people change about an account, ready to be done."""
    key = world.key()
    with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
        client.post("/sign-in", data={"key": key, "next": "/"})
        csrf = re.search(r'name="csrf" value="([^"]+)"', client.get(f"/accounts/{ACCOUNT}").text)[1]
        signal = client.get(f"/v1/accounts/{ACCOUNT}/signals").json()["items"][0]["id"]
        with world.app.database.reading() as connection:
            action = next(a for a in actions_of(connection, ACCOUNT) if a.closed is None)
        band = {"csrf": csrf, "band": "yellow", "reason": "a merger", "until": "2026-10-01"}
        review = {"verdict": "reject", "reason": "no"}
        yield {
            "decide": lambda: client.post(f"/v1/signals/{signal}/reviews", json=review),
            "assess": lambda: client.post(f"/v1/accounts/{ACCOUNT}/assessments", json={"answers": ANSWERS}),
            "act": lambda: client.post(f"/actions/{action.id}", data={"csrf": csrf, "step": "start"}),
            "override": lambda: client.post(f"/accounts/{ACCOUNT}/overrides", data=band),
        }


@pytest.mark.parametrize("step", ["decide", "assess", "act", "override"])
def test_the_account_is_held_first_and_the_log_last(steps, written, step):
    written.clear()
    assert steps[step]().status_code in {201, 303}
    assert written[0] in {"accounts", "assessments", "overrides"}  # an insert alone waits for nobody who holds more
    assert written.index("accounts") < written.index("snapshots")
    logged = written.index("audit")
    assert set(written[logged:]) == {"audit"}
    assert {"accounts", "snapshots"} <= set(written[:logged])


def test_all_of_it_at_once_is_done(steps):
    ready = threading.Barrier(len(steps))

    def do(step):
        ready.wait()
        return step().status_code

    with ThreadPoolExecutor(len(steps)) as pool:
        assert set(pool.map(do, steps.values())) <= {201, 303}
