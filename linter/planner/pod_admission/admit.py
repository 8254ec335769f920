"""What the API server asks of pods, and of what else controllers make, before it lets them be created.

In the order of the admission chain: defaults of LimitRanges, whether the pod is valid with them, their bounds, the Pod Security
Standard of the Namespace, quotas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linter.kube.pod_resources import add, times
from linter.kube.pod_security.policy import Standard, describe, policy_of, violations
from linter.planner.model import ObjectId, object_id
from linter.planner.pod_admission.limits import (
    LimitRange,
    claim_outside_limits,
    invalid_with_defaults,
    outside_limits,
    parse_limit_range,
    with_default_resources,
)
from linter.planner.pod_admission.refusals import Admitted, ViolatesPodSecurity
from linter.planner.quota.objects import usage_of
from linter.planner.quota.pods import counts, pod_usage, unspecified
from linter.planner.quota.quota import Quota, less, parse_quota, room, used_beforehand

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linter.kube.pod_resources import Amounts
    from linter.planner.cluster import Cluster
    from linter.planner.model import Manifest, Revision
    from linter.planner.pod_admission.refusals import ObjectRefusal, OutsideLimits, PodRefusal
    from linter.planner.quota.quota import Usages
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
        self._others: Usages = {}
        """What is used of a quota by what is not simulated."""
        self._pods: dict[tuple[str, str], AdmittedPod] = {}
        for each in sorted(objects, key=lambda each: object_id(each).name):
            kind, namespace, name = object_id(each)
            match kind:
                case "ResourceQuota":
                    self._quotas.setdefault(namespace, []).append(parse_quota(each))
                    self._others[object_id(each)] = used_beforehand(each)
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
        for key, simulated in self.usage(cluster).items():
            self._others[key] = less(self._others[key], simulated)

    def usage(self, cluster: Cluster) -> Usages:
        """Return what the simulated workloads use of each quota: their pods, and what else their controllers have made."""
        return {
            _key(namespace, quota): self._used(cluster, namespace, quota)
            for namespace, quotas in self._quotas.items()
            for quota in quotas
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
                if found.number is not None and found.number < admitted:
                    admitted, refusal = found.number, found.exceeded
        return Admitted(admitted, refusal)

    def refusal_of(self, cluster: Cluster, workload: ObjectId, manifest: Manifest) -> ObjectRefusal | None:
        """Tell why a controller may not create an object that is no pod; None if it may.

        Args:
            cluster: Where it would be.
            workload: The workload that it belongs to.
            manifest: A ReplicaSet or a claim; its name does not matter.
        """
        namespace = workload.namespace
        if manifest["kind"] == "PersistentVolumeClaim" and (
            outside := self.claim_refusal(namespace, manifest)
        ):
            return outside
        for quota in self._quotas.get(namespace, ()):
            if usage := usage_of(quota, manifest, {}):
                found = room(quota, usage, self.used(cluster, namespace, quota), 1)
                if found.exceeded is not None:
                    return found.exceeded
        return None

    def claim_refusal(self, namespace: str, claim: Manifest) -> OutsideLimits | None:
        """Tell which LimitRange refuses the size of a claim; None if none does."""
        return claim_outside_limits(claim, self._limits.get(namespace, ()))

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
        return add(self._others[_key(namespace, quota)], self._used(cluster, namespace, quota))

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
            for manifest, number in workload.made_objects():
                usage = usage_of(quota, manifest, {})
                used = add(used, {name: times(amount, number) for name, amount in usage.items()})
        return used

    def _pod(self, namespace: str, revision: Revision) -> AdmittedPod:
        key = namespace, revision.key
        if key not in self._pods:
            self._pods[key] = self.pod(namespace, revision.template)
        return self._pods[key]

    def pod(self, namespace: str, template: Manifest) -> AdmittedPod:
        """Return a pod of a template, or a pod that nobody keeps, as it would be created."""
        limits = self._limits.get(namespace, [])
        spec = with_default_resources(template["spec"], limits)
        return AdmittedPod(spec, pod_usage(spec), self._refusal(namespace, template, spec))

    def _refusal(self, namespace: str, template: Manifest, spec: Manifest) -> PodRefusal | None:
        """Return why no pod of a template is created; None if some may be."""
        limits = self._limits.get(namespace, [])
        if outside := invalid_with_defaults(spec, limits) or outside_limits(spec, limits):
            return outside
        standard = self._standards.get(namespace, Standard())
        if found := violations(standard, template.get("metadata") or {}, spec, self.version):
            return ViolatesPodSecurity(standard, tuple(found))
        for quota in self._quotas.get(namespace, ()):
            if counts(quota, spec) and (needs := unspecified(quota, spec)):
                return needs
        return None


def _key(namespace: str, quota: Quota) -> ObjectId:
    return ObjectId("ResourceQuota", namespace, quota.name)
