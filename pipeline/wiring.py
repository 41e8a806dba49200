"""The one place that puts the parts together from settings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from extractor.detector import Detector
from extractor.embedding import Embedder
from extractor.llm.wording import Wording
from pipeline.engines import make_detector, make_wording
from pipeline.settings import Engine, Settings, load_settings
from scoring.rulebook.loading import load_rulebooks
from scoring.rulebook.model import Rulebook
from store.database import Database
from store.vectors import PassageIndex


@dataclass
class App:
    """What a command needs, each part made when it is first asked for."""

    settings: Settings

    @cached_property
    def database(self) -> Database:
        return Database(self.settings.database)

    @cached_property
    def rulebooks(self) -> tuple[Rulebook, ...]:
        return load_rulebooks(self.settings.rulebooks)

    @cached_property
    def passages(self) -> PassageIndex:
        encoder = Path(self.settings.local_encoder) if self.settings.local_encoder else None
        return PassageIndex(self.settings.home / "chroma", Embedder(encoder), Embedder.name)

    @cached_property
    def wording(self) -> Wording | None:
        """What words answers; None where no language model is set."""
        return make_wording(self.settings)

    def detector(self, engine: Engine | None = None) -> Detector:
        return make_detector(engine or self.settings.engine, self.settings)


def wire() -> App:
    return App(load_settings())
