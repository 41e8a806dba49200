"""Makes the engine that the settings name; nothing loads a model before its first document."""

from __future__ import annotations

from pathlib import Path

from extractor.detector import Detector
from extractor.local.detector import LocalDetector
from extractor.local.model import MODEL_DIR
from pipeline.settings import Engine, Settings


def make_detector(engine: Engine, settings: Settings) -> Detector:
    if engine == "local":
        return _local(settings)
    raise NotImplementedError(engine)


def _local(settings: Settings) -> LocalDetector:
    encoder = Path(settings.local_encoder) if settings.local_encoder else None
    return LocalDetector(settings.local_model or MODEL_DIR, encoder)
