"""What each built-in kind may hold, by Kubernetes version.

kubernetes.json has the types; generate.py writes it and describes its notation. constraints.json has what the API server asks of
single fields besides; it is kept by hand, and the recorded verdicts hold it to the server.
"""

from __future__ import annotations

from functools import cache

from linter.light_json import read_at
from linter.light_typing import NamedTuple
from linter.version import KubeVersion

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    Format = Literal["dns-label", "dns-subdomain", "qualified-name", "label-value", "path-segment"]
    """What a text must be, as linter.kube.names has it."""


_TYPES = "kubernetes.json"
_CONSTRAINTS = "constraints.json"


class Notation(NamedTuple):
    """What one field (or kind) is, and which versions know it. None: the oldest or the newest version there is."""

    type: str
    since: KubeVersion | None
    until: KubeVersion | None
    list_kind: str | None = None
    """How server-side apply takes a list ("map", "set") or struct ("atomic"); None: a list is atomic, a struct is not."""
    keys: tuple[str, ...] = ()
    """The fields that tell the entries of a list of kind "map" apart."""
    merge_key: str | None = None
    """The field by which a strategic merge patch finds the entries of a list; "" where it adds plain values; None: it replaces."""

    def holds_in(self, version: KubeVersion) -> bool:
        """Tell whether a version knows the field."""
        return (self.since is None or version >= self.since[:2]) and (
            self.until is None or version <= self.until
        )

    @property
    def gone(self) -> KubeVersion:
        """The first version without the field that older ones had."""
        if self.until is None:
            raise ValueError("the newest version knows it")
        return KubeVersion(self.until.major, self.until.minor + 1)


class Constraint(NamedTuple):
    """What the API server asks of a field by itself."""

    rule: str
    """The id of the page that explains it."""
    what: str = ""
    """What the value is, as the beginning of a sentence ("The protocol"); empty: the field's name says it."""
    required: bool = False
    """It must be there, and not be empty."""
    missing: str = ""
    """What is said where a required value is not there; empty: that, and which values there are."""
    even_empty: bool = False
    """A value that is not there is judged as an empty text, not skipped."""
    enum: tuple[str, ...] = ()
    """The values that there are, of a list those of its entries; "" is among them where an empty text is as good as none."""
    enum_reason: Literal["NotSupported", "Invalid"] = "NotSupported"
    """The kind of error that the server makes of another value."""
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = None
    """In bytes."""
    format: Format | None = None
    immutable: Literal["Invalid", "Forbidden"] | None = None
    """An update must not change it: how the server refuses that."""
    since: tuple[int, int] | None = None
    """The first version whose server asks it; None: all known ones."""
    until: tuple[int, int] | None = None
    """The last version whose server asks it."""

    @property
    def asks_absent(self) -> bool:
        """Whether it can find fault with a value that is not there."""
        return self.required or self.even_empty

    def holds_in(self, version: KubeVersion) -> bool:
        """Tell whether the server of a version asks it."""
        return (self.since is None or version >= self.since) and (
            self.until is None or version[:2] <= self.until
        )


@cache
def constraints(struct: str) -> tuple[tuple[str, Constraint], ...]:
    """Return the constraints on a struct's fields, in the order in which the server judges them; a field may have several.

    Raises:
        TypeError: The table holds something that is not known.
    """
    found = []
    for field, entries in (_member(_CONSTRAINTS, struct) or {}).items():
        for entry in entries if isinstance(entries, list) else [entries]:
            facts: dict[str, Any] = {
                key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
            }
            for end in ("since", "until"):
                if end in facts:
                    facts[end] = _version(facts[end])[:2]
            found.append((field, Constraint(**facts)))
    return tuple(found)


def enum_of(struct: str, field: str, version: KubeVersion) -> tuple[str, ...]:
    """Return the values that a field of a struct takes; none where the table knows no fixed set of them."""
    return tuple(
        value
        for name, constraint in constraints(struct)
        if name == field and constraint.holds_in(version)
        for value in constraint.enum
        if value
    )


def constrained_structs() -> tuple[str, ...]:
    """Return the structs that there are constraints on."""
    import json

    return tuple(json.loads(_text(_CONSTRAINTS)))


@cache
def kinds() -> dict[str, str]:
    """Return the notation of every kind, by "apps/v1 Deployment"."""
    return _member(_TYPES, "kinds")  # type: ignore[no-any-return]


@cache
def definition(name: str) -> dict[str, str | list[str]]:
    """Return the notations of a definition's fields, for all versions. `notations` and `of_version` understand them.

    Raises:
        KeyError: There is no such definition.
    """
    found: dict[str, str | list[str]] | None = _member(_TYPES, name)
    if found is None:
        raise KeyError(name)
    return found


@cache
def versions() -> tuple[KubeVersion, ...]:
    """Return the Kubernetes versions that there are facts about, oldest first."""
    return tuple(map(_version, _member(_TYPES, "versions")))


def nearest(version: KubeVersion) -> KubeVersion:
    """Return the minor release of the version where it is known, else the nearest one that is."""
    known = versions()
    return min(max(KubeVersion(version.major, version.minor), known[0]), known[-1])


def notations(notation: str | list[str]) -> tuple[Notation, ...]:
    """Read the notation of a field: what it is, one entry for each stretch of versions."""
    return tuple(map(_read, [notation] if isinstance(notation, str) else notation))


def of_version(notation: str | list[str], version: KubeVersion) -> Notation | None:
    """Return what a field is in one version; None where that version doesn't know it."""
    if isinstance(notation, str):
        found = _read(notation)
        return found if found.holds_in(version) else None
    return next((each for each in notations(notation) if each.holds_in(version)), None)


@cache
def _read(notation: str) -> Notation:
    type_, *rest = notation.split(" ")
    facts = dict(zip(rest[::2], rest[1::2], strict=True))
    since, until = (_version(facts[word]) if word in facts else None for word in ("since", "until"))
    keys = tuple(facts["keys"].split(",")) if "keys" in facts else ()
    merge_key = facts["merge"].removeprefix("-") if "merge" in facts else None
    return Notation(type_, since, until, facts.get("list"), keys, merge_key)


def _version(text: str) -> KubeVersion:
    major, _, minor = text.partition(".")
    return KubeVersion(int(major), int(minor))


def _member(file: str, name: str) -> Any:
    """Return what a file holds under a name; None where it holds no such name.

    Each definition and the constraints on each struct begin a line, so that those are read that are asked for: an object has 30
    structs, and the files 850.
    """
    text = _text(file)
    key = f'\n"{name}": '
    at = text.find(key)
    return None if at < 0 or '"' in name else read_at(text, at + len(key))


@cache
def _text(file: str) -> str:
    import os

    with open(os.path.join(os.path.dirname(__file__), file), encoding="utf-8") as opened:
        return opened.read()
