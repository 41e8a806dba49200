"""Alerts: written with what they tell of, delivered at least once, nothing lost, nothing twice for who honours the key."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from extractor.detector import Detector
from pipeline.delivery import KEY, LONGEST_WAIT, SIGNATURE, deliver, letter, senders_of, wait_after
from pipeline.ingest import ingest
from pipeline.labels import load_labels
from pipeline.nightly import days_between, nightly
from pipeline.receivers import Mail, ReceiversError, load_receivers
from scoring.rulebook.loading import load_rulebooks
from store.database import Database
from store.outbox import Announcement, Delivery, all_deliveries, due, enqueue

PORTFOLIO = Path(__file__).parents[2] / "samples" / "portfolio"
NOW = datetime(2026, 6, 12, 9, tzinfo=UTC)
SECRET = "not so secret"


class Receiver:
    """A webhook that can be down, and that remembers what it was sent."""

    def __init__(self) -> None:
        self.down = False
        self.got: list[tuple[dict[str, str], bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if not outer.down:
                    outer.got.append((dict(self.headers), body))
                self.send_response(503 if outer.down else 200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/hook"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.server.shutdown()
    found.server.server_close()
    found.thread.join()


@pytest.fixture
def file(tmp_path: Path, receiver: Receiver) -> Path:
    (tmp_path / "hook.key").write_text(SECRET + "\n")
    path = tmp_path / "receivers.yaml"
    path.write_text(f"webhooks:\n  - {{name: slack, url: '{receiver.url}', secret_file: hook.key}}\n")
    return path


def three(database: Database) -> None:
    with database.transaction() as connection:
        for n in range(3):
            content = {"text": f"account {n} turned red", "owner": "csm@vendor.example"}
            enqueue(connection, [Announcement("band_crossed", f"a{n}", date(2026, 6, 12), content)] * 2)


def test_each_is_delivered_once_signed_with_its_key(database: Database, receiver: Receiver, file: Path) -> None:
    three(database)
    for _ in range(2):
        deliver(database, senders_of(load_receivers(file), file), NOW)
    assert [json.loads(body)["text"] for _, body in receiver.got] == [f"account {n} turned red" for n in range(3)]
    for headers, body in receiver.got:
        assert headers[SIGNATURE] == "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        assert headers[KEY] == json.loads(body)["key"]
    assert len({headers[KEY] for headers, _ in receiver.got}) == 3


def test_nothing_is_lost_while_the_receiver_is_down_for_a_day(
    database: Database, receiver: Receiver, file: Path
) -> None:
    three(database)
    receiver.down = True
    senders = senders_of(load_receivers(file), file)
    tried = [deliver(database, senders, NOW + timedelta(minutes=15 * n)).failed for n in range(96)]
    assert 0 < sum(tried) < 96, "tried again and again, but not every time"
    receiver.down = False
    later = NOW + timedelta(days=1) + LONGEST_WAIT
    deliver(database, senders, later)
    assert sorted(json.loads(body)["text"] for _, body in receiver.got) == [f"account {n} turned red" for n in range(3)]
    with database.reading() as connection:
        assert all(d.delivered for d in all_deliveries(connection))
        assert due(connection, ["slack"], later + timedelta(days=9)) == []


def test_a_lost_answer_repeats_the_same_key(database: Database, receiver: Receiver, file: Path) -> None:
    """The run dies between the receiver's answer and the commit: the next run sends the same key again."""
    three(database)

    def dies(item: Delivery) -> None:
        senders_of(load_receivers(file), file)["slack"](item)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deliver(database, {"slack": dies}, NOW)
    deliver(database, senders_of(load_receivers(file), file), NOW)
    keys = [headers[KEY] for headers, _ in receiver.got]
    assert len(keys) == 4
    assert len(set(keys)) == 3


def test_one_receiver_that_is_down_holds_no_other_up(database: Database) -> None:
    from pipeline.delivery import DeliveryError

    three(database)
    got: list[str] = []

    def refuses(_: Delivery) -> None:
        raise DeliveryError("down")

    report = deliver(database, {"down": refuses, "up": lambda item: got.append(item.key)}, NOW)
    assert (report.delivered, report.failed, report.waiting) == (3, 1, 2)


def test_waiting_doubles_to_six_hours() -> None:
    minutes = [wait_after(n).total_seconds() / 60 for n in (1, 2, 3, 9, 10, 4000)]
    assert minutes == [1, 2, 4, 256, 360, 360]


def test_a_mail_goes_to_the_owner_with_the_key_as_its_id() -> None:
    content = {"text": "Acme: call them", "owner": "csm@vendor.example", "steps": ["Call", "Write"]}
    item = Delivery("sha256:abc", "mail", "action_opened", "a", date(2026, 6, 12), content)
    found = letter(item, Mail(name="mail", host="localhost", sender="whyred@vendor.example"))
    assert (found["To"], found["Message-ID"]) == ("csm@vendor.example", "<abc@whyred>")
    assert "- Call" in found.get_content()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("webhooks: [{name: a, url: nowhere}]", "webhooks.0.url"),
        ("webhooks: [{name: a, url: 'http://x/', colour: red}]", "colour"),
        ("webhooks: [{name: a, url: 'http://x/'}, {name: a, url: 'http://y/'}]", "named twice: a"),
        ("webhooks: [{name: a, url: 'http://x/', secret_file: gone.key}]", "gone.key does not exist"),
    ],
)
def test_a_receivers_file_that_cannot_work_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "receivers.yaml"
    path.write_text(text)
    with pytest.raises(ReceiversError, match=said):
        load_receivers(path)


def test_a_replay_is_quiet_and_tonight_is_not(database: Database, silent: Detector) -> None:
    ingest(database, [PORTFOLIO], (), labels=load_labels(PORTFOLIO / "labels.jsonl"))
    nightly(database, load_rulebooks(), silent, days_between(date(2026, 5, 12), date(2026, 5, 16), 2))
    with database.reading() as connection:
        assert all_deliveries(connection) == []
    nightly(database, load_rulebooks(), silent, [date(2026, 5, 28)], announce=True)
    with database.reading() as connection:
        found = all_deliveries(connection)
    crossed = [d for d in found if d.kind == "band_crossed"]
    assert ("a-sundergate", "yellow", "red") in [
        (d.account_id, d.content["band_before"], d.content["band"]) for d in crossed
    ]
    assert "Executive recovery plan" in " ".join(d.content["text"] for d in found if d.kind == "action_opened")


def test_the_structural_alert_is_told_once_a_quarter(database: Database, silent: Detector) -> None:
    """Two of eight accounts of the sample portfolio leave green in spring."""
    ingest(database, [PORTFOLIO], (), labels=load_labels(PORTFOLIO / "labels.jsonl"))
    nightly(database, load_rulebooks(), silent, [date(2026, 3, 10), date(2026, 3, 12)])
    for day in (date(2026, 6, 8), date(2026, 6, 9), date(2026, 6, 10)):
        nightly(database, load_rulebooks(), silent, [day], announce=True)
    with database.reading() as connection:
        told = [d for d in all_deliveries(connection) if d.kind == "portfolio_structural"]
    assert len(told) == 1
    assert "of 8 accounts left the best band" in told[0].content["text"]
