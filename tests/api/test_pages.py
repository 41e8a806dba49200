"""The console's pages: small, without inline script or style, and harmless whatever a customer wrote."""

import html
import re
from collections import defaultdict
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.console.account.page import SMALL, TOLD
from api.console.account.signals import ROOMS, SHOWN
from api.console.shown import harmless
from api.edge.guards import POLICY
from extractor.detector import Detection, Outcome
from extractor.document import Role, Source, Turn, compose
from extractor.grounding import ground
from extractor.signal import Claim
from store.documents import add_document
from store.recording import record

HOSTILE = (
    '</script><script>alert("x")</script> <img src=x onerror=alert(1)> {{ 7*7 }} '
    "\u202egnp.exe\u202c zero\u200bwidth \ufeffbom \U0001f469\u200d\U0001f4bb fine \x07 end."
)


@pytest.fixture
def hostile(world):
    """A document whose speaker, title, origin and quote all try something; returns signal and document id."""
    words = f"We will leave you. {HOSTILE}"
    turns = [Turn(words, f"Eve {HOSTILE}", Role.CUSTOMER, datetime(2026, 9, 1, tzinfo=UTC), "eve@sundergate.example")]
    document = compose(
        turns, source=Source.EMAIL, key="mail:hostile", title=HOSTILE, origin=f"mail/{HOSTILE}.eml", thread="t"
    )
    claims = (Claim("renewal_risk", words, 3, 1.0, "m1"), Claim("value_gap", "not there " + HOSTILE, 2, 0.5, "m1"))
    with world.writing() as connection:
        add_document(connection, document, "a-sundergate", ())
        detection = Detection(document.id, Outcome.READ, claims)
        found = ground(claims, document, "labels")
        record(connection, "a-sundergate", document, detection, "labels", found)
    assert found.signals
    return found.signals[0].id, document.id


def pages_of(world):
    signal = world.tool().get("/v1/accounts/a-sundergate/signals?limit=1").json()["items"][0]
    return [
        "/",
        "/accounts/a-sundergate",
        f"/evidence/{signal['id']}",
        f"/documents/{signal['document']}",
        "/review",
        "/quarantine",
        "/runs",
        "/actions",
        "/evaluation",
        "/ask?q=why+did+Sundergate+turn+red",
        "/audit",
        "/sign-in",
    ]


class TestAge:
    def test_scores_of_long_ago_say_how_old_they_are(self, world):
        browser = world.browser()
        for path in ("/", "/accounts/a-sundergate"):
            assert "days old" not in browser.get(path).text
        world.app.settings = world.app.settings.model_copy(update={"today": date(2026, 9, 25)})
        for path in ("/", "/accounts/a-sundergate"):
            assert "The last scores are 10 days old" in browser.get(path).text
        assert "days old" not in browser.get("/accounts/a-sundergate?as_of=2026-01-10").text


class TestEveryPage:
    def test_no_link_leads_nowhere(self, shared_world):
        browser = shared_world.browser()
        links = {
            html.unescape(link).partition("#")[0]: path
            for path in pages_of(shared_world)
            for link in re.findall(r'href="(/[^"]+)"', browser.get(path).text)
        }
        assert {(link, path) for link, path in links.items() if browser.get(link).status_code != 200} == set()

    def test_is_small_and_strict(self, world):
        """Under 100 KB, no inline script or style, no handler attributes, nothing from elsewhere."""
        browser = world.browser()
        for path in pages_of(world):
            answer = browser.get(path)
            assert answer.status_code == 200, path
            assert len(answer.content) < 100_000
            assert answer.headers["Content-Security-Policy"] == POLICY
            assert "no-store" in answer.headers["Cache-Control"]
            for tag in re.findall(r"<script[^>]*>.", answer.text):
                assert 'src="/static/' in tag
            assert not re.search(r"<style|\sstyle=|\son[a-z]+=", answer.text), path
            assert not re.search(r'(?:src|href|action)="(?:https?:)?//', answer.text)

    @pytest.mark.parametrize("digit", ["\U00011f50", "\U00010d40", "\u0663"])
    def test_digits_of_other_scripts_are_no_numbers(self, shared_world, digit):
        """The checker of patterns counts more of them as digits than Python does."""
        browser, span = shared_world.browser("admin"), f"{digit}-{digit}"
        signal = shared_world.tool().get("/v1/accounts/a-sundergate/signals?limit=1").json()["items"][0]
        for path in ("/accounts/a-sundergate", "/review", f"/evidence/{signal['id']}"):
            assert browser.get(path, params={"moved": span}).status_code == 422
        assert browser.get(f"/documents/{signal['document']}", params={"at": span}).status_code == 422
        csrf = re.search(r'name="csrf" value="([^"]+)"', browser.get(f"/evidence/{signal['id']}").text)[1]
        form = {"csrf": csrf, "verdict": "relabel", "reason": "not so", "span": span}
        assert browser.post(f"/evidence/{signal['id']}/reviews", data=form).status_code == 422

    def test_has_one_first_heading_and_a_language(self, world):
        browser = world.browser()
        for path in pages_of(world):
            text = browser.get(path).text
            assert text.count("<h1") == 1, path
            assert '<html lang="en">' in text
            assert 'id="main"' in text

    def test_ids_are_unique(self, world):
        browser = world.browser()
        for path in pages_of(world):
            ids = re.findall(r'\sid="([^"]+)"', browser.get(path).text)
            assert len(ids) == len(set(ids)), path

    def test_a_wrong_address_is_a_page_for_people(self, world):
        answer = world.browser().get("/accounts/sundergaet")
        assert answer.status_code == 404
        assert 'href="/accounts/a-sundergate"' in answer.text

    @pytest.mark.parametrize("path", ["/accounts/sundergaet", "/nowhere", "/accounts/a-sundergate?as_of=yesterday"])
    def test_a_fault_leaves_the_way_to_other_pages(self, world, path):
        signed_in = world.browser().get(path)
        assert signed_in.status_code in {404, 422}
        assert 'href="/actions"' in signed_in.text
        assert "Sign out" in signed_in.text
        outside = world.client({"Accept": "text/html"}).get("/nowhere")
        assert outside.status_code == 404
        assert "Sign out" not in outside.text


class TestPortfolio:
    def test_says_what_the_api_says(self, world):
        text = world.browser().get("/").text
        found = world.tool().get("/v1/portfolio").json()
        names = [row["name"].replace("&", "&amp;") for row in found["queue"]]
        places = [text.rindex(f"{name}</bdi></a>") for name in names]
        assert places == sorted(places)

    def test_filters(self, world):
        browser = world.browser()
        assert "Kestermere" not in browser.get("/?band=red").text
        assert "No account fits" in browser.get("/?q=zzz").text


class TestAccount:
    def test_an_input_shows_its_latest_signals_and_offers_all_of_them(self, world):
        ids = defaultdict(list)
        why = world.tool().get("/v1/accounts/a-sundergate/why").json()
        for line in sorted(why["ledger"], key=lambda line: line["since"], reverse=True):
            if line["kind"] == "signal":
                ids[line["input"]] += line["signals"]
        name, every = max(ids.items(), key=lambda pair: len(pair[1]))
        assert len(every) > SHOWN
        lacks = sorted((i["points"] - i["weight"], i["id"]) for i in why["inputs"] if i["id"] in ids)
        opened = {i for _, i in lacks[:ROOMS]}
        for whole, shown in (("", every[:SHOWN] if name in opened else []), (name, every)):
            page = world.browser().get("/accounts/a-sundergate", params={"whole": whole}).text
            room = re.search(rf'<details class="input" id="input-{name}".*?</details>', page, re.DOTALL).group()
            assert f"{len(every)} signals" in room
            found = [link.partition("#")[0] for link in re.findall(r"/evidence/([^\"]+)", room)]
            assert (len(found), set(found) <= set(every)) == (len(shown), True)

    def test_a_signal_that_no_cause_quotes_has_its_words_from_the_store(self, world):
        """What stood there before and after moved nothing, so the explanation says nothing of it."""
        tool, browser, seen = world.tool(), world.browser(), 0
        for account in ("a-pomfreytull", "a-skarrafell", "a-sundergate"):
            for point in tool.get(f"/v1/accounts/{account}/history").json()["days"][-6:]:
                as_of = {"as_of": point["day"]}
                why = tool.get(f"/v1/accounts/{account}/why", params=as_of).json()
                quoted = {q["signal"] for cause in why["causes"] for q in cause["evidence"]}
                lines = [x for x in why["ledger"] if x["kind"] == "signal" and x["signals"][0] not in quoted]
                for line in lines[:1]:
                    evidence = tool.get(f"/v1/signals/{line['signals'][0]}/evidence").json()
                    page = browser.get(f"/accounts/{account}", params=as_of | {"whole": line["input"]}).text
                    words = str(harmless(evidence["quotes"][0]["quote"][:300])).removesuffix("</bdi>")
                    assert words in page.partition('id="inputs"')[2]
                    seen += 1
        assert seen

    def test_what_is_cut_short_is_offered_whole(self, world):
        browser = world.browser()
        short = browser.get("/accounts/a-sundergate").text
        for name, what in (("causes", '<figure class="quote">'), ("papers", 'href="/documents/')):
            assert f'href="?whole={name}#' in short
            whole = browser.get("/accounts/a-sundergate", params={"whole": name}).text
            assert whole.count(what) > short.count(what)
            assert f'href="?whole={name}#' not in whole

    def test_every_large_cause_stands_on_the_page(self, world):
        text = world.browser().get("/accounts/a-sundergate").text
        found = world.tool().get("/v1/accounts/a-sundergate/why").json()
        for number, cause in enumerate(found["causes"], 1):
            if abs(cause["points"]) >= 0.5:
                assert f'id="cause-{number}"' in text
        assert "nothing is left over" in text
        in_full = [int(number) for number in re.findall(r'<li id="cause-(\d+)" value=', text)]
        sizes = sorted((abs(cause["points"]) for cause in found["causes"]), reverse=True)[:TOLD]
        assert sorted((abs(found["causes"][n - 1]["points"]) for n in in_full), reverse=True) == [
            size for size in sizes if size >= SMALL
        ]

    def test_a_past_day(self, world):
        text = world.browser().get("/accounts/a-sundergate?as_of=2026-01-10").text
        assert "24 Dec 2025" in text
        assert "2026-09" not in text


class TestHostileText:
    def test_is_shown_and_does_nothing(self, world, hostile):
        signal, document = hostile
        browser = world.browser()
        for path in (f"/evidence/{signal}", f"/documents/{document}", "/accounts/a-sundergate"):
            text = browser.get(path).text
            assert "<script>alert" not in text
            assert "<img" not in text
            assert "{{ 7*7 }}" in text
            for character in "\u202e\u202c\u200b\ufeff\x07":
                assert character not in text
            assert "U+202E" in text
            assert "\U0001f469\u200d\U0001f4bb" in text

    def test_the_api_gives_it_as_it_is(self, world, hostile):
        signal, _ = hostile
        found = world.tool().get(f"/v1/signals/{signal}/evidence").json()
        assert found["quotes"][0]["quote"].endswith(HOSTILE)

    @given(st.text(max_size=80))
    def test_no_text_breaks_out(self, text):
        html = str(harmless(text))
        inside = html.removeprefix("<bdi>").removesuffix("</bdi>")
        bare = re.sub(r'<span class="odd" title="U\+[0-9A-F]+ [^"<>]*">U\+[0-9A-F]+</span>', "", inside)
        assert "<" not in bare
        assert ">" not in bare


class TestLateWords:
    def test_what_came_after_the_last_scored_day_says_so(self, world):
        words = "We are not going to renew."
        turns = [Turn(words, "Ada", Role.CUSTOMER, datetime(2026, 9, 9, tzinfo=UTC))]
        document = compose(turns, source=Source.EMAIL, key="mail:late")
        claims = (Claim("renewal_risk", words, 3, 1.0, "m1"),)
        found = ground(claims, document, "labels")
        with world.writing() as connection:
            add_document(connection, document, "a-sundergate", (), datetime(2026, 11, 22, tzinfo=UTC))
            record(connection, "a-sundergate", document, Detection(document.id, Outcome.READ, claims), "labels", found)
        text = world.browser().get(f"/evidence/{found.signals[0].id}").text
        assert "It reached us on 22 Nov 2026, after the last scored day: it counts from the next scoring on." in text
