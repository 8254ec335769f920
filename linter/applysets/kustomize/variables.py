"""`vars`: $(NAME) in the fields of the configuration, replaced by the value of a field of another object."""

from __future__ import annotations

import re

from linter.applysets.kustomize.errors import KustomizeError
from linter.applysets.kustomize.fieldspecs import FieldSpecs, walk
from linter.applysets.kustomize.nodes import Mapping, Scalar, Sequence, is_null, overwrite
from linter.applysets.kustomize.paths import lookup, split_path
from linter.applysets.kustomize.resource import Gvk, ResourceId
from linter.applysets.kustomize.scalars import BOOL, FLOAT, INT, STR, go_float
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as AnyMapping
    from typing import Any

    from linter.applysets.kustomize.nodes import Node
    from linter.applysets.kustomize.places import Place
    from linter.applysets.kustomize.resource import Resource


class Variable(NamedTuple):
    """A name, and the field that it stands for."""

    name: str
    target: ResourceId
    field: str
    place: Place


def variable_of(decoded: AnyMapping[str, Any], place: Place) -> Variable:
    """Make a variable of its decoded fields."""
    reference = decoded.get("objref", {})
    group, version = reference.get("group", ""), reference.get("version", "")
    api_version = reference.get("apiVersion", "")
    parts = api_version.split("/")
    if api_version and len(parts) == 2:
        group, version = parts
    elif api_version and len(parts) == 1:
        version = api_version
    gvk = Gvk(group, version, reference.get("kind", ""))
    target = ResourceId(gvk, reference.get("name", ""), reference.get("namespace", ""))
    field = decoded.get("fieldref", {}).get("fieldPath") or "metadata.name"
    return Variable(decoded.get("name", ""), target, field, place)


def mark(resources: list[Resource], variables: Iterable[Variable]) -> None:
    """Note on the resources which variables take their value from them.

    Raises:
        KustomizeError: Several may be meant.
    """
    for variable in variables:
        target = variable.target
        found = [
            resource
            for resource in resources
            if any(
                each.gvk == target.gvk
                and each.name == target.name
                and (not target.namespace or each.effective_namespace == target.effective_namespace)
                for each in resource.all_ids
            )
        ]
        if len(found) > 1:
            raise KustomizeError(
                f"The var {variable.name} may take its value from {len(found)} objects; say the namespace.",
                variable.place,
            )
        if found:
            found[0].variables = (*found[0].variables, variable.name)


def resolve(resources: list[Resource], variables: Iterable[Variable], specs: FieldSpecs) -> None:
    """Replace the variables.

    Raises:
        KustomizeError: One has no value.
    """
    values = {
        variable.name: _value(resources, variable) for variable in sorted(variables, key=lambda one: one.name)
    }
    if not values:
        return

    def write(node: Node) -> Node:
        if is_null(node):
            return node
        if type(node) is Scalar:
            return _expanded(node, values)
        if type(node) is Mapping:
            return Mapping(
                {
                    key: _expanded(value, values) if type(value) is Scalar else value
                    for key, value in node.entries.items()
                },
                node.place,
            )
        assert type(node) is Sequence  # noqa: S101  for the type checker
        items: list[Node] = []
        for item in node.items:
            if type(item) is not Scalar or item.tag not in {STR, ""}:
                raise KustomizeError("A var is looked for in this list, which takes only texts.", item.place)
            items.append(_expanded(item, values))
        return Sequence(items, node.place)

    for resource in resources:
        node: Node = resource.node
        for steps, _ in specs.matching(resource.id.gvk):
            node = walk(node, steps, write, create=None, place=node.place)
        assert type(node) is Mapping  # noqa: S101  a walk changes no mapping into something else
        if node is not resource.node:
            resource.node = node
            resource.settle()


class _Value(NamedTuple):
    node: Node
    place: Place


def _value(resources: list[Resource], variable: Variable) -> _Value:
    for resource in resources:
        if variable.name in resource.variables:
            return _field(resource, variable)
    raise KustomizeError(
        f"The var {variable.name} stands for a field of {variable.target}, which is not among the resources.",
        variable.place,
    )


_INDEX = re.compile(r"^(.*)\[(\d+)\]$")


def _field(resource: Resource, variable: Variable) -> _Value:
    parts = []
    for part in split_path(variable.field):
        if found := _INDEX.match(part):
            parts += [name for name in found.groups() if name]
        else:
            parts.append(part)
    node = lookup(resource.node, parts)
    if node is None:
        raise KustomizeError(
            f"The var {variable.name} stands for {variable.field}, a field that {resource.id} does not have.",
            variable.place,
        )
    return _Value(node, node.place)


_REFERENCE = re.compile(r"\$(?:\$|\(([^)]*)\)|\(|(?=.))", re.DOTALL)


def _expanded(node: Scalar, values: AnyMapping[str, _Value]) -> Scalar:
    """Return a text in which the variables are replaced; one that is a variable alone takes the type of its value."""
    if node.tag not in {STR, ""} or "$" not in node.text:
        return _written(node, Scalar(node.text, STR, "", node.place)) if node.tag == "" else node
    whole = re.fullmatch(r"\$\(([^)]*)\)", node.text, re.DOTALL)
    if whole is not None:
        value = values.get(whole[1])
        if value is None or type(value.node) is not Scalar:
            return node
        return _written(node, _scalar(value.node, value.place))
    text = _REFERENCE.sub(lambda match: _replaced(match, values), node.text)
    return _written(node, Scalar(text, STR, "", node.place))


def _written(node: Scalar, value: Scalar) -> Scalar:
    """Return what stands where a scalar was written without its quotes."""
    if node.shared is None:
        return value
    shared = overwrite(node, value).shared
    return Scalar(value.text, value.tag, "", value.place, shared)


def _replaced(match: re.Match[str], values: AnyMapping[str, _Value]) -> str:
    if match[0] == "$$":
        return "$"
    value = values.get(match[1]) if match[1] is not None else None
    if value is None or type(value.node) is not Scalar:
        return match[0]
    return _scalar(value.node, value.place).text


def _scalar(node: Scalar, place: Place) -> Scalar:
    """Return the value of a variable. What has no type is a text."""
    if node.tag == INT and re.fullmatch(r"[-+]?[0-9]+", node.text):
        return Scalar(str(int(node.text)), INT, "", place)
    if node.tag == FLOAT:
        return Scalar(go_float(float(node.text)), FLOAT, "", place)
    if node.tag == BOOL:
        return Scalar(node.text.lower(), BOOL, "", place)
    return Scalar(node.text, STR, "", place)
