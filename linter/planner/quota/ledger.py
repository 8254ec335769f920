"""What is used of quotas while objects are applied one after another, by whom, and which objects that refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linter.kube.defaults.apply import apply_defaults
from linter.kube.kinds import is_builtin
from linter.kube.pod_resources import add
from linter.planner import kubectl
from linter.planner.live_state.pods import is_finished
from linter.planner.model import ObjectId, object_id
from linter.planner.pod_admission.admit import PodAdmission
from linter.planner.quota.objects import resource_of, usage_of
from linter.planner.quota.pods import counts, unspecified
from linter.planner.quota.quota import less, parse_quota, room, used_beforehand
from linter.planner.quota.refusals import QuotaExceeded, listed
from linter.planner.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from linter.kube.pod_resources import Amounts
    from linter.planner.model import Manifest
    from linter.planner.pod_admission.refusals import PodRefusal
    from linter.planner.quota.objects import Definitions
    from linter.planner.quota.quota import Quota, Usages
    from linter.version import KubeVersion

QUOTA = "ResourceQuota"


class RefusedObject(NamedTuple):
    """An object that admission refuses.

    Attributes:
        refusal: What the server says.
        commands: The way out.
    """

    refusal: Refusal
    commands: tuple[str, ...]


class Ledger:
    """What is used of the quotas of a cluster, as one object after another is applied."""

    def __init__(
        self,
        around: Sequence[Manifest],
        there: Sequence[Manifest],
        definitions: Definitions,
        version: KubeVersion,
    ) -> None:
        """Look at what is there before anything is applied.

        Args:
            around: What there is beside workloads once all is applied: quotas, LimitRanges, Namespaces …
            there: The objects that are there before.
            definitions: The resources of custom kinds.
            version: The version of the API server.
        """
        objects = {object_id(each): each for each in (*there, *around)}
        self._definitions = definitions
        self._around = tuple(around)
        self._manifests = {key: each for key, each in objects.items() if key.kind == QUOTA}
        self._quotas = {key: parse_quota(each) for key, each in self._manifests.items()}
        """All that are there in the end."""
        stored = {object_id(each): each for each in there if object_id(each).kind == QUOTA}
        self._in_force = {key: parse_quota(each) for key, each in stored.items()}
        """Those that are there by now: a controller sees to the others by the time that it makes pods."""
        self._admission = PodAdmission(
            (each for key, each in objects.items() if key.kind in {"LimitRange", "Namespace"}), version
        )
        self._used = {key: self._used_at_first(key, there, stored.get(key)) for key in self._quotas}
        self._objects: dict[ObjectId, Usages] = {}
        """What objects of the plan use."""
        self._made: dict[ObjectId, Usages] = {}
        """What workloads of the plan have made uses by now."""
        self._at_first: dict[ObjectId, Usages] = {}
        """What they had made before they were planned."""

    def _used_at_first(self, key: ObjectId, there: Iterable[Manifest], stored: Manifest | None) -> Amounts:
        """Return what a quota says is used, and what it does not say as the objects that are there use it."""
        quota = self._quotas[key]
        used = used_beforehand(stored) if stored is not None else {}
        if quota.hard.keys() <= used.keys():
            return used
        counted: Amounts = {}
        for each in there:
            if object_id(each).namespace == key.namespace and not (
                each.get("kind") == "Pod" and is_finished(each)
            ):
                counted = add(counted, self._usage(quota, each))
        return {**counted, **used}

    # Objects.

    def refused(self, was: Manifest | None, now: Manifest) -> RefusedObject | None:
        """Tell why admission refuses an object that is created or changed; None if it does not.

        Args:
            was: The object as it is stored; None: it is created.
            now: The object as it is sent.
        """
        key = object_id(now)
        found = self._refusal(was, now, key)
        resource = resource_of(now, self._definitions)
        if found is None or resource is None:
            return None
        message = f'{resource} "{key.name}" is forbidden: {found.message}'
        commands: tuple[str, ...] = ()
        if isinstance(found, QuotaExceeded):
            command = kubectl.raise_quota(found.quota, key.namespace, add(found.used, found.requested))
            commands = (f"{command}  # room for it",)
        return RefusedObject(Refusal("", "Forbidden", message), commands)

    def _refusal(self, was: Manifest | None, now: Manifest, key: ObjectId) -> PodRefusal | None:
        kind = now.get("kind")
        if kind == "PersistentVolumeClaim" and (outside := self._admission.claim_refusal(key.namespace, now)):
            return outside
        if kind == "Pod" and was is None and (refusal := self._pod_refusal(key.namespace, now)):
            return refusal
        for quota in self._quotas_of(key.namespace):
            name = key._replace(kind=QUOTA, name=quota.name)
            usage = less(self._usage(quota, now), self._uses(key, name, quota, was))
            found = room(quota, usage, self._used[name], 1)
            if found.exceeded is not None:
                return found.exceeded
        return None

    def _pod_refusal(self, namespace: str, pod: Manifest) -> PodRefusal | None:
        admitted = self._admission.pod(namespace, pod)
        if admitted.refusal is not None:
            return admitted.refusal
        for quota in self._quotas_of(namespace):
            if counts(quota, admitted.spec) and (needs := unspecified(quota, admitted.spec)):
                return needs
        return None

    def take(self, was: Manifest | None, now: Manifest | None) -> None:
        """Count an object that has been created, changed or (None) deleted."""
        key = object_id(now or was or {})
        if key.kind == QUOTA:
            if now is None:
                self._in_force.pop(key, None)
            else:
                self._in_force[key] = parse_quota(now)
        uses: Usages = {}
        for each, quota in self._quotas.items():
            if each.namespace == key.namespace:
                before = self._uses(key, each, quota, was)
                uses[each] = self._usage(quota, now) if now is not None else {}
                self._used[each] = less(add(self._used[each], uses[each]), before)
        self._objects[key] = uses

    def _uses(self, key: ObjectId, name: ObjectId, quota: Quota, was: Manifest | None) -> Amounts:
        """Return what an object uses by now of the quota of a name: what it has been taken with, or was stored with."""
        if key in self._objects:
            return self._objects[key][name]
        return {} if was is None else self._usage(quota, was)

    def _usage(self, quota: Quota, manifest: Manifest) -> Amounts:
        if manifest.get("kind") == "Pod":
            spec = self._admission.pod(object_id(manifest).namespace, manifest).spec
            manifest = {**manifest, "spec": spec}
        if is_builtin(str(manifest.get("apiVersion"))):
            manifest = apply_defaults(manifest)
        return usage_of(quota, manifest, self._definitions)

    def _quotas_of(self, namespace: str) -> Iterator[Quota]:
        """Yield the quotas that are in force by now, by name."""
        yield from (quota for key, quota in sorted(self._in_force.items()) if key.namespace == namespace)

    # What workloads make.

    def concerns(self, manifest: Manifest) -> bool:
        """Tell whether there are quotas in the namespace of an object."""
        namespace = object_id(manifest).namespace
        return any(key.namespace == namespace for key in self._quotas)

    def around(self, workload: ObjectId, *, live: bool) -> Sequence[Manifest]:
        """Return what is there beside a workload, with what is used of the quotas when it is planned.

        Args:
            workload: The workload.
            live: Whether it starts from a state: what it uses itself is counted then, too.
        """
        quotas = []
        for key, manifest in self._manifests.items():
            used = (
                self._used[key] if live else less(self._used[key], self._made.get(workload, {}).get(key, {}))
            )
            written = {name: str(amount) for name, amount in used.items()}
            quotas.append({**manifest, "status": {"used": written}})
        return [*(each for each in self._around if object_id(each).kind != QUOTA), *quotas]

    def record(self, workload: ObjectId, before: Usages, after: Usages) -> None:
        """Count what a workload has made by the end of its plan.

        Args:
            workload: The workload.
            before: What it had made when its plan began.
            after: What it has made by now.
        """
        before = self._made.get(workload, before)
        self._at_first.setdefault(workload, before)
        for key, used in self._used.items():
            self._used[key] = less(add(used, after.get(key, {})), before.get(key, {}))
        self._made[workload] = after

    def plan_again(self, workload: ObjectId) -> None:
        """Let a workload have made what it had before it was planned."""
        self.record(workload, {}, self._at_first.get(workload, {}))

    def users(self, workload: ObjectId, refusal: PodRefusal) -> str:
        """Say who uses what a workload does not get, as a sentence; "" where nobody else does, or it is not about that."""
        if not isinstance(refusal, QuotaExceeded):
            return ""
        quota = ObjectId(QUOTA, workload.namespace, refusal.quota)
        left = {name: amount for name, amount in self._used[quota].items() if name in refusal.requested}
        uses = []
        for each in dict.fromkeys([*self._objects, *self._made]):
            used = add(self._objects.get(each, {}).get(quota, {}), self._made.get(each, {}).get(quota, {}))
            used = {name: amount for name, amount in used.items() if name in left and amount.nanos}
            left = less(left, used)
            if used and each != workload:
                uses.append(f"{each.kind} {each.namespace}/{each.name} {listed(used)}")
        left = {name: amount for name, amount in left.items() if amount.nanos}
        if left:
            uses.append(f"what is there beside this plan {listed(left)}")
        return f"Of the quota {refusal.quota} others use: {'; '.join(uses)}." if uses else ""
