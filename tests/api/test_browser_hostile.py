"""Text that tries to break the layout, in a real browser: nothing runs, nothing scrolls sideways, nothing is cut off."""

from datetime import UTC, datetime

import pytest

from extractor.detector import Detection, Outcome
from extractor.document import Role, Source, Turn, compose
from extractor.grounding import ground
from extractor.signal import Claim
from store.documents import add_document
from store.recording import record

TEXTS = {
    "closing tag": "</script></title></textarea><script>window.hurt=1</script><svg onload=window.hurt=1>",
    "bidi": "\u202e\u2066esrever\u2069 \u200bzero\ufeff\u2060 width",
    "one word": "w" * 10_000,
    "right to left": "نرحل في أكتوبر، قال المدير " * 20,
    "marks on marks": "Z\u0351\u036b\u0343" * 400,
}


def add_mail(world, text):
    """A mail with the text as its title, speaker and quote; returns signal and document."""
    words = f"We will leave in October. {text}"
    when = datetime(2026, 9, 10, tzinfo=UTC)
    turns = [Turn(words, text[:400], Role.CUSTOMER, when, "p@sundergate.example")]
    document = compose(turns, source=Source.EMAIL, key="mail:odd", title=text, origin=f"mail/{text[:300]}.eml")
    claims = (Claim("renewal_risk", words, 3, 0.5, "m1"),)
    with world.writing() as connection:
        add_document(connection, document, "a-sundergate", ())
        found = ground(claims, document, "labels")
        record(connection, "a-sundergate", document, Detection(document.id, Outcome.READ, claims), "labels", found)
    return found.signals[0].id, document.id


@pytest.mark.parametrize("kind", TEXTS)
def test_text_that_tries_something_is_only_text(visit, world, kind):
    signal, document = add_mail(world, TEXTS[kind])
    page = visit("admin", viewport={"width": 390, "height": 800})
    for path in (f"/evidence/{signal}", f"/documents/{document}", "/accounts/a-sundergate", "/review"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        assert page.evaluate("window.hurt") is None
        assert page.locator("main h1").bounding_box()["width"] <= 390
        assert len(page.content().encode()) < 100_000, path
