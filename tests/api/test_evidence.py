"""Quotes stand where the API says, in both counts, and looking at them is written down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.offsets import both_counts, code_points
from extractor.document import Span

DATABASES = ("sqlite", "postgres")

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.fixture
def world(shared_world):
    """Nothing here changes what others read."""
    return shared_world


def utf16_slice(text, start, end):
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


class TestOffsets:
    @given(TEXTS, st.data())
    def test_both_counts_cut_the_same_words(self, text, data):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, len(text)))
        (found,) = both_counts(text, [Span(start, end)])
        assert utf16_slice(text, found.start_utf16, found.end_utf16) == text[start:end]
        assert code_points(text, found.start_utf16) == start
        assert code_points(text, found.end_utf16) == end

    def test_the_middle_of_an_emoji_is_no_place(self):
        assert code_points("a😀b", 2) is None
        assert code_points("a😀b", 3) == 2
        assert code_points("ab", 9) is None


class TestEvidence:
    def test_every_quote_stands_in_its_document(self, world):
        tool = world.tool()
        for signal in tool.get("/v1/accounts/a-sundergate/signals").json()["items"]:
            text = tool.get(f"/v1/documents/{signal['document']}").json()["text"]
            found = tool.get(f"/v1/signals/{signal['id']}/evidence", params={"context": 40}).json()
            for quote in found["quotes"]:
                place = quote["offsets"]
                assert text[place["start"] : place["end"]] == quote["quote"]
                assert utf16_slice(text, place["start_utf16"], place["end_utf16"]) == quote["quote"]
                assert quote["before"] + quote["quote"] + quote["after"] in text

    def test_signals_as_of_a_day_know_nothing_later(self, world):
        items = world.tool().get("/v1/accounts/a-sundergate/signals", params={"as_of": "2026-05-10"}).json()["items"]
        assert items
        assert all(q["at"] < "2026-05-11" for i in items for q in i["quotes"])

    def test_messages_and_marks_lie_inside_the_text(self, world):
        tool = world.tool()
        for paper in tool.get("/v1/accounts/a-sundergate/documents").json()["items"]:
            found = tool.get(f"/v1/documents/{paper['id']}").json()
            for part in (*found["messages"], *found["excluded"], *found["marks"]):
                assert 0 <= part["offsets"]["start"] <= part["offsets"]["end"] <= len(found["text"])

    def test_looking_is_written_to_the_audit_log(self, world):
        tool = world.tool("reviewer")
        signal = tool.get("/v1/accounts/a-sundergate/signals?limit=1").json()["items"][0]
        answer = tool.get(f"/v1/signals/{signal['id']}/evidence", headers={"X-Request-ID": "look-1"})
        assert answer.headers["X-Request-ID"] == "look-1"
        entry = world.tool().get("/v1/audit").json()[0]
        assert (entry["action"], entry["subject"], entry["request"]) == ("read_evidence", signal["document"], "look-1")
        assert entry["who"] == "reviewer"
