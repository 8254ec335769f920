"""`namespace`: the namespace of everything that lies in one."""

from __future__ import annotations

from linter.applysets.kustomize.errors import KustomizeError
from linter.applysets.kustomize.fieldspecs import FieldSpecs, steps_of, walk
from linter.applysets.kustomize.nodes import Mapping, Scalar, Sequence, is_null, raw_text, set_text, text_of
from linter.applysets.kustomize.scalars import STR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.applysets.kustomize.nodes import Node
    from linter.applysets.kustomize.places import Place
    from linter.applysets.kustomize.resource import Resource

_STEPS = steps_of("metadata/namespace")
_BINDINGS = {"RoleBinding", "ClusterRoleBinding"}
SUBJECT_MODES = ("defaultOnly", "allServiceAccounts", "none")


def set_namespace(
    resources: list[Resource],
    namespace: str,
    specs: FieldSpecs,
    place: Place,
    *,
    subjects: str = "defaultOnly",
    only_unset: bool = False,
) -> None:
    """Write the namespace.

    Args:
        resources: What to write it to.
        namespace: The namespace; "" changes nothing.
        specs: The fields besides metadata.namespace.
        place: Where it is said.
        subjects: Which subjects of role bindings get it: `defaultOnly`, `allServiceAccounts` or `none`.
        only_unset: Whether to leave alone what has one.

    Raises:
        KustomizeError: Two resources are the same afterwards.
    """
    if not namespace:
        return

    def write(node: Node) -> Node:
        if only_unset and text_of(node):
            return node
        return set_text(node, namespace, STR, place)

    for resource in resources:
        resource.remember_id()
        resource.node = _with_namespace(resource, specs, write, subjects, place)
        resource.settle()
    seen = set()
    for resource in resources:
        if resource.id.key in seen:
            raise KustomizeError(f"In namespace {namespace} there are two {resource.id}.", place)
        seen.add(resource.id.key)


def _with_namespace(
    resource: Resource, specs: FieldSpecs, write: Callable[[Node], Node], subjects: str, place: Place
) -> Mapping:
    node: Node = resource.node
    identity = resource.id
    if not identity.is_cluster_scoped:
        node = walk(node, _STEPS, write, create=Scalar, place=place)
    is_binding = identity.gvk.kind in _BINDINGS
    if is_binding and subjects != "none":
        node = _with_subjects(node, write, place, all_accounts=subjects == "allServiceAccounts")
    for spec in specs.specs:
        if spec.path == "metadata/namespace" or (
            spec.path == "metadata/name" and identity.gvk.api_version != "v1"
        ):
            continue
        if is_binding and spec.kind in _BINDINGS and spec.path == "subjects/namespace":
            continue
        if identity.gvk.is_selected_by(spec.gvk):
            create = Scalar if spec.create else None
            node = walk(node, steps_of(spec.path), write, create=create, place=place)
    assert type(node) is Mapping  # noqa: S101  a walk changes no mapping into something else
    return node


def _with_subjects(node: Node, write: Callable[[Node], Node], place: Place, *, all_accounts: bool) -> Node:
    subjects = node.entries.get("subjects") if type(node) is Mapping else None
    if type(node) is not Mapping or subjects is None or is_null(subjects):
        return node
    if type(subjects) is not Sequence:
        raise KustomizeError("`subjects` takes a list.", subjects.place)
    field, wanted = ("kind", "ServiceAccount") if all_accounts else ("name", "default")
    items: list[Node] = []
    for subject in subjects.items:
        if type(subject) is Mapping and raw_text(subject.entries.get(field)) == wanted:
            existing = subject.entries.get("namespace") or Scalar("", "", "", place)
            items.append(subject.with_entry("namespace", write(existing)))
        else:
            items.append(subject)
    return node.with_entry("subjects", Sequence(items, subjects.place))
