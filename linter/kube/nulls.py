"""What Go makes of a null: in a struct the field is absent, in a list or map the element is the empty value of its type."""

from __future__ import annotations

from typing import Any

from linter.schemas import definition, kinds, notations

_EMPTY: dict[str, Any] = {
    "boolean": False, "byte": "", "double": 0, "int-or-string": 0, "int32": 0, "int64": 0, "quantity": "0", "string": "",
}  # fmt: skip


def drop_nulls(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of a manifest without nulls, as the server has it after decoding.

    Args:
        manifest: An object whose types are right. Of a kind that is not Kubernetes' own, the names of fields tell what they are.
    """
    notation = kinds().get(f"{manifest.get('apiVersion')} {manifest.get('kind')}")
    if notation is None:
        from linter.kube.defaults import drop_nulls as drop_by_name

        by_name: dict[str, Any] = drop_by_name(manifest)
        return by_name
    clean: dict[str, Any] = _clean(manifest, notations(notation)[-1].type)
    return clean


def _clean(value: Any, notation: str) -> Any:
    """Return a value without nulls.

    Args:
        value: A value that is not null.
        notation: Its type, as schemas/kubernetes.json spells it.
    """
    if isinstance(value, list):
        inner = "int32" if notation == "byte" else notation[1:-1]  # bytes may be a list of numbers
        return [_empty(inner) if each is None else _clean(each, inner) for each in value]
    if not isinstance(value, dict) or notation == "any":
        return value
    if notation[0] == "{":
        inner = notation[1:-1]
        return {key: _empty(inner) if each is None else _clean(each, inner) for key, each in value.items()}
    fields = definition(notation)
    return {
        key: _clean(each, notations(fields[key])[-1].type) for key, each in value.items() if each is not None
    }


def _empty(notation: str) -> Any:
    """Return the empty value of a type: a list, or an object for structs and maps, or that of a scalar."""
    if notation[0] == "[":
        return []
    return _EMPTY.get(notation, {})
