"""Every true quote is found at its exact place, however a mail client or a model has dressed it."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.document import Document, Role, Source, Span, Turn, compose
from extractor.grounding import Grounder, ground
from extractor.labelled import LabelledDocument, load_documents
from extractor.normal import folded, normalise
from extractor.signal import Claim, Reason

SAMPLES = Path(__file__).parents[2] / "samples" / "labelled"
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def curly(text: str) -> str:
    return text.replace("'", "’").replace('"', "”").replace(" - ", " – ")


def unbreakable(text: str) -> str:
    return text.replace(" ", "\u00a0")


def softly_hyphenated(text: str) -> str:
    return " ".join(word[:3] + "\u00ad" + word[3:] if len(word) > 6 else word for word in text.split(" "))


def wrapped(text: str) -> str:
    words = text.split(" ")
    return "\n".join(" ".join(words[n : n + 4]) for n in range(0, len(words), 4))


def as_history(text: str) -> str:
    return "> " + wrapped(text).replace("\n", "\n> ")


DRESSES: dict[str, Callable[[str], str]] = {
    "as it stands": str,
    "shouted": str.upper,
    "curly": curly,
    "no-break spaces": unbreakable,
    "NFD": lambda text: unicodedata.normalize("NFD", text),
    "soft hyphens": softly_hyphenated,
    "wrapped": wrapped,
    "prefixed": as_history,
    "full width": lambda text: text.translate(WIDE),
    "zero width": lambda text: text.replace(" ", " \u200b"),
    "controls and tags": lambda text: text.replace(" ", " \x07\U000e0041"),
}


@pytest.fixture(scope="module")
def samples() -> list[LabelledDocument]:
    return [d for path in sorted(SAMPLES.glob("dev_*.jsonl")) for d in load_documents(path)]


@pytest.mark.parametrize("dress", DRESSES.values(), ids=DRESSES.keys())
def test_every_gold_quote_is_found_in_any_order_and_dress(
    samples: list[LabelledDocument], dress: Callable[[str], str]
) -> None:
    chance = random.Random(7)
    quotes = 0
    for sample in samples:
        document = sample.document()
        grounder = Grounder(document)
        gold = [e for signal in sample.signals for e in signal.evidence]
        chance.shuffle(gold)
        for evidence in gold:
            quotes += 1
            message = document.message(evidence.message)
            assert message is not None
            start = message.span.start + document.words(message).index(evidence.quote)
            found = grounder.locate(dress(evidence.quote), evidence.message)
            assert found.reason is None, (sample.id, evidence.quote, found)
            assert found.span == Span(start, start + len(evidence.quote)), (sample.id, evidence.quote, found)
    assert quotes > 400


def one_message(text: str, role: Role = Role.CUSTOMER) -> Document:
    return compose([Turn(text, "Ada", role)], source=Source.EMAIL, key="mail:1")


@pytest.mark.parametrize(
    ("text", "quote", "stands"),
    [
        ("Biz İstanbul’da kalıyoruz.", "i̇stanbul'da", "İstanbul’da"),
        ("我们不会续约，因为太贵。", "不会续约", "不会续约"),
        ("契約は更新しません。理由は価格です。", "更新しません", "更新しません"),
        ("이번에는 갱신하지 않겠습니다.", "갱신하지", "갱신하지"),
        ("We ❤️ it, really 👩‍💻 do", "❤️ it, really 👩‍💻", "❤️ it, really 👩‍💻"),
        ("The ﬁnance team ﬁled it", "finance team filed", "ﬁnance team ﬁled"),
        ("fine—we left them", "we left them", "we left them"),
        ("it costs 14 € now", "14 €", "14 €"),
    ],
)
def test_scripts_and_symbols_keep_their_exact_span(text: str, quote: str, stands: str) -> None:
    found = Grounder(one_message(text)).locate(quote)
    assert found.reason is None
    assert found.span is not None
    assert found.span.of(text) == stands


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("We can't renew", "We can"),
        ("It is non-payment", "payment"),
        ("costs 14.5 percent", "costs 14"),
        ("costs 1,400 a month", "costs 1"),
        ("the unresolved one", "resolved one"),
        ("Café society", "Cafe society"),
    ],
)
def test_a_quote_never_ends_inside_a_word_or_number(text: str, quote: str) -> None:
    assert Grounder(one_message(text)).locate(quote).reason in {Reason.PART_OF_WORD, Reason.NEAR_MISS, Reason.NOT_FOUND}


def test_a_repeated_quote_means_the_claimed_message() -> None:
    turns = [Turn("It is broken again.", name, Role.CUSTOMER) for name in ("Ada", "Bo", "Cy")]
    document = compose(turns, source=Source.TICKET, key="t")
    found = Grounder(document).locate("It is broken again", "m2")
    assert found.message is not None
    assert found.message.id == "m2"


def test_an_eligible_speaker_is_preferred_to_the_vendor_who_repeats_the_words() -> None:
    turns = [Turn("We leave in May.", "Vic", Role.VENDOR), Turn("We leave in May.", "Ada", Role.CUSTOMER)]
    document = compose(turns, source=Source.EMAIL, key="t")
    found = ground([Claim("renewal_risk", "We leave in May.", 3, 0.9, "m1")], document, "test/1")
    assert [e.speaker for s in found.signals for e in s.evidence] == ["Ada"]


texts = st.text(st.sampled_from("abcABC 12.,'’“–-\u00ad\u200b\u0301éİßﬁ你가👩\n>\u00a0"), max_size=60)


@given(texts)
def test_normalisation_maps_every_character_back_into_the_source(text: str) -> None:
    normal = normalise(text)
    assert len(normal.text) == len(normal.starts) == len(normal.ends)
    assert all(0 <= s < e <= len(text) for s, e in zip(normal.starts, normal.ends, strict=True))
    assert list(normal.starts) == sorted(normal.starts)


@given(texts, texts)
def test_evidence_is_always_the_documents_own_words(text: str, quote: str) -> None:
    document = one_message(text)
    found = ground([Claim("value_gap", quote, 2, 0.5)], document, "test/1")
    assert len(found.signals) + len(found.rejections) == 1
    for signal in found.signals:
        for evidence in signal.evidence:
            assert document.text[evidence.span.start : evidence.span.end] == evidence.quote
            assert folded(evidence.quote) == folded(quote)


@given(texts, st.data())
def test_a_slice_at_word_edges_is_found(text: str, data: st.DataObject) -> None:
    words = [w for w in text.split() if any(c.isalnum() for c in normalise(w).text)]
    if not words:
        return
    quote = data.draw(st.sampled_from(words))
    found = Grounder(one_message(text)).locate(quote)
    assert found.reason in {None, Reason.PART_OF_WORD}
