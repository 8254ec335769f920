"""Taints of nodes.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.kube import names
from linter.kube.suggest import quote
from linter.path import FieldPath, format_path

if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object

EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
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
        if not effect:
            message = "The taint has no effect: write `NoSchedule`, `PreferNoSchedule` or `NoExecute`."
            errors.required(paths["effect"], message, rule=_RULE, field=fields["effect"])
        else:
            what = "The effect of the taint"
            errors.not_supported(paths["effect"], what, effect, EFFECTS, rule=_RULE, field=fields["effect"])
        if (key, effect) in seen:
            message = f"The taint {quote(key)} with the effect {quote(effect)} is there twice."
            errors.duplicate((*path, *own), message, rule=_RULE, field=format_path((*seen_at, index)))
        seen.add((key, effect))
