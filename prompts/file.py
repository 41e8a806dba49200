"""A prompt version is a file that stays; this module reads one and refuses whatever it does not expect.

A file has YAML front matter and two sections: `# system`, which holds static variables only and so is the same in
every request, and `# request`, which holds what differs. A third, `# again`, may say what to answer to a reply whose
quotes are nearly verbatim; it holds no variables, so nothing untrusted gets into it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from prompts.errors import PromptFileError

PROMPTS = Path(__file__).parent

_REFERENCE = re.compile(r"(?P<name>[a-z][a-z0-9_]*)/v(?P<version>[1-9][0-9]*)\Z")
_FILE = re.compile(
    r"---\n(?P<matter>.*?)\n---\n+# system\n(?P<system>.*?)\n# request\n(?P<request>.*?)(?:\n# again\n(?P<again>.*))?\Z",
    re.DOTALL,
)
_VARIABLE = re.compile(r"\{\{(.*?)\}\}")

Filled = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ExampleMessage(_Strict):
    id: Filled
    role: Filled
    speaker: Filled
    at: Filled
    text: Filled


class ExampleQuote(_Strict):
    message: Filled
    quote: Filled


class ExampleSignal(_Strict):
    """Fields in the order of the reply schema: the quote is chosen before the type is named."""

    evidence: Annotated[tuple[ExampleQuote, ...], Field(min_length=1, max_length=3)]
    type: Filled
    severity: Annotated[int, Field(ge=1, le=3)]
    confidence: Annotated[float, Field(ge=0, le=1)]


class Example(_Strict):
    """One worked document with the reply that is wanted for it."""

    source: Filled
    title: str = ""
    messages: Annotated[tuple[ExampleMessage, ...], Field(min_length=1)]
    signals: tuple[ExampleSignal, ...]

    @property
    def reply(self) -> str:
        return json.dumps({"signals": [s.model_dump(mode="json") for s in self.signals]}, ensure_ascii=False)


class FrontMatter(_Strict):
    """`max_prompt_tokens` bounds everything besides the document, `max_reply_tokens` the answer."""

    name: Filled
    version: Annotated[int, Field(ge=1)]
    purpose: Filled
    static: tuple[Filled, ...]
    request: tuple[Filled, ...]
    max_prompt_tokens: Annotated[int, Field(gt=0)]
    max_reply_tokens: Annotated[int, Field(gt=0)]
    examples: tuple[Example, ...] = ()


class Prompt(_Strict):
    """A prompt file as read; `digest` is that of its bytes, so any change of a word is another prompt."""

    matter: FrontMatter
    system: Filled
    request: Filled
    again: str
    digest: Filled

    @property
    def id(self) -> str:
        """As kept with every signal: `extract_signals.v1`."""
        return f"{self.matter.name}.v{self.matter.version}"

    @property
    def variables(self) -> tuple[str, ...]:
        """Everything a rendering must be given: the static ones, then those of a request."""
        return self.matter.static + self.matter.request


@lru_cache(maxsize=16)
def load_prompt(reference: str, folder: Path = PROMPTS) -> Prompt:
    """The prompt `NAME/vN`. Raises `PromptFileError` naming the file and the fault."""
    wanted = _REFERENCE.match(reference)
    if wanted is None:
        raise PromptFileError(f"prompt {reference!r} is not of the form NAME/vN, such as extract_signals/v1")
    path = folder / f"{reference}.md"
    try:
        content = path.read_bytes()
    except OSError as error:
        known = ", ".join(prompt_references(folder)) or "none"
        raise PromptFileError(f"{path}: {error.strerror}; prompts at hand: {known}") from error
    prompt = parse_prompt(content, str(path))
    if (prompt.matter.name, prompt.matter.version) != (wanted["name"], int(wanted["version"])):
        raise PromptFileError(
            f"{path}: the front matter says {prompt.matter.name} version {prompt.matter.version}; name the file after it"
        )
    return prompt


def prompt_references(folder: Path = PROMPTS) -> tuple[str, ...]:
    """Every prompt file below the folder, as `NAME/vN`, in order."""
    return tuple(sorted(f"{path.parent.name}/{path.stem}" for path in folder.glob("*/v*.md")))


def parse_prompt(content: bytes, origin: str) -> Prompt:
    """Front matter and sections of a file's bytes; `origin` is named in errors."""
    parts = _FILE.match(content.decode("utf-8"))
    if parts is None:
        raise PromptFileError(f"{origin}: needs front matter between --- lines, then '# system', then '# request'")
    try:
        matter = FrontMatter.model_validate(_mapping(parts["matter"], origin))
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in fault["loc"])
        raise PromptFileError(f"{origin}: front matter, {where}: {fault['msg']}") from error
    system, request = parts["system"].strip(), parts["request"].strip()
    _same_variables(origin, "system", system, matter.static)
    _same_variables(origin, "request", request, matter.request)
    again = (parts["again"] or "").strip()
    _same_variables(origin, "again", again, ())
    if matter.request != ("block",):
        raise PromptFileError(f"{origin}: request must be [block]: all that differs stands between the delimiters")
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    return Prompt(matter=matter, system=system, request=request, again=again, digest=digest)


def fill(template: str, values: Mapping[str, str]) -> str:
    """Each `{{name}}` replaced in one pass: what a value holds is never looked at again."""
    return _VARIABLE.sub(lambda found: values[found[1]], template)


def _mapping(matter: str, origin: str) -> dict[str, Any]:
    try:
        read = yaml.safe_load(matter)
    except yaml.YAMLError as error:
        raise PromptFileError(f"{origin}: the front matter is not YAML: {error}") from error
    if not isinstance(read, dict):
        raise PromptFileError(f"{origin}: the front matter is not a mapping of keys to values")
    return read


def _same_variables(origin: str, section: str, template: str, listed: tuple[str, ...]) -> None:
    used = set(_VARIABLE.findall(template))
    if unlisted := used - set(listed):
        raise PromptFileError(f"{origin}: '# {section}' uses {', '.join(sorted(unlisted))} without listing it")
    if unused := set(listed) - used:
        raise PromptFileError(f"{origin}: {', '.join(sorted(unused))} is listed for '# {section}' and not used there")
