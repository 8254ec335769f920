"""Requests and limits of containers and pods, resource claims, and what a resize does."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from linter.engine.rule import Context, Problem, rule
from linter.kube import names, quantities
from linter.kube.pods import POD
from linter.kube.quantities import Quantity
from linter.kube.suggest import did_you_mean, not_supported, quote
from linter.path import FieldPath, Key, format_path

from .checks import faulty, judged_pod, one_of_these, required, stored_pod

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from linter.loading.resource import Resource

    from .checks import Pod

Object = dict[str, Any]
Amounts = dict[str, Quantity]

_STANDARD = frozenset({"cpu", "memory", "ephemeral-storage"})
# The names without a domain that Kubernetes knows, for quotas for instance.
_KNOWN = _STANDARD | {
    "configmaps", "limits.cpu", "limits.ephemeral-storage", "limits.memory", "persistentvolumeclaims", "pods",
    "replicationcontrollers", "requests.cpu", "requests.ephemeral-storage", "requests.memory", "requests.storage",
    "resourcequotas", "secrets", "services", "services.loadbalancers", "services.nodeports", "storage",
}  # fmt: skip
_BYTES = frozenset({"memory", "ephemeral-storage"})


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


def _amounts(resources: Object, kind: str) -> Amounts:
    return {name: _amount_of(each) for name, each in (resources.get(kind) or {}).items()}


@lru_cache(maxsize=1024)
def _amount_of(value: str | float) -> Quantity:
    return quantities.parse(value).in_millis()


def _places(pod: Pod) -> Iterator[tuple[Object, FieldPath]]:
    """Walk all resource requirements of containers."""
    for container in pod.containers:
        if resources := container.spec.get("resources"):
            yield resources, (*container.path, "resources")


def _overhead(pod: Pod) -> Iterator[Problem]:
    """The API server checks the overhead as if it were the limits of a container."""
    overhead = pod.spec.get("overhead")
    if not overhead:
        return
    path = (*POD, "overhead")
    for problem in _requirements({"limits": overhead}, path, _container_resource):
        rest = problem.path[len(path) + 1 :]
        yield problem._replace(path=(*path, *rest), field=problem.field or format_path(problem.path))


@rule("resource-requirements", needs={"limits", "requests", "overhead"})
def resource_requirements(resource: Resource, context: Context) -> Iterator[Problem]:
    """Requests and limits name resources that exist, and fit together.

    A container can have cpu, memory, ephemeral-storage, hugepages and extended resources (`example.com/gpu`). No amount
    is negative; extended resources are whole numbers; huge pages are multiples of their size, and need cpu or memory
    beside them. A request is not greater than the limit; for extended resources and huge pages both are equal, and a
    limit is needed.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          containers:
          - name: web
            image: nginx:1.27
            resources:
              requests: {memory: 1Gi}
              limits: {memory: 512Mi}
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          containers:
          - name: web
            image: nginx:1.27
            resources:
              requests: {memory: 512Mi}
              limits: {memory: 1Gi}
    ```
    """
    pod = judged_pod(resource, context)
    if pod is None:
        return
    any_pages = _stored_pages_are_indivisible(context)
    for resources, path in _places(pod):
        yield from _requirements(resources, path, _container_resource, any_pages=any_pages)
    yield from _overhead(pod)


def _requirements(
    resources: Object,
    path: FieldPath,
    check: Callable[[str, FieldPath], Iterator[Problem]],
    *,
    any_pages: bool = False,
) -> Iterator[Problem]:
    limits, requests = _amounts(resources, "limits"), _amounts(resources, "requests")
    for kind, amounts in (("limits", limits), ("requests", requests)):
        for name, amount in amounts.items():
            here = (*path, kind, Key(name))
            yield from check(name, here)
            yield from _amount(name, amount, here, any_pages=any_pages)
    for name, request in requests.items():
        yield from _request_and_limit(name, request, limits.get(name), path)
    used = {*limits, *requests}
    if any(map(_is_hugepages, used)) and used.isdisjoint({"cpu", "memory"}):
        yield Problem(path, "Huge pages need cpu or memory beside them.", "Forbidden")


def _container_resource(name: str, path: FieldPath) -> Iterator[Problem]:
    if name in _STANDARD or (_is_hugepages(name) and not names.qualified_name(name)):
        return
    faults = names.qualified_name(name)
    if faults:
        yield from faulty(path, "The resource", name, faults)
    elif "/" not in name:
        message = f"Containers have no resource {quote(name)}; there are cpu, memory, ephemeral-storage and hugepages."
        yield Problem(
            path,
            f"{message}{did_you_mean(name, _STANDARD)} Others have a domain: `example.com/gpu`.",
            "Invalid",
        )
    elif not _is_native(name) and not _is_extended(name):
        message = f"{quote(name)} is no name of an extended resource, such as `example.com/gpu`."
        yield Problem(path, message, "Invalid")


def _amount(name: str, amount: Quantity, path: FieldPath, *, any_pages: bool) -> Iterator[Problem]:
    if amount.nanos < 0:
        yield Problem(path, f"The amount {amount} is negative.", "Invalid")
    # The server tells whole amounts of extended resources as it tells whole bytes.
    if _is_extended(name) and amount.has_fractional_bytes:
        yield Problem(path, f"{quote(name)} comes in whole numbers, not {amount}.", "Invalid")
    if _is_hugepages(name) and not any_pages and not _is_divisible(name, amount):
        message = f"{amount} is no multiple of the page size {name.removeprefix('hugepages-')}."
        yield Problem(path, message, "Invalid")


def _is_divisible(name: str, amount: Quantity) -> bool:
    size = name.removeprefix("hugepages-")
    if not quantities.is_quantity(size):
        return False
    page = quantities.parse(size)
    if page.nanos <= 0 or page.nanos % 10**9:
        return False
    # Quantities count in whole bytes here, rounded up.
    return -(-amount.nanos // 10**9) % (page.nanos // 10**9) == 0


def _request_and_limit(
    name: str, request: Quantity, limit: Quantity | None, path: FieldPath
) -> Iterator[Problem]:
    overcommits = _is_native(name) and not _is_hugepages(name)
    if limit is None:
        if not overcommits:
            yield required((*path, "limits"), f"A request of {quote(name)} needs an equal limit.")
        return
    if request.nanos == limit.nanos or (overcommits and request.nanos < limit.nanos):
        return
    if overcommits:
        message = f"The request of {name} ({request}) is greater than the limit ({limit})."
    else:
        message = f"The request of {quote(name)} is {request}, the limit {limit}; they must be equal."
    # The API server leaves the name out of this path.
    yield Problem((*path, "requests", Key(name)), message, "Invalid", format_path((*path, "requests")))


def _stored_pages_are_indivisible(context: Context) -> bool:
    """Tell whether the stored object has amounts of huge pages that are no multiples: then others are let through."""
    old = stored_pod(context)
    if old is None:
        return False
    return any(
        _is_hugepages(name) and not _is_divisible(name, amount)
        for resources, _ in _places(old)
        for kind in ("limits", "requests")
        for name, amount in _amounts(resources, kind).items()
    )


@rule("pod-resources", needs={"resources"})
def pod_resources(resource: Resource, context: Context) -> Iterator[Problem]:
    """The resources of a whole pod fit those of its containers.

    `resources` of the pod spec can hold cpu, memory and huge pages. A request of the pod is at least what its containers
    request together; no container has a greater limit than the pod. Windows pods can't have it, and claims belong to
    containers.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          resources:
            requests: {cpu: 500m}
          containers:
          - name: web
            image: nginx:1.27
            resources:
              requests: {cpu: "1"}
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          resources:
            requests: {cpu: "1"}
          containers:
          - name: web
            image: nginx:1.27
            resources:
              requests: {cpu: "1"}
    ```
    """
    pod = judged_pod(resource, context)
    resources = pod and pod.spec.get("resources")
    if pod is None or resources is None:
        return
    path = (*POD, "resources")
    if (pod.spec.get("os") or {}).get("name") == "windows":
        yield Problem(
            path, "A Windows pod can't have resources of its own; set them on its containers.", "Forbidden"
        )
    if "claims" in resources:
        yield Problem((*path, "claims"), "Only containers can have resource claims.", "Forbidden")
    any_pages = _stored_pages_are_indivisible(context)
    yield from _requirements(resources, path, _pod_resource, any_pages=any_pages)
    yield from _containers_within_pod(pod, resources, path)


def _pod_resource(name: str, path: FieldPath) -> Iterator[Problem]:
    if name in ("cpu", "memory") or (_is_hugepages(name) and not names.qualified_name(name)):
        return
    faults = names.qualified_name(name)
    if faults:
        yield from faulty(path, "The resource", name, faults)
    elif "/" in name or name in _KNOWN or name.startswith("requests.hugepages-"):
        message = not_supported("The resource of a pod", name, ("cpu", "memory", "hugepages-…"))
        yield Problem(path, message, "NotSupported")
    else:
        yield Problem(path, f"There is no resource {quote(name)}.{did_you_mean(name, _STANDARD)}", "Invalid")


def _containers_within_pod(pod: Pod, resources: Object, path: FieldPath) -> Iterator[Problem]:
    for kind in ("requests", "limits"):
        of_pod = _amounts(resources, kind)
        for name, together in _together(pod, kind).items():
            # Limits of cpu and memory may add up to more than the pod's.
            if (
                name in of_pod
                and together > of_pod[name].nanos
                and (kind == "requests" or _is_hugepages(name))
            ):
                message = f"The containers have {quantities.Quantity(together, of_pod[name].format)} of {name} together"
                here = (*path, kind, Key(name))
                yield Problem(here, f"{message}, the pod only {of_pod[name]}.", "Invalid")
    limits = _amounts(resources, "limits")
    for container in pod.containers:
        if not container.is_regular:
            continue
        for name, limit in _amounts(container.spec.get("resources") or {}, "limits").items():
            if name in limits and limit.nanos > limits[name].nanos:
                spelled = (*path, "containers", container.number, Key(name), "limits")
                message = (
                    f"The container's limit of {name} ({limit}) is greater than the pod's ({limits[name]})."
                )
                yield Problem(
                    (*container.path, "resources", "limits", Key(name)),
                    message,
                    "Invalid",
                    format_path(spelled),
                )


def _together(pod: Pod, kind: str) -> Mapping[str, int]:
    """Add up what the containers have at the same time, at the worst moment; init containers run one by one."""
    running: dict[str, int] = {}
    sidecars: dict[str, int] = {}
    starting: dict[str, int] = {}
    for container in pod.containers:
        amounts = {
            name: each.nanos for name, each in _amounts(container.spec.get("resources") or {}, kind).items()
        }
        if container.is_regular or container.is_sidecar:
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


def _add(total: dict[str, int], more: Mapping[str, int]) -> None:
    for name, amount in more.items():
        total[name] = total.get(name, 0) + amount


@rule("resource-claims", needs={"resourceClaims", "claims"})
def resource_claims(resource: Resource, context: Context) -> Iterator[Problem]:
    """Resource claims are complete, and containers use those that the pod has.

    An entry of the pod's `resourceClaims` has a name of its own and either a `resourceClaimName` or a
    `resourceClaimTemplateName`. A container names such an entry in `resources.claims`, each only once.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          resourceClaims:
          - name: gpu
            resourceClaimTemplateName: one-gpu
          containers:
          - name: web
            image: nginx:1.27
            resources:
              claims:
              - name: gpus
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          resourceClaims:
          - name: gpu
            resourceClaimTemplateName: one-gpu
          containers:
          - name: web
            image: nginx:1.27
            resources:
              claims:
              - name: gpu
    ```
    """
    pod = judged_pod(resource, context)
    if pod is None:
        return
    known: set[str] = set()
    for index, claim in enumerate(pod.spec.get("resourceClaims") or ()):
        yield from _pod_claim(claim, (*POD, "resourceClaims", index), known)
    # Those of the whole pod are forbidden, but looked at all the same.
    for resources, path in (*_places(pod), (pod.spec.get("resources") or {}, (*POD, "resources"))):
        if "claims" in resources:
            yield from _claims_in_use(resources["claims"], (*path, "claims"), known)


def _pod_claim(claim: Object, path: FieldPath, known: set[str]) -> Iterator[Problem]:
    name = claim.get("name") or ""
    if not name:
        yield required((*path, "name"), "The resource claim has no name.")
    elif name in known:
        yield Problem((*path, "name"), f"There is another resource claim named {quote(name)}.", "Duplicate")
    else:
        yield from faulty((*path, "name"), "The name", name, names.dns_label(name))
        known.add(name)
    given = [each for each in ("resourceClaimName", "resourceClaimTemplateName") if each in claim]
    if len(given) != 1:
        said = "can't have both" if given else "needs one of"
        yield Problem(path, f"The claim {said} resourceClaimName and resourceClaimTemplateName.", "Invalid")
    for field in given:
        yield from faulty((*path, field), field, claim[field], names.dns_subdomain(claim[field]))


def _claims_in_use(claims: list[Object], path: FieldPath, known: set[str]) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for index, claim in enumerate(claims):
        here = (*path, index)
        name, request = claim.get("name") or "", claim.get("request") or ""
        if not name:
            yield required(here, "The entry names no resource claim.")
            continue
        # Without a request the whole claim is meant, which overlaps with each of its requests.
        if any(other == name and (not request or part in ("", request)) for other, part in seen):
            yield Problem(here, f"The resource claim {quote(name)} is used already.", "Duplicate")
        # Behind the whole claim the API server doesn't look at requests any more.
        if request and (name, "") not in seen:
            yield from faulty((*here, "request"), "The request", request, names.dns_label(request))
        seen.add((name, request))
        if name not in known:
            message = f"The pod has no resource claim named {quote(name)}.{did_you_mean(name, known)}"
            yield Problem(here, message, "NotFound")


@rule("resize-policy", needs={"resizePolicy"})
def resize_policy(resource: Resource, context: Context) -> Iterator[Problem]:
    """A resize policy says for cpu or memory, once each, whether a resize restarts the container.

    `restartPolicy` is NotRequired or RestartContainer; in a pod that never restarts its containers only NotRequired.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          containers:
          - name: web
            image: nginx:1.27
            resizePolicy:
            - resourceName: memory
              restartPolicy: Restart
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          containers:
          - name: web
            image: nginx:1.27
            resizePolicy:
            - resourceName: memory
              restartPolicy: RestartContainer
    ```
    """
    pod = judged_pod(resource, context)
    for container in pod.containers if pod else ():
        never = pod is not None and pod.spec.get("restartPolicy") == "Never"
        yield from _resize_policies(container.spec.get("resizePolicy") or (), container.path, never=never)


def _resize_policies(policies: Iterable[Object], container: FieldPath, *, never: bool) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, policy in enumerate(policies):
        path = (*container, "resizePolicy", index)
        field = format_path(path[:-1])
        name, action = policy.get("resourceName") or "", policy.get("restartPolicy") or ""
        if name in seen:
            yield Problem(path, f"There is another resize policy for {quote(name)}.", "Duplicate")
        seen.add(name)
        for part, value, allowed in (
            ("resourceName", name, ("cpu", "memory")),
            ("restartPolicy", action, ("NotRequired", "RestartContainer")),
        ):
            if not value:
                yield required((*path, part), f"The resize policy has no {part}.", field)
            else:
                yield from one_of_these((*path, part), part, value, allowed, field)
        if never and action != "NotRequired":
            message = "In a pod that never restarts its containers, a resize can't either; write NotRequired."
            yield Problem((*path, "restartPolicy"), message, "Invalid", field)


@rule("fractional-bytes", severity="warning", needs={"limits", "requests", "overhead"})
def fractional_bytes(resource: Resource, context: Context) -> Iterator[Problem]:
    """Memory and ephemeral storage are whole numbers of bytes.

    `m` stands for thousandths: `128m` is an eighth of a byte, and a container with such a limit can't start. Millions
    are written `M`, or `Mi` for 1024².

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          containers:
          - name: web
            image: nginx:1.27
            resources:
              requests: {memory: 128m}
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          containers:
          - name: web
            image: nginx:1.27
            resources:
              requests: {memory: 128Mi}
    ```
    """
    pod = judged_pod(resource, context)
    if pod is None:
        return
    places: list[tuple[Object, FieldPath]] = [
        (resources[kind], (*path, kind))
        for resources, path in _places(pod)
        for kind in ("limits", "requests")
        if kind in resources
    ]
    places.append((pod.spec.get("overhead") or {}, (*POD, "overhead")))
    for amounts, path in places:
        for name, amount in amounts.items():
            if name in _BYTES and _amount_of(amount).has_fractional_bytes:
                hint = "; did you mean `M` or `Mi`?" if str(amount).endswith("m") else "."
                message = f"{quote(amount)} is no whole number of bytes{hint}"
                yield Problem((*path, Key(name)), message)
