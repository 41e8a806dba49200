import random

import numpy as np

from extractor.document import Role, Source, Span
from extractor.local.training.lessons import epoch
from extractor.local.training.targets import Piece, Target
from extractor.local.windows import Frame, Sentence

FRAME = Frame.of(lambda texts: [[900 + len(text)] for text in texts])


def piece(number, count):
    """Sentences of three tokens that name the piece and their place in it."""
    read = [Sentence(Span(i, i + 1), 0, Role.CUSTOMER, (number, i, i), judged=True) for i in range(count)]
    mark = np.full(1, float(number), np.float32)
    targets = [Target(mark, np.ones(1, np.float32), np.zeros(1, np.int64), np.zeros((3, 1), np.float32)) for _ in read]
    return Piece(f"p{number}", Source.EMAIL, tuple(read), tuple(targets), frozenset())


PIECES = [piece(number, 1 + number % 4) for number in range(2000, 2060)]


def shown(lessons):
    """Each target's own tokens beside the piece that its labels come from."""
    return [
        (lesson.window.tokens[start:end], int(target.present[0]))
        for lesson in lessons
        for (start, end), target in zip(lesson.window.targets, lesson.targets, strict=True)
    ]


def test_an_epoch_shows_every_sentence_of_every_passage_once_with_its_own_labels():
    expected = sorted((s.tokens, s.tokens[0]) for one in PIECES for s in one.sentences)
    assert sorted(shown(epoch(PIECES, (), FRAME, random.Random(1), 0))) == expected


def test_documents_are_repeated_as_often_as_asked():
    assert len(shown(epoch((), PIECES[:1], FRAME, random.Random(1), 3))) == 3 * len(PIECES[0].sentences)


def test_a_seed_gives_one_order_and_another_seed_another():
    first, again, other = (epoch(PIECES, (), FRAME, random.Random(seed), 0) for seed in (1, 1, 2))
    assert [lesson.window for lesson in first] == [lesson.window for lesson in again]
    assert [lesson.window for lesson in first] != [lesson.window for lesson in other]


def test_some_passages_stand_alone_and_others_in_a_row():
    sizes = {len(lesson.targets) for lesson in epoch(PIECES, (), FRAME, random.Random(1), 0)}
    assert min(sizes) <= 2
    assert max(sizes) > 4
