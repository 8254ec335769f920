"""References by name follow the names that a build has changed."""

from __future__ import annotations

from functools import lru_cache

from linter.applysets.kustomize.errors import KustomizeError
from linter.applysets.kustomize.fieldspecs import steps_of
from linter.applysets.kustomize.nodes import Mapping, Scalar, Sequence, is_null, overwrite, raw_text
from linter.applysets.kustomize.resource import NO_NAMESPACE, Gvk
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.applysets.kustomize.config import Config, NameReference
    from linter.applysets.kustomize.nodes import Node
    from linter.applysets.kustomize.places import Place
    from linter.applysets.kustomize.resource import Resource


class _Branch:
    """Paths with a common beginning: what lies further on, and which kinds the name at this very place may mean."""

    __slots__ = ("below", "targets")

    def __init__(self) -> None:
        self.below: dict[str, _Branch] = {}
        self.targets: list[_Target] = []


class _Target(NamedTuple):
    gvk: Gvk
    is_role: bool
    """Whether the field is the name in a roleRef, whose kind stands beside it."""


class _Names:
    """The resources by the names that they had."""

    def __init__(self, resources: list[Resource]) -> None:
        self.resources = resources
        self.by_name: dict[str, list[Resource]] = {}
        for resource in resources:
            for name in {each.name for each in resource.previous}:
                self.by_name.setdefault(name, []).append(resource)


def fix_references(resources: list[Resource], config: Config) -> None:
    """Write the new names, and namespaces where they stand beside a name, into everything that refers to a renamed object.

    Raises:
        KustomizeError: A name may mean several objects with different names.
    """
    names = _Names(resources)
    if not names.by_name:
        return
    branches: dict[Gvk, _Branch] = {}
    for resource in resources:
        gvk = resource.original_id.gvk
        branch = branches.get(gvk)
        if branch is None:
            branch = branches[gvk] = _branch_of(config.name_references, gvk)
        if branch.below:
            _Referrer(resource, names).fix(branch)


@lru_cache(maxsize=500)
def _branch_of(references: tuple[NameReference, ...], gvk: Gvk) -> _Branch:
    root = _Branch()
    for reference in references:
        for spec in reference.referrers.specs:
            if not spec.selects(gvk):
                continue
            branch = root
            for step in steps_of(spec.path):
                branch = branch.below.setdefault(step.name, _Branch())
            branch.targets.append(_Target(reference.target, spec.path.endswith("roleRef/name")))
    return root


class _Referrer:
    """One resource whose references are followed."""

    def __init__(self, resource: Resource, names: _Names) -> None:
        self.resource = resource
        self.names = names
        self.id = resource.id
        self.role = _role_of(resource)
        self.namespaces = _account_namespaces(resource)

    def fix(self, branch: _Branch) -> None:
        node = self.walk(self.resource.node, branch)
        if node is not self.resource.node and type(node) is Mapping:
            self.resource.node = node
            self.resource.settle()

    def walk(self, node: Node, branch: _Branch) -> Node:
        for target in branch.targets:
            node = self.written(node, target)
        if not branch.below:
            return node
        if type(node) is Mapping:
            changed: dict[str, Node] = {}
            for name, below in branch.below.items():
                value = node.entries.get(name)
                if value is not None:
                    new = self.walk(value, below)
                    if new is not value:
                        changed[name] = new
            return Mapping({**node.entries, **changed}, node.place) if changed else node
        if type(node) is Sequence:
            items = [self.walk(item, _without_targets(branch)) for item in node.items]
            if all(new is old for new, old in zip(items, node.items, strict=True)):
                return node
            return Sequence(items, node.place)
        if not is_null(node):
            raise KustomizeError(
                "A mapping or a list is expected here: a name that refers to another object is looked for inside.",
                node.place,
            )
        return node

    def written(self, node: Node, target: _Target) -> Node:
        """Return what stands in a field that holds a name, names, or mappings with a name."""
        if is_null(node):
            return node
        if type(node) is Scalar:
            return self.written_name(node, target)
        if type(node) is Mapping:
            return self.written_mapping(node, target)
        assert type(node) is Sequence  # noqa: S101  for the type checker
        items: list[Node] = []
        for item in node.items:
            if is_null(item):
                items.append(item)
            elif type(item) is Scalar:
                items.append(self.written_name(item, target))
            elif type(item) is Mapping:
                items.append(self.written_mapping(item, target))
            else:
                raise KustomizeError("A name, or a mapping with one, is expected here.", item.place)
        if all(new is old for new, old in zip(items, node.items, strict=True)):
            return node
        return Sequence(items, node.place)

    def written_name(self, node: Scalar, target: _Target) -> Scalar:
        candidates = self.names.by_name.get(node.text)
        if not candidates:
            return node
        found = self.choose(node, node.text, candidates, target, lambda one: one.name)
        if found is None or found.name == node.text:
            return node
        return overwrite(node, Scalar(found.name, "", "", _name_place(found)))

    def written_mapping(self, node: Mapping, target: _Target) -> Mapping:
        name = node.entries.get("name")
        if name is None:
            raise KustomizeError("A name is expected in this mapping, which is missing.", node.place)
        candidates = self.names.by_name.get(raw_text(name))
        if not candidates:
            return node
        namespace = node.entries.get("namespace")
        if namespace is not None:
            candidates = self.in_namespace(candidates, raw_text(namespace))
        found = self.choose(
            node, raw_text(name), candidates, target, lambda one: (one.name, one.id.namespace)
        )
        if found is None or (found.name == raw_text(name) and not found.id.namespace):
            return node
        place = _name_place(found)
        node = node.with_entry("name", overwrite(name, Scalar(found.name, "", "", place)))
        if found.id.namespace:
            written = Scalar(found.id.namespace, "", "", place)
            node = node.with_entry("namespace", overwrite(namespace, written))
        return node

    def in_namespace(self, candidates: list[Resource], namespace: str) -> list[Resource]:
        """Return those that were in a namespace at first; where nothing was, those that are in it now."""
        everything = self.reachable_namespaces
        if namespace in everything:
            return [one for one in candidates if one.original_id.effective_namespace == namespace]
        return [one for one in candidates if one.id.effective_namespace == namespace]

    @property
    def reachable_namespaces(self) -> set[str]:
        """The namespaces in which something that may be meant was at first."""
        return {
            one.original_id.effective_namespace for one in self.names.resources if self.may_reach(one)
        } - {NO_NAMESPACE}

    def may_reach(self, other: Resource) -> bool:
        """Tell whether this resource can refer to another at all."""
        mine, theirs = self.id, other.id
        return (
            mine.is_cluster_scoped
            or theirs.is_cluster_scoped
            or mine.effective_namespace == theirs.effective_namespace
            or theirs.namespace in self.namespaces
        )

    def choose(
        self,
        node: Node,
        name: str,
        candidates: list[Resource],
        target: _Target,
        identity: Callable[[Resource], object],
    ) -> Resource | None:
        """Return the object that a name means; None where it means none of this build."""
        left = [
            one
            for one in candidates
            if self.may_reach(one)
            and any(each.gvk.is_selected_by(target.gvk) for each in one.previous_ids)
            and self.takes_role(one, target)
            and self.shares_namespace(one)
        ]
        if len(left) == 1:
            return left[0]
        left = [one for one in left if self.same_context(one, allow_empty=True)]
        if len(left) > 1:
            left = [one for one in left if self.same_context(one, allow_empty=False)]
        if not left:
            return None
        if len({identity(one) for one in left}) == 1:
            return left[0]
        several = ", ".join(str(one.id) for one in left)
        raise KustomizeError(f"`{name}` may mean several objects of this build: {several}.", node.place)

    def takes_role(self, other: Resource, target: _Target) -> bool:
        if not target.is_role or self.role is None:
            return True
        return any(each.gvk.is_selected_by(self.role) for each in other.previous_ids)

    def shares_namespace(self, other: Resource) -> bool:
        return (
            self.id.is_cluster_scoped
            or other.id.is_cluster_scoped
            or other.id.gvk.kind == "ServiceAccount"
            or self.id.effective_namespace == other.id.effective_namespace
        )

    def same_context(self, other: Resource, *, allow_empty: bool) -> bool:
        """Tell whether both got their names by the same kustomizations."""
        mine = self.resource
        return all(
            (allow_empty and (not one or not two)) or _same_end(one, two)
            for one, two in ((other.prefixes, mine.prefixes), (other.suffixes, mine.suffixes))
        )


def _without_targets(branch: _Branch) -> _Branch:
    if not branch.targets:
        return branch
    copy = _Branch()
    copy.below = branch.below
    return copy


def _same_end(one: tuple[str, ...], two: tuple[str, ...]) -> bool:
    if not one or not two:
        return not one and not two
    size = min(len(one), len(two))
    return one[-size:] == two[-size:]


def _name_place(resource: Resource) -> Place:
    metadata = resource.metadata
    name = metadata.entries.get("name") if metadata is not None else None
    return name.place if name is not None else resource.node.place


def _role_of(resource: Resource) -> Gvk | None:
    role = resource.node.entries.get("roleRef")
    if type(role) is not Mapping:
        return None
    group, kind = role.entries.get("apiGroup"), role.entries.get("kind")
    if group is None or kind is None:
        return None
    return Gvk(raw_text(group), "", raw_text(kind))


def _account_namespaces(resource: Resource) -> frozenset[str]:
    """Return the namespaces of the service accounts that a RoleBinding names."""
    subjects = resource.node.entries.get("subjects")
    if resource.id.gvk.kind != "RoleBinding" or type(subjects) is not Sequence:
        return frozenset()
    return frozenset(
        raw_text(subject.entries["namespace"])
        for subject in subjects.items
        if type(subject) is Mapping
        and "namespace" in subject.entries
        and raw_text(subject.entries.get("kind")) == "ServiceAccount"
    )
