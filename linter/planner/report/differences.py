"""What differs between two manifests, field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from linter.apiserver.equality import is_same_with_zeros
from linter.kube import schema
from linter.kube.quantities import parse

if TYPE_CHECKING:
    from linter.planner.model import Manifest
    from linter.schemas import Notation

_IDENTITY = {"name", "namespace"}
"""By these the two objects were matched; `default` may be written out in one of them."""
_SERVER_FIELDS = {"uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink"}


class Difference(NamedTuple):
    """A field that differs. None stands for an absent one."""

    field: str
    old: Any
    new: Any


def differences(old: Manifest, new: Manifest) -> list[Difference]:
    """List what differs between two manifests of one kind; what only the server sets does not count."""
    found: list[Difference] = []
    type_ = schema.type_of(str(new.get("apiVersion")), str(new.get("kind")))
    _compare(_comparable(old), _comparable(new), "", type_, found)
    return found


def _comparable(manifest: Manifest) -> Manifest:
    metadata = {
        k: v for k, v in (manifest.get("metadata") or {}).items() if k not in _SERVER_FIELDS | _IDENTITY
    }
    return {**{k: v for k, v in manifest.items() if k != "status"}, "metadata": metadata}


def _compare(old: Any, new: Any, path: str, type_: str | None, found: list[Difference]) -> None:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            before, after, field = old.get(key), new.get(key), f"{path}.{key}" if path else str(key)
            if key == "volumeClaimTemplates" and is_same_with_zeros(before, after, str(type_), key):
                continue  # the server completes them: with apiVersion, kind and a status
            if isinstance(before, list) and isinstance(after, list):
                _compare_lists(before, after, field, schema.field_at(type_, (key,)), found)
            else:
                _compare(before, after, field, schema.type_at(type_, (key,)), found)
    elif old != new and not _is_same_as_absent(old, new, type_) and not _is_same_amount(old, new, type_):
        found.append(Difference(path, old, new))


_SELECTOR = "meta/v1.LabelSelector"


def _is_same_as_absent(old: Any, new: Any, type_: str | None) -> bool:
    """Tell whether one is absent and the other empty: the API server stores the same then, or acts the same on it.

    An empty selector selects everything and an absent one nothing; and a StatefulSet without the rollingUpdate block chooses
    revisions otherwise than with an empty one. What a custom resource makes of it nobody knows.
    """
    if type_ is None or type_ == _SELECTOR or type_.endswith("RollingUpdateStatefulSetStrategy"):
        return False
    return (old is None and _is_empty(new)) or (new is None and _is_empty(old))


def _is_same_amount(old: Any, new: Any, type_: str | None) -> bool:
    """Tell whether two quantities say the same: the server stores `0.5` as `500m`."""
    if type_ != "quantity" or old is None or new is None:
        return False
    try:
        return parse(old).nanos == parse(new).nanos
    except ValueError:
        return False


def _is_empty(value: Any) -> bool:
    """Tell whether a list, mapping or struct has nothing in it, at any depth. An empty text may be a value of its own."""
    if isinstance(value, dict):
        return all(each is None or _is_empty(each) for each in value.values())
    return value == [] and isinstance(value, list)


def _compare_lists(
    old: list[Any], new: list[Any], path: str, notation: Notation | None, found: list[Difference]
) -> None:
    # A name tells entries apart in words that its reader chose: `ports[http]` instead of `ports[8080]`.
    keys = ("name", notation.merge_key) if notation and notation.merge_key else ("name",)
    key = next((each for each in keys if _keyed(old, each) and _keyed(new, each)), None)
    if key is None:
        if old != new:
            found.append(Difference(path, old, new))
        return
    type_ = schema.inside(notation.type) if notation else None
    left, right = ({each[key]: each for each in items} for items in (old, new))
    for name in dict.fromkeys([*left, *right]):
        _compare(left.get(name), right.get(name), f"{path}[{name}]", type_, found)


def _keyed(items: list[Any], key: str) -> bool:
    """Tell whether every element is a map with its own value under the key."""
    names = [each.get(key) if isinstance(each, dict) else None for each in items]
    return bool(items) and None not in names and len(set(map(str, names))) == len(names)
