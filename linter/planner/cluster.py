"""A simulated cluster: nodes, workloads with their controllers and pods, and what happened to them."""

from __future__ import annotations

from functools import partial
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from linter.kube.defaults.apply import apply_defaults
from linter.kube.gates import enabled
from linter.planner.bystanders import Bystanders
from linter.planner.controllers import make_controller
from linter.planner.controllers.base import ControllerContext
from linter.planner.disruption.eviction import Disruptions
from linter.planner.errors import ScenarioError, SimulationLimitError
from linter.planner.journal import Journal
from linter.planner.kubelet import place_anywhere, place_nowhere
from linter.planner.model import object_id
from linter.planner.pod_admission.refusals import Admitted, InvalidWithDefaults, Refused
from linter.planner.revisions import Revisions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from linter.planner.controllers.base import Controller
    from linter.planner.model import Manifest, Node, ObjectId, Pods, Revision
    from linter.planner.pod_admission.refusals import ObjectRefusal
    from linter.planner.refusal import Admit, Refusal
    from linter.planner.scheduler.base import Scheduler
    from linter.version import KubeVersion

    AdmitPods = Callable[["Cluster", ObjectId, Revision, int], Admitted]
    """Asked by a workload that wants so many pods of a revision."""
    AdmitObject = Callable[["Cluster", ObjectId, Manifest], ObjectRefusal | None]
    """Asked by a workload that wants a ReplicaSet or a claim; returns why it does not get it."""

DEFAULT_MAX_PODS = 200_000


class Target(NamedTuple):
    """The workload that a scenario's operations are done to.

    Attributes:
        kind: Its kind.
        name: Its name; "" means the first of its kind.
    """

    kind: str
    name: str = ""


def admit_all_pods(cluster: Cluster, workload: ObjectId, revision: Revision, number: int) -> Admitted:  # noqa: ARG001  a quota would look at them
    """Let controllers create all the pods that they want, as a cluster without quotas does."""
    return Admitted(number)


def admit_any_object(cluster: Cluster, workload: ObjectId, manifest: Manifest) -> None:
    """Let controllers create all else that they want."""


class Cluster:
    """Nodes, any number of workloads, and their pods.

    Attributes:
        nodes: The nodes by name.
        nodes_version: Another number after a node has joined or is gone.
        updated_nodes: The names of nodes that have changed since the scheduler last looked.
        moves: Pods that have come to nodes or left them (a negative number) since the scheduler last looked.
        bystanders: Pods that no workload keeps.
        dead_nodes: Names of those whose kubelet does not answer.
        workloads: The workloads with their controllers, in the order in which they were made.
        journal: What was done to pods.
        admit: The API server's word on objects that are created or updated; None admits everything.
        place_pods: Binds pods to nodes at the kubelet's step; returns whether it has bound any.
        scheduler: Binds pods to nodes while the controllers come to rest; None where the kubelet's step does it.
        admit_pods: Asked before a controller creates pods; returns how many it may create.
        admit_object: Asked before a controller creates a ReplicaSet or a claim; returns why it may not.
        disruptions: The disruption budgets, and the nodes that are being drained.
        refused: What workloads want and cannot create.
    """

    def __init__(
        self,
        nodes: Iterable[Node],
        version: KubeVersion,
        feature_gates: Mapping[str, bool],
        fails: Callable[[Manifest], bool],
        *,
        max_pods: int = DEFAULT_MAX_PODS,
        place_pods: Callable[[Cluster], bool] | None = None,
        scheduler: Scheduler | None = None,
        admit_pods: AdmitPods = admit_all_pods,
        admit_object: AdmitObject = admit_any_object,
        disruptions: Disruptions | None = None,
    ) -> None:
        """Make a cluster without workloads.

        Args:
            nodes: Its nodes.
            version: The Kubernetes version.
            feature_gates: Gates that differ from that version's default.
            fails: Tells whether pods of a template never become Ready.
            max_pods: Give up at a StatefulSet of more pods, since each of its pods is played by itself.
            place_pods: Binds pods to nodes at the kubelet's step; returns whether it has bound any. None: all of them
                fit anywhere, unless there is a scheduler.
            scheduler: Binds pods to nodes while the controllers come to rest.
            admit_pods: Asked before a controller creates pods; returns how many it may create.
            admit_object: Asked before a controller creates a ReplicaSet or a claim; returns why it may not.
            disruptions: Its disruption budgets; None: there are none.
        """
        self.nodes = {node.name: node for node in nodes}
        self.bystanders = Bystanders()
        self.nodes_version = 0
        self.updated_nodes: dict[str, None] = {}
        self.moves: list[tuple[ObjectId, Pods]] = []
        self.dead_nodes: set[str | None] = {node.name for node in self.nodes.values() if node.is_dead}
        self.workloads: dict[ObjectId, Controller] = {}
        self.journal = Journal()
        self.admit: Admit | None = None
        self.place_pods = place_pods or (place_nowhere if scheduler else place_anywhere)
        self.scheduler = scheduler
        self.admit_pods = admit_pods
        self.admit_object = admit_object
        self.disruptions = disruptions or Disruptions()
        self.refused: dict[ObjectId, Refused] = {}
        self._failures: dict[ObjectId, list[str]] = {}
        """What workloads have said since it was last asked for."""
        self._said: dict[ObjectId, set[str]] = {}
        self._admitted = 0
        self._version = version
        self._feature_gates = feature_gates
        self._fails = fails
        self._max_pods = max_pods
        self._restarts = count(1)

    # Workloads.

    def find(self, target: Target) -> Controller | None:
        """Return the workload that operations are done to, or None."""
        for workload in self.workloads.values():
            if workload.id.kind == target.kind and target.name in {"", workload.id.name}:
                return workload
        return None

    def need(self, target: Target) -> Controller:
        """Return the workload that operations are done to.

        Raises:
            ScenarioError: It has not been created.
        """
        workload = self.find(target)
        if workload is None:
            raise ScenarioError("", f"no {target.kind} has been created yet")
        return workload

    def create(self, manifest: Manifest, *, instead_of: Controller | None = None) -> Sequence[Refusal]:
        """Send a new workload to the API server; return why it is refused.

        Args:
            manifest: The workload.
            instead_of: One that has been deleted and is made anew; it goes on counting its revisions.
        """
        refusals = self.admit(None, manifest) if self.admit else ()
        if not refusals:
            revisions = None
            if instead_of is not None:
                revisions = instead_of.context.revisions
                del self.workloads[instead_of.id]
                self.nodes_version += 1
            self._add(apply_defaults(manifest), revisions)
        return refusals

    def update(self, workload: Controller, manifest: Manifest) -> Sequence[Refusal]:
        """Send another manifest of a workload to the API server; return why it is refused."""
        refusals = self.admit(workload.manifest, manifest) if self.admit else ()
        if not refusals:
            self._check_size(manifest)
            self.disruptions.before_update(self, workload)
            workload.replace(apply_defaults(manifest))
        return refusals

    def load(self, manifest: Manifest, items: list[Manifest]) -> None:
        """Take over a live workload.

        Args:
            manifest: The workload, defaults applied.
            items: All live objects.
        """
        self._add(manifest).load(items)

    def _add(self, manifest: Manifest, revisions: Revisions | None = None) -> Controller:
        self._check_size(manifest)
        key = object_id(manifest)
        context = ControllerContext(
            revisions or Revisions(self._fails),
            self.journal,
            self.nodes,
            self.dead_nodes,
            partial(self._note_move, key) if self.scheduler is not None else None,
            self._is_enabled,
            partial(self._admit_pods, key),
            partial(self._admit_pod, key),
            partial(self._admit_object, key),
            partial(self._report, key),
            unasked=self.scheduler is None and self.admit_pods is admit_all_pods,
        )
        workload = self.workloads[key] = make_controller(manifest, context)
        return workload

    def _note_move(self, workload: ObjectId, pods: Pods) -> None:
        self.moves.append((workload, pods))

    def _is_enabled(self, gate: str) -> bool:
        return enabled(gate, self._version, self._feature_gates)

    def _check_size(self, manifest: Manifest) -> None:
        replicas = manifest["spec"].get("replicas") or 0
        if manifest["kind"] == "StatefulSet" and replicas > self._max_pods:
            raise SimulationLimitError(
                f"a StatefulSet of {replicas} pods is not played pod by pod: the limit is {self._max_pods}; --max-pods raises it."
            )

    # Admission of pods.

    def _admit_pod(self, workload: ObjectId, revision: Revision, name: str) -> bool:
        return self._admit_pods(workload, revision, 1, name) > 0

    def _admit_pods(self, workload: ObjectId, revision: Revision, number: int, name: str = "") -> int:
        admitted = self.admit_pods(self, workload, revision, number)
        self._admitted += admitted.number
        if admitted.refusal is not None:
            self.refused[workload] = Refused(admitted.refusal)
            # Only the StatefulSet controller's events say which pod it was.
            attempt = f"Create Pod {name} in StatefulSet {workload.name} failed error: " if name else ""
            verdict = "pod is forbidden"
            if isinstance(admitted.refusal, InvalidWithDefaults):
                verdict = f'Pod "{name}" is invalid' if name else "pod is invalid"
            self._report(workload, f"{attempt}{verdict}: {admitted.refusal.message}")
        return admitted.number

    def _admit_object(self, workload: ObjectId, manifest: Manifest, noun: str) -> str:
        refusal = self.admit_object(self, workload, manifest)
        if refusal is None:
            self._admitted += 1
            return ""
        self.refused[workload] = Refused(refusal, noun)
        return refusal.message

    def _report(self, workload: ObjectId, message: str) -> None:
        """Let a workload say what it could not do, unless it has said so before."""
        said = self._said.setdefault(workload, set())
        if message not in said:
            said.add(message)
            self._failures.setdefault(workload, []).append(message)

    def take_failures(self) -> dict[ObjectId, tuple[str, ...]]:
        """Return why workloads could not create pods, as far as they have not said so before."""
        failures = {key: tuple(sorted(messages)) for key, messages in self._failures.items()}
        self._failures.clear()
        return failures

    def template_keys(self) -> set[str]:
        """Return the keys of all templates that workloads have had so far."""
        keys = [workload.context.revisions.template_keys() for workload in self.workloads.values()]
        return set().union(*keys)

    # Nodes.

    def set_node(self, node: Node) -> bool:
        """Let a node join or change; return whether a controller takes notice: nobody hears of an update that changes nothing."""
        if self.nodes.get(node.name) == node:
            return False
        if node.name in self.nodes:
            self.updated_nodes[node.name] = None
        else:
            self.nodes_version += 1
        self.nodes[node.name] = node
        self.dead_nodes.discard(node.name)
        if node.is_dead:
            self.dead_nodes.add(node.name)
        noticed = [workload.set_node(node) for workload in self.workloads.values()]
        return any(noticed)

    def remove_node(self, name: str) -> bool:
        """Take a node away with its pods; return whether a controller takes notice."""
        self.nodes_version += 1
        del self.nodes[name]
        self.bystanders.remove_node(name)
        self.dead_nodes.discard(name)
        noticed = [workload.remove_node(name) for workload in self.workloads.values()]
        return any(noticed)

    # The clock.

    def run(self) -> None:
        """Run the controllers and the scheduler until nothing changes any more."""
        while True:
            self._run_controllers()
            if self.scheduler is None or not self.scheduler.bind_pods(self):
                return

    def _run_controllers(self) -> None:
        """Run the controllers. What is refused is tried again as long as others make room for it."""
        tries = 0
        while True:
            self._admitted = 0
            for key, workload in self.workloads.items():
                self.refused.pop(key, None)
                if not workload.deleted:
                    workload.run()
            tries += 1
            if not self.refused or (tries > 1 and not self._admitted):
                return

    def schedule(self) -> None:
        """Let the scheduler look at what is new, which no controller may have noticed."""
        if self.scheduler is not None and self.scheduler.bind_pods(self):
            self.run()

    def pass_min_ready_seconds(self, workloads: Iterable[Controller]) -> bool:
        """Let minReadySeconds pass where pods of workloads have become Ready; return whether there are any to pass."""
        waiting = [each for each in workloads if each.min_ready_seconds and not each.deleted]
        for workload in waiting:
            workload.pass_min_ready_seconds()
            self.journal.record(workload, "wait", after=workload.min_ready_seconds)
            workload.run()
        if waiting:
            # Pods that were held back until now have no node yet.
            self.schedule()
        return bool(waiting)

    def exceed_deadlines(self) -> bool:
        """Let every deadline pass without anything happening; return whether there is one."""
        passed = [workload.exceed_deadline() for workload in self.workloads.values()]
        return any(passed)

    def next_restart(self) -> str:
        """Return what stands for the time in the next restarted template; no two are alike."""
        return f"restart {next(self._restarts)}"
