"""Requests and limits of containers and pods, the pod's overhead, and what a resize does.

Source: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/
"""

from __future__ import annotations

from functools import lru_cache

from linter.apiserver.constraints import check_field
from linter.kube import names, quantities
from linter.kube.pods import containers
from linter.kube.suggest import did_you_mean, not_supported, quote
from linter.path import Key, format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object
    from linter.kube.quantities import Quantity
    from linter.path import FieldPath

    _Written = tuple[tuple[str, str | float], ...]
    """Amounts by name, as they are written."""

Amounts = dict[str, "Quantity"]

_OF_CONTAINERS = frozenset({"cpu", "memory", "ephemeral-storage"})
_OF_PODS = frozenset({"cpu", "memory"})
# The names without a domain that Kubernetes knows, for quotas for instance.
_KNOWN = _OF_CONTAINERS | {
    "configmaps", "limits.cpu", "limits.ephemeral-storage", "limits.memory", "persistentvolumeclaims", "pods",
    "replicationcontrollers", "requests.cpu", "requests.ephemeral-storage", "requests.memory", "requests.storage",
    "resourcequotas", "secrets", "services", "services.loadbalancers", "services.nodeports", "storage",
}  # fmt: skip
_LIMITS_AND_REQUESTS = frozenset({"limits", "requests"})
_BYTES = frozenset({"memory", "ephemeral-storage"})
_RESIZE_POLICY = "core/v1.ContainerResizePolicy"


def validate_container_resources(
    resources: Object, path: FieldPath, errors: Errors, *, claims: Collection[str], any_pages: bool
) -> None:
    """Judge requests, limits and claims of a container.

    Args:
        resources: The container's resources.
        path: Where they are.
        errors: Gets what is wrong.
        claims: The names of the pod's resource claims.
        any_pages: Let amounts of huge pages through that are not multiples of the page size.
    """
    if "claims" in resources:
        from linter.apiserver.pod.resource_claims import validate_resource_claim_names

        validate_resource_claim_names(resources["claims"], (*path, "claims"), errors, claims)
    _validate_requirements(resources, path, errors, of_pod=False, any_pages=any_pages)


def validate_pod_resources(
    pod_spec: Object,
    path: FieldPath,
    errors: Errors,
    *,
    claims: Collection[str],
    old: Object | None = None,
) -> None:
    """Judge the resources of a pod as a whole, and that its containers keep within them.

    Args:
        pod_spec: The pod spec.
        path: Where it is.
        errors: Gets what is wrong.
        claims: The names of the pod's resource claims.
        old: The stored pod spec, at an update.
    """
    if "resources" not in pod_spec:
        return
    resources = pod_spec["resources"]
    rule = "pod-resources"
    at = (*path, "resources")
    if (pod_spec.get("os") or {}).get("name") == "windows":
        message = "A Windows pod can't have resources of its own; set them on its containers."
        errors.forbidden(at, message, rule=rule)
    if "claims" in resources:
        from linter.apiserver.pod.resource_claims import validate_resource_claim_names

        # They are looked at all the same.
        errors.forbidden((*at, "claims"), "Only containers can have resource claims.", rule=rule)
        validate_resource_claim_names(resources["claims"], (*at, "claims"), errors, claims)
    any_pages = old is not None and has_indivisible_pages(old)
    _validate_requirements(resources, at, errors, of_pod=True, any_pages=any_pages)
    _validate_containers_within_pod(pod_spec, path, errors)


def validate_overhead(pod_spec: Object, path: FieldPath, errors: Errors) -> None:
    """Judge the pod's overhead, which the API server takes for the limits of a container, and spells so."""
    if "overhead" not in pod_spec:
        return
    at, spelled = (*path, "overhead"), (*path, "overhead", "limits")
    overhead = _amounts(pod_spec, "overhead")
    _validate_amounts(overhead, at, errors, of_pod=False, any_pages=False, spelled=spelled)
    _validate_pages_alone(overhead.keys(), at, errors, "resource-requirements")


def validate_resize_policy(
    policies: Sequence[Object], path: FieldPath, errors: Errors, *, never_restarts: bool
) -> None:
    """Judge what a resize of a container does.

    Args:
        policies: The container's resizePolicy.
        path: Where it is.
        errors: Gets what is wrong.
        never_restarts: Whether the pod never restarts its containers.
    """
    rule = "resize-policy"
    seen: set[str] = set()
    field = format_path(path)  # the API server leaves out the rest
    for index, policy in enumerate(policies):
        name, action = policy.get("resourceName") or "", policy.get("restartPolicy") or ""
        at = (*path, index)
        if name in seen:
            errors.duplicate(at, f"There is another resize policy for {quote(name)}.", rule=rule)
        seen.add(name)
        for part, value in (("resourceName", name), ("restartPolicy", action)):
            check_field(_RESIZE_POLICY, part, value, (*at, part), errors, field=field)
        if never_restarts and action != "NotRequired":
            message = "In a pod that never restarts its containers, a resize can't either; write NotRequired."
            errors.invalid((*at, "restartPolicy"), message, rule=rule, field=field)


def are_plain_resources(resources: Object) -> bool:
    """Tell whether there is surely nothing to say of the resources of a container."""
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    return _LIMITS_AND_REQUESTS.issuperset(resources) and _are_plain_amounts(
        tuple(limits.items()), tuple(requests.items())
    )


@lru_cache(maxsize=1024)
def _are_plain_amounts(limits: _Written, requests: _Written) -> bool:
    # Containers of one repository ask for much the same.
    fractional = any(
        name in _BYTES and _has_fractional_bytes(amount) for name, amount in (*limits, *requests)
    )
    return not fractional and _are_plain(_read(limits), _read(requests), _OF_CONTAINERS)


def has_indivisible_pages(pod_spec: Object) -> bool:
    """Tell whether a stored pod has amounts of huge pages that are not multiples: then others are let through."""
    return any(
        _is_hugepages(name) and not _is_divisible(name, amount)
        for container in containers(pod_spec)
        for kind in ("limits", "requests")
        for name, amount in _amounts(container.spec.get("resources") or {}, kind).items()
    )


def warn_of_resources(resources: Object, path: FieldPath, errors: Errors) -> None:
    """Warn of requests and limits of a container that are not whole numbers of bytes.

    Args:
        resources: The container's resources.
        path: Where they are.
        errors: Gets the warnings.
    """
    for kind in ("limits", "requests"):
        if amounts := resources.get(kind):
            warn_of_fractional_bytes(amounts, (*path, kind), errors)


def warn_of_fractional_bytes(amounts: Mapping[str, str | float], path: FieldPath, errors: Errors) -> None:
    """Warn of memory and storage that are not whole numbers of bytes.

    Args:
        amounts: Requests, limits or overhead, by name.
        path: Where they are.
        errors: Gets the warnings.
    """
    for name, amount in amounts.items():
        if name in _BYTES and _has_fractional_bytes(amount):
            hint = "; did you mean `M` or `Mi`?" if str(amount).endswith("m") else "."
            message = f"{quote(amount)} is not a whole number of bytes{hint}"
            errors.warn((*path, Key(name)), message, rule="fractional-bytes")


def _amounts(resources: Object, kind: str) -> Amounts:
    return _read((resources.get(kind) or {}).items())


def _read(amounts: Iterable[tuple[str, str | float]]) -> Amounts:
    return {name: _amount_of(amount) for name, amount in amounts}


@lru_cache(maxsize=1024)
def _amount_of(value: str | float) -> Quantity:
    return quantities.parse(value).in_millis()


@lru_cache(maxsize=1024)
def _has_fractional_bytes(value: str | float) -> bool:
    return _amount_of(value).has_fractional_bytes


def _is_hugepages(name: str) -> bool:
    return name.startswith("hugepages-")


def _is_native(name: str) -> bool:
    """Tell whether Kubernetes itself defines a resource of such a name."""
    return "/" not in name or "kubernetes.io/" in name


def _is_extended(name: str) -> bool:
    return (
        not _is_native(name)
        and not name.startswith("requests.")
        and not names.qualified_name(f"requests.{name}")
    )


def _validate_requirements(
    resources: Object, path: FieldPath, errors: Errors, *, of_pod: bool, any_pages: bool
) -> None:
    """Judge requests and limits; the resources that a pod as a whole can have are fewer than those of containers."""
    limits, requests = _amounts(resources, "limits"), _amounts(resources, "requests")
    if _are_plain(limits, requests, _OF_PODS if of_pod else _OF_CONTAINERS):
        return  # nearly always
    _validate_amounts(limits, (*path, "limits"), errors, of_pod=of_pod, any_pages=any_pages)
    _validate_amounts(requests, (*path, "requests"), errors, of_pod=of_pod, any_pages=any_pages)
    rule = _rule(of_pod=of_pod)
    for name, request in requests.items():
        _validate_request_and_limit(name, request, limits.get(name), path, errors, rule)
    _validate_pages_alone(limits.keys() | requests.keys(), path, errors, rule)


def _are_plain(limits: Amounts, requests: Amounts, plain: frozenset[str]) -> bool:
    """Tell whether there is nothing to say: only resources that any container or pod can have, and no request above its limit."""
    if not (plain.issuperset(limits) and plain.issuperset(requests)):
        return False
    for name, request in requests.items():
        if request.nanos < 0 or (name in limits and request.nanos > limits[name].nanos):
            return False
    return all(limit.nanos >= 0 for limit in limits.values())


def _rule(*, of_pod: bool) -> str:
    return "pod-resources" if of_pod else "resource-requirements"


def _validate_amounts(
    amounts: Amounts,
    path: FieldPath,
    errors: Errors,
    *,
    of_pod: bool,
    any_pages: bool,
    spelled: FieldPath | None = None,
) -> None:
    plain = _OF_PODS if of_pod else _OF_CONTAINERS
    for name, amount in amounts.items():
        if name in plain and amount.nanos >= 0:
            continue
        at = (*path, Key(name))
        field = None if spelled is None else format_path((*spelled, Key(name)))
        if of_pod:
            _validate_pod_resource_name(name, at, errors)
        else:
            _validate_container_resource_name(name, at, errors, field)
        _validate_amount(
            name, amount, at, errors, any_pages=any_pages, rule=_rule(of_pod=of_pod), field=field
        )


def _validate_container_resource_name(name: str, path: FieldPath, errors: Errors, field: str | None) -> None:
    rule = "resource-requirements"
    if name in _OF_CONTAINERS or (_is_hugepages(name) and not names.qualified_name(name)):
        return
    if faults := names.qualified_name(name):
        errors.faults(path, "The resource", name, faults, rule=rule, field=field)
    elif "/" not in name:
        message = (
            f"Containers have no resource {quote(name)}; there are cpu, memory, ephemeral-storage and hugepages."
            f"{did_you_mean(name, _OF_CONTAINERS)} Others have a domain: `example.com/gpu`."
        )
        errors.invalid(path, message, rule=rule, field=field)
    elif not _is_native(name) and not _is_extended(name):
        message = f"{quote(name)} is not the name of an extended resource, such as `example.com/gpu`."
        errors.invalid(path, message, rule=rule, field=field)


def _validate_pod_resource_name(name: str, path: FieldPath, errors: Errors) -> None:
    rule = "pod-resources"
    if name in _OF_PODS or (_is_hugepages(name) and not names.qualified_name(name)):
        return
    if faults := names.qualified_name(name):
        errors.faults(path, "The resource", name, faults, rule=rule)
    elif "/" in name or name in _KNOWN or name.startswith("requests.hugepages-"):
        message = not_supported("The resource of a pod", name, ("cpu", "memory", "hugepages-…"))
        errors.unsupported(path, message, rule=rule)
    else:
        message = f"There is no resource {quote(name)}.{did_you_mean(name, _OF_CONTAINERS)}"
        errors.invalid(path, message, rule=rule)


def _validate_amount(
    name: str,
    amount: Quantity,
    path: FieldPath,
    errors: Errors,
    *,
    any_pages: bool,
    rule: str,
    field: str | None,
) -> None:
    if amount.nanos < 0:
        errors.invalid(path, f"The amount {amount} is negative.", rule=rule, field=field)
    # The server tells whole amounts of extended resources as it tells whole bytes.
    if _is_extended(name) and amount.has_fractional_bytes:
        message = f"{quote(name)} comes in whole numbers, not {amount}."
        errors.invalid(path, message, rule=rule, field=field)
    if _is_hugepages(name) and not any_pages and not _is_divisible(name, amount):
        message = f"{amount} is not a multiple of the page size {name.removeprefix('hugepages-')}."
        errors.invalid(path, message, rule=rule, field=field)


def _is_divisible(name: str, amount: Quantity) -> bool:
    size = name.removeprefix("hugepages-")
    if not quantities.is_quantity(size):
        return False
    page = quantities.parse(size)
    if page.nanos <= 0 or page.nanos % 10**9:
        return False
    # Quantities count in whole bytes here, rounded up.
    return -(-amount.nanos // 10**9) % (page.nanos // 10**9) == 0


def _validate_request_and_limit(
    name: str, request: Quantity, limit: Quantity | None, path: FieldPath, errors: Errors, rule: str
) -> None:
    can_overcommit = _is_native(name) and not _is_hugepages(name)
    if limit is None:
        if not can_overcommit:
            message = f"A request of {quote(name)} needs an equal limit."
            errors.required((*path, "limits"), message, rule=rule)
        return
    if request.nanos == limit.nanos or (can_overcommit and request.nanos < limit.nanos):
        return
    if can_overcommit:
        message = f"The request of {name} ({request}) is greater than the limit ({limit})."
    else:
        message = f"The request of {quote(name)} is {request}, the limit {limit}; they must be equal."
    # The API server leaves the name out of this path.
    field = format_path((*path, "requests"))
    errors.invalid((*path, "requests", Key(name)), message, rule=rule, field=field)


def _validate_pages_alone(used: Iterable[str], path: FieldPath, errors: Errors, rule: str) -> None:
    used = set(used)
    if any(map(_is_hugepages, used)) and used.isdisjoint({"cpu", "memory"}):
        errors.forbidden(path, "Huge pages need cpu or memory beside them.", rule=rule)


def _validate_containers_within_pod(pod_spec: Object, path: FieldPath, errors: Errors) -> None:
    rule = "pod-resources"
    resources, at = pod_spec["resources"], (*path, "resources")
    for kind in ("requests", "limits"):
        of_pod = _amounts(resources, kind)
        for name, together in add_up(pod_spec, kind).items():
            # Limits of cpu and memory may add up to more than the pod's.
            is_bound = kind == "requests" or _is_hugepages(name)
            if name in of_pod and is_bound and together > of_pod[name].nanos:
                total = quantities.Quantity(together, of_pod[name].format)
                message = f"The containers have {total} of {name} together, the pod only {of_pod[name]}."
                errors.invalid((*at, kind, Key(name)), message, rule=rule)
    limits = _amounts(resources, "limits")
    for index, container in enumerate(pod_spec.get("containers") or ()):
        for name, limit in _amounts(container.get("resources") or {}, "limits").items():
            if name in limits and limit.nanos > limits[name].nanos:
                message = (
                    f"The container's limit of {name} ({limit}) is greater than the pod's ({limits[name]})."
                )
                written = (*path, "containers", index, "resources", "limits", Key(name))
                field = format_path((*at, "containers", index, Key(name), "limits"))
                errors.invalid(written, message, rule=rule, field=field)


def add_up(pod_spec: Object, kind: str) -> dict[str, int]:
    """Add up what the containers have at the same time, at the worst moment; init containers run one by one."""
    running: dict[str, int] = {}
    sidecars: dict[str, int] = {}
    starting: dict[str, int] = {}
    for container in containers(pod_spec):
        amounts = _amounts(container.spec.get("resources") or {}, kind)
        if container.keeps_running:
            _add(running, amounts)
        if container.is_sidecar:
            _add(sidecars, amounts)
        if container.list_name == "initContainers":
            now = dict(sidecars)
            if not container.is_sidecar:
                _add(now, amounts)
            for name, amount in now.items():
                starting[name] = max(starting.get(name, amount), amount)
    for name, amount in starting.items():
        running[name] = max(running.get(name, amount), amount)
    return running


def _add(total: dict[str, int], more: Amounts) -> None:
    for name, amount in more.items():
        total[name] = total.get(name, 0) + amount.nanos
