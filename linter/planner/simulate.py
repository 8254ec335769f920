"""Runs a scenario in lockstep: controllers until nothing changes, then a round is written down, then the kubelet acts."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from linter.planner import kubelet
from linter.planner.build_cluster import build_cluster, build_pod_admission, load_workloads
from linter.planner.cluster import DEFAULT_MAX_PODS, Target
from linter.planner.errors import OperationError, ScenarioError, SimulationLimitError
from linter.planner.leap.leaper import Leaper
from linter.planner.leap.progression import Progression, Stretch, ends
from linter.planner.model import images_of
from linter.planner.operations import Drain, Effect, is_of_nodes, verb_of
from linter.planner.refusal import Refusal
from linter.planner.revisions import template_key
from linter.planner.rounds import Round, Start
from linter.planner.scheduler.base import placed, pods_on_nodes, unscheduled, unscheduled_by_revision

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.planner.controllers.base import Controller
    from linter.planner.journal import Action, Event
    from linter.planner.leap.leaper import Leap
    from linter.planner.model import Manifest, ObjectId
    from linter.planner.operations import Instruction, Operation
    from linter.planner.quota.quota import Usages
    from linter.planner.refusal import Admit
    from linter.planner.rounds import Eviction
    from linter.planner.scenario import Scenario

DEFAULT_MAX_ROUNDS = 400_000


class Simulation:
    """A scenario being played.

    Attributes:
        scenario: What is played.
        cluster: Where it is played.
        first_nodes: The nodes that are there in the beginning.
        starts: The workloads that are there before the first round, as they are then.
        pod_admission: What is asked of pods; None where no object asks for anything.
        usage_at_start: What the workloads use of quotas before the first round.
        number: How many rounds have been written down.
    """

    def __init__(
        self,
        scenario: Scenario,
        admit: Admit | None = None,
        *,
        max_rounds: int = DEFAULT_MAX_ROUNDS,
        max_pods: int = DEFAULT_MAX_PODS,
        by_node: bool = False,
    ) -> None:
        """Set the scene.

        Args:
            scenario: What to play.
            admit: Asked about every object that an operation creates or updates, as it is sent (no defaults applied);
                None admits everything.
            max_rounds: Give up after so many rounds.
            max_pods: Give up at a StatefulSet of more pods, since each of its pods is played by itself.
            by_node: Write down on which nodes the pods are.

        Raises:
            ScenarioError: The state does not hold the workload.
            SimulationLimitError: Its workload is too large.
        """
        self.scenario = scenario
        self._max_pods = max_pods
        self._by_node = by_node
        self._admit = admit
        self._max_rounds = max_rounds
        self._known: set[str] | None = None
        self.number = 0
        self._target = Target(scenario.kind, scenario.workload)
        self.starts: dict[ObjectId, Start] = {}
        self.usage_at_start: Usages = {}
        self.pod_admission = build_pod_admission(scenario)
        self.cluster = build_cluster(scenario, self._fails, self.pod_admission, max_pods, self._target)
        self.first_nodes = tuple(self.cluster.nodes.values())
        if scenario.state is not None:
            load_workloads(self.cluster, scenario, self._target)
            if self.pod_admission:
                self.pod_admission.settle(self.cluster)

    def again(self, scenario: Scenario, *, more_rounds: int) -> Simulation:
        """Return a simulation of another scenario, which may take so many more rounds than this one has."""
        return Simulation(
            scenario, self._admit, max_rounds=self.number + more_rounds, max_pods=self._max_pods
        )

    @property
    def workload(self) -> Controller | None:
        """The workload under test; None before it is created."""
        return self.cluster.find(self._target)

    def usage(self) -> Usages:
        """Return what the workloads use of quotas by now."""
        return {} if self.pod_admission is None else self.pod_admission.usage(self.cluster)

    def _fails(self, template: Manifest) -> bool:
        """Tell whether a template's pods never become Ready."""
        if not self.scenario.failing_images.isdisjoint(images_of(template)):
            return True
        return (
            self.scenario.fail_new and self._known is not None and template_key(template) not in self._known
        )

    # The clock.

    def rounds(self) -> Iterator[Round]:
        """Play the scenario; what the baseline leads to is left out.

        Yields:
            One round after another.

        Raises:
            ScenarioError: An operation has nothing to work on.
            SimulationLimitError: There is no end to it.
        """
        return cast("Iterator[Round]", self._play(None))

    def play(self) -> Sequence[Round]:
        """Play the scenario, and leap over rounds that go on as before; return the rounds, which are the same.

        Raises:
            ScenarioError: An operation has nothing to work on.
            SimulationLimitError: There is no end to it.
        """
        parts = list(self._play(self._leaper()))
        return (
            Progression(parts)
            if any(isinstance(each, Stretch) for each in parts)
            else tuple(cast("list[Round]", parts))
        )

    def _play(self, leaper: Leaper | None) -> Iterator[Round | Stretch[Round]]:
        scenario = self.scenario
        self._play_baseline()
        self.cluster.admit = self._admit
        pending = list(enumerate(scenario.operations))[scenario.baseline :]
        steps = 0
        at_once = scenario.state is None
        while True:
            if pending and self._is_due(pending[0][1], steps, at_once=at_once):
                yield self._operate(*pending.pop(0))
                at_once, steps = False, 0
                if leaper is not None:
                    leaper.start_over()
                continue
            if not self.cluster.workloads:
                return
            step, written = self.take_step()
            if written:
                yield from written
                if step.gone or step.became_ready:
                    steps += 1
                    if leaper is not None and (leap := self._leap(leaper, written, steps, pending)):
                        steps += leap.steps
                        yield leap.stretch
                continue
            if step.made_room:
                continue
            if not pending or (scenario.waits_for_drains and self.cluster.disruptions.draining):
                break
            yield self._operate(*pending.pop(0))
            steps = 0
            if leaper is not None:
                leaper.start_over()
        if scenario.wait_for_deadline and self.cluster.exceed_deadlines():
            yield self._write_down(waited="progressDeadlineSeconds")

    def take_step(self) -> tuple[kubelet.KubeletStep, list[Round]]:
        """Let the kubelet act once, and the controllers after it; return what it did, and the rounds that it led to."""
        step = self._step(one_by_one=self.scenario.one_by_one)
        written: list[Round] = []
        if step.gone or step.became_ready:
            written.append(self._write_down(gone=step.gone, ready=step.became_ready))
            if self.cluster.pass_min_ready_seconds(step.workloads):
                written.append(self._write_down(waited="minReadySeconds"))
        # A drain goes on after each step of the kubelet, and before it is given up.
        if eviction := self._evict():
            written.append(self._write_down(eviction=eviction))
        return step, written

    def _leaper(self) -> Leaper | None:
        """Return what leaps over rounds that go on as before; None where it is not known what else they depend on."""
        cluster = self.cluster
        if cluster.scheduler is not None or self.pod_admission is not None or self.scenario.workloads:
            return None
        return Leaper()

    def _leap(
        self, leaper: Leaper, written: list[Round], steps: int, pending: list[tuple[int, Instruction]]
    ) -> Leap | None:
        """Leap as far as everything goes on as before, no further than the next operation or the limit."""
        if len(self.cluster.workloads) != 1:
            return None
        due = pending[0][1].after if pending else None
        most_steps = None if due is None else due - steps
        leap = leaper.leap(self, written, self._max_rounds - self.number, most_steps)
        if leap is not None:
            self.number += len(leap.stretch)
        return leap

    def _is_due(self, instruction: Instruction, steps: int, *, at_once: bool) -> bool:
        return at_once if instruction.after is None else steps >= instruction.after

    def _play_baseline(self) -> None:
        """Bring about what is there before the first round."""
        cluster, scenario = self.cluster, self.scenario
        cluster.journal.on = False
        if scenario.state is None and scenario.workloads:
            for manifest in scenario.workloads:
                cluster.create(manifest)
            self._come_to_rest()
        for index, instruction in enumerate(scenario.operations[: scenario.baseline]):
            self._perform(instruction, f"operations[{index}]")
            if index == 0 and cluster.scheduler is None and self.pod_admission is None:
                # What the first creation comes to is known, and need not be played pod by pod.
                for workload in cluster.workloads.values():
                    workload.fast_forward()
            self._come_to_rest()
        self._known = cluster.template_keys()
        self.usage_at_start = self.usage()
        on_nodes = pods_on_nodes(cluster) if self._by_node else {}
        # What comes from a state the scheduler has yet to look at.
        scheduled = cluster.scheduler is not None and scenario.state is None
        for key, workload in cluster.workloads.items():
            self.starts[key] = Start(
                workload.snapshot(), workload.named_pods(), workload.manifest, workload.ranking(),
                on_nodes.get(key, ()), unscheduled_by_revision(workload) if scheduled else {},
            )  # fmt: skip
            workload.start_recording()
        cluster.journal.on = True
        # A state may have been listed before its controllers were done.
        cluster.run()

    def _come_to_rest(self) -> None:
        """Let controllers and kubelet act until neither has anything left to do."""
        self.cluster.run()
        while (step := self._step(one_by_one=False)).gone or step.became_ready or step.made_room:
            self.cluster.pass_min_ready_seconds(step.workloads)

    def _step(self, *, one_by_one: bool) -> kubelet.KubeletStep:
        step = kubelet.step(self.cluster, one_by_one=one_by_one)
        if step.gone or step.became_ready or step.bound or step.made_room:
            self.cluster.run()
        return step

    def _evict(self) -> Eviction | None:
        """Go on with the drains; return what that came to, None if nothing was evicted."""
        if not self.cluster.disruptions.draining:
            return None
        eviction = self.cluster.disruptions.evict(self.cluster)
        if not eviction.evicted:
            return None
        self.cluster.run()
        return eviction

    # Operations.

    def _operate(self, index: int, instruction: Instruction) -> Round:
        path = f"operations[{index}]"
        if isinstance(instruction.operation, Drain):
            # What it evicts are steps of their own, which follow.
            self._record("operation", instruction.operation)
        try:
            effect = self._perform(instruction, path)
        except OperationError as error:
            effect = Effect((Refusal("", "Invalid", str(error)),), noticed=False)
        if not isinstance(instruction.operation, Drain):
            self._record("refused" if effect.refusals else "operation", instruction.operation)
        if self.workload is None and not effect.refusals:
            raise ScenarioError(path, f"no {self.scenario.kind} has been created yet")
        if effect.noticed:
            self.cluster.run()
        else:
            self.cluster.schedule()
        return self._write_down(instruction=instruction, refusals=effect.refusals, eviction=effect.eviction)

    def _record(self, action: Action, operation: Operation) -> None:
        """Write down an operation: with the workload under test, or if it is done to a node with all of them."""
        target = self.workload
        if is_of_nodes(operation):
            concerned = list(self.cluster.workloads.values())
        else:
            concerned = [target] if target is not None else []
        for each in concerned:
            self.cluster.journal.record(each, action, verb_of(operation))

    def _perform(self, instruction: Instruction, path: str) -> Effect:
        try:
            return instruction.operation.apply(self.cluster, self._target)
        except ScenarioError as error:
            raise error.below(path) from None

    # Writing rounds down.

    def _write_down(
        self,
        *,
        instruction: Instruction | None = None,
        refusals: tuple[Refusal, ...] = (),
        gone: int = 0,
        ready: int = 0,
        waited: str = "",
        eviction: Eviction | None = None,
    ) -> Round:
        number = self.number
        self.number += 1
        if number >= self._max_rounds:
            raise SimulationLimitError(
                f"the simulation was stopped after {self._max_rounds} rounds without coming to an end; "
                "--max-rounds raises the limit."
            )
        events = self.cluster.journal.take()
        last = {event.workload: event.snapshot for event in ends(events)}
        records = {
            # Nothing happens to pods without an event.
            key: workload.record(last[key] if key in last else workload.snapshot())
            for key, workload in self.cluster.workloads.items()
        }
        by_workload: dict[ObjectId, list[Event]] = {}
        for event in events if len(records) > 1 else ():
            by_workload.setdefault(event.workload, []).append(event)
        round_ = Round(
            number, instruction, refusals, gone, ready, waited, records, events,
            failures=self.cluster.take_failures(), budgets=self.cluster.disruptions.statuses(self.cluster),
            eviction=eviction, draining=self.cluster.disruptions.not_drained(self.cluster),
            on_nodes=pods_on_nodes(self.cluster) if self._by_node else {},
            events_by_workload=by_workload,
        )  # fmt: skip
        scheduler = self.cluster.scheduler
        if scheduler is None:
            return round_
        round_ = round_._replace(
            unschedulable=unscheduled(self.cluster), reasons=scheduler.reasons(self.cluster)
        )
        return round_._replace(placed=placed(self.cluster)) if self.scenario.placement == "spread" else round_
