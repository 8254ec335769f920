"""The containers of a pod: each is looked at once, the regular ones first, then init and ephemeral containers.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Container
"""

from __future__ import annotations

from linter.apiserver.constraints import check, check_field
from linter.apiserver.pod.env import validate_env, validate_env_from, warn_of_env
from linter.apiserver.pod.mounts import validate_volume_devices, validate_volume_mounts
from linter.apiserver.pod.ports import validate_container_ports, validate_host_ports, warn_of_ports
from linter.apiserver.pod.probes import HOOKS_AND_PROBES, validate_lifecycle, validate_probes
from linter.apiserver.pod.resources import (
    has_indivisible_pages,
    validate_container_resources,
    validate_resize_policy,
    warn_of_resources,
)
from linter.apiserver.pod.security import validate_security_context
from linter.kube import names
from linter.kube.pods import CONTAINER_LISTS
from linter.kube.suggest import not_supported, quote
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from typing import Any

    from linter.apiserver.errors import Errors
    from linter.apiserver.pod.volume_names import PodVolumes
    from linter.apiserver.request import Object
    from linter.path import FieldPath

_STRUCT = "core/v1.Container"
_RESTART = "RestartContainer"
# What Go takes for white space: less than Python does.
_BLANKS = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
_SIDECARS_ONLY = ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")
_WINDOWS = frozenset({"windowsOptions"})
_RESTART_FIELDS = frozenset({"restartPolicy", "restartPolicyRules"})
_EPHEMERAL_NEVER = (
    "ports", "resources", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "restartPolicy",
    "restartPolicyRules", "resizePolicy",
)  # fmt: skip


class _Pod(NamedTuple):
    """What must be known of a pod to judge its containers."""

    volumes: PodVolumes
    claims: Collection[str]
    """The names of its resource claims."""
    grace_period: int
    """The seconds that it has to stop."""
    never_restarts: bool
    host_users: bool | None
    any_pages: bool
    """Whether amounts of huge pages need not be multiples of the page size."""
    any_resize: bool
    """Whether a resize may restart a plain init container."""


def validate_containers(
    pod_spec: Object,
    path: FieldPath,
    errors: Errors,
    *,
    volumes: PodVolumes,
    claims: Collection[str],
    old: Object | None = None,
) -> None:
    """Judge all containers of a pod: regular, init and ephemeral.

    Args:
        pod_spec: The pod spec.
        path: Where it is.
        errors: Gets what is wrong.
        volumes: Its volumes.
        claims: The names of its resource claims.
        old: The stored pod spec, at an update: what it has already is let through in some places.
    """
    pod = _Pod(
        volumes,
        claims,
        pod_spec.get("terminationGracePeriodSeconds", 30),
        pod_spec.get("restartPolicy") == "Never",
        pod_spec.get("hostUsers"),
        old is not None and has_indivisible_pages(old),
        old is not None and _restarts_init_containers(old),
    )
    regular = pod_spec.get("containers") or ()
    init = pod_spec.get("initContainers") or ()
    ephemeral = pod_spec.get("ephemeralContainers") or ()
    taken: set[str] = set()
    _validate_regular(regular, (*path, "containers"), errors, pod, taken)
    if init:
        _validate_init(init, (*path, "initContainers"), errors, pod, taken)
    if ephemeral:
        # The API server compares an ephemeral container with all others, even with those that have no name.
        taken |= {container.get("name") or "" for container in init}
        others = {container.get("name") for container in (*regular, *init)}
        _validate_ephemeral(ephemeral, (*path, "ephemeralContainers"), errors, pod, taken, others)
    all_of_it = (pod_spec, *regular, *init, *ephemeral)
    security = [each["securityContext"] for each in all_of_it if "securityContext" in each]
    if not all(map(_WINDOWS.isdisjoint, security)):
        from linter.apiserver.pod.windows import validate_host_process

        validate_host_process(pod_spec, path, errors)


def validate_no_blanks(image: str, path: FieldPath, errors: Errors) -> None:
    """Judge that there are no blanks around the image of a container that is about to run."""
    if image != image.strip(_BLANKS):
        message = f"The image {quote(image)} has blanks around it."
        errors.invalid(path, message, rule="container-image")


def warn_of_containers(pod_spec: Object, path: FieldPath, errors: Errors) -> None:
    """Warn of what containers have that does nothing, or hides something.

    Args:
        pod_spec: The pod spec.
        path: Where it is.
        errors: Gets the warnings.
    """
    containers = [
        (container, (*path, name, index))
        for name in CONTAINER_LISTS
        if name in pod_spec
        for index, container in enumerate(pod_spec[name])
    ]
    warn_of_ports(containers, errors)
    for container, at in containers:
        if "env" in container:
            warn_of_env(container["env"], (*at, "env"), errors)
        if "resources" in container:
            warn_of_resources(container["resources"], (*at, "resources"), errors)


def _restarts_init_containers(old: Object) -> bool:
    """Tell whether a stored pod restarts a plain init container for a resize already: then it may stay so."""
    return any(
        policy.get("restartPolicy") == _RESTART
        for container in old.get("initContainers") or ()
        if not _is_sidecar(container)
        for policy in container.get("resizePolicy") or ()
    )


def _is_sidecar(init_container: Object) -> bool:
    return init_container.get("restartPolicy") == "Always"


def _validate_regular(
    containers: Sequence[Object], path: FieldPath, errors: Errors, pod: _Pod, taken: set[str]
) -> None:
    host_ports: set[tuple[Any, ...]] = set()
    for index, container in enumerate(containers):
        at = (*path, index)
        _validate_container(container, at, errors, pod)
        name = container.get("name") or ""
        if name in taken:
            _add_repeated_name(name, at, errors)
        taken.add(name)
        if not HOOKS_AND_PROBES.isdisjoint(container):
            _validate_hooks_and_probes(container, at, errors, pod)
        if not _RESTART_FIELDS.isdisjoint(container):
            _validate_restart(container, at, errors, is_init=False)
        if ports := container.get("ports"):
            validate_host_ports(ports, (*at, "ports"), errors, host_ports)


def _validate_init(
    containers: Sequence[Object], path: FieldPath, errors: Errors, pod: _Pod, taken: set[str]
) -> None:
    for index, container in enumerate(containers):
        at = (*path, index)
        _validate_container(container, at, errors, pod)
        name = container.get("name") or ""
        if name in taken:
            _add_repeated_name(name, at, errors)
        elif name:
            taken.add(name)
        if _is_sidecar(container):
            _validate_hooks_and_probes(container, at, errors, pod)
        else:
            _validate_plain_init(container, at, errors, pod)
        if not _RESTART_FIELDS.isdisjoint(container):
            _validate_restart(container, at, errors, is_init=True)
        if ports := container.get("ports"):
            # Init containers run one after the other: each is looked at alone, and reported as if it were the first.
            validate_host_ports(ports, (*at, "ports"), errors, set(), seen_at=(*path, 0, "ports"))


def _validate_ephemeral(
    containers: Sequence[Object],
    path: FieldPath,
    errors: Errors,
    pod: _Pod,
    taken: set[str],
    others: Collection[str | None],
) -> None:
    rule = "ephemeral-container-fields"
    for index, container in enumerate(containers):
        at = (*path, index)
        _validate_container(container, at, errors, pod)
        name, image = container.get("name") or "", container.get("image") or ""
        if name in taken:
            _add_repeated_name(name, at, errors)
        taken.add(name)
        validate_no_blanks(image, (*at, "image"), errors)
        target = container.get("targetContainerName")
        if target and target not in others:
            message = f"There is no container named {quote(target)} in this pod."
            errors.not_found((*at, "targetContainerName"), message, rule=rule)
        for field in _EPHEMERAL_NEVER:
            if field in container and (container[field] or field != "resources"):
                message = f"An ephemeral container can't have {field}."
                errors.forbidden((*at, field), message, rule=rule)
        for number, mount in enumerate(container.get("volumeMounts") or ()):
            for field in ("subPath", "subPathExpr"):
                if mount.get(field):
                    message = f"An ephemeral container can't mount with {field}."
                    errors.forbidden((*at, "volumeMounts", number, field), message, rule=rule)


def _add_repeated_name(name: str, path: FieldPath, errors: Errors) -> None:
    message = f"There is another container named {quote(name)}."
    errors.duplicate((*path, "name"), message, rule="container-names")


def _validate_container(container: Object, path: FieldPath, errors: Errors, pod: _Pod) -> None:
    """Judge what is asked of every container, in whichever list it stands."""
    if not (name := container.get("name")):
        errors.required((*path, "name"), "The container has no name.", rule="container-names")
    elif faults := names.dns_label(name):
        errors.faults((*path, "name"), "The container name", name, faults, rule="container-names")
    if not container.get("image"):
        errors.required((*path, "image"), "The container has no image.", rule="container-image")
    check(_STRUCT, container, path, errors, but=("restartPolicy",))
    if "ports" in container:
        validate_container_ports(container["ports"], (*path, "ports"), errors)
    if "env" in container:
        validate_env(container["env"], (*path, "env"), errors, pod.volumes.known)
    if "envFrom" in container:
        validate_env_from(container["envFrom"], (*path, "envFrom"), errors)
    if "volumeMounts" in container:
        validate_volume_mounts(container, path, errors, pod.volumes)
    if "volumeDevices" in container:
        validate_volume_devices(container, path, errors, pod.volumes)
    if "resources" in container:
        resources, at = container["resources"], (*path, "resources")
        claims, any_pages = pod.claims, pod.any_pages
        validate_container_resources(resources, at, errors, claims=claims, any_pages=any_pages)
    if "resizePolicy" in container:
        policies, never = container["resizePolicy"], pod.never_restarts
        validate_resize_policy(policies, (*path, "resizePolicy"), errors, never_restarts=never)
    if "securityContext" in container:
        security, at = container["securityContext"], (*path, "securityContext")
        validate_security_context(security, at, errors, host_users=pod.host_users)


def _validate_hooks_and_probes(container: Object, path: FieldPath, errors: Errors, pod: _Pod) -> None:
    if lifecycle := container.get("lifecycle"):
        validate_lifecycle(lifecycle, (*path, "lifecycle"), errors, grace_period=pod.grace_period)
    validate_probes(container, path, errors)


def _validate_plain_init(container: Object, path: FieldPath, errors: Errors, pod: _Pod) -> None:
    """Judge that an init container that does not keep running is neither probed nor restarted."""
    rule = "init-container-fields"
    for field in _SIDECARS_ONLY:
        if field in container:
            message = (
                f"An init container can't have {field}, unless `restartPolicy: Always` makes it a sidecar."
            )
            errors.forbidden((*path, field), message, rule=rule)
    if errors.version < (1, 36) or pod.any_resize:
        return
    for index, policy in enumerate(container.get("resizePolicy") or ()):
        if policy.get("restartPolicy") == _RESTART:
            message = "An init container can't be restarted for a resize; write NotRequired."
            errors.invalid((*path, "resizePolicy", index, "restartPolicy"), message, rule=rule)


def _validate_restart(container: Object, path: FieldPath, errors: Errors, *, is_init: bool) -> None:
    policy, rules = container.get("restartPolicy"), container.get("restartPolicyRules")
    if policy is None and not rules:
        return
    rule = "container-restart-rules"
    at = (*path, "restartPolicy")
    if policy is None:
        errors.required(at, "restartPolicyRules need a restartPolicy beside them.", rule=rule)
    elif errors.version >= (1, 34):
        check_field(_STRUCT, "restartPolicy", policy, at, errors)
    elif not is_init:
        # Up to 1.33 only init containers have one, and only Always: that makes them sidecars.
        message = "Only init containers can have a restartPolicy of their own."
        errors.forbidden(at, message, rule=rule)
    elif policy != "Always":
        errors.unsupported(at, not_supported("restartPolicy", policy, ["Always"]), rule=rule)
    _validate_restart_rules(rules or (), (*path, "restartPolicyRules"), errors)


def _validate_restart_rules(rules: Sequence[Object], path: FieldPath, errors: Errors) -> None:
    rule = "container-restart-rules"
    # Before 1.36 the server called a list too long, as it does with texts.
    too_many = errors.too_many if errors.version >= (1, 36) else errors.too_long
    if len(rules) > 20:
        too_many(path, f"There are {len(rules)} rules; at most 20 are allowed.", rule=rule)
    for index, each in enumerate(rules):
        at = (*path, index)
        check("core/v1.ContainerRestartRule", each, at, errors)
        codes = each.get("exitCodes")
        if codes is None:
            errors.required((*at, "exitCodes"), "The rule has no exitCodes.", rule=rule)
            continue
        check("core/v1.ContainerRestartRuleOnExitCodes", codes, (*at, "exitCodes"), errors)
        if len(codes.get("values") or ()) > 255:
            message = f"There are {len(codes['values'])} exit codes; at most 255 are allowed."
            too_many((*at, "exitCodes", "values"), message, rule=rule)
