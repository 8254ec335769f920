"""Probes and lifecycle hooks of a container.

Source: https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/ and
https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/
"""

from __future__ import annotations

from linter.apiserver.constraints import check
from linter.kube import names
from linter.path import format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object
    from linter.path import FieldPath

HOOKS_AND_PROBES = frozenset({"lifecycle", "livenessProbe", "readinessProbe", "startupProbe"})
PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
# The order in which the API server takes them: the first one counts, the others are refused.
_PROBE_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc")
_HOOK_HANDLERS = ("exec", "httpGet", "tcpSocket", "sleep")


def validate_probes(container: Object, path: FieldPath, errors: Errors) -> None:
    """Judge the probes of a container that may have them: a regular one or a sidecar.

    Args:
        container: The container.
        path: Where it is.
        errors: Gets what is wrong.
    """
    for kind in PROBES:
        if kind in container:
            probe, at = container[kind], (*path, kind)
            _validate_handler(probe, at, errors, "probe", _PROBE_HANDLERS)
            _validate_timing(probe, kind, at, errors)


def validate_lifecycle(lifecycle: Object, path: FieldPath, errors: Errors, *, grace_period: int) -> None:
    """Judge the hooks of a container that may have them: a regular one or a sidecar.

    Args:
        lifecycle: The container's lifecycle.
        path: Where it is.
        errors: Gets what is wrong.
        grace_period: The seconds that the pod has to stop.
    """
    for hook in ("postStart", "preStop"):
        if hook in lifecycle:
            handler, at = lifecycle[hook], (*path, hook)
            if _validate_handler(handler, at, errors, "hook", _HOOK_HANDLERS) == "sleep":
                _validate_sleep(handler["sleep"], (*at, "sleep"), errors, grace_period)


def _validate_handler(
    handler: Object, path: FieldPath, errors: Errors, noun: str, known: tuple[str, ...]
) -> str | None:
    """Judge what a probe or hook does, and return the handler that counts."""
    rule = "probe-handlers"
    given = [*filter(handler.__contains__, known)]
    if not given:
        message = f"The {noun} does nothing; it needs one of {', '.join(known)}."
        errors.required(path, message, rule=rule)
        return None
    kind, *others = given
    for later in others:
        message = f"There is {kind} already; only one can be set."
        errors.forbidden((*path, later), message, rule=rule)
    action, at = handler[kind], (*path, kind)
    match kind:
        case "exec":
            if not action.get("command"):
                errors.required((*at, "command"), "There is no command to run.", rule=rule)
        case "httpGet":
            _validate_port(action.get("port", 0), (*at, "port"), errors)
            _validate_http_get(action, at, errors)
        case "tcpSocket" | "grpc":
            _validate_port(action.get("port", 0), (*at, "port"), errors)
        case "sleep":
            pass  # it depends on the pod
        case _:
            raise KeyError(kind)
    return kind


def _validate_http_get(action: Object, path: FieldPath, errors: Errors) -> None:
    check("core/v1.HTTPGetAction", action, path, errors)
    if "httpHeaders" in action:
        _validate_headers(action["httpHeaders"], (*path, "httpHeaders"), errors)


def _validate_headers(headers: list[Object], path: FieldPath, errors: Errors) -> None:
    for index, header in enumerate(headers):
        name = header.get("name") or ""
        if faults := names.http_header_name(name):
            at, field = (*path, index, "name"), format_path(path)
            errors.faults(at, "The header name", name, faults, rule="probe-handlers", field=field)


def _validate_port(port: int | str, path: FieldPath, errors: Errors) -> None:
    """Judge a port that is given by number or by name."""
    rule = "probe-handlers"
    if isinstance(port, int):
        if not names.is_port_number(port):
            message = (
                f"{port} is not a port number: 1 to 65535."
                if port
                else "There is no port: 1 to 65535, or a port name."
            )
            errors.invalid(path, message, rule=rule)
    elif port.isdigit() and port.isascii():
        message = f'"{port}" in quotes is a port name, and a bad one; write {port} without quotes.'
        errors.invalid(path, message, rule=rule)
    elif faults := names.port_name(port):
        errors.faults(path, "The port name", port, faults, rule=rule)


def _validate_timing(probe: Object, kind: str, path: FieldPath, errors: Errors) -> None:
    rule = "probe-timing"
    check("core/v1.Probe", probe, path, errors)
    if kind != "readinessProbe" and probe["successThreshold"] != 1:
        message = f"The successThreshold of a {kind} must be 1, not {probe['successThreshold']}."
        errors.invalid((*path, "successThreshold"), message, rule=rule)
    if kind == "readinessProbe" and "terminationGracePeriodSeconds" in probe:
        message = "A readinessProbe has no grace period, because it stops no container; remove it."
        errors.invalid((*path, "terminationGracePeriodSeconds"), message, rule=rule)


def _validate_sleep(action: Object, path: FieldPath, errors: Errors, grace_period: int) -> None:
    seconds = action.get("seconds") or 0
    # Since 1.32 a hook may sleep for no time at all.
    least = 0 if errors.version >= (1, 32) else 1
    if least <= seconds <= grace_period:
        return
    if seconds > grace_period:
        message = f"The hook sleeps {seconds} seconds, but the pod has {grace_period} seconds to stop."
    else:
        message = f"The hook sleeps {seconds} seconds; it must be at least {least}."
    errors.invalid((*path, "seconds"), message, rule="lifecycle-sleep", field=format_path(path))
