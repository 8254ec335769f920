"""Plans: what a change to workloads will do, computed by playing it through.

The entry points: each takes plain manifests. `planning/` builds a scenario for each workload among them, plays it and says
what came out. Nothing here reads files or prints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.planner.operations import Restart, Scale, Undo
from linter.planner.operations.commands import image_change, pod_deletion
from linter.planner.options import Options
from linter.planner.planning.operation import plan_operation
from linter.planner.planning.play import simulate
from linter.planner.planning.transition import plan_transition
from linter.planner.report.plan import Change, Plan, word_for_change
from linter.planner.scenario import Scenario, parse_scenario

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linter.planner.model import Manifest


def create(manifests: Sequence[Manifest], options: Options | None = None) -> Plan:
    """Plan the creation of objects.

    Raises:
        ScenarioError: The options or the state are wrong. (The same holds for all entry points.)
        SimulationLimitError: A simulation does not come to an end. (Likewise.)
    """
    return plan_transition("create", [], manifests, options)


def update(old: Sequence[Manifest], new: Sequence[Manifest], options: Options | None = None) -> Plan:
    """Plan the way from some objects to others.

    With a state the workloads start from their live objects; `old` then only says which objects are gone in `new`.
    """
    return plan_transition("update", old, new, options)


def scale(manifests: Sequence[Manifest], replicas: int, options: Options | None = None) -> Plan:
    """Plan `kubectl scale` of the workloads among the manifests (DaemonSets cannot be scaled and are refused)."""
    return plan_operation("scale", manifests, lambda *_: Scale(replicas), options)


def set_image(
    manifests: Sequence[Manifest], images: Mapping[str, str], options: Options | None = None
) -> Plan:
    """Plan `kubectl set image`.

    Args:
        manifests: The workloads as they are.
        images: Images by container name; "*" stands for every container.
        options: The options.
    """
    return plan_operation("set-image", manifests, lambda manifest, _: image_change(images, manifest), options)


def restart(manifests: Sequence[Manifest], options: Options | None = None) -> Plan:
    """Plan `kubectl rollout restart`."""
    return plan_operation("restart", manifests, lambda *_: Restart(), options)


def undo(
    revisions: Sequence[Sequence[Manifest]], to_revision: int | None = None, options: Options | None = None
) -> Plan:
    """Plan `kubectl rollout undo`.

    Args:
        revisions: The manifests of each revision, oldest first; the last one is live. May be empty with a state.
        to_revision: The revision to go back to; None: the one before.
        options: The options.
    """
    current = revisions[-1] if revisions else ()
    return plan_operation("undo", current, lambda *_: Undo(to_revision), options, before=revisions[:-1])


def delete(manifests: Sequence[Manifest], options: Options | None = None) -> Plan:
    """Plan the deletion of objects."""
    return plan_transition("delete", manifests, [], options)


def delete_pod(manifests: Sequence[Manifest], pod: str, options: Options | None = None) -> Plan:
    """Plan `kubectl delete pod`.

    Args:
        manifests: The workload.
        pod: A StatefulSet's pod, a DaemonSet's node, or a pod of the state. A ReplicaSet's pods have random names:
            without a state any name stands for one of them.
        options: The options.
    """
    return plan_operation(
        "delete-pod", manifests, lambda manifest, live: pod_deletion(pod, manifest, live), options
    )


def scenario(data: Any, options: Options | None = None) -> Plan:
    """Plan a scenario file.

    Args:
        data: The decoded file, or a Scenario.
        options: Only admit, pod_startup, pod_shutdown, max_rounds, max_pods and by_node count; the rest stands in the file.
    """
    options = options or Options()
    parsed = data if isinstance(data, Scenario) else parse_scenario(data)
    if parsed.state:
        from linter.planner.validate_state import validate_state

        validate_state(parsed.state, options.admit)
    if parsed.objects:
        from linter.planner.validate_state import validate_objects

        validate_objects(parsed.objects, options.admit)
    plan = simulate(parsed, "scenario", parsed.name or "scenario", options)
    major, minor, _ = parsed.version
    word = word_for_change(plan, created=parsed.state is None)
    return Plan(f"{major}.{minor}", (Change(plan.kind, plan.namespace, plan.name, word),), (plan,))
