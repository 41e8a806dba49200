"""Whether somebody on a call refuses to be recorded."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

CONSENT_FILE = Path(__file__).with_name("consent.yaml")


class ConsentFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    refusals: tuple[str, ...]


@lru_cache(maxsize=4)
def _refusals(path: Path = CONSENT_FILE) -> re.Pattern[str]:
    data = ConsentFile.model_validate(yaml.safe_load(path.read_text("utf-8")))
    return re.compile("|".join(f"(?:{p})" for p in data.refusals), re.IGNORECASE)


def refuses_recording(text: str) -> bool:
    return bool(_refusals().search(text))
