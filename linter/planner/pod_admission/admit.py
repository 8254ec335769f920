"""What the API server asks of the pods of each namespace, before it lets a controller create them.

In the order of the admission chain: defaults and bounds of LimitRanges, the Pod Security Standard of the Namespace, quotas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linter.kube.pod_resources import add, times
from linter.kube.pod_security.policy import Standard, describe, policy_of, violations
from linter.kube.quantities import Quantity
from linter.planner.model import object_id
from linter.planner.pod_admission.limits import (
    LimitRange,
    outside_limits,
    parse_limit_range,
    with_default_resources,
)
from linter.planner.pod_admission.quota import (
    Quota,
    counts,
    parse_quota,
    pod_usage,
    room,
    unspecified,
    used_beforehand,
)
from linter.planner.pod_admission.refusals import Admitted, ViolatesPodSecurity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linter.kube.pod_resources import Amounts
    from linter.planner.cluster import Cluster
    from linter.planner.model import Manifest, ObjectId, Revision
    from linter.planner.pod_admission.refusals import PodRefusal
    from linter.version import KubeVersion


class AdmittedPod(NamedTuple):
    """A pod of a template as it would be created.

    Attributes:
        spec: Its spec, with the requests and limits that it gets by default.
        usage: What it uses of quotas.
        refusal: Why it is refused, however many there are; None if it is not.
    """

    spec: Manifest
    usage: Amounts
    refusal: PodRefusal | None


class PodAdmission:
    """The quotas, limits and standards of a cluster.

    Attributes:
        version: The version of the API server.
    """

    def __init__(self, objects: Iterable[Manifest], version: KubeVersion) -> None:
        """Read the objects; those that are about something else are left out.

        Args:
            objects: ResourceQuotas, LimitRanges and Namespaces as they are stored.
            version: The version of the API server.
        """
        self.version = version
        self._quotas: dict[str, list[Quota]] = {}
        self._limits: dict[str, list[LimitRange]] = {}
        self._standards: dict[str, Standard] = {}
        self._warned: dict[str, Standard] = {}
        self._others: dict[tuple[str, str], Amounts] = {}
        """What is used of a quota by what is not simulated."""
        self._pods: dict[tuple[str, str], AdmittedPod] = {}
        for each in sorted(objects, key=lambda each: object_id(each).name):
            kind, namespace, name = object_id(each)
            match kind:
                case "ResourceQuota":
                    self._quotas.setdefault(namespace, []).append(parse_quota(each))
                    self._others[namespace, name] = used_beforehand(each)
                case "LimitRange":
                    self._limits.setdefault(namespace, []).append(parse_limit_range(each))
                case "Namespace":
                    policy = policy_of((each.get("metadata") or {}).get("labels") or {})
                    self._standards[name], self._warned[name] = policy.enforce, policy.warn
                case _:
                    pass  # it says nothing about pods

    def settle(self, cluster: Cluster) -> None:
        """Tell apart, of what a live quota says is used, what simulated pods use and what others do.

        Args:
            cluster: The cluster as it was listed together with the quotas.
        """
        for namespace, quotas in self._quotas.items():
            for quota in quotas:
                simulated = self._used(cluster, namespace, quota)
                self._others[namespace, quota.name] = {
                    name: Quantity(
                        max(0, amount.nanos - simulated.get(name, Quantity(0)).nanos), amount.format
                    )
                    for name, amount in self._others[namespace, quota.name].items()
                }

    def admit(self, cluster: Cluster, workload: ObjectId, revision: Revision, number: int) -> Admitted:
        """Tell how many pods a controller may create.

        Args:
            cluster: Where they would be.
            workload: The workload that they belong to.
            revision: What they are made of.
            number: How many it wants.
        """
        namespace = workload.namespace
        pod = self._pod(namespace, revision)
        if pod.refusal is not None:
            return Admitted(0, pod.refusal)
        admitted, refusal = number, None
        for quota in self._quotas.get(namespace, ()):
            if counts(quota, pod.spec):
                found = room(quota, pod.usage, self.used(cluster, namespace, quota), number)
                if found.pods is not None and found.pods < admitted:
                    admitted, refusal = found.pods, found.exceeded
        return Admitted(admitted, refusal)

    def warning(self, workload: ObjectId, template: Manifest) -> str | None:
        """Return the warning that comes back when a workload is created or changed; None where there is none.

        Args:
            workload: The workload.
            template: Its pod template, defaults applied.
        """
        standard = self._warned.get(workload.namespace, Standard())
        found = violations(standard, template.get("metadata") or {}, template["spec"], self.version)
        return f"would violate {describe(standard, found)}" if found else None

    def used(self, cluster: Cluster, namespace: str, quota: Quota) -> Amounts:
        """Return what is used of a quota: by the simulated pods, terminating ones too, and by others."""
        return add(self._others[namespace, quota.name], self._used(cluster, namespace, quota))

    def _used(self, cluster: Cluster, namespace: str, quota: Quota) -> Amounts:
        used: Amounts = {}
        for workload in cluster.workloads.values():
            if workload.id.namespace != namespace:
                continue
            for tally in workload.snapshot().tallies:
                pod = self._pod(namespace, tally.revision)
                if counts(quota, pod.spec):
                    number = tally.ready + tally.waiting + tally.terminating
                    usage = {name: pod.usage[name] for name in quota.hard if name in pod.usage}
                    used = add(used, {name: times(amount, number) for name, amount in usage.items()})
        return used

    def _pod(self, namespace: str, revision: Revision) -> AdmittedPod:
        key = namespace, revision.key
        if key not in self._pods:
            self._pods[key] = self._admitted_pod(namespace, revision.template)
        return self._pods[key]

    def _admitted_pod(self, namespace: str, template: Manifest) -> AdmittedPod:
        limits = self._limits.get(namespace, [])
        spec = with_default_resources(template["spec"], limits)
        return AdmittedPod(spec, pod_usage(spec), self._refusal(namespace, template, spec))

    def _refusal(self, namespace: str, template: Manifest, spec: Manifest) -> PodRefusal | None:
        """Return why no pod of a template is created; None if some may be."""
        if outside := outside_limits(spec, self._limits.get(namespace, [])):
            return outside
        standard = self._standards.get(namespace, Standard())
        if found := violations(standard, template.get("metadata") or {}, spec, self.version):
            return ViolatesPodSecurity(standard, tuple(found))
        for quota in self._quotas.get(namespace, ()):
            if counts(quota, spec) and (needs := unspecified(quota, spec)):
                return needs
        return None
