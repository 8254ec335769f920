"""Runs a scenario in lockstep: controllers until nothing changes, then a round is written down, then the kubelet acts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from linter.kube.defaults.apply import apply_defaults
from linter.kube.gates import (
    LAZY_DAEMON_SET_NODE_UPDATES,
    MAX_UNAVAILABLE_STATEFUL_SET,
    enabled,
)
from linter.planner import daemonset, deployment, kubelet, live, operations, replicaset, statefulset
from linter.planner.daemonset import DaemonSet
from linter.planner.deployment import Deployment
from linter.planner.replicaset import ReplicaSetWorkload
from linter.planner.scenario import Scenario, ScenarioError, parse_node
from linter.planner.state import (
    Admit,
    Event,
    Journal,
    Manifest,
    Node,
    Pod,
    PodState,
    Refusal,
    Revisions,
    Snapshot,
    first_image,
    template_key,
)
from linter.planner.statefulset import StatefulSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from linter.planner.kubelet import Workload

DEFAULT_MAX_ROUNDS = 400_000
DEFAULT_MAX_PODS = 200_000
_MOST_ROWS = 50_000_000

Status = deployment.Status | replicaset.Status | statefulset.Status | daemonset.Counts

PodRow = tuple[str, str | None, str]
"""Name or node, revision name, state of one pod."""


class SimulationLimitError(Exception):
    """The simulation goes beyond a limit: of rounds, or of pods that are told apart."""


class ReplicaSetRow(NamedTuple):
    """A ReplicaSet in a round."""

    name: str
    revision: int
    replicas: int


class Round(NamedTuple):
    """What was written down once the controllers had come to rest.

    Attributes:
        number: Counted from 0.
        operation: What was done before it, or None.
        refusals: Why the operation was refused, for each object; empty if it was not.
        gone: How many terminating pods the kubelet removed before it.
        ready: How many pods became Ready then.
        waited: What was waited for: minReadySeconds, progressDeadlineSeconds, or "".
        replicasets: A Deployment's ReplicaSets; None for other kinds.
        changed: The pods on each ordinal or node where something changed since the round before (StatefulSet, DaemonSet).
        claims: Likewise a StatefulSet's claims, by name; None for one that is gone.
        status: The workload's status; None once it is deleted. A Deployment's has its conditions, too.
        scalings: How ReplicaSets were resized, as (name, from, to).
        events: What controllers did, one by one.
        snapshot: The pods, counted.
    """

    number: int
    operation: Mapping[str, Any] | None
    refusals: tuple[Refusal, ...]
    gone: int
    ready: int
    waited: str
    snapshot: Snapshot
    replicasets: tuple[ReplicaSetRow, ...] | None = None
    changed: tuple[tuple[Any, tuple[PodRow, ...]], ...] | None = None
    claims: Mapping[str, str | None] | None = None
    status: Status | None = None
    scalings: tuple[tuple[str, int, int], ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the round's operation was refused."""
        return bool(self.refusals)


class Simulation:
    """A scenario being played.

    Attributes:
        scenario: What is played.
        workload: The workload under test; None before it is created.
        initial: The pods that are there before the first round.
        initial_manifest: The workload then; None if there is none.
        initial_revisions: The revision numbers of its ReplicaSets then, by name.
        ranking: Live pods of each ReplicaSet, with the reason, in the order in which a scale-down deletes them.
    """

    def __init__(
        self,
        scenario: Scenario,
        admit: Admit | None = None,
        *,
        max_rounds: int = DEFAULT_MAX_ROUNDS,
        max_pods: int = DEFAULT_MAX_PODS,
    ) -> None:
        """Set the scene.

        Args:
            scenario: What to play.
            admit: Asked about every object that an operation creates or updates, as it is sent (no defaults applied);
                None admits everything.
            max_rounds: Give up after so many rounds.
            max_pods: Give up at a StatefulSet of more pods, since each of its pods is played by itself.

        Raises:
            ScenarioError: The state does not hold the workload.
            SimulationLimitError: Its workload is too large.
        """
        self.scenario = scenario
        self._admit = admit
        self._max_rounds = max_rounds
        self._max_pods = max_pods
        self._journal = Journal()
        self._known: set[str] | None = None
        self._revisions = Revisions(self._fails)
        self._restarts = 0
        self._number = 0
        self.workload: Workload | None = None
        self.initial = Snapshot(0, 0, 0, 0, ())
        self.initial_manifest: Manifest | None = None
        self.initial_revisions: dict[str, int] = {}
        self.ranking: tuple[tuple[str, str], ...] = ()
        nodes = scenario.nodes
        items = list(scenario.state or ())
        if nodes is None:
            nodes = tuple(
                parse_node(each, f"state.items[{index}]")
                for index, each in enumerate(items)
                if each.get("kind") == "Node"
            )
        self._nodes = {node.name: node for node in nodes}
        self._load(items)

    # The clock.

    def rounds(self) -> Iterator[Round]:
        """Play the scenario; what the baseline leads to is left out.

        Yields:
            One round after another.

        Raises:
            ScenarioError: An operation has nothing to work on.
            SimulationLimitError: There is no end to it.
        """
        scenario = self.scenario
        self._set_the_scene()
        pending = list(enumerate(scenario.operations))[scenario.baseline :]
        steps = 0
        at_once = scenario.state is None
        while True:
            if pending and self._due(pending[0][1], steps, at_once=at_once):
                yield self._operate(*pending.pop(0))
                at_once, steps = False, 0
                continue
            if self.workload is None:
                return
            step = self._kubelet(one_by_one=scenario.one_by_one)
            if step.gone or step.ready:
                steps += 1
                yield self._write_down(gone=step.gone, ready=step.ready)
                if self._wait_until_available(step):
                    yield self._write_down(waited="minReadySeconds")
                continue
            if not pending:
                break
            yield self._operate(*pending.pop(0))
            steps = 0
        if scenario.wait_for_deadline and isinstance(self.workload, Deployment):
            self.workload.exceed_deadline()
            yield self._write_down(waited="progressDeadlineSeconds")

    def _due(self, operation: Mapping[str, Any], steps: int, *, at_once: bool) -> bool:
        after = operation.get("after")
        return at_once if after is None else steps >= after

    def _set_the_scene(self) -> None:
        """Bring about what is there before the first round."""
        self._journal.on = False
        for index in range(self.scenario.baseline):
            self._perform(self.scenario.operations[index], f"operations[{index}]", admit=None)
            # What the first creation comes to is known, and need not be played pod by pod.
            made = self.workload
            if index == 0 and isinstance(made, (StatefulSet, DaemonSet)) and not made.update.fails:
                made.settle()
            self._run()
            while (step := self._kubelet(one_by_one=False)).gone or step.ready:
                self._wait_until_available(step)
        self._known = self._revisions.keys()
        workload = self.workload
        if workload is None:
            self._journal.on = True
            return
        self.initial = workload.snapshot()
        self.initial_manifest = workload.manifest
        if isinstance(workload, (Deployment, ReplicaSetWorkload)):
            self.ranking = tuple(row for owner in workload.replicasets for row in owner.victims())
        if isinstance(workload, Deployment):
            workload.scalings.clear()
            self.initial_revisions = {
                each.revision.name: each.revision.number
                for each in workload.replicasets
                if each.revision.name
            }
        elif isinstance(workload, (StatefulSet, DaemonSet)):
            workload.mark_all_changed()
        self._journal.on = True
        # A state may have been listed before its controllers were done.
        self._run()

    def _run(self) -> None:
        if self.workload is not None and not self.workload.deleted:
            self.workload.run()

    def _kubelet(self, *, one_by_one: bool) -> kubelet.Step:
        assert self.workload is not None  # noqa: S101  callers know
        step = kubelet.step(self.workload, self._journal, one_by_one=one_by_one)
        if step.gone or step.ready or step.scheduled:
            self._run()
        return step

    def _wait_until_available(self, step: kubelet.Step) -> bool:
        """Let minReadySeconds pass, where a pod has become Ready and there are any."""
        workload = self.workload
        if workload is None or workload.deleted or not step.ready or not workload.min_ready_seconds:
            return False
        kubelet.pass_min_ready_seconds(workload)
        if self._journal.on:
            seconds = workload.min_ready_seconds
            self._journal.events.append(Event("wait", None, None, None, seconds, workload.snapshot()))
        workload.run()
        return True

    def _fails(self, template: Manifest) -> bool:
        """Tell whether a template's pods never become Ready."""
        if first_image(template) in self.scenario.failing_images:
            return True
        return (
            self.scenario.fail_new and self._known is not None and template_key(template) not in self._known
        )

    # Operations.

    def _operate(self, index: int, operation: Mapping[str, Any]) -> Round:
        path = f"operations[{index}]"
        try:
            refusals, noticed = self._perform(operation, path, self._admit)
        except operations.OperationError as error:
            refusals, noticed = [Refusal("", "Invalid", str(error))], False
        if self.workload is None and not refusals:
            raise ScenarioError(path, f"no {self.scenario.kind} has been created yet")
        if self.workload is not None:
            action = "refused" if refusals else "operation"
            self._journal.events.append(
                Event(action, operation["op"], None, None, None, self.workload.snapshot())
            )
        if noticed:
            self._run()
        return self._write_down(operation=operation, refusals=tuple(refusals))

    def _perform(
        self, operation: Mapping[str, Any], path: str, admit: Admit | None
    ) -> tuple[list[Refusal], bool]:
        """Do what an operation says.

        Returns:
            Why it was refused, and whether the controller has something to look at.
        """
        verb = operation["op"]
        if verb == "apply":
            return self._apply(operation["manifests"], admit)
        if verb in {"add-node", "label-node", "taint-node", "remove-node"}:
            return [], self._change_node(operation, path)
        workload = self.workload
        if workload is None:
            raise ScenarioError(path, f"no {self.scenario.kind} has been created yet")
        if workload.deleted:
            return [Refusal("", "NotFound", f"the {self.scenario.kind} has been deleted")], False
        if verb == "delete":
            workload.delete()
            return [], False
        if verb in {"delete-pod", "unready-pod"}:
            self._touch_pod(workload, operation)
            return [], True
        manifest = workload.manifest
        match verb:
            case "scale":
                if manifest["kind"] == "DaemonSet":
                    raise operations.OperationError(
                        "a DaemonSet cannot be scaled: its nodes say how many pods there are"
                    )
                new = operations.scaled(manifest, operation["replicas"])
            case "set-image":
                new = operations.with_image(manifest, operation["image"], operation.get("container"))
            case "patch":
                new = operations.patched(manifest, operation["patch"])
            case "restart":
                self._restarts += 1
                new = operations.restarted(manifest, f"restart {self._restarts}")
            case "pause" | "resume":
                new = operations.paused(manifest, verb == "pause")
            case _:
                new = self._undone(workload, operation.get("to_revision"))
        return self._update(workload, new, admit)

    def _apply(self, manifests: Iterable[Manifest], admit: Admit | None) -> tuple[list[Refusal], bool]:
        refusals: list[Refusal] = []
        noticed = False
        for manifest in manifests:
            if not self._is_ours(manifest):
                continue
            if self.workload is None or self.workload.deleted:
                found = admit(None, manifest) if admit else []
                if not found:
                    self.workload = self._make(apply_defaults(manifest))
                    noticed = True
            else:
                new = operations.replaced(self.workload.manifest, manifest)
                found, changed = self._update(self.workload, new, admit)
                noticed |= changed
            refusals += found
        return refusals, noticed

    def _is_ours(self, manifest: Manifest) -> bool:
        if manifest.get("apiVersion") != "apps/v1" or manifest.get("kind") != self.scenario.kind:
            return False
        name = manifest["metadata"]["name"]
        if self.workload is not None:
            return bool(name == self.workload.manifest["metadata"]["name"])
        return self.scenario.workload in {"", name}

    def _update(self, workload: Workload, new: Manifest, admit: Admit | None) -> tuple[list[Refusal], bool]:
        found = admit(workload.manifest, new) if admit else []
        if not found:
            self._check_size(new)
            workload.replace(apply_defaults(new))
        return found, not found

    def _check_size(self, manifest: Manifest) -> None:
        replicas = manifest["spec"].get("replicas") or 0
        if manifest["kind"] == "StatefulSet" and replicas > self._max_pods:
            raise SimulationLimitError(
                f"a StatefulSet of {replicas} pods is not played pod by pod: the limit is {self._max_pods}; --max-pods raises it."
            )

    def _make(self, manifest: Manifest) -> Workload:
        self._check_size(manifest)
        scenario = self.scenario
        match manifest["kind"]:
            case "Deployment":
                return Deployment(manifest, self._revisions, self._journal)
            case "ReplicaSet":
                return ReplicaSetWorkload(manifest, self._revisions, self._journal)
            case "StatefulSet":
                on = enabled(MAX_UNAVAILABLE_STATEFUL_SET, scenario.version, scenario.feature_gates)
                return StatefulSet(manifest, self._revisions, self._journal, max_unavailable_enabled=on)
            case _:
                lazy = enabled(LAZY_DAEMON_SET_NODE_UPDATES, scenario.version)
                return DaemonSet(
                    manifest, self._revisions, self._journal, self._nodes, lazy_node_updates=lazy
                )

    def _load(self, items: list[Manifest]) -> None:
        if self.scenario.state is None:
            return
        manifest = live.find_workload(items, self.scenario.kind, self.scenario.workload)
        if manifest is None:
            if any(each["op"] == "apply" for each in self.scenario.operations[:1]):
                return
            named = f" {self.scenario.workload}" if self.scenario.workload else ""
            raise ScenarioError("state", f"holds no {self.scenario.kind}{named}")
        workload = self._make(manifest)
        match workload:
            case Deployment():
                live.load_deployment(workload, items, self._revisions)
            case ReplicaSetWorkload():
                live.load_replicaset(workload, items, self._revisions)
            case StatefulSet():
                live.load_statefulset(workload, items, self._revisions)
            case DaemonSet():
                live.load_daemonset(workload, items, self._revisions)
        self.workload = workload

    def _undone(self, workload: Workload, to_revision: int | None) -> Manifest:
        """Return the object with an earlier template."""
        if isinstance(workload, ReplicaSetWorkload):
            raise operations.OperationError("a ReplicaSet has no revisions to go back to")
        if isinstance(workload, Deployment):
            if workload.paused:
                raise operations.OperationError("a paused Deployment cannot be rolled back: resume it first")
            history = [each.revision for each in workload.replicasets]
        else:
            history = workload.history
        history = sorted(history, key=lambda each: each.number)
        if to_revision:
            found = [each for each in history if each.number == to_revision]
            if not found:
                numbers = ", ".join(str(each.number) for each in history)
                raise operations.OperationError(f"there is no revision {to_revision}; there are: {numbers}")
            revision = found[0]
        elif len(history) < 2:
            raise operations.OperationError("there is no earlier revision to go back to")
        else:
            revision = history[-2]
        return operations.with_template(workload.manifest, revision.template)

    def _touch_pod(self, workload: Workload, operation: Mapping[str, Any]) -> None:
        """Delete a pod, or let it lose readiness."""
        name, delete = operation.get("name"), operation["op"] == "delete-pod"
        if isinstance(workload, (StatefulSet, DaemonSet)):
            pod = self._choose_pod(workload, name, operation.get("node"), running=not delete)
            if delete:
                workload.lose(pod)
            elif pod.ready:
                workload.make_unready(pod)
            return
        owners = sorted(
            workload.replicasets, key=lambda each: int((each.revision.name or "r0").removeprefix("r"))
        )
        if not any(each.lose(name) if delete else each.make_unready(name) for each in owners):
            raise operations.OperationError(f"there is no pod {name}" if name else "there is no such pod")

    def _choose_pod(
        self, workload: StatefulSet | DaemonSet, name: str | None, node: str | None, *, running: bool
    ) -> Pod:
        if isinstance(workload, StatefulSet):
            pods: Iterable[Pod] = (workload.pods[key] for key in sorted(workload.pods))
            prefix = workload.name
            matching = (pod for pod in pods if name in {None, f"{prefix}-{pod.key}"})
        else:
            wanted = node or name
            keys = [wanted] if wanted else sorted(workload.pods)
            matching = (pod for key in keys for pod in workload.pods.get(key) or ())
        for pod in matching:
            scheduled = pod.state is not PodState.UNSCHEDULED
            if not pod.terminating and (scheduled or node is None) and (pod.ready or not running):
                return pod
        raise operations.OperationError(f"there is no such pod: {name or node or 'none is left'}")

    def _change_node(self, operation: Mapping[str, Any], path: str) -> bool:
        verb = operation["op"]
        if verb == "add-node":
            node = parse_node(operation["node"], f"{path}.node")
            if node.name in self._nodes:
                raise ScenarioError(f"{path}.node.name", f"there is a node {node.name} already")
        else:
            name = operation["name"]
            if name not in self._nodes:
                raise ScenarioError(f"{path}.name", f"there is no node {name}")
            node = self._nodes[name]
        if verb == "label-node":
            labels = {**node.labels, **operation["labels"]}
            node = Node(node.name, {k: v for k, v in labels.items() if v is not None}, node.taints)
        elif verb == "taint-node":
            node = Node(node.name, node.labels, tuple(operation["taints"]))
        if isinstance(self.workload, DaemonSet):
            if verb == "remove-node":
                return self.workload.remove_node(node.name)
            return self.workload.set_node(node)
        if verb == "remove-node":
            del self._nodes[node.name]
        else:
            self._nodes[node.name] = node
        return False

    # Writing rounds down.

    def _write_down(
        self,
        *,
        operation: Mapping[str, Any] | None = None,
        refusals: tuple[Refusal, ...] = (),
        gone: int = 0,
        ready: int = 0,
        waited: str = "",
    ) -> Round:
        number = self._number
        self._number += 1
        if number >= self._max_rounds:
            raise SimulationLimitError(
                f"the simulation was stopped after {self._max_rounds} rounds without coming to an end; "
                "--max-rounds raises the limit."
            )
        workload = self.workload
        if workload is None:
            return Round(number, operation, refusals, gone, ready, waited, Snapshot(0, 0, 0, 0, ()))
        events = self._journal.take()
        # Nothing happens to pods without an event.
        snapshot = events[-1].snapshot if events else workload.snapshot()
        status = None if workload.deleted else workload.status()
        replicasets = changed = claims = None
        scalings: tuple[tuple[str, int, int], ...] = ()
        if isinstance(workload, Deployment):
            replicasets, scalings = _replicasets(workload), _scalings(workload)
        elif isinstance(workload, (StatefulSet, DaemonSet)):
            changed = self._changed_pods(workload)
            if isinstance(workload, StatefulSet):
                claims = _claims(workload)
        return Round(
            number, operation, refusals, gone, ready, waited, snapshot,
            replicasets, changed, claims, status, scalings, events,
        )  # fmt: skip

    def _changed_pods(self, workload: StatefulSet | DaemonSet) -> tuple[tuple[Any, tuple[PodRow, ...]], ...]:
        rows: list[tuple[Any, tuple[PodRow, ...]]] = []
        for key, name, pods in workload.take_changed():
            for each in pods:
                self._revisions.name(each.revision)
            rows.append((key, tuple([(name, each.revision.name, pod_state(each)) for each in pods])))
        return tuple(rows)


def pod_state(pod: Pod) -> str:
    """Return the word that a round has for a pod."""
    if pod.terminating:
        return "terminating"
    return "ready" if pod.ready else "waiting"


def _replicasets(workload: Deployment) -> tuple[ReplicaSetRow, ...]:
    if workload.deleted:
        return ()
    return tuple(
        [
            ReplicaSetRow(each.revision.name or "", each.revision.number, each.replicas)
            for each in workload.replicasets
        ]
    )


def _counted(snapshot: Snapshot) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for revision, ready, waiting, terminating in snapshot.tallies:
        # A revision whose ReplicaSet was cleaned up may be there twice: its pods are still going.
        row = counts.setdefault(revision.name or "", {"ready": 0, "waiting": 0, "terminating": 0})
        row["ready"] += ready
        row["waiting"] += waiting
        row["terminating"] += terminating
    return counts


def _claims(workload: StatefulSet) -> dict[str, str | None]:
    rows: dict[str, str | None] = {}
    for name, claim in workload.take_changed_claims().items():
        rows[name] = None if claim is None else f"{name} (terminating)" if claim.terminating else name
    return rows


def _scalings(workload: Deployment) -> tuple[tuple[str, int, int], ...]:
    scalings = tuple([(revision.name or "", before, after) for revision, before, after in workload.scalings])
    workload.scalings.clear()
    return scalings


_REASONS = {
    "Required": "FieldValueRequired",
    "Invalid": "FieldValueInvalid",
    "NotSupported": "FieldValueNotSupported",
    "Forbidden": "FieldValueForbidden",
    "Duplicate": "FieldValueDuplicate",
    "TooLong": "FieldValueTooLong",
    "TooMany": "FieldValueTooMany",
    "NotFound": "FieldValueNotFound",
    "TypeMismatch": "FieldValueTypeInvalid",
}
"""What the API server's `causes[].reason` calls an error kind."""


def render(rounds: Iterable[Round]) -> Iterator[dict[str, Any]]:
    """Turn rounds into the JSON of tests/conformance/rollouts.jsonl.

    Args:
        rounds: All rounds of a simulation from the first on: each knows only what changed.

    Raises:
        SimulationLimitError: They list so many pods that they would take all memory.
    """
    rows: dict[Any, list[dict[str, Any]]] = {}
    total = 0
    claims: dict[str, str] = {}
    for each in rounds:
        result: dict[str, Any] = {"round": each.number}
        if each.operation is not None:
            result["operation"] = dict(each.operation)
            if each.refusals:
                result["operation"]["result"] = [{"rejected": _rejection(each.refusals)}]
        else:
            done = {"gone": each.gone, "ready": each.ready}
            result["kubelet"] = {"waited": each.waited} if each.waited else done
        if each.replicasets is not None:
            result["replicasets"] = {
                name: {"revision": revision, "replicas": replicas}
                for name, revision, replicas in each.replicasets
            }
        if each.changed is None:
            result["pods"] = _counted(each.snapshot)
        else:
            label = "name" if each.claims is not None else "node"
            for key, pods in each.changed:
                if pods:
                    rows[key] = [
                        {label: name, "revision": revision, "state": state} for name, revision, state in pods
                    ]
                else:
                    rows.pop(key, None)
            result["pods"] = [row for key in sorted(rows) for row in rows[key]]
            total += len(result["pods"])
            if total > _MOST_ROWS:
                raise SimulationLimitError(
                    f"the rounds list more than {_MOST_ROWS} pods in all, which fits into no file; text and markdown do with less."
                )
        if each.claims is not None:
            for name, text in each.claims.items():
                if text:
                    claims[name] = text
                else:
                    claims.pop(name, None)
            result["claims"] = [claims[name] for name in sorted(claims)]
        result["status"] = "deleted" if each.status is None else each.status.to_dict()
        if isinstance(each.status, deployment.Status):
            result["conditions"] = each.status.conditions()
        if each.scalings:
            result["scalings"] = [f"{name} {before} -> {after}" for name, before, after in each.scalings]
        yield result


def _rejection(refusals: tuple[Refusal, ...]) -> dict[str, Any]:
    return {
        "code": 400 if any(each.reason in {"UnknownField", "Malformed"} for each in refusals) else 422,
        "causes": [
            {"reason": _REASONS.get(each.reason, each.reason), "field": each.field} for each in refusals
        ],
        "message": "; ".join(
            f"{each.field}: {each.message}" if each.field else each.message for each in refusals
        ),
    }
