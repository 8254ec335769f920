"""Texts that are JSON themselves, into which a replacement can reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.applysets.kustomize.compose import compose_one
from linter.applysets.kustomize.errors import KustomizeError, UnsupportedError
from linter.applysets.kustomize.nodes import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.applysets.kustomize.nodes import Node, Scalar


def written_inside(scalar: Scalar, write: Callable[[Node], Node]) -> str | None:
    """Return a text after a value was written into it; None where it holds nothing that can be written.

    Args:
        scalar: The text.
        write: Writes into what the text says.

    Raises:
        UnsupportedError: It is YAML: how kustomize writes that anew is not known here.
    """
    import json

    text = scalar.text
    try:
        inner = compose_one(text, "")
        if inner is None:
            return None
        written = write(inner)
    except UnsupportedError:
        raise
    except Exception as error:
        if isinstance(error, KustomizeError) or type(error).__name__ == "_NotFoundError":
            return None
        raise
    if written is inner:
        return None
    if text.strip()[:1] not in {"{", "["}:
        raise UnsupportedError("replacements", "A replacement inside a text that is YAML is not made here.", scalar.place)
    is_indented = "\n" in text and "  " in text
    value = plain(written)
    dumped = (
        json.dumps(value, sort_keys=True, ensure_ascii=False, indent=2)
        if is_indented
        else json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    )
    for character in "<>&\u2028\u2029":
        dumped = dumped.replace(character, f"\\u{ord(character):04x}")
    return dumped
