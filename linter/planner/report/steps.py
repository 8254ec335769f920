"""Turns what happened in a simulation into numbered steps with the pods counted after each.

The actions:

- `operation`: what the user does (`target` is the verb); `refused`: the API server or kubectl refuses it
- `create-replicaset`, `scale-up`, `scale-down`: a ReplicaSet (`target`) is created or resized (`from`, `to`)
- `create-pods`, `delete-pods`: a ReplicaSet that stands alone gets other pods (`from`, `to`)
- `create-claim`: a StatefulSet's PersistentVolumeClaim (`target`)
- `create-pod`, `delete-pod`: a pod (`target`: its name, or for a DaemonSet its node)
- `evict-pods`: pods on a node (`target`) that is drained are evicted (`to`: how many)
- `pods-ready`, `pods-gone`: pods (`target`: names or nodes, where they have any) become Ready, are gone (`to`: how many;
  `gone`: how many are gone at the same time)
- `wait`: minReadySeconds or progressDeadlineSeconds pass (`to`: seconds)
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple, assert_never

from linter.planner.leap.progression import Progression, Stretch, parts
from linter.planner.operations import touches_pods

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from linter.planner.journal import Action, Event
    from linter.planner.model import ObjectId, Snapshot
    from linter.planner.rounds import Round


class Step(NamedTuple):
    """One step of a plan.

    Attributes:
        number: Counted from 1.
        round: The round it belongs to.
        action: What happens; see the module's text.
        target: What it happens to: a revision (r2), a pod, a node, a claim, an operation.
        revision: The revision that is concerned (r2).
        before: A size before.
        after: A size, a number of pods or seconds after.
        snapshot: The pods after it.
        gone: How many terminating pods are gone by then, where others become Ready.
        role: What the revision is called: "old", "new", "r3" or "".
        target_is_node: Whether a pod is named by its node.
        detail: The pods that are deleted from a ReplicaSet, or the operation, in words.
        unschedulable: How many of the waiting pods the scheduler has found no node for, by name of the revision; told
            after the last step of a round, for the scheduler looks at new pods once controllers have made them.
    """

    number: int
    round: int
    action: Action | Literal["start"]
    target: str | None
    revision: str | None
    before: int | None
    after: int | None
    snapshot: Snapshot
    gone: int = 0
    role: str = ""
    target_is_node: bool = False
    detail: str = ""
    unschedulable: Mapping[str, int] = MappingProxyType({})

    @property
    def text(self) -> str:
        """The step in plain words."""
        besides = f", {_number(self.gone)} gone" if self.gone else ""
        return _text(self) + besides


class Listing(NamedTuple):
    """How the steps of a workload are listed.

    Attributes:
        workload: The workload.
        roles: What a revision is called in plain words: "old", "new", "r3", or "" where there is only one.
        target_is_node: Whether its events name pods by their node.
        show_operations: List operations, too (where there are several).
    """

    workload: ObjectId
    roles: Mapping[str, str]
    target_is_node: bool
    show_operations: bool


def build_steps(rounds: Sequence[Round], listing: Listing) -> Sequence[Step]:
    """List the steps that a simulation takes with one workload.

    Args:
        rounds: Its rounds.
        listing: Which steps, and how.
    """
    if not isinstance(rounds, Progression):
        steps = _listed(rounds, listing, 1)
        return (
            Progression(steps) if any(isinstance(each, Stretch) for each in steps) else tuple(_plain(steps))
        )
    found: list[Step | Stretch[Step]] = []
    number = 1
    for part in rounds.parts:
        if not isinstance(part, Stretch):
            steps = _listed(part, listing, number)
            found += steps
            number += sum([len(each) if isinstance(each, Stretch) else 1 for each in steps])
            continue
        # The steps of the two cycles that it follows came just before.
        size = len(_listed(part.cycle, listing, number))
        before = _plain(_listed(part.before, listing, number - 2 * size))
        cycle = _plain(_listed(part.cycle, listing, number - size))
        found.append(Stretch(before, cycle, part.times, part.names))
        number += size * part.times
    return Progression(found)


def _plain(steps: Iterable[Step | Stretch[Step]]) -> list[Step]:
    """Return steps among which there are no stretches: rounds that are leapt over have none of their own."""
    return [each for each in steps if isinstance(each, Step)]


def _listed(rounds: Iterable[Round], listing: Listing, number: int) -> list[Step | Stretch[Step]]:
    """List the steps of some rounds, counted from a number."""
    workload, roles, target_is_node, show_operations = listing
    steps: list[Step | Stretch[Step]] = []
    for each in rounds:
        record = each.records.get(workload)
        before = len(steps)
        for event, gone in _merged(list(parts(each.events_of(workload)))):
            if isinstance(event, Stretch):
                # The steps of the two events that it follows came just before.
                first, second = _plain(steps[-2:])
                steps.append(Stretch((first,), (second,), event.times, event.names))
                number += event.times - 1
                continue
            if event.action not in {"operation", "refused"}:
                steps.append(
                    _step(number + len(steps), each.number, event, gone, roles, target_is_node=target_is_node)
                )
                continue
            # Only a round with an operation has such an event.
            assert each.instruction is not None  # noqa: S101  said above
            operation = each.instruction.operation
            if event.action == "refused" or show_operations or touches_pods(operation):
                text = operation.describe()
                steps.append(
                    Step(
                        number + len(steps), each.number, event.action, event.target, None, None, None,
                        event.snapshot, detail=text if event.action == "operation" else f"{text}: refused",
                    )
                )  # fmt: skip
        if record is not None and each.waited == "progressDeadlineSeconds":
            steps.append(
                Step(number + len(steps), each.number, "wait", each.waited, None, None, None, record.snapshot)
            )
        unschedulable = each.unschedulable.get(workload)
        # Where a scheduler places pods, nothing is done to many at once.
        if unschedulable and len(steps) > before and isinstance(last := steps[-1], Step):
            steps[-1] = last._replace(unschedulable=unschedulable)
    return steps


def _merged(events: Sequence[Event | Stretch[Event]]) -> Iterator[tuple[Event | Stretch[Event], int]]:
    """Leave out what the next event says as well; yield each event with the number of pods that are gone besides.

    A ReplicaSet that is created with pods is just scaled up, and pods that are gone when others become Ready are
    mentioned there.
    """
    gone = 0
    for event, following in zip(events, [*events[1:], None], strict=False):
        if isinstance(event, Stretch):
            yield event, 0
            continue
        # What a stretch goes on with begins before it.
        next_action = "" if following is None or isinstance(following, Stretch) else following.action
        if event.action == "create-replicaset" and next_action == "scale-up":
            continue
        if event.action == "pods-gone" and next_action == "pods-ready":
            gone = event.after or 0
            continue
        yield event, gone
        gone = 0


_OF_REPLICASETS = {"create-replicaset", "scale-up", "scale-down", "create-pods", "delete-pods"}


def _step(
    number: int, round_number: int, event: Event, gone: int, roles: Mapping[str, str], *, target_is_node: bool
) -> Step:
    action, target, revision, before, after, snapshot, _ = event
    name = revision.name if revision else None
    role = roles.get(name, "") if name else ""
    if name and role not in {"", "old", "new"}:
        role = name
    detail = ""
    if action in _OF_REPLICASETS:
        target, detail = name, target or ""
    return Step(
        number,
        round_number,
        action,
        target,
        name,
        before,
        after,
        snapshot,
        gone,
        role,
        target_is_node,
        detail,
    )


def _text(step: Step) -> str:
    before, after, target = step.before, step.after, step.target
    role = f"{step.role} " if step.role else ""
    victims = f": {step.detail}" if step.detail else ""
    match step.action:
        case "start":
            return "now"
        case "operation" | "refused":
            return step.detail
        case "create-replicaset":
            return f"create {_one(step.role, 'ReplicaSet')}"
        case "scale-up":
            return f"scale up {role}{before} → {after}"
        case "scale-down":
            return f"scale down {role}{before} → {after}{victims}"
        case "create-pods":
            return f"create {_pods((after or 0) - (before or 0), step.role)}"
        case "delete-pods":
            return f"delete {_pods((before or 0) - (after or 0), step.role)}{victims}"
        case "create-claim":
            return f"create claim {target}"
        case "create-pod":
            return f"create {_identified(step)}"
        case "delete-pod":
            return f"delete {_identified(step)}"
        case "evict-pods":
            return f"evict {_pods(after or 0, '')} from {target}"
        case "pods-ready":
            return f"{_these(step)} Ready"
        case "pods-gone":
            return f"{_these(step)} gone"
        case "wait":
            return f"{target} pass" if after is None else f"wait until Ready for {after} s (minReadySeconds)"
        case _:
            assert_never(step.action)


def _one(role: str, noun: str) -> str:
    """Name something of a revision: old pod, new pod, pod of r3."""
    if not role or role in {"old", "new"}:
        return f"{role} {noun}".lstrip()
    return f"{noun} of {role}"


def _identified(step: Step) -> str:
    """Name a pod that has an identity: by its own name, or by the node that it runs on."""
    if step.target_is_node:
        return f"{_one(step.role, 'pod')} on {step.target}"
    return f"{step.target} ({step.role})" if step.role else str(step.target)


def _number(gone: int) -> str:
    return "1 pod is" if gone == 1 else f"{gone} pods are"


def _pods(number: int, role: str) -> str:
    return f"{number} {_one(role, 'pod' if number == 1 else 'pods')}"


def _these(step: Step) -> str:
    number = step.after or 0
    if number != 1 or not step.target:
        return f"{_pods(number, step.role)} {'is' if number == 1 else 'are'}"
    if step.target_is_node:
        return f"{_pods(number, step.role)} on {step.target} is"
    return f"{step.target} is"
