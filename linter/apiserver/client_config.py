"""How the API server reaches a webhook: of admission, or of a conversion between versions.

Source: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#contacting-the-webhook
"""

from __future__ import annotations

from linter.kube import names
from linter.kube.suggest import quote
from linter.kube.urls import parse_url
from linter.path import format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object
    from linter.path import FieldPath

REVIEW_VERSIONS = ("v1", "v1beta1")


def validate_client_config(
    config: Object | None, path: FieldPath, errors: Errors, *, rule: str, field: str | None = None
) -> None:
    """Judge a webhook's client configuration: a URL or a Service, not both.

    Args:
        config: The struct; None where there is none.
        path: Where it is.
        errors: Gets what is wrong.
        rule: The id of the page.
        field: As the server spells its path, where that differs.
    """
    field = field or format_path(path)
    url, service = (config or {}).get("url"), (config or {}).get("service")
    if (url is None) == (service is None):
        message = "clientConfig must have either url or service" + ("." if url is None else ", not both.")
        errors.required(path, message, rule=rule, field=field)
    if url is not None:
        _validate_url(url, (*path, "url"), errors, rule, f"{field}.url")
    if service is not None:
        _validate_service(service, (*path, "service"), errors, rule, f"{field}.service")


def validate_review_versions(
    versions: list[str],
    path: FieldPath,
    errors: Errors,
    *,
    rule: str,
    field: str | None = None,
    need_known: bool = True,
) -> None:
    """Judge the versions of the review objects that a webhook understands.

    Args:
        versions: Their names.
        path: Where they are.
        errors: Gets what is wrong.
        rule: The id of the page.
        field: As the server spells the path, where that differs.
        need_known: Whether one that the server sends must be among them; an update lets through what was stored without.
    """
    field = field or format_path(path)
    what = path[-1]
    if not versions:
        errors.required(path, f"{what} is empty: write `[v1]`.", rule=rule, field=field)
        return
    for index, version in enumerate(versions):
        at, spelled = (*path, index), f"{field}[{index}]"
        if version in versions[:index]:
            errors.invalid(at, f"The version {quote(version)} is there twice.", rule=rule, field=spelled)
        faults = names.dns_label_1035(version)
        errors.faults(at, "The version", version, faults, rule=rule, field=spelled)
    if need_known and not set(versions) & set(REVIEW_VERSIONS):
        message = f"{what} has none of the versions that the API server sends: add `v1`."
        errors.invalid(path, message, rule=rule, field=field)


def _validate_url(text: str, path: FieldPath, errors: Errors, rule: str, field: str) -> None:
    wanted = "write one like `https://host/path`."
    url = parse_url(text)
    if url is None:
        errors.required(path, f"The url {quote(text)} can't be read: {wanted}", rule=rule, field=field)
        return
    if url.scheme != "https":
        errors.invalid(path, f"The url {quote(text)} does not begin with `https://`.", rule=rule, field=field)
    if not url.host:
        errors.invalid(path, f"The url {quote(text)} has no host: {wanted}", rule=rule, field=field)
    for part, value in (("a user", url.user), ("a fragment", url.fragment), ("a query", url.query)):
        if value is not None and (value or part == "a user"):
            message = f"The url {quote(text)} has {part}, which is not allowed: {wanted}"
            errors.invalid(path, message, rule=rule, field=field)


def _validate_service(service: Object, path: FieldPath, errors: Errors, rule: str, field: str) -> None:
    # The server swaps the two fields when it says which one is missing.
    for name, spelled in (("name", "namespace"), ("namespace", "name")):
        if not service.get(name):
            message = f"The service has no {name}."
            errors.required((*path, name), message, rule=rule, field=f"{field}.{spelled}")
    if (route := service.get("path")) is not None:
        for fault in _route_faults(route):
            message = f"The path {quote(route)} {fault}."
            errors.invalid((*path, "path"), message, rule=rule, field=f"{field}.path")
    port = service["port"]
    if not names.is_port_number(port):
        message = f"{port} is not a port number (1 to 65535)."
        errors.invalid((*path, "port"), message, rule=rule, field=f"{field}.port")


def _route_faults(route: str) -> names.Faults:
    if route in {"", "/"}:
        return ()
    if route == "//":
        return ("has an empty segment",)
    faults: names.Faults = () if route.startswith("/") else ("must begin with `/`",)
    # The server drops the first byte, whatever it is.
    for segment in route[1:].removesuffix("/").split("/"):
        if not segment:
            faults += ("has an empty segment",)
        else:
            faults += tuple(f"has a segment that {fault}" for fault in names.dns_subdomain(segment))
    return faults
