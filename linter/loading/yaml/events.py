"""The events of a YAML text."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def event_reader(text: str, *, pure: bool = False) -> Callable[[], Any]:
    """Return a function that gives the next event of a YAML text, by the C parser where there is one.

    Raises (the function): ruamel.yaml's YAMLError for broken syntax.
    """
    if not pure and not has_bare_tag(text):
        try:
            from _ruamel_yaml import CParser
        except ImportError:
            pass
        else:
            get_event: Callable[[], Any] = CParser(text).get_event
            return get_event
    from ruamel.yaml import YAML

    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 1)
    events = reader.parse(text)
    return lambda: next(events, None)


def has_bare_tag(text: str) -> bool:
    """Tell whether there is a tag `!`, of which the C parser does not tell; it makes text of what stands behind it."""
    return "!" in text and re.search(r"(?<=[\s\[{,])!\s", text) is not None
