"""Built objects as YAML, as `kustomize build` prints them; with the place that wrote each value, if asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linter.applysets.kustomize.build import BuiltObject


def render(objects: Iterable[BuiltObject], *, source: bool = False) -> str:
    """Print objects.

    Args:
        objects: The objects.
        source: Whether a comment behind each value says which file and line wrote it.

    Returns:
        YAML documents, keys sorted. Reading them gives the values again.
    """
    documents = []
    for built in objects:
        lines: list[str] = []
        _Printer(built if source else None, lines).mapping(built.value, (), 0)
        documents.append("".join(f"{line}\n" for line in lines))
    return "---\n".join(documents)


class _Printer:
    def __init__(self, built: BuiltObject | None, lines: list[str]) -> None:
        self.built = built
        self.lines = lines

    def add(self, text: str, path: tuple[str | int, ...] | None) -> None:
        """Add a line; with a path, its comment says what wrote the value there."""
        if self.built is not None and path is not None:
            origin = self.built.origin(path)
            text += f"  # {origin.file}:{origin.range.line}"
        self.lines.append(text)

    def mapping(
        self, value: dict[str, Any], path: tuple[str | int, ...], indent: int, start: str = ""
    ) -> None:
        """Print a mapping; `start` stands before its first key (the dash of a list)."""
        for number, key in enumerate(sorted(value)):
            prefix = start if number == 0 and start else " " * indent
            self.entry(f"{prefix}{spelled(key)}:", value[key], (*path, key), indent)

    def entry(self, head: str, value: Any, path: tuple[str | int, ...], indent: int) -> None:
        """Print a key and its value."""
        if isinstance(value, dict) and value:
            self.lines.append(head)
            self.mapping(value, path, indent + 2)
        elif isinstance(value, list) and value:
            self.lines.append(head)
            self.sequence(value, path, indent)
        else:
            self.scalar(head, value, path, indent + 2)

    def sequence(self, value: list[Any], path: tuple[str | int, ...], indent: int, start: str = "") -> None:
        """Print a list, its dashes below its key."""
        for number, item in enumerate(value):
            dash = f"{start if number == 0 and start else ' ' * indent}- "
            below = (*path, number)
            if isinstance(item, dict) and item:
                self.mapping(item, below, indent + 2, dash)
            elif isinstance(item, list) and item:
                self.sequence(item, below, indent + 2, dash)
            else:
                self.scalar(dash.rstrip(), item, below, indent + 2)

    def scalar(self, head: str, value: Any, path: tuple[str | int, ...], indent: int) -> None:
        """Print a key, or a dash, and a value that has no parts."""
        if isinstance(value, str) and "\n" in value and _fits_block(value):
            self.add(f"{head} {_block_head(value)}", path)
            body = value.removesuffix("\n")
            self.lines += [f"{' ' * indent}{line}" if line else "" for line in body.split("\n")]
            return
        self.add(f"{head} {spelled(value)}", path)


def _fits_block(text: str) -> bool:
    return (
        text.strip("\n") != ""
        and text[0] not in " \n\t"
        and re.search(r"[ \t](?:\n|\Z)|[^\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufffd]|[\u2028\u2029\ufeff]", text)
        is None
    )


def _block_head(text: str) -> str:
    if not text.endswith("\n"):
        return "|-"
    return "|+" if text.endswith("\n\n") else "|"


def spelled(value: Any) -> str:
    """Return a value without parts as YAML of one line, which all readers take for the same."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, list):
        return "[]"
    if isinstance(value, float):
        from linter.applysets.kustomize.scalars import go_float

        return go_float(value)
    if isinstance(value, int):
        return str(value)
    return _text(value)


_SAFE = re.compile("[\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]+")


def _text(text: str) -> str:
    import json

    if text and _SAFE.fullmatch(text) and _is_plain(text):
        return text
    return json.dumps(text, ensure_ascii=not _SAFE.fullmatch(re.sub(r"[\n\t]", "", text) or " "))


def _is_plain(text: str) -> bool:
    """Tell whether every reader takes a text for the same if it stands without quotes."""
    from linter.applysets.kustomize.scalars import STR, needs_quotes, resolve
    from linter.loading.yaml.scalars import plain

    return (
        not needs_quotes(text)
        and resolve(text)[0] == STR
        and isinstance(plain(text), str)
        and text not in {"=", "<<"}
        and not text.startswith(("---", "..."))
        and not text.endswith(" ")
    )
