"""Names of drivers and provisioners, and the parameters that they get."""

from __future__ import annotations

from linter.kube import names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from linter.apiserver.errors import Errors
    from linter.path import FieldPath

_PARAMETERS = 512
_PARAMETERS_SIZE = 262144


def validate_driver_name(name: str, path: FieldPath, errors: Errors, *, what: str, rule: str) -> None:
    """Judge the name of a CSI driver: a DNS subdomain in any case, at most 63 bytes."""
    if not name:
        errors.required(path, f"{what} is missing.", rule=rule)
        return
    if names.byte_length(name) > 63:
        errors.too_long(path, f"{what} is longer than 63 bytes.", rule=rule)
    errors.faults(path, what, name, names.dns_subdomain(name.lower()), rule=rule)


def validate_provisioner(name: str, path: FieldPath, errors: Errors, *, rule: str) -> None:
    """Judge the name of a provisioner: a qualified name in any case, such as `example.com/nfs`."""
    if not name:
        message = f"{path[-1]} is missing: write the name of the driver that makes the volumes."
        errors.required(path, message, rule=rule)
        return
    errors.faults(path, f"The {path[-1]}", name, names.qualified_name(name.lower()), rule=rule)


def validate_parameters(parameters: Mapping[str, str], path: FieldPath, errors: Errors, *, rule: str) -> None:
    """Judge the parameters of a driver: at most 512 entries and 256 KiB."""
    if len(parameters) > _PARAMETERS:
        message = f"There are {len(parameters)} parameters; at most {_PARAMETERS} are allowed."
        errors.too_long(path, message, rule=rule)
        return
    if "" in parameters:
        errors.invalid(path, "A parameter has an empty name.", rule=rule)
    size = sum(names.byte_length(key) + names.byte_length(value) for key, value in parameters.items())
    if size > _PARAMETERS_SIZE:
        message = f"The parameters have {size} bytes together; at most {_PARAMETERS_SIZE} are allowed."
        errors.too_long(path, message, rule=rule)
