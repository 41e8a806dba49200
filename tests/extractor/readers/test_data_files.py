"""The data files of the readers are strict: an unknown key, an empty section or a broken pattern does not load."""

import re
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from extractor.readers.calls.consent import CONSENT_FILE, ConsentFile
from extractor.readers.html_marks import MARKS_FILE, Marks
from extractor.readers.mail.automatic import AUTOMATIC_FILE, AutomaticFile
from extractor.readers.mail.patterns import PATTERNS_FILE, PatternFile, load_patterns
from extractor.readers.tickets.table import COLUMNS_FILE, Columns

FILES = {
    PATTERNS_FILE: PatternFile, MARKS_FILE: Marks, AUTOMATIC_FILE: AutomaticFile, CONSENT_FILE: ConsentFile, COLUMNS_FILE: Columns,
}  # fmt: skip
LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl", "pl", "ja")


@pytest.mark.parametrize(("path", "model"), FILES.items(), ids=lambda v: v.name if isinstance(v, Path) else "")
def test_an_unknown_or_missing_key_is_refused(path, model):
    data = yaml.safe_load(path.read_text("utf-8"))
    model.model_validate(data)
    with pytest.raises(ValidationError):
        model.model_validate(data | {"surplus": ["x"]})
    with pytest.raises(ValidationError):
        model.model_validate(dict(list(data.items())[1:]))


@pytest.mark.parametrize(
    "section",
    ["attribution_verbs", "original_message", "forwarded_message", "footer_lines", "disclaimers", "sign_offs"],
)
def test_every_language_has_its_patterns(section):
    data = yaml.safe_load(PATTERNS_FILE.read_text("utf-8"))
    assert [language for language in LANGUAGES if not data[section].get(language)] == []


def test_every_pattern_compiles_by_itself():
    data = yaml.safe_load(PATTERNS_FILE.read_text("utf-8"))
    for section in ("original_message", "forwarded_message", "footer_lines", "disclaimers", "sign_offs"):
        for patterns in data[section].values():
            assert all(re.compile(p) for p in patterns)


def test_headers_of_one_name_have_one_kind():
    data = yaml.safe_load(PATTERNS_FILE.read_text("utf-8"))
    names = [name.casefold() for kind in data["headers"].values() for name in kind]
    assert sorted(n for n in set(names) if names.count(n) > 1) in ([], ["cc"])
    assert load_patterns().header_names["von"] == "from"
