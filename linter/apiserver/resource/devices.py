"""What a claim says of devices: requests, constraints and configuration."""

from __future__ import annotations

import re

from linter.apiserver.constraints import check, check_field
from linter.apiserver.fields import validate_name
from linter.apiserver.resource.selectors import validate_selectors
from linter.apiserver.storage.names import validate_driver_name
from linter.kube import names
from linter.kube.suggest import did_you_mean, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object
    from linter.path import FieldPath

_EXACT_REQUEST = "resource/v1.ExactDeviceRequest"
_MOST = 32
_ALTERNATIVES = 8
_PARAMETERS = 10240
RequestNames = dict[str, frozenset[str]]
"""By name of a request: the names of its alternatives."""


def validate_devices(devices: Object, path: FieldPath, errors: Errors) -> None:
    """Judge the devices of a claim.

    Args:
        devices: requests, constraints and config.
        path: Where they are.
        errors: Gets what is wrong.
    """
    requests: list[Object] = devices.get("requests") or []
    known = {
        request.get("name") or "": frozenset(
            each.get("name") or "" for each in request.get("firstAvailable") or ()
        )
        for request in requests
    }
    if _fits(requests, _MOST, (*path, "requests"), errors, "device-requests"):
        for index, request in enumerate(requests):
            _validate_request(request, (*path, "requests", index), errors)
        _validate_unique_names(requests, (*path, "requests"), errors)
    constraints = devices.get("constraints") or []
    if _fits(constraints, _MOST, (*path, "constraints"), errors, "device-constraints"):
        for index, constraint in enumerate(constraints):
            _validate_constraint(constraint, (*path, "constraints", index), errors, known)
    config = devices.get("config") or []
    if _fits(config, _MOST, (*path, "config"), errors, "device-config"):
        for index, entry in enumerate(config):
            at = (*path, "config", index)
            _validate_request_names(entry.get("requests") or [], at, errors, known, "device-config")
            validate_configuration(entry, at, errors)


def _fits(entries: list[Any], most: int, path: FieldPath, errors: Errors, rule: str) -> bool:
    """Tell whether a list is short enough; the server looks into no other."""
    if len(entries) <= most:
        return True
    message = f"{path[-1]} has {len(entries)} entries; at most {most} are allowed."
    errors.too_many(path, message, rule=rule)
    return False


def _validate_unique_names(entries: list[Object], path: FieldPath, errors: Errors) -> None:
    known = [entry.get("name") or "" for entry in entries]
    for index, name in enumerate(known):
        if name in known[:index]:
            message = f"The name {quote(name)} is there twice."
            errors.duplicate((*path, index), message, rule="device-requests")


def _validate_request(request: Object, path: FieldPath, errors: Errors) -> None:
    rule = "device-requests"
    _validate_request_name(request, path, errors)
    exactly, alternatives = request.get("exactly"), request.get("firstAvailable") or []
    if exactly is None and not alternatives:
        message = "The request asks for nothing: write exactly or firstAvailable."
        errors.required(path, message, rule=rule)
    in_full = True
    if exactly is not None and alternatives:
        errors.invalid(path, "The request has exactly and firstAvailable: keep one of them.", rule=rule)
        in_full = False
    if exactly is not None:
        at = (*path, "exactly")
        if in_full:
            _validate_class_name(exactly, at, errors)
        _validate_exact_request(exactly, at, errors, in_full=in_full)
    if _fits(alternatives, _ALTERNATIVES, (*path, "firstAvailable"), errors, rule):
        for index, each in enumerate(alternatives):
            at = (*path, "firstAvailable", index)
            if in_full:
                _validate_request_name(each, at, errors)
            _validate_class_name(each, at, errors)
            _validate_exact_request(each, at, errors, in_full=in_full)
        _validate_unique_names(alternatives, (*path, "firstAvailable"), errors)


def _validate_request_name(request: Object, path: FieldPath, errors: Errors) -> None:
    name = request.get("name") or ""
    faults = names.dns_label(name)
    errors.faults((*path, "name"), "The name of the request", name, faults, rule="device-requests")


def _validate_class_name(request: Object, path: FieldPath, errors: Errors) -> None:
    rule, what = "device-requests", "The name of the DeviceClass"
    validate_name(request, "deviceClassName", path, errors, names.dns_subdomain, what=what, rule=rule)


def _validate_exact_request(request: Object, path: FieldPath, errors: Errors, *, in_full: bool) -> None:
    """Judge what a request asks for.

    Args:
        request: The request, or one of its alternatives.
        path: Where it is.
        errors: Gets what is wrong.
        in_full: Whether the server looks at all of it; at a request that should not be there it only looks at what is declared.
    """
    rule = "device-requests"
    validate_selectors(request.get("selectors") or [], (*path, "selectors"), errors, in_full=in_full)
    mode, count = request["allocationMode"], request.get("count") or 0
    if in_full and mode == "All" and count:
        message = "The mode All takes no count: delete it, or write `allocationMode: ExactCount`."
        errors.invalid((*path, "count"), message, rule=rule)
    elif in_full and mode == "ExactCount" and count <= 0:
        errors.invalid((*path, "count"), f"The count is {count}; it must be 1 or more.", rule=rule)
    # An alternative (DeviceSubRequest) takes the same modes.
    check_field(_EXACT_REQUEST, "allocationMode", mode, (*path, "allocationMode"), errors)
    for index, toleration in enumerate(request.get("tolerations") or ()):
        _validate_toleration(toleration, (*path, "tolerations", index), errors, in_full=in_full)


def _validate_toleration(toleration: Object, path: FieldPath, errors: Errors, *, in_full: bool) -> None:
    rule = "device-requests"
    if key := toleration.get("key"):
        errors.faults((*path, "key"), "The key of the taint", key, names.qualified_name(key), rule=rule)
    operator, value = toleration["operator"], toleration.get("value") or ""
    if in_full and operator == "Exists" and value:
        message = "The operator Exists takes no value: delete it, or write `operator: Equal`."
        errors.invalid((*path, "value"), message, rule=rule)
    elif in_full and operator == "Equal":
        faults = names.label_value(value)
        errors.faults((*path, "value"), "The value of the taint", value, faults, rule=rule)
    check("resource/v1.DeviceToleration", toleration, path, errors)


def _validate_constraint(constraint: Object, path: FieldPath, errors: Errors, known: RequestNames) -> None:
    rule = "device-constraints"
    _validate_request_names(constraint.get("requests") or [], path, errors, known, rule)
    given = [name for name in ("matchAttribute", "distinctAttribute") if name in constraint]
    for name in given:
        _validate_attribute(constraint[name], (*path, name), errors)
    if given:
        return
    message = "The constraint names no attribute: write matchAttribute, e.g. `gpu.example.com/model`."
    at = path if errors.version >= (1, 36) else (*path, "matchAttribute")
    errors.required(at, message, rule=rule)


def _validate_attribute(name: str, path: FieldPath, errors: Errors) -> None:
    """Judge the name of an attribute. What holds several slashes passes: the server looks no closer."""
    rule = "device-constraints"
    domain, slash, identifier = name.partition("/")
    if slash and "/" in identifier:
        return
    if slash and domain:
        what = "The domain of the attribute"
        validate_driver_name(domain, path, errors, what=what, rule=rule)
    else:
        message = f"The attribute is {quote(name)}; it must have a domain: `gpu.example.com/{identifier or domain or 'model'}`."
        errors.invalid(path, message, rule=rule)
    local = identifier if slash else domain
    if names.byte_length(local) > 32:
        errors.too_long(path, "The name of the attribute is longer than 32 bytes.", rule=rule)
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", local):
        message = f"The name of the attribute {quote(local)} must be made of letters, digits and `_`, and not begin with a digit."
        errors.invalid(path, message, rule=rule)


def _validate_request_names(
    wanted: list[str], path: FieldPath, errors: Errors, known: RequestNames, rule: str
) -> None:
    """Judge references to requests of the same claim, as `request` or `request/alternative`."""
    at = (*path, "requests")
    if not _fits(wanted, _MOST, at, errors, rule):
        return
    for index, name in enumerate(wanted):
        request, slash, alternative = name.partition("/")
        exists = request in known and (not slash or alternative in known[request])
        if not exists or names.dns_label(request) or (slash and names.dns_label(alternative)):
            hint = did_you_mean(name, known)
            message = f"The claim has no request {quote(name)}.{hint}"
            errors.invalid((*at, index), message, rule=rule)
        if name in wanted[:index]:
            errors.duplicate((*at, index), f"The request {quote(name)} is there twice.", rule=rule)


def validate_configuration(config: Object, path: FieldPath, errors: Errors, *, stored: bool = False) -> None:
    """Judge the configuration that a driver gets.

    Args:
        config: The entry.
        path: Where it is.
        errors: Gets what is wrong.
        stored: Whether the stored object has the same configuration, which may then be long.
    """
    rule = "device-config"
    opaque = config.get("opaque")
    at = (*path, "opaque")
    if opaque is None:
        errors.required(at, "The entry configures nothing: write opaque.", rule=rule)
        return
    driver = opaque.get("driver") or ""
    validate_driver_name(driver, (*at, "driver"), errors, what="The name of the driver", rule=rule)
    parameters = opaque.get("parameters")
    if parameters is None:
        errors.required((*at, "parameters"), "The driver gets no parameters: write an object.", rule=rule)
    elif not stored and _size(parameters) > _PARAMETERS:
        message = f"The parameters are longer than {_PARAMETERS} bytes as JSON."
        errors.too_long((*at, "parameters"), message, rule=rule)
    elif not isinstance(parameters, dict):
        errors.invalid((*at, "parameters"), "The parameters must be an object (`key: value`).", rule=rule)


def _size(value: object) -> int:
    from json import dumps

    return names.byte_length(dumps(value, separators=(",", ":"), ensure_ascii=False))
