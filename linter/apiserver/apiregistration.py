"""APIService.

Source: https://kubernetes.io/docs/tasks/extend-kubernetes/configure-aggregation-layer/
"""

from __future__ import annotations

from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_meta
from linter.kube import names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request
    from linter.path import FieldPath

_RULE = "api-service"
_SPEC: FieldPath = ("spec",)


def validate_api_service(request: Request, errors: Errors) -> None:
    """Judge an APIService."""
    spec = request.spec
    group, version = spec.get("group") or "", spec.get("version") or ""
    wanted = f"{version}.{group}"

    def name_faults(name: str) -> names.Faults:
        return names.path_segment(name) or (() if name == wanted else (f"must be `{wanted}`",))

    validate_meta(
        request,
        errors,
        name=name_faults,
        prefix=name_faults,
        keeps_generation=True,
        finalizers_need_domain=False,
    )
    if group:
        faults = names.dns_subdomain(group)
        errors.faults((*_SPEC, "group"), "The API group", group, faults, rule=_RULE)
    elif version != "v1":
        message = "The service has no group: only `v1`, Kubernetes' own, has none."
        errors.required((*_SPEC, "group"), message, rule=_RULE)
    faults = names.dns_label_1035(version)
    errors.faults((*_SPEC, "version"), "The version", version, faults, rule=_RULE)
    for name, highest in (("groupPriorityMinimum", 20000), ("versionPriority", 1000)):
        value = spec.get(name) or 0
        if not 1 <= value <= highest:
            message = f"{name} is {value}; it must be from 1 to {highest}."
            errors.invalid((*_SPEC, name), message, rule=_RULE)
    _validate_service(spec, errors)


def _validate_service(spec: Object, errors: Errors) -> None:
    service, bundle, is_insecure = (
        spec.get(name) for name in ("service", "caBundle", "insecureSkipTLSVerify")
    )
    path = (*_SPEC, "service")
    if service is None:
        for name, value in (("caBundle", bundle), ("insecureSkipTLSVerify", is_insecure)):
            if value:
                message = f"{name} says how to trust the service, but there is no service."
                errors.invalid((*_SPEC, name), message, rule=_RULE)
        return
    for name in ("namespace", "name"):
        if not service.get(name):
            errors.required((*path, name), f"The service has no {name}.", rule=_RULE)
    if not names.is_port_number(port := service["port"]):
        message = f"The port is {port}; it must be from 1 to 65535."
        errors.invalid((*path, "port"), message, rule=_RULE)
    if is_insecure and bundle:
        message = "insecureSkipTLSVerify makes the caBundle useless: keep one of them, best the caBundle."
        errors.invalid((*_SPEC, "insecureSkipTLSVerify"), message, rule=_RULE)


API_SERVICE = Strategy(validate_api_service, validate_api_service)
