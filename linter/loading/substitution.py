"""Variables in manifests (`${NAME}`, `${NAME:=default}`) and encrypted values: what is known of them, and what stays unknown."""

from __future__ import annotations

import re

from linter.kube.schema import is_list, is_map, is_struct, type_at, type_of
from linter.kube.unknown import Unknown, has_mark

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from linter.path import FieldPath

_VARIABLE = r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-=])([^{}]*))?\}"
_BARE = r"\$([A-Za-z_][A-Za-z0-9_]*)"
_ENCRYPTED = "ENC["
_TEXT = frozenset({"string", "time", "micro-time"})

# What stands there may be a program that has variables of its own: it is neither changed nor judged.
_PROGRAMS = frozenset({"annotations", "args", "binaryData", "command", "data", "stringData"})


def has_encryption(manifest: Mapping[str, Any]) -> bool:
    """Tell whether an object is encrypted with SOPS: a block `sops` says how, and each value is `ENC[…]`.

    Source: https://getsops.io/docs/ (the `sops` block holds at least a MAC, and the version that wrote it).
    """
    block = manifest.get("sops")
    return isinstance(block, dict) and ("mac" in block or "version" in block or "lastmodified" in block)


def expand(text: str, variables: Mapping[str, str]) -> str | None:
    """Return a text with its variables replaced; None where one of them is not known.

    `${NAME:-default}` and `${NAME:=default}` take the default where the variable is unset or empty, without the colon where it is
    unset alone. `$NAME` is a variable only where its value is given. `$$` stands for one dollar.

    Source: https://pkg.go.dev/github.com/drone/envsubst, which Flux uses, and GNU envsubst.
    """
    missing = False

    def value(match: re.Match[str]) -> str:
        nonlocal missing
        name, sign, default = match.groups()
        found = variables.get(name)
        if sign and (found is None or (not found and sign[0] == ":")):
            return str(default)
        if found is None:
            missing = True
            return ""
        return found

    parts = []
    for part in text.split("$$"):
        replaced = re.sub(_VARIABLE, value, part)
        replaced = (
            re.sub(_BARE, lambda match: variables.get(match[1], match[0]), replaced)
            if variables
            else replaced
        )
        if missing or has_mark(replaced):
            return None
        parts.append(replaced)
    return "$".join(parts)


def fill_in(manifest: dict[str, Any], variables: Mapping[str, str]) -> dict[str, Any]:
    """Return an object with what is known of its variables, and Unknown for values of which not even the type is.

    Args:
        manifest: The object as written.
        variables: The values that are given, by name.

    Returns:
        A copy that shares what has no variables. Texts with a variable that is not known stay as they are; the block of SOPS is left out.
    """
    if has_encryption(manifest):
        manifest = {name: value for name, value in manifest.items() if name != "sops"}
    api_version, kind = manifest.get("apiVersion"), manifest.get("kind")
    texts = isinstance(api_version, str) and isinstance(kind, str)
    type_ = type_of(str(api_version), str(kind)) if texts else None
    result: dict[str, Any] = _Filler(type_, variables).filled(manifest, ())
    return result


class _Filler:
    """Fills in one object.

    Args:
        type_: The type of the object; None for a custom resource.
        variables: The values that are given.
    """

    def __init__(self, type_: str | None, variables: Mapping[str, str]) -> None:
        self._type = type_
        self._variables = variables

    def filled(self, value: Any, path: FieldPath) -> Any:
        if isinstance(value, dict):
            return {key: self.filled(each, (*path, key)) for key, each in value.items()}
        if isinstance(value, list):
            return [self.filled(each, (*path, index)) for index, each in enumerate(value)]
        if isinstance(value, str) and has_mark(value):
            return self._scalar(value, path)
        return value

    def _scalar(self, text: str, path: FieldPath) -> Any:
        type_ = "string" if path[0] == "metadata" and self._type is None else type_at(self._type, path)
        if type_ is None:
            return text
        is_given = _ENCRYPTED not in text and not _is_program(text, path)
        found = expand(text, self._variables) if is_given else None
        if type_ in _TEXT:
            return text if found is None else found
        return Unknown() if found is None else _read(found, type_)


def _is_program(text: str, path: FieldPath) -> bool:
    return "\n" in text or not _PROGRAMS.isdisjoint(map(str, path)) or (path[-1] == "value" and "env" in path)


def _read(text: str, type_: str) -> Any:
    """Return the value that a text stands for as a plain scalar, or Unknown where a list or mapping is asked for."""
    from linter.loading.yaml.scalars import plain

    if is_list(type_) or is_map(type_) or is_struct(type_):
        return Unknown()
    return plain(text)
