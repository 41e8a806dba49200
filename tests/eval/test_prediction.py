"""Predictions index the message in code points, whatever stands before it in the document."""

from __future__ import annotations

import json

import pytest

from eval.prediction import predictions_line
from extractor.grounding import ground
from extractor.signal import Claim


@pytest.fixture
def document(sample):
    return sample("d1", messages=[("vendor", "Hello 🎉"), ("customer", "Ça va. We 𝒓enew in 🎉 May.")]).document()


def test_a_line_slices_the_message_and_not_the_document(document):
    grounded = ground([Claim("renewal_commitment", "enew in 🎉 May.", 2, 0.75)], document, "test")
    assert not grounded.signals  # inside a word

    grounded = ground([Claim("renewal_commitment", "in 🎉 May.", 2, 0.75)], document, "test")
    line = predictions_line(document, grounded.signals, grounded.rejections)

    ((evidence,),) = [signal["evidence"] for signal in line["signals"]]
    text = document.words(document.messages[1])
    assert text[evidence["start"] : evidence["end"]] == evidence["quote"] == "in 🎉 May."
    assert evidence["message"] == "m2"
    assert line["id"] == "d1"


def test_a_line_is_json_and_keeps_rejections(document):
    grounded = ground([Claim("advocacy", "never said", 1, 0.5, message="m2")], document, "test")

    line = json.loads(json.dumps(predictions_line(document, grounded.signals, grounded.rejections)))

    assert line == {
        "id": "d1",
        "signals": [],
        "rejections": [
            {
                "type": "advocacy",
                "quote": "never said",
                "message": "m2",
                "severity": 1,
                "confidence": 0.5,
                "reason": "not_found",
                "detail": grounded.rejections[0].detail,
            }
        ],
    }
