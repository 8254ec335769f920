"""StorageClass and VolumeAttributesClass.

Source: https://kubernetes.io/docs/concepts/storage/storage-classes/
"""

from __future__ import annotations

from linter.apiserver.constraints import check
from linter.apiserver.fields import refuse_change, validate_unchanged
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_meta
from linter.apiserver.storage.names import validate_parameters, validate_provisioner
from linter.kube import names
from linter.kube.node_labels import retired_node_label
from linter.kube.suggest import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request
    from linter.path import FieldPath


def validate_storage_class(request: Request, errors: Errors) -> None:
    """Judge a StorageClass. An update changes neither what provides the volumes nor how."""
    rule = "storage-class"
    obj = request.object
    validate_meta(request, errors, keeps_generation=True)
    validate_provisioner(obj.get("provisioner") or "", ("provisioner",), errors, rule=rule)
    validate_parameters(obj.get("parameters") or {}, ("parameters",), errors, rule=rule)
    check("storage/v1.StorageClass", obj, (), errors)
    _validate_topologies(obj.get("allowedTopologies") or [], errors)
    _validate_parameters_unchanged(request, errors)
    validate_unchanged(request, "storage/v1.StorageClass", (), errors)


def warn_of_storage_class(request: Request, errors: Errors) -> None:
    """Warn of deprecated node labels."""
    for index, term in enumerate(request.object.get("allowedTopologies") or ()):
        for number, expression in enumerate(term.get("matchLabelExpressions") or ()):
            if message := retired_node_label(expression.get("key") or ""):
                path: FieldPath = ("allowedTopologies", index, "matchLabelExpressions", number, "key")
                errors.warn(path, message, rule="deprecated-node-label")


def _validate_topologies(topologies: list[Object], errors: Errors) -> None:
    rule = "storage-class"
    seen: list[dict[str, frozenset[str]]] = []
    for index, term in enumerate(topologies):
        path: FieldPath = ("allowedTopologies", index, "matchLabelExpressions")
        expressions: dict[str, frozenset[str]] = {}
        for number, expression in enumerate(term.get("matchLabelExpressions") or ()):
            key = expression.get("key") or ""
            _validate_topology(expression, (*path, number), errors)
            if key in expressions:
                message = f"The term has two expressions about {quote(key)}: write one with all values."
                errors.duplicate((*path, number, "key"), message, rule=rule)
            expressions[key] = frozenset(expression.get("values") or ())
        # To the server an empty term repeats what stands before the first one.
        if not expressions:
            errors.duplicate(
                path, "The term has no expressions, so that it allows nothing: delete it.", rule=rule
            )
        elif expressions in seen:
            errors.duplicate(path, "The term repeats an earlier one: delete it.", rule=rule)
        seen.append(expressions)


def _validate_topology(expression: Object, path: FieldPath, errors: Errors) -> None:
    rule = "storage-class"
    values = expression.get("values") or ()
    if not values:
        errors.required((*path, "values"), "The expression allows no values: write at least one.", rule=rule)
    for index, value in enumerate(values):
        if value in values[:index]:
            message = f"The value {quote(value)} is there twice."
            errors.duplicate((*path, "values", index), message, rule=rule)
    key = expression.get("key") or ""
    errors.faults((*path, "key"), "The label key", key, names.qualified_name(key), rule=rule)


def _validate_parameters_unchanged(request: Request, errors: Errors, *, forbidden: bool = False) -> None:
    """Refuse other parameters. They are compared as they are: an empty text is a value."""
    if request.old is not None and (request.object.get("parameters") or {}) != (
        request.old.object.get("parameters") or {}
    ):
        refuse_change(request, ("parameters",), errors, None, forbidden=forbidden)


def validate_volume_attributes_class(request: Request, errors: Errors) -> None:
    """Judge a VolumeAttributesClass. An update may change nothing but metadata."""
    rule = "volume-attributes-class"
    parameters = request.object.get("parameters") or {}
    validate_meta(request, errors, keeps_generation=True)
    validate_provisioner(request.object.get("driverName") or "", ("driverName",), errors, rule=rule)
    validate_parameters(parameters, ("parameters",), errors, rule=rule)
    if not parameters:
        message = "The class has no parameters: write what the driver is to set."
        errors.required(("parameters",), message, rule=rule)
    validate_unchanged(request, "storage/v1.VolumeAttributesClass", (), errors)
    _validate_parameters_unchanged(request, errors, forbidden=True)


STORAGE_CLASS = Strategy(validate_storage_class, validate_storage_class, warn_of_storage_class)
VOLUME_ATTRIBUTES_CLASS = Strategy(validate_volume_attributes_class, validate_volume_attributes_class)
