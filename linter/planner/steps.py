"""Turns what happened in a simulation into numbered steps with the pods counted after each.

The actions:

- `operation`: what the user does (`target` is the verb); `refused`: the API server or kubectl refuses it
- `create-replicaset`, `scale-up`, `scale-down`: a ReplicaSet (`target`) is created or resized (`from`, `to`)
- `create-pods`, `delete-pods`: a ReplicaSet that stands alone gets other pods (`from`, `to`)
- `create-claim`: a StatefulSet's PersistentVolumeClaim (`target`)
- `create-pod`, `delete-pod`: a pod (`target`: its name, or for a DaemonSet its node)
- `pods-ready`, `pods-gone`: pods (`target`: names or nodes, where they have any) become Ready, are gone (`to`: how many;
  `gone`: how many are gone at the same time)
- `wait`: minReadySeconds or progressDeadlineSeconds pass (`to`: seconds)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from linter.planner.simulation import Round
    from linter.planner.state import Event, Snapshot


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
        kind: The workload's kind.
        detail: The pods that are deleted from a ReplicaSet, or the operation, in words.
    """

    number: int
    round: int
    action: str
    target: str | None
    revision: str | None
    before: int | None
    after: int | None
    snapshot: Snapshot
    gone: int = 0
    role: str = ""
    kind: str = ""
    detail: str = ""

    @property
    def text(self) -> str:
        """The step in plain words."""
        besides = f", {_number(self.gone)} gone" if self.gone else ""
        return _text(self) + besides

    def to_dict(self) -> dict[str, Any]:
        """Return the step as the JSON of a plan has it."""
        snapshot = self.snapshot
        return {
            "step": self.number,
            "round": self.round,
            "action": self.action,
            "target": self.target,
            "revision": self.revision,
            "from": self.before,
            "to": self.after,
            "gone": self.after if self.action == "pods-gone" else self.gone,
            "ready": snapshot.ready,
            "available": snapshot.available,
            "total": snapshot.total,
            "terminating": snapshot.terminating,
            "text": self.text,
        }


def build_steps(
    rounds: Iterable[Round], roles: Mapping[str, str], *, kind: str, show_operations: bool
) -> list[Step]:
    """List the steps of a simulation.

    Args:
        rounds: Its rounds.
        roles: What a revision is called in plain words: "old", "new", "r3", or "" where there is only one.
        kind: The workload's kind.
        show_operations: List operations, too (where there are several).
    """
    steps: list[Step] = []
    for each in rounds:
        for event, gone in _merged(each.events):
            if event.action not in {"operation", "refused"}:
                steps.append(_step(len(steps) + 1, each.number, event, gone, roles, kind))
            elif event.action == "refused" or show_operations or event.target in _TOUCHING:
                text = describe_operation(each.operation or {"op": event.target})
                steps.append(
                    Step(
                        len(steps) + 1, each.number, event.action, event.target, None, None, None,
                        event.snapshot, detail=text if event.action == "operation" else f"{text}: refused",
                    )
                )  # fmt: skip
        if each.waited == "progressDeadlineSeconds":
            number = len(steps) + 1
            steps.append(Step(number, each.number, "wait", each.waited, None, None, None, each.snapshot))
    return steps


def _merged(events: Sequence[Event]) -> Iterator[tuple[Event, int]]:
    """Leave out what the next event says as well; yield each event with the number of pods that are gone besides.

    A ReplicaSet that is created with pods is just scaled up, and pods that are gone when others become Ready are
    mentioned there.
    """
    gone = 0
    for event, following in zip(events, [*events[1:], None], strict=False):
        next_action = following.action if following else ""
        if event.action == "create-replicaset" and next_action == "scale-up":
            continue
        if event.action == "pods-gone" and next_action == "pods-ready":
            gone = event.after or 0
            continue
        yield event, gone
        gone = 0


_TOUCHING = {"delete", "delete-pod", "unready-pod", "remove-node"}
"""Operations that do something to pods before any controller does."""


_OF_REPLICASETS = {"create-replicaset", "scale-up", "scale-down", "create-pods", "delete-pods"}


def _step(
    number: int, round_number: int, event: Event, gone: int, roles: Mapping[str, str], kind: str
) -> Step:
    action, target, revision, before, after, snapshot = event
    name = revision.name if revision else None
    role = roles.get(name, "") if name else ""
    if name and role not in {"", "old", "new"}:
        role = name
    if action in _OF_REPLICASETS:
        return Step(
            number, round_number, action, name, name, before, after, snapshot, gone, role, kind, target or ""
        )
    return Step(number, round_number, action, target, name, before, after, snapshot, gone, role, kind)


def _text(step: Step) -> str:
    before, after, target = step.before, step.after, step.target
    who = f"{step.role} " if step.role else ""
    victims = f": {step.detail}" if step.detail else ""
    daemon = step.kind == "DaemonSet"
    match step.action:
        case "start":
            return "now"
        case "operation" | "refused":
            return step.detail
        case "create-replicaset":
            return f"create {_one(step.role, 'ReplicaSet')}"
        case "scale-up":
            return f"scale up {who}{before} → {after}"
        case "scale-down":
            return f"scale down {who}{before} → {after}{victims}"
        case "create-pods":
            return f"create {_pods((after or 0) - (before or 0), step.role)}"
        case "delete-pods":
            return f"delete {_pods((before or 0) - (after or 0), step.role)}{victims}"
        case "create-claim":
            return f"create claim {target}"
        case "create-pod":
            return (
                f"create {_one(step.role, 'pod')} on {target}"
                if daemon
                else f"create {target}{_as(step.role)}"
            )
        case "delete-pod":
            return (
                f"delete {_one(step.role, 'pod')} on {target}"
                if daemon
                else f"delete {target}{_as(step.role)}"
            )
        case "pods-ready":
            return f"{_these(step)} Ready"
        case "pods-gone":
            return f"{_these(step)} gone"
        case _:
            if after is None:
                return f"{target} pass"
            return f"wait until Ready for {after} s (minReadySeconds)"


def _one(role: str, noun: str) -> str:
    """Name something of a revision: old pod, new pod, pod of r3."""
    if not role or role in {"old", "new"}:
        return f"{role} {noun}".lstrip()
    return f"{noun} of {role}"


def _as(role: str) -> str:
    return f" ({role})" if role else ""


def _number(gone: int) -> str:
    return "1 pod is" if gone == 1 else f"{gone} pods are"


def _pods(number: int, role: str) -> str:
    return f"{number} {_one(role, 'pod' if number == 1 else 'pods')}"


def _these(step: Step) -> str:
    number = step.after or 0
    if step.target and step.kind == "StatefulSet" and number == 1:
        return f"{step.target} is"
    where = f" on {step.target}" if step.target and step.kind == "DaemonSet" and number == 1 else ""
    return f"{_pods(number, step.role)}{where} {'is' if number == 1 else 'are'}"


def describe_operation(operation: Mapping[str, Any]) -> str:
    """Say in plain words what an operation does."""
    verb = str(operation["op"])
    match verb:
        case "apply":
            names = [
                f"{each.get('kind')}/{(each.get('metadata') or {}).get('name')}"
                for each in operation["manifests"]
            ]
            return f"apply {', '.join(names)}"
        case "scale":
            return f"scale to {operation['replicas']}"
        case "set-image":
            container = operation.get("container")
            return f"set image {f'{container}=' if container else ''}{operation['image']}"
        case "undo":
            revision = operation.get("to_revision")
            return f"undo to revision {revision}" if revision else "undo"
        case "delete-pod" | "unready-pod":
            pod = operation.get("name") or operation.get("node")
            what = "delete" if verb == "delete-pod" else "lose readiness of"
            where = "on " if operation.get("node") else ""
            return f"{what} pod {where}{pod}" if pod else f"{what} a pod"
        case "add-node":
            node = operation["node"]
            return f"add node {node.get('name') or (node.get('metadata') or {}).get('name')}"
        case "remove-node" | "label-node" | "taint-node":
            return f"{verb.replace('-', ' ')} {operation['name']}"
        case _:
            return verb
