"""Bytes to text: the declared character set where it holds, a guess where it does not, and a note of what was mended."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

from extractor.readers.outcome import Obstacle, UnreadableError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_REFUSED = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
"""Codecs that are no character sets; `punycode` also takes quadratic time."""
_WIDER = {"ascii": "utf-8", "iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932"}
"""What senders mean: browsers and mail clients read these declarations as the wider set, WHATWG Encoding, section 4."""
_LIKELY = ["cp1252", "cp1250", "cp1251", "koi8_r", "cp932", "euc_jp", "iso2022_jp", "gb18030", "big5", "euc_kr"]
_GUESS_BYTES = 32 * 1024
_ASCII = bytes(range(128))
_ENOUGH = 12
"""Bytes beyond ASCII from which a guess is worth more than the most common set."""
_JAPANESE_MAIL = b"\x1b$"
"""The escape by which ISO-2022-JP enters Japanese; all of its bytes are ASCII."""
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    note: str | None = None


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """Text of `data`, without a byte order mark; never fails: what fits no set becomes U+FFFD."""
    for mark, charset in _BOMS:
        if data.startswith(mark):
            return Decoded(data[len(mark) :].decode(charset, "replace"))
    wanted = _charset(declared)
    if declared and wanted is None:
        note = f"unknown charset {declared[:40]!r}"
    elif wanted is not None:
        try:
            return Decoded(data.decode(wanted))
        except (UnicodeError, ValueError):
            note = f"not valid {declared}"
    else:
        note = "no charset declared"
    if not declared and _JAPANESE_MAIL in data[:_GUESS_BYTES]:
        return Decoded(data.decode("iso2022_jp", "replace"), "no charset declared; read as iso2022_jp")
    try:
        return Decoded(data.decode("utf-8"), note if declared and wanted != "utf-8" else None)
    except UnicodeDecodeError:
        return _guess(data, note, wanted)


def _guess(data: bytes, note: str, wanted: str | None) -> Decoded:
    if len(data) < _GUESS_BYTES and len(data.translate(None, _ASCII)) < _ENOUGH:
        return Decoded(data.decode("cp1252", "replace"), f"{note}; read as cp1252")
    best = from_bytes(data[:_GUESS_BYTES], cp_isolation=_LIKELY).best()
    if wanted is not None and data.decode(wanted, "replace").count("\ufffd") * 50 <= len(data):
        return Decoded(data.decode(wanted, "replace"), f"{note}; a few characters lost")
    charset = best.encoding if best is not None else "cp1252"
    return Decoded(data.decode(charset, "replace"), f"{note}; read as {charset}")


def _charset(declared: str | None) -> str | None:
    if not declared:
        return None
    try:
        info = codecs.lookup(declared.strip().strip("'\""))
    except (LookupError, ValueError, UnicodeError):
        return None
    is_text = getattr(info, "_is_text_encoding", True)
    return _WIDER.get(info.name, info.name) if is_text and info.name not in _REFUSED else None


def plain_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def checked(text: str, name: str) -> str:
    """The text itself. Raises UnreadableError where it holds NUL or lone surrogates, which no database keeps."""
    if "\0" in text:
        raise UnreadableError(f"{name}: NUL characters in the text; export it again as text", Obstacle.NUL_BYTES)
    found = _SURROGATE.search(text)
    if found:
        raise UnreadableError(
            f"{name}: lone surrogate U+{ord(found[0]):04X} in the text; export it again as UTF-8",
            Obstacle.LONE_SURROGATES,
        )
    return text
