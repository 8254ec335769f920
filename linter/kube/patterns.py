"""Regular expressions of schemas and rules, matched as the API server does: in time that is linear to the text.

It uses RE2's syntax and engine (Go's regexp). google-re2 comes with the extra `podplan[cel]`; without it the engine of jsonschema-rs
does, which is bounded, too, and reads nearly the same syntax. In a browser there is neither: nobody can tell.
"""

from __future__ import annotations

import re
from functools import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def matches(pattern: str, text: str) -> bool:
    """Tell whether a pattern is found in a text; true where nobody can tell, for the pattern or the text is malformed."""
    search = _search(pattern)
    try:
        return search is None or search(text)
    except ValueError:  # a lone surrogate
        return True


def compiled(pattern: str) -> Any:
    """Return a compiled expression of google-re2.

    Raises:
        ImportError: It is not installed.
        ValueError: The pattern is malformed; the text says why.
    """
    import re2

    # Go refuses a count that RE2 takes for a plain text, for it is too long to be read.
    if found := re.search(r"(?<!\\)\{[0-9]{9,}", pattern):
        raise ValueError(f"invalid repeat count: {found[0]}")
    options = re2.Options()
    options.log_errors = False
    try:
        # Go takes both spellings of a named group.
        return re2.compile(re.sub(r"\(\?<(?=[A-Za-z_])", "(?P<", pattern), options)
    except re2.error as error:
        message = error.args[0]
        text = message.decode("utf-8", "replace") if isinstance(message, bytes) else str(message)
        raise ValueError(text) from None


@lru_cache(maxsize=256)
def pattern_fault(pattern: str) -> str | None:
    """Return why a pattern is none that the API server takes, as a phrase; None where nobody can tell."""
    try:
        compiled(pattern)
    except ImportError:
        return None
    except ValueError as error:
        return f"is not a regular expression ({error})"
    return None


@lru_cache(maxsize=256)
def _search(pattern: str) -> Callable[[str], bool] | None:
    try:
        expression = compiled(pattern)
    except ImportError:
        return bounded_search(pattern)
    except ValueError:
        return None
    return lambda text: expression.search(text) is not None


def bounded_search(pattern: str) -> Callable[[str], bool] | None:
    """Return what tells whether a pattern is found in a text, without google-re2; None if nothing here can tell."""
    try:
        import jsonschema_rs
    except ImportError:
        return None
    try:
        judge = jsonschema_rs.validator_for({"pattern": pattern})
    except ValueError:
        return None
    return judge.is_valid
