"""Small checks that many rules share, and the pod they look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from linter.apiserver.pod.gates import drop_disabled_fields
from linter.engine.rule import Context, Problem
from linter.kube.pods import POD, Container, containers
from linter.kube.suggest import not_supported, quote

from .selectors import pod_template_is_judged

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from linter.loading.resource import Resource
    from linter.path import FieldPath
    from linter.version import KubeVersion

Object = dict[str, Any]


class Volume(NamedTuple):
    """A volume as the API server sees it.

    `path` is where it stands in the manifest; `seen_at` the path that the API server gives it. The two differ in a
    StatefulSet with claim templates: these count as volumes, stand before the others, and hide those of the same name.
    """

    spec: Object
    path: FieldPath
    seen_at: FieldPath
    is_claim_template: bool = False


class Pod(NamedTuple):
    """The pod that a template describes: labels and annotations, the spec, and its containers and volumes.

    Containers come in the order init, regular, ephemeral.
    """

    metadata: Object
    spec: Object
    containers: tuple[Container, ...]
    volumes: tuple[Volume, ...]

    @property
    def annotations(self) -> dict[str, str]:
        """The annotations of the template."""
        annotations: dict[str, str] = self.metadata.get("annotations") or {}
        return annotations

    @property
    def security_context(self) -> Object:
        """The pod's securityContext, empty where there is none."""
        context: Object = self.spec.get("securityContext") or {}
        return context


def pod_of(workload: Mapping[str, Any], version: KubeVersion) -> Pod:
    """Return the pod that a workload's template describes, as the API server of a version validates it.

    Args:
        workload: A Deployment, ReplicaSet, StatefulSet or DaemonSet with defaults applied.
        version: The Kubernetes version; it decides which fields are dropped.
    """
    spec = workload.get("spec") or {}
    template = spec.get("template") or {}
    pod = drop_disabled_fields(template.get("spec") or {}, version)
    claims: list[Object] = []
    if workload.get("kind") == "StatefulSet":
        claims = spec.get("volumeClaimTemplates") or []
        # The API server does not look at these two of a StatefulSet: it sets them itself.
        if "hostname" in pod or "subdomain" in pod:
            pod = {key: value for key, value in pod.items() if key not in {"hostname", "subdomain"}}
    return Pod(template.get("metadata") or {}, pod, tuple(containers(pod)), tuple(_volumes(pod, claims)))


def _volumes(pod: Object, claims: list[Object]) -> Iterator[Volume]:
    names: dict[str, int] = {}
    for index, claim in enumerate(claims):
        names.setdefault((claim.get("metadata") or {}).get("name") or "", index)
    for number, (name, index) in enumerate(names.items()):
        path = ("spec", "volumeClaimTemplates", index, "metadata")
        source = {"name": name, "persistentVolumeClaim": {"claimName": name}}
        yield Volume(source, path, (*POD, "volumes", number), is_claim_template=True)
    number = len(names)
    for index, volume in enumerate(pod.get("volumes") or ()):
        if names and (volume.get("name") or "") in names:
            continue
        yield Volume(volume, (*POD, "volumes", index), (*POD, "volumes", number))
        number += 1


_NO_POD = Pod({}, {}, (), ())


def judged_pod(resource: Resource, context: Context) -> Pod | None:
    """Return the pod of a workload's template as the API server sees it; None where it doesn't look into it."""
    version = context.version
    known: tuple[KubeVersion, Pod | None] | None = resource.memo.get(judged_pod)
    if known is not None and known[0] == version:
        return known[1]
    pod = pod_of(resource.object, version) if pod_template_is_judged(resource) else None
    resource.memo[judged_pod] = (version, pod)
    return pod


def judged_containers(resource: Resource, context: Context) -> tuple[Container, ...]:
    """Return the containers of that pod; none where the API server doesn't look into the template."""
    return (judged_pod(resource, context) or _NO_POD).containers


def stored_pod(context: Context) -> Pod | None:
    """Return the pod of the stored object where an update is judged: what it holds already is often let through."""
    return None if context.old is None else pod_of(context.old.object, context.version)


def faulty(
    path: FieldPath, what: str, value: object, faults: Iterable[str], field: str | None = None
) -> Iterator[Problem]:
    """Say that a value is invalid, once for each fault ("is longer than 63 bytes")."""
    for fault in faults:
        yield Problem(path, f"{what} {quote(value)} {fault}.", "Invalid", field)


def required(path: FieldPath, message: str, field: str | None = None) -> Problem:
    """Say that something is missing."""
    return Problem(path, message, "Required", field)


def one_of_these(
    path: FieldPath, what: str, value: Any, allowed: Collection[str], field: str | None = None
) -> Iterator[Problem]:
    """Say that a value is none of the allowed ones, if so."""
    if value not in allowed:
        yield Problem(path, not_supported(what, value, sorted(filter(None, allowed))), "NotSupported", field)
