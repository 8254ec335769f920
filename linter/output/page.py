"""A self-contained HTML page: one style, at most one script, nothing from the network."""

from __future__ import annotations

from html import escape as _escape

from linter.output.terminal import sanitize

# Texts have a contrast of at least 4.5 : 1 with their grounds, signs one of at least 3 : 1.
_LIGHT = """
  --paper: #ffffff; --panel: #f4f6f8; --ink: #1a212b; --soft: #566070; --rule: #d5dae1; --mark: #fff0c2;
  --link: #1f56c2; --bad: #b42318; --warn: #8a5200; --good: #156f46;
  --old: #4a63b8; --new: #1c8657; --third: #a2590c; --fourth: #8a3fa0;
"""
_DARK = """
  --paper: #12161c; --panel: #1b212a; --ink: #e7ebf0; --soft: #9eabba; --rule: #38424f; --mark: #43381a;
  --link: #8cb4ff; --bad: #ff8f85; --warn: #efb65c; --good: #5fce99;
  --old: #8fa6f5; --new: #43c089; --third: #e9a45c; --fourth: #d08fe6;
"""
COLORS = f"""
:root {{ color-scheme: light dark; {_LIGHT} }}
@media (prefers-color-scheme: dark) {{ :root {{ {_DARK} }} }}
@media print {{ :root {{ color-scheme: light; {_LIGHT} --panel: #ffffff; --soft: #444444; --rule: #999999; }} }}
"""
"""The colours of all pages and drawings, for light and dark, as CSS variables."""
_STYLE = """
* { box-sizing: border-box; }
body {
  margin: 0; padding: 2rem clamp(1rem, 4vw, 3rem) 4rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main { max-width: 90rem; margin: 0 auto; }
h1 { margin: 0; font-size: 1.7rem; line-height: 1.2; letter-spacing: -0.01em; }
h2 { margin: 0; font-size: 1.15rem; line-height: 1.3; overflow-wrap: anywhere; }
h3 { margin: 0 0 .5rem; font-size: .95rem; }
p { margin: .3rem 0; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: .87em; }
code { overflow-wrap: anywhere; }
a { color: var(--link); }
.soft { color: var(--soft); }
.badge {
  display: inline-block; padding: 0 .5em; border: 1px solid currentColor; border-radius: 1em;
  font-size: .8rem; font-weight: 600; white-space: nowrap;
}
.error, .bad { color: var(--bad); } .warning { color: var(--warn); } .info { color: var(--link); } .good { color: var(--good); }
details { margin-top: 1rem; } summary { cursor: pointer; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px; }
"""


def page(title: str, body: str, style: str = "", script: str = "") -> str:
    """Return a whole page.

    Its Content-Security-Policy lets exactly this style and this script in, by their hashes: no other script, no handler
    in an attribute and no request could run, even if text of a manifest got through unescaped.

    Args:
        title: The page's title, not escaped yet.
        body: The inside of its main element, as HTML.
        style: CSS besides that of all pages.
        script: JavaScript, if any.
    """
    css = COLORS + _STYLE + style
    policy = "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_hash(css)}'",
            f"script-src '{_hash(script)}'" if script else "script-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title)}</title>\n<style>{css}</style>\n</head>\n<body>\n<main>\n{body}</main>\n"
        + (f"<script>{script}</script>\n" if script else "")
        + "</body>\n</html>\n"
    )


def escape(text: str) -> str:
    """Return text for HTML and SVG, in elements and in quoted attributes; control characters are made visible."""
    return _escape(sanitize(text).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd"))


def _hash(text: str) -> str:
    from base64 import b64encode
    from hashlib import sha256

    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
