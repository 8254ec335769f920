"""Built objects as YAML, as `kustomize build` prints them; with the place that wrote each value, if asked for."""

from __future__ import annotations

import re

from linter.light_typing import Protocol

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from linter.applysets.kustomize.places import Origin


class Printable(Protocol):
    """An object, built or as it is written."""

    @property
    def value(self) -> dict[str, Any]:
        """The object."""

    def origin(self, path: Sequence[str | int]) -> Origin:
        """Return what wrote the value at a path."""


def render(objects: Iterable[Printable], *, source: bool = False, name: Callable[[str], str] = str) -> str:
    """Print objects.

    Args:
        objects: The objects.
        source: Whether a comment behind each value says which file and line wrote it.
        name: How a file is named in comments.

    Returns:
        YAML documents, keys sorted. Reading them gives the values again. No text in them steers a terminal or a CI service.
    """
    documents = []
    for each in objects:
        lines: list[str] = []
        _Printer(each if source else None, lines, name).mapping(each.value, (), 0)
        documents.append("".join(f"{line}\n" for line in lines))
    return "---\n".join(documents)


class _Printer:
    def __init__(self, commented: Printable | None, lines: list[str], name: Callable[[str], str]) -> None:
        self.commented = commented
        self.lines = lines
        self.name = name

    def add(self, text: str, path: tuple[str | int, ...] | None) -> None:
        """Add a line; with a path, its comment says what wrote the value there."""
        if self.commented is not None and path is not None:
            origin = self.commented.origin(path)
            text += f"  # {escaped(self.name(origin.file))}:{origin.range.line}"
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


# All but control characters and the marks that turn the direction of writing.
_SHOWN = (
    "\x20-\x7e\u00a0-\u061b\u061d-\u200d\u2010-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufffd"
    "\U00010000-\U0010ffff"
)
# What CI services take for a command: ##[error] and ##vso[...] anywhere, ::error:: at the beginning of a line.
_COMMAND = re.compile(r"##\w*\[|^\s*::", re.MULTILINE)


def _fits_block(text: str) -> bool:
    return (
        text.strip("\n") != ""
        and text[0] not in " \n\t"
        and re.search(rf"[ \t](?:\n|\Z)|[^\n{_SHOWN}]", text) is None
        and _COMMAND.search(text) is None
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


def _text(text: str) -> str:
    import json

    if re.fullmatch(f"[{_SHOWN}]+", text) and _COMMAND.search(text) is None and _is_plain(text):
        return text
    return escaped(json.dumps(text, ensure_ascii=False))


def escaped(text: str) -> str:
    """Return a text with an escape for each sign that YAML does not take, or that steers a terminal or a CI service."""
    return re.sub(rf"[^{_SHOWN}]|(?<=#)#(?=\w*\[)", _escape, text)


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"


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
