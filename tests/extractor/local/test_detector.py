import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from extractor.detector import Outcome
from extractor.document import Role, Source, Turn, compose
from extractor.grounding import ground
from extractor.labelled import load_documents
from extractor.local.detector import LocalDetector

SAMPLES = Path(__file__).parents[3] / "samples" / "labelled"


@pytest.fixture(scope="module")
def detector():
    return LocalDetector()


@pytest.fixture(scope="module")
def documents():
    labelled = [
        d for kind in ("email", "ticket", "transcript") for d in load_documents(SAMPLES / f"dev_{kind}.jsonl")[:8]
    ]
    return [d.document() for d in labelled]


@pytest.fixture(scope="module")
def detections(detector, documents):
    return list(detector.detect(documents))


class TestClaims:
    def test_something_is_found(self, detections):
        assert sum(len(detection.claims) for detection in detections) > len(detections) / 2

    def test_every_quote_stands_verbatim_in_the_message_it_names(self, documents, detections):
        for document, detection in zip(documents, detections, strict=True):
            for claim in detection.claims:
                assert claim.quote in document.words(document.message(claim.message))

    def test_grounding_accepts_every_claim(self, detector, documents, detections):
        for document, detection in zip(documents, detections, strict=True):
            assert not ground(detection.claims, document, detector.extractor).rejections

    def test_severity_and_confidence_are_in_range(self, detections):
        for claim in (claim for detection in detections for claim in detection.claims):
            assert claim.severity in {1, 2, 3}
            assert 0 <= claim.confidence <= 1

    def test_the_vendors_words_are_never_claimed(self, detector):
        pitch = compose(
            [Turn("We will not renew and our CFO cut the budget.", "Sam", Role.VENDOR)], source=Source.EMAIL, key="k"
        )
        (detection,) = detector.detect([pitch])
        assert detection.outcome is Outcome.READ
        assert detection.claims == ()


class TestCompany:
    """What is found in a document does not depend on what else is read with it."""

    def test_alone_or_together_the_claims_are_the_same(self, detector, documents, detections):
        for document, detection in list(zip(documents, detections, strict=True))[::3]:
            (alone,) = detector.detect([document])
            assert alone.claims == detection.claims

    def test_the_order_of_documents_does_not_matter(self, detector, documents, detections):
        backwards = list(detector.detect(documents[::-1]))[::-1]
        assert [d.claims for d in backwards] == [d.claims for d in detections]

    def test_scores_agree_to_rounding(self, detector, documents):
        (alone,) = detector.score(documents[:1])
        together = detector.score(documents)[0]
        assert np.allclose(alone.present, together.present, atol=1e-4)

    def test_detections_come_in_order(self, documents, detections):
        assert [detection.document_id for detection in detections] == [document.id for document in documents]

    def test_an_empty_document_costs_the_others_nothing(self, detector, documents, detections):
        empty = compose([Turn("", "Nobody")], source=Source.TICKET, key="empty")
        first, second = detector.detect([empty, documents[0]])
        assert first.outcome is Outcome.READ
        assert second.claims == detections[0].claims


def test_importing_and_constructing_loads_no_model():
    code = (
        "import sys; from extractor.local.detector import LocalDetector; LocalDetector();"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
