"""Ingress.

Source: https://kubernetes.io/docs/concepts/services-networking/ingress/
"""

from __future__ import annotations

from linter.apiserver.constraints import check
from linter.apiserver.fields import validate_name
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_meta
from linter.kube import names
from linter.kube.addresses import parse_ip
from linter.kube.suggest import quote
from linter.path import Key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request
    from linter.path import FieldPath

CLASS_ANNOTATION = "kubernetes.io/ingress.class"
_BAD_SEQUENCES = ("//", "/./", "/../", "%2f", "%2F")
_BAD_ENDS = ("/..", "/.")
_SPEC: FieldPath = ("spec",)


def validate_ingress(request: Request, errors: Errors) -> None:
    """Judge a new Ingress."""
    _validate(request, errors)
    annotation = _class_annotation(request)
    name = request.spec.get("ingressClassName")
    if annotation is not None and name is not None and annotation != name:
        errors.invalid(
            ("metadata", "annotations", Key(CLASS_ANNOTATION)),
            f"The annotation says the class {quote(annotation)}, ingressClassName says {quote(name)}: delete the annotation.",
            rule="ingress-class-name",
            field=f"annotations.{CLASS_ANNOTATION}",
        )


def validate_ingress_update(request: Request, errors: Errors) -> None:
    """Judge an Ingress that takes the place of a stored one."""
    _validate(request, errors)


def warn_of_ingress(request: Request, errors: Errors) -> None:
    """Warn of the annotation that was the class before there was a field for it."""
    if (
        request.old is None
        and _class_annotation(request) is not None
        and "ingressClassName" not in request.spec
    ):
        errors.warn(
            ("metadata", "annotations", Key(CLASS_ANNOTATION)),
            f"The annotation `{CLASS_ANNOTATION}` is deprecated: write spec.ingressClassName instead.",
            rule="ingress-class-annotation",
        )


def _class_annotation(request: Request) -> str | None:
    annotations: dict[str, str] = request.metadata.get("annotations") or {}
    return annotations.get(CLASS_ANNOTATION)


def _validate(request: Request, errors: Errors) -> None:
    validate_meta(request, errors)
    spec = request.spec
    rules = spec.get("rules")
    backend = spec.get("defaultBackend")
    if not rules and backend is None:
        message = "The Ingress has neither rules nor a defaultBackend: write one of them."
        errors.invalid(_SPEC, message, rule="ingress-rules")
    if backend is not None:
        validate_backend(backend, (*_SPEC, "defaultBackend"), errors)
    for index, rule in enumerate(rules or ()):
        _validate_rule(rule, (*_SPEC, "rules", index), errors)
    for index, tls in enumerate(spec.get("tls") or ()):
        _validate_tls(tls, (*_SPEC, "tls", index), errors)
    if (name := spec.get("ingressClassName")) is not None:
        faults = names.dns_subdomain(name)
        errors.faults(
            (*_SPEC, "ingressClassName"), "The IngressClass name", name, faults, rule="ingress-class-name"
        )


def _validate_rule(rule: Object, path: FieldPath, errors: Errors) -> None:
    if host := rule.get("host"):
        if parse_ip(host) is not None:
            message = f"The host {quote(host)} is an IP address; it must be a DNS name."
            errors.invalid((*path, "host"), message, rule="ingress-host")
        _validate_host(host, (*path, "host"), errors)
    if (http := rule.get("http")) is not None:
        paths = http.get("paths")
        if not paths:
            message = "The rule has no paths: write at least one, e.g. `/` with pathType Prefix."
            errors.required((*path, "http", "paths"), message, rule="ingress-rules")
        for index, each in enumerate(paths or ()):
            _validate_path(each, (*path, "http", "paths", index), errors)


def _validate_host(host: str, path: FieldPath, errors: Errors) -> None:
    faults = names.wildcard_subdomain(host) if "*" in host else names.dns_subdomain(host)
    errors.faults(path, "The host", host, faults, rule="ingress-host")


def _validate_path(entry: Object, path: FieldPath, errors: Errors) -> None:
    rule = "ingress-path"
    path_type, value = entry.get("pathType"), entry.get("path") or ""
    if path_type is None:
        message = "The path has no pathType: write `Prefix`, `Exact` or `ImplementationSpecific`."
        errors.required((*path, "pathType"), message, rule=rule)
        return  # the server looks at nothing else of this entry
    if path_type in {"Exact", "Prefix"}:
        if not value.startswith("/"):
            message = f"The path is {quote(value)}; it must begin with `/`."
            errors.invalid((*path, "path"), message, rule=rule)
        for bad in _BAD_SEQUENCES:
            if bad in value:
                message = f"The path {quote(value)} must not contain `{bad}`."
                errors.invalid((*path, "path"), message, rule=rule)
        for bad in _BAD_ENDS:
            if value.endswith(bad):
                message = f"The path {quote(value)} must not end with `{bad}`."
                errors.invalid((*path, "path"), message, rule=rule)
    elif path_type == "ImplementationSpecific":
        if value and not value.startswith("/"):
            message = f"The path is {quote(value)}; it must begin with `/`."
            errors.invalid((*path, "path"), message, rule=rule)
    else:
        check("networking/v1.HTTPIngressPath", entry, path, errors)
    validate_backend(entry.get("backend") or {}, (*path, "backend"), errors)


def validate_backend(backend: Object, path: FieldPath, errors: Errors) -> None:
    """Judge a backend: a Service or another object."""
    rule = "ingress-backend"
    service, resource = backend.get("service"), backend.get("resource")
    if service is None and resource is None:
        message = "The backend names neither a service nor a resource: write one of them."
        errors.invalid(path, message, rule=rule)
    elif resource is None:
        _validate_service(service or {}, path, errors)
    elif service is None:
        _validate_resource(resource, (*path, "resource"), errors)
    else:
        errors.invalid(path, "The backend names a service and a resource: keep one of them.", rule=rule)


def _validate_service(service: Object, path: FieldPath, errors: Errors) -> None:
    rule = "ingress-backend"
    check = names.dns_label if errors.version >= (1, 36) else names.dns_label_1035
    what = "The name of the Service"
    validate_name(service, "name", (*path, "service"), errors, check, what=what, rule=rule)
    port = service.get("port") or {}
    name, number = port.get("name"), port.get("number")
    if name and number:
        errors.invalid(path, "The port has a name and a number: keep one of them.", rule=rule)
    elif name:
        at = (*path, "service", "port", "name")
        errors.faults(at, "The name of the port", name, names.port_name(name), rule=rule)
    elif number:
        if not names.is_port_number(number):
            message = f"The port number is {number}; it must be from 1 to 65535."
            errors.invalid((*path, "service", "port", "number"), message, rule=rule)
    else:
        message = "The backend's service has no port: write service.port.number or service.port.name."
        errors.required(path, message, rule=rule)


def _validate_resource(resource: Object, path: FieldPath, errors: Errors) -> None:
    rule = "ingress-backend"
    if (group := resource.get("apiGroup")) is not None:
        faults = names.dns_subdomain(group)
        errors.faults((*path, "apiGroup"), "The API group", group, faults, rule=rule)
    for name in ("kind", "name"):
        what = f"The {name} of the resource"
        validate_name(resource, name, path, errors, names.path_segment, what=what, rule=rule)


def _validate_tls(tls: Object, path: FieldPath, errors: Errors) -> None:
    for index, host in enumerate(tls.get("hosts") or ()):
        _validate_host(host, (*path, "hosts", index), errors)
    if secret := tls.get("secretName"):
        faults = names.dns_subdomain(secret)
        errors.faults((*path, "secretName"), "The name of the Secret", secret, faults, rule="ingress-tls")


INGRESS = Strategy(validate_ingress, validate_ingress_update, warn_of_ingress)
