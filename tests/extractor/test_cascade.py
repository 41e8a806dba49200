from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from extractor.cascade import Cascade, CascadeSettings, Route, Routing, tally
from extractor.detector import Detection, Outcome, Usage
from extractor.document import Document, Role, Source, Turn, compose
from extractor.grounding import ground
from extractor.signal import Claim


class Scripted:
    """A detector that finds its words wherever a message holds them, and remembers what it was given."""

    def __init__(self, name: str, *words: str, confidence: float = 0.5, fails: str = "", tokens: int = 0) -> None:
        self.extractor = name
        self.given: list[Document] = []
        self._words, self._confidence, self._fails, self._tokens = words, confidence, fails, tokens

    def detect(self, documents: Sequence[Document]) -> Iterator[Detection]:
        for document in documents:
            self.given.append(document)
            usage = Usage(requests=1, prompt_tokens=self._tokens, seconds=1.0)
            if self._fails and self._fails in document.key:
                yield Detection(document.id, Outcome.FAILED, detail="fell over", usage=usage)
                continue
            claims = tuple(
                Claim("value_gap", word, 2, self._confidence, message.id)
                for message in document.messages
                for word in self._words
                if word in document.words(message)
            )
            yield Detection(document.id, Outcome.READ, claims, usage=usage)


def call(key: str, *said: str) -> Document:
    return compose([Turn(text, "Jana", Role.CUSTOMER) for text in said], source=Source.TRANSCRIPT, key=key)


def words(text: str) -> int:
    return len(text.split())


LONG = "so we talked about the weather and the food for a good while " * 20
PLAIN = CascadeSettings(audit=0.0, prefix_tokens=100, neighbours=1)


@pytest.fixture
def cascade() -> Callable[..., tuple[Cascade, Scripted, list[Routing]]]:
    def of(screen: Scripted, settings: CascadeSettings = PLAIN) -> tuple[Cascade, Scripted, list[Routing]]:
        judge, routings = Scripted("judge", "worthless", "useless", tokens=500), list[Routing]()
        return Cascade(screen, judge, settings, count=words, on_routing=routings.append), judge, routings

    return of


SCREEN = ("worthless", "maybe")


class TestWhatTheJudgeReads:
    def test_nothing_of_a_document_without_candidates(self, cascade: Callable) -> None:
        made, judge, _ = cascade(Scripted("screen", *SCREEN))
        (detection,) = made.detect([call("a", "All fine.")])

        assert (detection.outcome, detection.claims, detection.detail) == (Outcome.READ, (), "screened out")
        assert judge.given == []

    def test_the_candidates_and_their_neighbours_where_that_saves_enough(self, cascade: Callable) -> None:
        made, judge, _ = cascade(Scripted("screen", *SCREEN))
        document = call("a", LONG, LONG, "It is worthless.", LONG, LONG, LONG)
        (detection,) = made.detect([document])

        (given,) = judge.given
        assert [m.id for m in given.messages] == ["m2", "m3", "m4"]
        assert (given.id, given.text) == (document.id, document.text)
        (found,) = ground(detection.claims, document, made.extractor).signals
        assert found.evidence[0].span.of(document.text) == "worthless"

    def test_the_whole_where_a_part_would_cost_nearly_as_much(self, cascade: Callable) -> None:
        made, judge, routings = cascade(Scripted("screen", *SCREEN))
        document = call("a", "Hm.", "It is worthless.", "Oh.", "Well.")
        list(made.detect([document]))

        assert judge.given == [document]
        assert routings[0].route is Route.WHOLE

    def test_the_whole_of_what_screening_could_not_read(self, cascade: Callable) -> None:
        made, judge, _ = cascade(Scripted("screen", *SCREEN, fails="a"))
        (detection,) = made.detect([call("a", "It is worthless.")])

        assert len(judge.given) == 1
        assert [c.quote for c in detection.claims] == ["worthless"]

    def test_candidates_count_from_a_threshold_that_may_differ_by_type(self, cascade: Callable) -> None:
        for settings, sent in (
            (CascadeSettings(threshold=0.6, audit=0), 0),
            (CascadeSettings(threshold=0.4, audit=0), 1),
            (CascadeSettings(threshold=0.4, thresholds={"value_gap": 0.6}, audit=0), 0),
        ):
            made, judge, _ = cascade(Scripted("screen", *SCREEN, confidence=0.5), settings)
            list(made.detect([call("a", "It is worthless.")]))
            assert len(judge.given) == sent


class TestWhatComesOut:
    DOCUMENTS = tuple(call(f"d{n}", "It is worthless." if n % 3 == 0 else "Fine.") for n in range(10))

    @pytest.mark.parametrize("at_once", [1, 3, 64, None])
    def test_one_detection_for_each_document_in_order(self, cascade: Callable, at_once: int | None) -> None:
        made, judge, routings = cascade(Scripted("screen", *SCREEN), CascadeSettings(audit=0, at_once=at_once))
        found = list(made.detect(self.DOCUMENTS))

        assert [d.document_id for d in found] == [d.id for d in self.DOCUMENTS]
        assert [bool(d.claims) for d in found] == [n % 3 == 0 for n in range(10)]
        assert [r.document_id for r in routings] == [d.id for d in self.DOCUMENTS]
        assert len(judge.given) == 4

    def test_the_judge_may_finish_its_affairs(self) -> None:
        finished: list[int] = []

        class Tidy(Scripted):
            def detect(self, documents: Sequence[Document]) -> Iterator[Detection]:
                yield from super().detect(documents)
                finished.append(len(documents))

        made = Cascade(Scripted("screen", *SCREEN), Tidy("judge"), CascadeSettings(audit=0, at_once=5))
        list(made.detect(self.DOCUMENTS))

        assert finished == [2, 2]

    def test_comes_lazily(self, cascade: Callable) -> None:
        made, judge, _ = cascade(Scripted("screen", *SCREEN), CascadeSettings(audit=0, at_once=2))
        next(made.detect(self.DOCUMENTS))

        assert len(judge.given) == 1

    def test_both_detectors_costs_are_counted(self, cascade: Callable) -> None:
        made, _, _ = cascade(Scripted("screen", *SCREEN))
        sent, spared = made.detect([call("a", "It is worthless."), call("b", "Fine.")])

        assert (sent.usage.prompt_tokens, sent.usage.seconds) == (500, 2.0)
        assert (spared.usage.prompt_tokens, spared.usage.seconds) == (0, 1.0)

    def test_its_name_holds_both(self, cascade: Callable) -> None:
        assert cascade(Scripted("local/1"))[0].extractor == "cascade/local/1+judge"

    def test_what_the_judge_could_not_read_stays_unread(self) -> None:
        made = Cascade(Scripted("screen", *SCREEN), Scripted("judge", fails="a"), PLAIN)
        (detection,) = made.detect([call("a", "It is worthless.")])

        assert (detection.outcome, detection.detail) == (Outcome.FAILED, "fell over")


class TestTheAudit:
    def test_reads_a_fixed_share_of_what_would_be_spared(self, cascade: Callable) -> None:
        documents = [call(f"d{n}", "Fine.") for n in range(2000)]
        settings = CascadeSettings(audit=0.02, at_once=500)
        first, second = ([], [])
        for sampled in (first, second):
            made, judge, _ = cascade(Scripted("screen"), settings)
            list(made.detect(documents))
            sampled.extend(d.key for d in judge.given)

        assert first == second
        assert 20 <= len(first) <= 60

    def test_counts_what_skipping_would_have_lost(self, cascade: Callable) -> None:
        made, _, routings = cascade(Scripted("screen", "maybe"), CascadeSettings(audit=1.0))
        (lost, kept) = made.detect([call("a", "It is useless."), call("b", "Fine.")])

        assert [c.quote for c in lost.claims] == ["useless"]
        assert kept.claims == ()
        counts = tally(routings)
        assert (counts.audited, counts.audited_found, counts.audited_lost) == (2, 1, 1)
        assert counts.tokens_saved == 0.0

    def test_counts_what_windows_would_have_lost(self, cascade: Callable) -> None:
        settings = CascadeSettings(audit=1.0, prefix_tokens=100, neighbours=0)
        made, judge, routings = cascade(Scripted("screen", "maybe"), settings)
        document = call("a", "It is maybe worthless.", LONG, LONG, LONG, "Useless, useless.", "so useless")
        list(made.detect([document]))

        assert judge.given == [document]
        assert (routings[0].route, routings[0].audited) == (Route.WINDOWS, True)
        assert (routings[0].found, routings[0].lost) == (1, 0)

    def test_ungrounded_claims_of_the_judge_are_no_loss(self) -> None:
        class Liar(Scripted):
            def detect(self, documents: Sequence[Document]) -> Iterator[Detection]:
                for document in documents:
                    yield Detection(document.id, Outcome.READ, (Claim("value_gap", "never said", 2, 0.9, "m1"),))

        routings: list[Routing] = []
        made = Cascade(Scripted("screen"), Liar("judge"), CascadeSettings(audit=1.0), on_routing=routings.append)
        list(made.detect([call("a", "Fine.")]))

        assert (routings[0].found, routings[0].lost) == (0, 0)


def test_the_tally_says_what_was_saved(cascade: Callable) -> None:
    made, _, routings = cascade(Scripted("screen", *SCREEN))
    list(
        made.detect(
            [
                call("a", "Fine."),
                call("b", LONG, LONG, "It is worthless.", LONG, LONG, LONG),
                call("c", "It is worthless."),
            ]
        )
    )
    counts = tally(routings)

    assert (counts.documents, counts.skipped, counts.windowed, counts.whole) == (3, 1, 1, 1)
    each = words(LONG)
    assert counts.tokens_whole == (100 + 1) + (100 + 5 * each + 3) + (100 + 3)
    assert counts.tokens_sent == (100 + 2 * each + 3) + (100 + 3)
    assert counts.tokens_saved == pytest.approx(1 - counts.tokens_sent / counts.tokens_whole)
    assert tally([]).tokens_saved == 0.0


@pytest.mark.parametrize("wrong", [{"threshold": 1.1}, {"audit": -0.1}, {"least_saving": 2}])
def test_shares_are_from_0_to_1(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="it is a share from 0 to 1"):
        CascadeSettings(**wrong)
