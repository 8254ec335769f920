"""Texts that are JSON or YAML themselves, into which a replacement can reach."""

from __future__ import annotations

from linter.applysets.kustomize.compose import compose_one
from linter.applysets.kustomize.errors import KustomizeError, UnsupportedError
from linter.applysets.kustomize.nodes import Mapping, Scalar, Sequence, plain
from linter.applysets.kustomize.scalars import STR, needs_quotes, resolve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.applysets.kustomize.nodes import Node


def written_inside(scalar: Scalar, write: Callable[[Node], Node]) -> str | None:
    """Return a text after a value was written into it; None where it holds nothing that can be written.

    Args:
        scalar: The text.
        write: Writes into what the text says.

    Raises:
        UnsupportedError: It is YAML that would not come out as kustomize writes it.
    """
    import json

    text = scalar.text
    inner = parsed(scalar)
    if inner is None:
        return None
    written = write(inner)
    if written is inner:
        return None
    if text.strip()[:1] not in {"{", "["}:
        if _emitted(inner) != text.strip():
            raise UnsupportedError(
                "replacements",
                "A replacement inside a text that is YAML is made only where it has no comments, no folded texts and no braces.",
                scalar.place,
            )
        return _emitted(written)
    is_indented = "\n" in text and "  " in text
    try:
        value = plain(written)
    except KustomizeError:
        return None  # kustomize gives up without a word
    dumped = (
        json.dumps(value, sort_keys=True, ensure_ascii=False, indent=2)
        if is_indented
        else json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    )
    for character in "<>&\u2028\u2029":
        dumped = dumped.replace(character, f"\\u{ord(character):04x}")
    return dumped


def parsed(scalar: Scalar) -> Node | None:
    """Return what a text says; None where it is not YAML, or holds nothing."""
    try:
        return compose_one(scalar.text, "")
    except KustomizeError:
        return None


def _emitted(node: Node) -> str:
    """Write YAML as kustomize's library does: two blanks a level, dashes below their key."""
    return "\n".join(_lines(node))


def _lines(node: Node) -> list[str]:
    if type(node) is Scalar:
        return [_spelled(node)]
    if type(node) is Mapping:
        if not node.entries:
            return ["{}"]
        result = []
        for key, value in node.entries.items():
            head = f"{_spelled(Scalar(key, STR, '', node.place))}:"
            below = _lines(value)
            if type(value) is Scalar or below in (["{}"], ["[]"]):
                result += [f"{head} {below[0]}".rstrip(" ")]
            else:
                indent = "  " if type(value) is Mapping else ""
                result += [head, *(indent + line for line in below)]
        return result
    assert type(node) is Sequence  # noqa: S101  for the type checker
    if not node.items:
        return ["[]"]
    result = []
    for item in node.items:
        first, *more = _lines(item)
        result += [f"- {first}", *(f"  {line}" for line in more)]
    return result


def _spelled(node: Scalar) -> str:
    if node.style == '"' or (node.tag == STR and not node.style and resolve(node.text)[0] != STR):
        import json

        return json.dumps(node.text, ensure_ascii=False)
    if node.style == "'" or (node.tag == STR and not node.style and needs_quotes(node.text)):
        return "'" + node.text.replace("'", "''") + "'"
    return node.text
