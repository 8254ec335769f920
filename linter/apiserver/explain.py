"""What the decoder refuses, in words that help: what is there, what should be, and how to fix it."""

from __future__ import annotations

from linter.apiserver.errors import Error
from linter.kube import file_modes
from linter.kube.structs import List, Map, Scalar, Struct
from linter.kube.suggest import quote, suggest
from linter.path import FieldPath, Key, format_path
from linter.schemas import definition, notations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from linter.kube.structs import At, Fault, Step, Type
    from linter.version import KubeVersion


_EXPECTED = {
    "boolean": "true or false",
    "byte": "base64 text",
    "double": "a number",
    "int-or-string": "a whole number or text",
    "int32": "a whole number",
    "int64": "a whole number",
    "quantity": "an amount such as `500m` or `1Gi`",
    "string": "text",
    "time": "a time such as `2024-01-31T12:00:00Z`",
    "micro-time": "a time such as `2024-01-31T12:00:00.000000Z`, with six digits behind the seconds",
}
_RANGES = {
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "int-or-string": (-(2**31), 2**31 - 1),
}
_BOOLEANS = {"true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"}


def explain(fault: Fault, root: Type, version: KubeVersion) -> Error:
    """Turn a fault of the decoder into an error.

    Args:
        fault: What the decoder found.
        root: The type of the whole object, for paths and for fields that stand in the wrong place.
        version: The Kubernetes version, for fields that others know.
    """
    path, structs = _located(root, fault.at)
    if fault.kind == "unknown":
        message = _unknown(str(fault.value), path, structs, version)
        return Error("unknown-field", path, message, "UnknownField", at_key=True)
    if fault.kind == "malformed" or (isinstance(fault.type, Scalar) and fault.type.name == "quantity"):
        return _malformed(fault, path)
    message = f"`{name_of(path)}` must be {_wanted(fault.type)}, but is {found(fault.value)}{_advice(fault.type, fault.value, path)}."
    return Error("wrong-type", path, message, "TypeMismatch")


def _located(root: Type, at: At) -> tuple[FieldPath, list[Struct]]:
    """Return the path of a place, and the structs that lie on the way to it."""
    steps: list[Step] = []
    while at is not None:
        at, step = at
        steps.append(step)
    path: list[Step] = []
    structs: list[Struct] = []
    type_: Type | None = root
    for step in reversed(steps):
        if isinstance(type_, List):
            type_ = type_.inside
        elif isinstance(type_, Map):
            step = Key(step)  # noqa: PLW2901  a free key, which the server prints in brackets
            type_ = type_.inside
        elif isinstance(type_, Struct):
            structs.append(type_)
            type_ = type_.fields.get(str(step))
        path.append(step)
    return tuple(path), structs


def _malformed(fault: Fault, path: FieldPath) -> Error:
    name = fault.type.name if isinstance(fault.type, Scalar) else ""
    shown = quote(fault.value) if fault.value != "" else "empty"
    message = f"`{name_of(path)}` is {shown if isinstance(fault.value, str) else found(fault.value)}"
    if name == "quantity":
        message += ", which is not an amount. Write a number, with or without one of the suffixes m, k, M, G, T, Ki, Mi, Gi, Ti"
        return Error("malformed-quantity", path, f"{message}: {_amount(fault.value)}.", "Malformed")
    message += f"; it must be {_EXPECTED[name]}."
    if name == "byte":
        message += " Plain text belongs in `stringData`." if path[0] == "data" else ""
    return Error("malformed-value", path, message, "Malformed")


_SUFFIXES = ("m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")


def _amount(value: Any) -> str:
    """Return an amount that may have been meant ("512MB" → `512M`), or examples."""
    from linter.kube.quantities import is_quantity

    text = "".join(value.split()) if isinstance(value, str) else ""
    bytes_meant = text[-1:] in {"b", "B"}
    text = text[:-1] if bytes_meant else text
    number = text.rstrip("KMGTPEkmgtpeIi")
    meant = {each.lower(): each for each in reversed(_SUFFIXES) if not (bytes_meant and each == "m")}
    amount = number + meant.get(text[len(number) :].lower(), "?")
    return f"`{amount}`" if number and is_quantity(amount) else "`500m`, `2`, `1Gi`"


def _wanted(type_: Type) -> str:
    if isinstance(type_, List):
        return "a list"
    if isinstance(type_, Map):
        return "a map of `key: value` lines"
    if isinstance(type_, Struct):
        return f"a map with the fields of {_short(type_)}"
    return _EXPECTED[type_.name] if isinstance(type_, Scalar) else "something else"


def found(value: Any) -> str:
    """Say what a value is, e.g. "the number `3`" or "a list"."""
    if isinstance(value, str):
        quoted = '"' + " ".join(value.splitlines()) + '"'
        return f"the text {quote(quoted)}" if value else "an empty text"
    if isinstance(value, bool):
        return f"the truth value `{str(value).lower()}`"
    if isinstance(value, (int, float)):
        return f"the number {quote(value)}"
    return "a list" if isinstance(value, list) else "a map"


def _advice(type_: Type, value: Any, path: FieldPath) -> str:
    """Say how to fix it, where that is certain enough."""
    name = type_.name if isinstance(type_, Scalar) else ""
    if name == "string":
        if isinstance(value, bool):
            return ": put it in quotes (`yes`, `no`, `on`, `off`, `true` and `false` without quotes are truth values)"
        # The number as read may not be the one written (0644, 1.10), so it is not spelt out.
        if isinstance(value, (int, float)):
            return ": put it in quotes"
    elif name in _RANGES:
        low, high = _RANGES[name]
        if isinstance(value, str) and path[-1] in file_modes.FIELDS:
            meant = file_modes.meant_by(value)
            how = "it in octal digits with a zero in front" if meant is None else file_modes.spelled(meant)
            return f": write {how}, without quotes"
        if isinstance(value, str) and len(value) <= 20 and _is_whole(value) and low <= int(value) <= high:
            return f": write {int(value)} without quotes"
        if isinstance(value, int) and not isinstance(value, bool):
            return f": it must lie between {low} and {high}"
    elif name == "boolean" and isinstance(value, str) and value.lower() in _BOOLEANS:
        return f": write {_BOOLEANS[value.lower()]} without quotes"
    elif isinstance(type_, List):
        return (
            ": start it with `- `"
            if isinstance(value, dict)
            else ": write it as `- item` lines or `[item, …]`"
        )
    elif isinstance(type_, (Map, Struct)) and isinstance(value, list):
        return ": write it without `- `"
    return ""


def _is_whole(text: str) -> bool:
    return text[text[:1] in {"+", "-"} :].isdecimal()


def _unknown(key: str, path: FieldPath, structs: list[Struct], version: KubeVersion) -> str:
    struct = structs[-1]
    message = f"`{key}` is not a field of {_short(struct)}"
    if other := _in_another_version(struct, key, version):
        return f"{message} in Kubernetes {version}: {other}."
    near = suggest(key, struct.fields)
    if near and near.lower() == key.lower():
        return f"{message}. Did you mean `{near}`?"
    if home := _home(key, path, structs):
        return f"{message}; it belongs {home}."
    return f"{message}. Did you mean `{near}`?" if near else f"{message}."


def _in_another_version(struct: Struct, key: str, version: KubeVersion) -> str | None:
    """Say since or until when a field exists, where this version is not among those that know it."""
    if struct.name == "custom resource" or key not in (fields := definition(struct.name)):
        return None
    spans = notations(fields[key])
    later = [each.since for each in spans if each.since and each.since > version]
    if later:
        return f"it is new in {min(later)}"
    return f"it is gone since {spans[-1].gone}"


# Names that so many structs have that a place for them would be a guess.
_COMMON = frozenset({"apiVersion", "key", "kind", "name", "path", "status", "type", "value"})
_DEPTH = 3


def _home(key: str, path: FieldPath, structs: list[Struct]) -> str | None:
    """Say where a misplaced field is at home, if there is exactly one such place nearby."""
    if key in _COMMON:
        return None
    places = list(_struct_places(path, structs))[::-1]
    for place, struct in places:
        metadata = struct.fields.get("metadata")
        if isinstance(metadata, Struct) and key in metadata.fields:
            return f"in `{format_path((*place, 'metadata'))}`"
        if key in struct.fields:
            return f"in `{format_path(place)}`" if place else "at the top level"
    for place, struct in places:
        homes = _below(struct, key)
        if len(homes) == 1:
            steps = "".join(f".{step}" for step in homes[0]).replace(".[]", "[]")
            return f"in `{(format_path(place) + steps).removeprefix('.')}`"
        if homes:
            return None
    return None


def _struct_places(path: FieldPath, structs: list[Struct]) -> Iterator[tuple[FieldPath, Struct]]:
    """Pair the structs on the way to a field with the paths that they stand at."""
    remaining = iter(structs)
    type_: Type | None = structs[0]
    for index, step in enumerate(path):
        if isinstance(type_, Struct):
            yield path[:index], next(remaining)
            type_ = type_.fields.get(str(step))
        elif isinstance(type_, (List, Map)):
            type_ = type_.inside


def _below(struct: Struct, key: str) -> list[tuple[str, ...]]:
    """Return the nearest places below a struct that have such a field; `[]` stands for the items of a list."""
    level: list[tuple[tuple[str, ...], Struct]] = [((), struct)]
    for _ in range(_DEPTH):
        below: list[tuple[tuple[str, ...], Struct]] = []
        for steps, each in level:
            for name, type_ in each.fields.items():
                if name == "status":
                    continue
                inner = type_.inside if isinstance(type_, List) else type_
                if isinstance(inner, Struct):
                    below.append(((*steps, name, *(["[]"] if inner is not type_ else [])), inner))
        if found := [steps for steps, each in below if key in each.fields]:
            return found
        level = below
    return []


def name_of(path: FieldPath) -> str:
    """Return the last part of a path that a reader recognises: `args[1]`, `labels[app]`, `replicas`."""
    start = len(path) - 1
    while start > 0 and isinstance(path[start], (int, Key)):
        start -= 1
    return format_path(path[start:])


def _short(type_: Type) -> str:
    """Return the name of a definition without its group: "core/v1.PodSpec" → PodSpec."""
    return type_.name.rpartition(".")[2] if isinstance(type_, Struct) else "it"
