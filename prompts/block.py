"""How untrusted text is shown to a model: data between delimiters that its author could not know.

The key (nonce) is drawn for each request after the document was written, so no document can hold it; it opens and
closes the block and heads every message. A forged turn, a forged end of the document or a forged header lacks it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from prompts.errors import PromptValueError

LONGEST_FIELD = 120
"""Code points of a title or a speaker's name that are shown; longer ones are cut, since both are free text."""

_JOINER = "\u2060"
_DROPPED = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\U000e0000-\U000e007f]"
)
_LINE_ENDS = re.compile("\r\n?|\u0085|[\u2028\u2029]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# Chat templates of open models turn these strings into control tokens wherever they stand, user text included.
_CONTROL_TOKEN = re.compile(
    r"<(?=[|｜])"
    r"|<(?=/?(?:s|bos|eos|pad|unk|mask|start_of_turn|end_of_turn|tool_call|tool_response|think|system|user|assistant|doc)\b)"
    r"|<(?=</?SYS>>)"
    r"|\[(?=/?(?:INST|SYSTEM_PROMPT|TOOL_CALLS|TOOL_RESULTS|AVAILABLE_TOOLS)\])",
    re.IGNORECASE,
)
_FIELD_MARKS = str.maketrans({"|": "/", "[": "(", "]": ")", "<": "(", ">": ")"})
_NONCE = re.compile(r"[0-9a-f]{8,32}\Z")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A stretch that is not shown because it may never be cited, and why (`quoted_history`, `signature`, …)."""

    why: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as the model sees it; `parts` are its words in order, with what was left out between them."""

    id: str
    role: str
    speaker: str
    at: str
    parts: tuple[str | LeftOut, ...]
    part_of_long: str = ""


def render_block(source: str, title: str, messages: Sequence[Shown], nonce: str) -> str:
    """The document between its delimiters. Raises `PromptValueError` where the nonce is malformed or stands in the text."""
    if not _NONCE.match(nonce):
        raise PromptValueError(f"nonce {nonce!r} is not 8 to 32 lower-case hexadecimal digits; draw it at random")
    lines = [f"<doc {nonce}>", f"{field(source)}: {field(title)}".rstrip(": ")]
    for message in messages:
        lines.append(_header(message, nonce))
        lines.extend(_left_out(part, nonce) if isinstance(part, LeftOut) else plain(part) for part in message.parts)
    lines.append(f"</doc {nonce}>")
    body = "\n".join(lines)
    if any(nonce in text for text in _untrusted(title, messages)):
        raise PromptValueError(f"nonce {nonce!r} stands in the document; draw another one")
    return body


def plain(text: str) -> str:
    """The words without what a reader cannot see but a model may obey.

    Control, bidirectional and tag characters are dropped; strings that chat templates read as control tokens are
    broken by an invisible word joiner, which grounding ignores. Lone surrogates cannot be sent and become U+FFFD.
    """
    visible = _DROPPED.sub("", _LINE_ENDS.sub("\n", text))
    return _CONTROL_TOKEN.sub(lambda found: found.group() + _JOINER, _SURROGATE.sub("\ufffd", visible))


def field(text: str) -> str:
    """A name or title on one line, without the marks that headers are made of."""
    line = " ".join(plain(text).translate(_FIELD_MARKS).split())
    return line if len(line) <= LONGEST_FIELD else line[: LONGEST_FIELD - 1] + "…"


def _header(message: Shown, nonce: str) -> str:
    fields = [field(message.id), field(message.role), field(message.speaker), message.at, message.part_of_long]
    return f"[{nonce} " + " | ".join(part for part in fields if part) + "]"


def _left_out(part: LeftOut, nonce: str) -> str:
    return f"[{nonce} left out: {field(part.why)}]"


def _untrusted(title: str, messages: Sequence[Shown]) -> list[str]:
    words = [part for message in messages for part in message.parts if isinstance(part, str)]
    return [title, *(message.speaker for message in messages), *words]
