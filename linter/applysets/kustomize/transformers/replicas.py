"""`replicas`: how many pods a workload has."""

from __future__ import annotations

from linter.applysets.kustomize.errors import KustomizeError
from linter.applysets.kustomize.fieldspecs import FieldSpecs, steps_of, walk
from linter.applysets.kustomize.nodes import Mapping, Scalar, set_text
from linter.applysets.kustomize.scalars import INT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.applysets.kustomize.nodes import Node
    from linter.applysets.kustomize.places import Place
    from linter.applysets.kustomize.resource import Resource


def set_replicas(resources: list[Resource], name: str, count: int, specs: FieldSpecs, place: Place) -> None:
    """Write the replicas of what has, or had, a name.

    Raises:
        KustomizeError: Nothing has it.
    """

    def write(node: Node) -> Node:
        return set_text(node, str(count), INT, place)

    found = False
    for spec in specs.specs:
        for resource in resources:
            if not any(each.name == name and each.gvk.is_selected_by(spec.gvk) for each in resource.all_ids):
                continue
            found = True
            if resource.id.gvk.is_selected_by(spec.gvk):
                create = Scalar if spec.create else None
                node = walk(resource.node, steps_of(spec.path), write, create=create, place=place)
                assert type(node) is Mapping  # noqa: S101  a walk changes no mapping into something else
                resource.node = node
                resource.settle()
    if not found:
        kinds = ", ".join(sorted({spec.kind for spec in specs.specs}))
        raise KustomizeError(f"There is no workload `{name}` whose replicas can be set ({kinds}).", place)
