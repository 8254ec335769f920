"""Taints of nodes.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
"""

from __future__ import annotations

from linter.apiserver.constraints import check_field
from linter.kube import names
from linter.kube.suggest import quote
from linter.path import FieldPath, format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object

_RULE = "node-taints"


def validate_taints(
    taints: list[Object], path: FieldPath, errors: Errors, *, seen_at: FieldPath, is_text: bool = False
) -> None:
    """Judge taints: each pair of key and effect is there once.

    Args:
        taints: The taints.
        path: Where they are written.
        errors: Gets what is wrong.
        seen_at: Where the server says that they are.
        is_text: Whether they are in one text, so that nothing in them has a place of its own.
    """
    seen: set[tuple[str, str]] = set()
    for index, taint in enumerate(taints):
        key, value, effect = (taint.get(name) or "" for name in ("key", "value", "effect"))
        own: FieldPath = () if is_text else (index,)
        fields = {name: format_path((*seen_at, index, name)) for name in ("key", "value", "effect")}
        paths: dict[str, FieldPath] = {name: path if is_text else (*path, index, name) for name in fields}
        faults = names.qualified_name(key)
        errors.faults(paths["key"], "The key of the taint", key, faults, rule=_RULE, field=fields["key"])
        faults = names.label_value(value)
        errors.faults(
            paths["value"], "The value of the taint", value, faults, rule=_RULE, field=fields["value"]
        )
        check_field("core/v1.Taint", "effect", effect, paths["effect"], errors, field=fields["effect"])
        if (key, effect) in seen:
            message = f"The taint {quote(key)} with the effect {quote(effect)} is there twice."
            errors.duplicate((*path, *own), message, rule=_RULE, field=format_path((*seen_at, index)))
        seen.add((key, effect))
