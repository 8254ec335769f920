"""What mkdocs does besides: links out of docs/, which lead to files of the repository, get its address."""

from __future__ import annotations

import re
from typing import Any

from linter.release import REPOSITORY


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Return the Markdown of a page with links that the site can follow; mkdocs calls it by its name."""
    if "/" in page.file.src_uri:
        return markdown  # above its folder there is another one of the site
    return re.sub(r"\]\(\.\./([^)]+)\)", rf"]({REPOSITORY}\1)", markdown)
