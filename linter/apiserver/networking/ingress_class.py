"""IngressClass.

Source: https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class
"""

from __future__ import annotations

from linter.apiserver.constraints import check
from linter.apiserver.fields import validate_name, validate_unchanged
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_meta
from linter.kube import names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request
    from linter.path import FieldPath

_RULE = "ingress-class"


def validate_ingress_class(request: Request, errors: Errors) -> None:
    """Judge an IngressClass. An update keeps its controller."""
    validate_meta(request, errors)
    path: FieldPath = ("spec", "controller")
    controller = request.spec.get("controller") or ""
    if names.byte_length(controller) > 250:
        errors.too_long(path, "The controller is longer than 250 bytes.", rule=_RULE)
    if controller:
        faults = names.domain_prefixed_path(controller)
        errors.faults(path, "The controller", controller, faults, rule=_RULE)
    else:
        message = "The class names no controller: write one such as `example.com/ingress-controller`."
        errors.required(path, message, rule=_RULE)
    if (parameters := request.spec.get("parameters")) is not None:
        _validate_parameters(parameters, ("spec", "parameters"), errors)
    validate_unchanged(request, "networking/v1.IngressClassSpec", ("spec",), errors)


def _validate_parameters(parameters: Object, path: FieldPath, errors: Errors) -> None:
    if (group := parameters.get("apiGroup")) is not None:
        errors.faults((*path, "apiGroup"), "The API group", group, names.dns_subdomain(group), rule=_RULE)
    for name in ("kind", "name"):
        what = f"The {name} of the parameters"
        validate_name(parameters, name, path, errors, names.path_segment, what=what, rule=_RULE)
    scope, namespace = parameters["scope"], parameters.get("namespace")
    at = (*path, "namespace")
    check("networking/v1.IngressClassParametersReference", parameters, path, errors)
    if scope == "Namespace":
        if namespace is None:
            errors.required(
                at, "Parameters of scope Namespace need the namespace that they are in.", rule=_RULE
            )
        else:
            errors.faults(at, "The namespace", namespace, names.dns_label(namespace), rule=_RULE)
    elif scope == "Cluster" and namespace is not None:
        message = (
            "Parameters of scope Cluster are in no namespace: delete the field, or write `scope: Namespace`."
        )
        errors.forbidden(at, message, rule=_RULE)


INGRESS_CLASS = Strategy(validate_ingress_class, validate_ingress_class)
