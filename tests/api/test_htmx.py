"""What the console's pages ask htmx to do, and what must not ask it: the vendored file, sign-in, hostile text."""

import hashlib
import re
from datetime import UTC, datetime, timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser

from api.console.rendering import ROOM
from api.console.runs.page import PATIENCE, told_runs
from extractor.detector import Detection, Outcome
from extractor.document import Role, Source, Turn, compose
from extractor.grounding import ground
from extractor.signal import Claim
from pipeline.ingest import ingest
from store.actions import actions_of
from store.documents import add_document
from store.recording import record
from store.runs import Run, end_run, start_run

STATIC = ROOM / "static"
OWNER = "tobias.renwick@vendor.example"
ASKED = {"HX-Request": "true"}
HOSTILE = (
    """"'><div hx-get="/audit" hx-trigger="load" hx-target="body"></div><i data-hx-post=/sign-out data-hx-trigger=load>"""
    """<hx-partial hx-target="body">gone</hx-partial><p id="told" hx-swap-oob="true">gone</p></bdi>"""
)


def acting(html):
    """Every attribute of a page that htmx would act on, as it stands there."""
    nodes = LexborHTMLParser(html).css("*")
    return [
        (node.tag, name, value)
        for node in nodes
        for name, value in node.attributes.items()
        if name.startswith(("hx-", "data-hx-"))
    ]


class TestVendored:
    def test_the_file_is_the_one_that_the_note_beside_it_names(self):
        held, note = (STATIC / "htmx.min.js").read_bytes(), (STATIC / "htmx.md").read_text("utf-8")
        assert re.search(r"SHA-256 \| (\w{64})", note)[1] == hashlib.sha256(held).hexdigest()
        version = re.search(r"version \| ([\d.]+)", note)[1]
        assert f'version:"{version}"'.encode() in held
        assert "Permission to use, copy, modify" in note

    def test_only_who_is_signed_in_loads_it(self, shared_world):
        assert "htmx" not in shared_world.client({"Accept": "text/html"}).get("/sign-in").text
        assert '<script src="/static/htmx.min.js" defer></script>' in shared_world.browser().get("/").text


class TestWhoIsNoLongerSignedIn:
    @pytest.mark.parametrize("path", ["/", "/runs?x=1", "/actions"])
    def test_is_led_to_the_door_and_back(self, shared_world, path):
        stranger = shared_world.client({"Accept": "text/html"})
        plain, part = stranger.get(path), stranger.get(path, headers=ASKED)
        assert plain.status_code == 303
        assert part.status_code == 204
        assert part.headers["HX-Redirect"] == plain.headers["Location"]
        assert {answer.headers["Vary"] for answer in (plain, part)} == {"HX-Request"}


class TestRuns:
    def test_only_the_last_of_a_job_and_only_for_a_while_may_still_run(self, world):
        now = world.clock()
        runs = [
            Run(4, "ingest", now - timedelta(minutes=1), None, {}),
            Run(3, "nightly", now - timedelta(minutes=2), now, {}),
            Run(2, "nightly", now - timedelta(minutes=3), None, {}),
            Run(1, "other", now - PATIENCE, None, {}),
        ]
        assert [run.id for run in told_runs(runs, now) if run.running] == [4]


class TestAction:
    """The page that the list of actions opens in its place."""

    def one(self, world, account):
        with world.app.database.reading() as connection:
            return next(a for a in actions_of(connection, account) if a.closed is None)

    def test_a_step_taken_there_comes_back_there(self, world):
        browser, action = world.browser("csm", OWNER), self.one(world, "a-sundergate")
        csrf = re.search(r'name="csrf" value="([^"]+)"', browser.get(f"/actions/{action.id}").text)[1]
        fields = {"csrf": csrf, "back": "action", "step": "done", "words": HOSTILE}
        answer = browser.post(f"/actions/{action.id}", data=fields, headers=ASKED)
        assert answer.status_code == 303
        page = browser.get(answer.headers["Location"], headers=ASKED)
        assert LexborHTMLParser(page.text).css_first("#told").text() == "Closed with its result."
        assert LexborHTMLParser(page.text).css(".task") != []
        assert not LexborHTMLParser(page.text).css("hx-partial, [hx-swap-oob], [data-hx-post]")
        assert "hx-partial" in page.text

    @pytest.mark.parametrize("path", ["sha256:none", None])
    def test_that_of_another_is_there_no_more_than_none(self, world, path):
        browser = world.browser("csm", OWNER)
        assert browser.get(f"/actions/{path or self.one(world, 'a-ostlere').id}").status_code == 404

    def test_a_reviewer_may_look_and_not_act(self, world):
        answer = world.browser("reviewer").get(f"/actions/{self.one(world, 'a-sundergate').id}")
        assert answer.status_code == 200
        assert 'name="step"' not in answer.text


class TestHostileText:
    @pytest.fixture
    def signal(self, world, tmp_path):
        """The text as speaker, title, quote, origin, name of a file that cannot be read, failure of a job."""
        words = f"We will leave. {HOSTILE}"
        turns = [Turn(words, HOSTILE, Role.CUSTOMER, datetime(2026, 9, 1, tzinfo=UTC), "eve@sundergate.example")]
        document = compose(turns, source=Source.EMAIL, key="mail:hx", title=HOSTILE, origin=f"mail/{HOSTILE}.eml")
        claims = (Claim("renewal_risk", words, 3, 1.0, "m1"),)
        name = tmp_path / f"{HOSTILE.replace('/', '_')}.eml"
        name.write_text(f"From: {HOSTILE} <eve@nowhere.example>\nSubject: {HOSTILE}\n\nWe leave.\n")
        ingest(world.app.database, [name], ())
        with world.writing() as connection:
            add_document(connection, document, "a-sundergate", ())
            found = ground(claims, document, "labels")
            record(connection, "a-sundergate", document, Detection(document.id, Outcome.READ, claims), "labels", found)
            report = {"failures": [HOSTILE], "stopped": HOSTILE}
            end_run(connection, start_run(connection, "nightly"), report)
        return found.signals[0]

    def test_makes_nothing_that_htmx_would_act_on(self, world, signal):
        """Every attribute that acts is spelled out in a template, or is one address of ours in it."""
        browser = world.browser("admin")
        written = "".join(path.read_text("utf-8") for path in (ROOM / "templates").glob("*.html"))
        pages = ["/accounts/a-sundergate", f"/evidence/{signal.id}", f"/documents/{signal.document_id}", "/review"]
        hit = 0
        for path in (*pages, "/quarantine", "/runs", "/actions", f"/?q={HOSTILE}", f"/ask?q={HOSTILE}"):
            text = browser.get(path).text
            hit += "hx-partial" in text
            assert not LexborHTMLParser(text).css("hx-partial, [hx-swap-oob], [data-hx-post]"), path
            for tag, name, value in acting(text):
                assert f"{name}=" in written or value is None, (path, tag, name)
                assert "/audit" not in (value or ""), (path, tag, name)
        assert hit >= 8
