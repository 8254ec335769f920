"""Texts that mean something to whoever shows them, and the check that a report makes nothing of them but text."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from linter.release import DOCS

if TYPE_CHECKING:
    from collections.abc import Iterable

TEXTS = {
    "colours": "\x1b[41mred\x1b[0m",
    "a hyperlink": "\x1b]8;;http://evil.example\x07click\x1b]8;;\x07",
    "a title": "\x1b]0;title\x07",
    "what moves the cursor": "one\rtwo\x08\x08\x7f",
    "C1": "\x9b2J\x85next\x9d0;title\x9c",
    "bidirectional": "\u202egnp.exe \u2066x\u2069 \u200fy\u200e \u061cz",
    "lines": "one\ntwo\r\nthree\u2028four\u2029five",
    "unwritable": "\x00\x0b\x0c\ufeff\ufffe\uffff",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "an attribute": "\"><b onmouseover='alert(1)' x=\"",
    "an end": "]]> --> </code></td></tr></table></details></pre></svg></title><h1>x",
    "entities": "&lt;script&gt; &#60;b&#62; &amp;amp; &nope;",
    "Markdown": "| a | **b** _c_ ~~d~~ `e` ``f`` \\| $x$",
    "a link": "[a](javascript:alert(1)) ![b](http://evil.example/b.png) [c]: http://evil.example",
    "autolinks": "http://evil.example https://evil.example www.evil.example <http://evil.example> a@evil.example",
    "mentions": "@everyone @octo/team #1 octo/repo#2",
    "a heading": "# one\n## two\n- three\n1. four\n> five\n```\nsix",
    "a command": "::error file=a::pwned",
    "a command after blanks": " \u00a0::set-output name=a::b",
    "a command on a line": "x\n::error::pwned\n::set-env name=A::b\r::add-mask::c",
    "an old command": "x ##[error]pwned ##[add-path]/tmp",
    "a command of another service": "##vso[task.setvariable variable=a]b ##teamcity[message text='c']",
    "escaped": "%0A::error::pwned %0D %25 %3A",
    "a command among words": "word " * 14 + "::error::pwned " + "word " * 14 + "::stop-commands::x",
    "braces": "{0} %s ${X} {{ .x }} $(touch executed) `touch executed`",
    "JSON": '"}],"x":"\\u0000\\ \\" null',
}  # fmt: skip

CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]"
)
# The colours that podplan uses, and no others.
_COLOR = re.compile(r"\x1b\[(?:0|(?:[12]|3[1-6])(?:;1)?)m")
_COMMAND = re.compile(r"\s*::[^:]*::|.*##\w*\[", re.DOTALL)
"""What GitHub Actions takes for a command, and Azure Pipelines and TeamCity (actions/runner, ActionCommand.cs)."""
_MARKDOWN = MarkdownIt("gfm-like")
assert _MARKDOWN.linkify is not None
# GitHub makes no link of a bare example.com or //example.com.
_MARKDOWN.linkify.set({"fuzzy_link": False})
_MARKDOWN.linkify.add("//", None)
# Nor does it look for people, issues and sites in code.
_MARKDOWN.add_render_rule("code_inline", lambda *_: "<code></code>")
_MARKDOWN.add_render_rule("fence", lambda *_: "<pre></pre>")


_PAGE = re.compile(rf'<a href="{re.escape(DOCS)}rules/[a-z-]+/[a-z-]+/"><code>[a-z-]+</code></a>')
"""A link to the page of a rule: the only one that podplan makes itself."""


class _Outline(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: set[tuple[str, ...]] = set()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add((tag, *(name for name, _ in attrs)))


def outline(page: str) -> set[tuple[str, ...]]:
    """Return the elements of a page with their attributes' names: what a browser makes of it."""
    return _Outline(page).elements


def xml_outline(document: str) -> set[tuple[str, ...]]:
    """Return the same of a document that has to be well-formed."""
    root = ET.fromstring(document)  # noqa: S314  we have written it ourselves
    return {(each.tag, *each.keys()) for each in root.iter()}


def commands(text: str) -> list[str]:
    """Return the lines that a CI service takes for commands."""
    return [line for line in text.split("\n") if _COMMAND.match(line)]


def check_lines(text: str) -> None:
    """Hold what is written to a terminal or a log to what it may be."""
    steering = CONTROL.search(text)
    assert steering is None, text[max(0, steering.start() - 80) : steering.end() + 20].encode(
        "unicode-escape"
    )
    assert commands(text) == [], text


def check(form: str, shown: str, plain: str) -> None:
    """Hold a report with a hostile text to one with a plain text in its place.

    Args:
        form: The format, e.g. `html`; `color` is text with colours.
        shown: The report.
        plain: The same report with a plain text.
    """
    shown.encode()
    if form == "github":
        assert all(re.match(r"::(error|warning|notice) file=", line) for line in commands(shown))
        assert len(commands(shown)) == len(shown.splitlines()) - 1
        return
    check_lines(_COLOR.sub("", shown) if form == "color" else shown)
    match form:
        case "json" | "sarif" | "gitlab":
            json.loads(shown)
        case "junit" | "svg":
            assert xml_outline(shown) <= xml_outline(plain)
        case "html":
            assert outline(shown) <= outline(plain)
        case "markdown":
            page = _MARKDOWN.render(shown)
            assert outline(page) <= outline(_MARKDOWN.render(plain))
            assert not any(tag in {"img", "script"} for tag, *_ in outline(page))
            text = _PAGE.sub("", page)
            assert "<a" not in text
            assert not re.search(r"@\w|#\d|www\.\w|://", text)


def names(texts: Iterable[str]) -> list[str]:
    """Return those texts that a file may have as its name."""
    return [text for text in texts if "/" not in text and "\0" not in text and len(text.encode()) < 200]
