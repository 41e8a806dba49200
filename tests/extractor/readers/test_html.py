"""HTML is shown as text, and what its markup calls quoted or signature is marked."""

import pytest

from extractor.readers.html import render
from extractor.readers.marks import outside

SHOWN = {
    "paragraphs": ("<p>One</p><p>Two</p>", "One\n\nTwo"),
    "breaks": ("One<br>Two<br/><br>Three", "One\nTwo\n\nThree"),
    "gmail lines": ("<div>One</div><div><br></div><div>Two</div>", "One\n\nTwo"),
    "white space": ("<p>\n  One   <b> two</b>\n three </p>", "One two three"),
    "entities": ("<p>R&amp;D &lt;b&gt; &#x27;q&#39;</p>", "R&D <b> 'q'"),
    "no-break space": ("<p>one&nbsp;two</p>", "one two"),
    "lists": ("<ul><li>One</li><li><p>Two</p></li></ul>", "- One\n- Two"),
    "cells": ("<table><tr><td>One</td><td>Two</td></tr><tr><td>Three</td></tr></table>", "One Two\nThree"),
    "preformatted": ("<pre>a\n  b</pre>", "a\n  b"),
    "hidden": ("<p style='display:none'>secret</p><div hidden>x</div><span style='font-size:0px'>y</span>seen", "seen"),
    "scripts": ("<style>p{}</style><script>alert(1)</script><title>t</title><p>seen</p>", "seen"),
    "comments": ("a<!-- no -->b", "ab"),
    "images": ("<p>a<img src='http://x.example/p.gif' alt='logo'>b</p>", "ab"),
    "broken": ("<p>a<div>b</p></span>c", "a\n\nb\n\nc"),
}


@pytest.mark.parametrize(("html", "text"), SHOWN.values(), ids=SHOWN)
def test_text_as_shown(html, text):
    assert render(html).text.replace("\n\n\n", "\n\n") == text


QUOTES = {
    "gmail": '<div>Own</div><div class="gmail_quote"><div class="gmail_attr">On x wrote:</div><blockquote>old</blockquote></div>',
    "apple": '<div>Own</div><blockquote type="cite"><div>old</div></blockquote>',
    "thunderbird": '<p>Own</p><div class="moz-cite-prefix">Am x schrieb y:</div><blockquote type="cite">old</blockquote>',
    "outlook web": '<div>Own</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg">From: x</div><div>old</div>',
    "outlook web prefixed": '<div>Own</div><div id="x_divRplyFwdMsg">From: x</div><div>old</div>',
    "outlook desktop": '<p>Own</p><div style="border:none;border-top:solid #B5C4DF 1.0pt;padding:3pt"><p>From: x</p></div><p>old</p>',
    "yahoo": '<div>Own</div><div class="yahoo_quoted">old</div>',
}


@pytest.mark.parametrize("html", QUOTES.values(), ids=QUOTES)
def test_quotes_of_each_client(html):
    rendered = render(html)
    assert outside(rendered.text, rendered.excluded).strip() == "Own"
    assert "old" in rendered.text


def test_an_authors_own_indent_is_no_quote():
    rendered = render('<div>a</div><blockquote style="margin:0 0 0 40px;border:none;padding:0px">mine</blockquote>')
    assert rendered.excluded == ()


def test_signatures_by_markup():
    rendered = render('<div>Own</div><div class="gmail_signature">Jana Holt</div>')
    assert [e.why for e in rendered.excluded] == ["signature"]
