"""HTML to the text that a mail client shows, with the stretches that its own markup calls quoted or signature.

Nothing is fetched and nothing runs: links and images are not followed, scripts, styles and hidden elements are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from extractor.document import Exclusion, Span
from extractor.readers.html_marks import Marks, load_marks
from extractor.readers.limits import BODY_CHARACTERS
from extractor.readers.outcome import Obstacle, UnreadableError

HTML_DEPTH = 1000
"""Elements within elements; the parser's time grows with the square of the depth (32,000 take nine seconds)."""
_DROPPED = frozenset(
    [
        "head",
        "style",
        "script",
        "title",
        "template",
        "noscript",
        "meta",
        "link",
        "base",
        "object",
        "embed",
        "applet",
        "iframe",
        "svg",
        "math",
        "audio",
        "video",
        "canvas",
        "textarea",
        "select",
        "option",
        "button",
        "input",
    ]
)
_PARAGRAPHS = frozenset(
    ["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "blockquote", "pre", "table", "figure", "fieldset"]
)
_BLOCKS = frozenset(
    [
        "div",
        "tr",
        "li",
        "dt",
        "dd",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "nav",
        "aside",
        "address",
        "center",
        "form",
        "hr",
        "thead",
        "tbody",
        "tfoot",
        "caption",
        "figcaption",
        "details",
        "summary",
        "html",
        "body",
    ]
)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|!|$)"
    r"|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)|max-height\s*:\s*0(?:px|pt)?\s*(?:;|!|$)",
    re.IGNORECASE,
)
_INDENT = re.compile(r"border(?:-left)?\s*:\s*(?:none|0)", re.IGNORECASE)
_OUTLOOK_LINE = re.compile(r"border:\s*none;\s*border-top:\s*solid\s*#(?:B5C4DF|E1E1E1|CCCCCC)\s*1\.0pt", re.IGNORECASE)
_PREFIX = re.compile(r"^(?:x_)+")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})")
_NEVER_DEEP = frozenset(
    [
        "p",
        "li",
        "dt",
        "dd",
        "td",
        "th",
        "tr",
        "thead",
        "tbody",
        "tfoot",
        "option",
        "optgroup",
        "colgroup",
        "col",
        "rt",
        "rp",
        "br",
        "hr",
        "img",
        "input",
        "meta",
        "link",
        "area",
        "base",
        "embed",
        "param",
        "source",
        "track",
        "wbr",
        "html",
        "head",
        "body",
    ]
)
"""Elements that end by themselves, so that leaving them open nests nothing."""
_SPACE = re.compile(r"[ \t\n\r\f]+")


@dataclass(frozen=True, slots=True)
class Rendered:
    """The text, and what the markup itself says about stretches of it."""

    text: str
    excluded: tuple[Exclusion, ...] = ()


def render(html: str) -> Rendered:
    """Text with block elements on lines of their own. Raises UnreadableError where the HTML is beyond the limit."""
    if len(html) > BODY_CHARACTERS:
        raise UnreadableError(f"HTML body of {len(html)} characters; shorten or export it as text", Obstacle.TOO_LARGE)
    if nesting(html) > HTML_DEPTH:
        raise UnreadableError(
            f"HTML nested deeper than {HTML_DEPTH} elements; export it as text", Obstacle.TOO_MANY_PARTS
        )
    root = LexborHTMLParser(html.replace("\0", "\ufffd")).root
    page = _Page(load_marks())
    for node, entering in _walk(root, page):
        if entering:
            page.enter(node)
        else:
            page.leave(node)
    return page.rendered()


def nesting(html: str) -> int:
    """An upper bound of how deep elements stand in one another, without building the tree."""
    depth = deepest = 0
    for match in _TAG.finditer(html):
        if match[2].lower() in _NEVER_DEEP:
            continue
        depth = max(0, depth - 1) if match[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _walk(root: LexborNode | None, page: _Page) -> Iterator[tuple[LexborNode, bool]]:
    """Every shown node on the way in and on the way out; a loop, because hostile pages nest deeper than the stack."""
    stack: list[tuple[LexborNode, bool]] = [(root, True)] if root is not None else []
    while stack:
        node, entering = stack.pop()
        if entering and page.hides(node):
            continue
        yield node, entering
        if not entering:
            continue
        stack.append((node, False))
        children: list[tuple[LexborNode, bool]] = []
        child = node.child
        while child is not None:
            children.append((child, True))
            child = child.next
        stack.extend(reversed(children))


@dataclass(slots=True)
class _Page:
    """The text so far; white space collapses as CSS says, line breaks are due until the next word appears."""

    marks: Marks
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    breaks: int = 0
    space: bool = False
    fresh: bool = True
    bullet: bool = False
    verbatim: int = 0
    open: dict[int, tuple[int, str]] = field(default_factory=dict)
    found: list[tuple[int, int, str]] = field(default_factory=list)
    history_from: int | None = None

    def hides(self, node: LexborNode) -> bool:
        tag = node.tag or ""
        if tag in _DROPPED or tag == "-comment":
            return True
        if tag.startswith("-"):
            return False
        attributes = node.attributes
        return "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or ""))

    def enter(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag == "-text":
            self.say(node.text_content or "")
            return
        if tag == "br":
            self.line()
            return
        self.block(tag)
        if tag == "pre":
            self.verbatim += 1
        elif tag == "li":
            self.put("- ")
            self.fresh = self.bullet = True
        elif tag in ("td", "th") and not self.fresh:
            self.space = True
        self.mark(node, tag)

    def leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        opened = self.open.pop(node.mem_id, None)
        if opened is not None:
            self.found.append((opened[0], self.length, opened[1]))
        if tag == "pre":
            self.verbatim -= 1
        self.block(tag)

    def block(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self.due(2)
        elif tag in _BLOCKS:
            self.due(1)

    def due(self, breaks: int) -> None:
        """Line breaks before the next word; none between a bullet and its words."""
        self.space = False
        if self.bullet:
            return
        self.breaks = max(self.breaks, breaks)
        self.fresh = True

    def line(self) -> None:
        self.breaks += 1
        self.space = False
        self.fresh = True

    def say(self, text: str) -> None:
        if self.verbatim:
            self.put(text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " "))
            return
        collapsed = _SPACE.sub(" ", text)
        words = collapsed.strip(" ")
        if not words:
            self.space = self.space or (bool(collapsed) and not self.fresh)
            return
        if collapsed[0] == " " and not self.fresh:
            self.space = True
        self.put(words.replace("\xa0", " "))
        self.space = collapsed[-1] == " "

    def put(self, text: str) -> None:
        if not text:
            return
        before = "\n" * self.breaks if self.breaks and self.length else " " if self.space and not self.fresh else ""
        self.breaks, self.space, self.fresh, self.bullet = 0, False, False, False
        self.pieces.append(before + text)
        self.length += len(before) + len(text)

    def mark(self, node: LexborNode, tag: str) -> None:
        attributes = node.attributes
        style = attributes.get("style") or ""
        if tag == "blockquote" and not _INDENT.search(style):
            self.open[node.mem_id] = (self.length, "quoted_history")
            return
        identity = _PREFIX.sub("", attributes.get("id") or "")
        classes = {_PREFIX.sub("", name) for name in (attributes.get("class") or "").split()}
        if not identity and not classes and not style:
            return
        if self.marks.quoted_history.match(identity, classes):
            self.open[node.mem_id] = (self.length, "quoted_history")
        elif self.marks.signature.match(identity, classes):
            self.open[node.mem_id] = (self.length, "signature")
        elif self.marks.rest_is_history.match(identity, classes) or _OUTLOOK_LINE.search(style):
            self.history_from = self.length if self.history_from is None else self.history_from

    def rendered(self) -> Rendered:
        text = "".join(self.pieces)
        if self.history_from is not None:
            self.found.append((self.history_from, len(text), "quoted_history"))
        spans = (Exclusion(Span(start, end), why) for start, end, why in sorted(self.found) if text[start:end].strip())
        return Rendered(text, tuple(spans))
