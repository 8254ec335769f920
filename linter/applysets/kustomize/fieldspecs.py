"""Field specs: which fields of which kinds a transformer writes. And the walk to them."""

from __future__ import annotations

from functools import lru_cache

from linter.applysets.kustomize.errors import KustomizeError
from linter.applysets.kustomize.nodes import Mapping, Scalar, Sequence, is_null
from linter.applysets.kustomize.resource import Gvk
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from linter.applysets.kustomize.nodes import Node
    from linter.applysets.kustomize.places import Place


class FieldSpec(NamedTuple):
    """A field of the kinds that a selector means.

    Attributes:
        group, version, kind: The kinds; "" stands for any.
        path: The way to the field: names with slashes between, the items of lists not counted; `[]` behind a name says that there
            is a list.
        create: Whether it is made where it is missing.
    """

    group: str
    version: str
    kind: str
    path: str
    create: bool

    @property
    def gvk(self) -> Gvk:
        """The kinds."""
        return Gvk(self.group, self.version, self.kind)

    def selects(self, gvk: Gvk) -> bool:
        """Tell whether a kind is one of them."""
        return (
            (not self.kind or self.kind == gvk.kind)
            and (not self.group or self.group == gvk.group)
            and (not self.version or self.version == gvk.version)
        )


class Step(NamedTuple):
    """One name of a path, and whether it stands for a list."""

    name: str
    is_list: bool


class FieldSpecs:
    """A list of field specs, without repetitions, in kustomize's order."""

    def __init__(self, specs: Iterable[FieldSpec]) -> None:
        self.specs = tuple(specs)
        self._matching: dict[Gvk, list[tuple[tuple[Step, ...], bool]]] = {}

    def matching(self, gvk: Gvk) -> list[tuple[tuple[Step, ...], bool]]:
        """Return the paths for one kind, and whether each is made where it is missing."""
        found = self._matching.get(gvk)
        if found is None:
            found = [(steps_of(spec.path), spec.create) for spec in self.specs if spec.selects(gvk)]
            self._matching[gvk] = found
        return found

    def merged(self, other: FieldSpecs) -> FieldSpecs:
        """Return both lists as one.

        Raises:
            KustomizeError: They contradict each other.
        """
        if other is self or not other.specs:
            return self
        result = list(self.specs)
        for spec in other.specs:
            known = next(
                (each for each in result if each.path == spec.path and each.gvk.is_selected_by(spec.gvk)),
                None,
            )
            if known is None:
                result.append(spec)
            elif known.create != spec.create:
                raise KustomizeError(f"The field specs for {spec.path} contradict each other about `create`.")
        return FieldSpecs(sorted(result, key=lambda spec: order_of(spec.gvk)))


FIRST_KINDS = (
    "Namespace",
    "ResourceQuota",
    "StorageClass",
    "CustomResourceDefinition",
    "ServiceAccount",
    "PodSecurityPolicy",
    "Role",
    "ClusterRole",
    "RoleBinding",
    "ClusterRoleBinding",
    "ConfigMap",
    "Secret",
    "Endpoints",
    "Service",
    "LimitRange",
    "PriorityClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Deployment",
    "StatefulSet",
    "CronJob",
    "PodDisruptionBudget",
)
"""What comes first in kustomize's order."""
LAST_KINDS = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
_RANKS = {kind: number - len(FIRST_KINDS) for number, kind in enumerate(FIRST_KINDS)} | {
    kind: number + 1 for number, kind in enumerate(LAST_KINDS)
}


def order_of(gvk: Gvk) -> tuple[int, str]:
    """Return what kinds are sorted by: what others need comes first."""
    return _RANKS.get(gvk.kind, 0), f"{gvk.group or '~G'}_{gvk.version or '~V'}_{gvk.kind or '~K'}"


def split_path(path: str, delimiter: str = "/") -> list[str]:
    r"""Split a path; a delimiter that belongs to a name has a backslash before it."""
    parts = path.split(delimiter)
    if len(parts) > 1 and not parts[0]:
        parts = parts[1:]
    result = [parts[0]]
    for part in parts[1:]:
        if result[-1].endswith("\\"):
            result[-1] = result[-1][:-1] + delimiter + part
        else:
            result.append(part)
    return result


@lru_cache(maxsize=2000)
def steps_of(path: str) -> tuple[Step, ...]:
    """Split the path of a field spec."""
    return tuple(Step(part.removesuffix("[]").strip(), part.endswith("[]")) for part in split_path(path))


def walk(
    node: Node,
    steps: tuple[Step, ...],
    write: Callable[[Node], Node],
    *,
    create: type[Mapping | Scalar] | None,
    place: Place,
) -> Node:
    """Return a tree after the values at a path were written.

    Args:
        node: The tree.
        steps: The path; all items of a list on the way are taken.
        write: Makes the new value of the old one.
        create: What to make where the path ends nowhere: a mapping or a scalar; None makes nothing.
        place: The place of what is made.

    Raises:
        KustomizeError: The path leads through a text or number.
    """
    return _walk(node, steps, 0, write, create, place)


def _walk(
    node: Node,
    steps: tuple[Step, ...],
    index: int,
    write: Callable[[Node], Node],
    create: Any,
    place: Place,
) -> Node:
    if index == len(steps):
        return write(node)
    if is_null(node):
        return node
    if type(node) is Sequence:
        items = [_walk(item, steps, index, write, create, place) for item in node.items]
        if all(new is old for new, old in zip(items, node.items, strict=True)):
            return node
        return Sequence(items, node.place)
    if type(node) is not Mapping:
        raise KustomizeError(
            f"The field `{'/'.join(step.name for step in steps)}` cannot be reached: a text or number is in the way.",
            node.place,
        )
    name, is_list = steps[index]
    if not name:
        raise KustomizeError("A field spec has an empty name in its path.")
    found = node.entries.get(name)
    below = found
    makes = create is not None and not is_list
    if below is None:
        if not makes:
            return node
        below = _made(create if index == len(steps) - 1 else Mapping, place)
    elif is_null(below):
        if is_list:
            below = Sequence((), below.place)
        elif makes:
            below = _made(create if index == len(steps) - 1 else Mapping, place)
    below = _walk(below, steps, index + 1, write, create, place)
    if below is found:
        return node
    return node.with_entry(name, below)


def _made(kind: type[Mapping | Scalar], place: Place) -> Node:
    return Mapping({}, place) if kind is Mapping else Scalar("", "", "", place)
