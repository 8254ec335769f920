"""What was asked for → what the planner takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linter.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linter.cli.plan.request import PlanRequest
    from linter.engine.config.settings import Setting
    from linter.loading.limits import Limits
    from linter.loading.live import Live
    from linter.planner.options import Options


def plan_settings(request: PlanRequest, paths: Sequence[str]) -> Mapping[str, Setting]:
    """Return the settings of a plan: from the command line, else from the configuration, else the defaults.

    Args:
        request: What was asked for.
        paths: What is planned; the configuration is looked for from there.

    Raises:
        InputError: A value cannot be read, or the configuration has faults.
    """
    from linter.engine.config.load import read_config
    from linter.engine.config.settings import resolve_settings

    config = read_config(request.config_file, paths, isolated=request.isolated)
    return resolve_settings(config, request.settings())


def planner_options(request: PlanRequest, settings: Mapping[str, Setting], limits: Limits) -> Options:
    """Return the planner's options.

    Args:
        request: What was asked for.
        settings: The settings of the plan.
        limits: Bounds on each file.

    Raises:
        InputError: A value cannot be read.
        UnreadableError: A file that was named cannot be read.
    """
    from linter.cli.plan.objects import read_objects
    from linter.cli.plan.reading import Reading
    from linter.loading.objects import read_nodes
    from linter.planner.options import Options

    nodes = settings["nodes"].value
    live = _live(request, limits)
    # What lives had its variables filled in before.
    state = live.objects if live else request.state and read_objects([request.state], Reading(limits, {}))
    return Options(
        kubernetes=_version(settings["kubernetes-version"].value),
        feature_gates=_gates(request.feature_gates),
        readiness=request.readiness,
        failing_images=frozenset(request.failing_images),
        fail_new=request.fail == "new",
        nodes=None if nodes is None else read_nodes(nodes, limits),
        state=state,
        listed=live.listed if live else frozenset(),
        namespace=live.namespace if live else None,
        workload=None if request.workload is None else _workload(request.workload),
        pod_startup=_seconds("--pod-startup", request.pod_startup),
        pod_shutdown=_seconds("--pod-shutdown", request.pod_shutdown),
        max_rounds=request.max_rounds,
        max_pods=request.max_pods,
        by_node=request.by == "node",
    )


def _live(request: PlanRequest, limits: Limits) -> Live | None:
    """Ask the cluster, if that is wanted, and say what was run and what may not be read."""
    if not request.live:
        if request.context is not None or request.namespace is not None:
            raise InputError("--context and --namespace go with --live.")
        return None
    if request.state is not None:
        raise InputError(
            "--live and --state exclude each other: one is what is there now, the other a file of it."
        )
    from linter.cli.streams import complain
    from linter.loading.live import read_live

    live = read_live(request.context, request.namespace, limits=limits)
    complain(f"ran: {live.command}")
    for refusal in live.refused:
        complain(f"{refusal}; the plan does without")
    return live


def _version(text: str) -> str:
    from linter.version import VersionError, parse_version

    try:
        parse_version(text)
    except VersionError as error:
        raise InputError(f"--kubernetes-version: {error}") from None
    return text.removeprefix("v")


def _gates(values: Sequence[str]) -> dict[str, bool]:
    from linter.kube.gates import GATES

    gates = {}
    for value in values:
        name, equals, state = value.partition("=")
        if not equals or state not in {"true", "false"}:
            raise InputError(f"--feature-gate {value}: write NAME=true or NAME=false.")
        if name not in GATES:
            known = ", ".join(sorted(GATES))
            raise InputError(f"--feature-gate {value}: plans depend on no such gate; known is {known}.")
        gates[name] = state == "true"
    return gates


def _workload(text: str) -> str:
    from linter.kube.kinds import WORKLOADS

    kind, slash, name = text.partition("/")
    short = {"deploy": "Deployment", "rs": "ReplicaSet", "sts": "StatefulSet", "ds": "DaemonSet"}
    known = {each.lower(): each for each in WORKLOADS}
    found = short.get(kind.lower()) or known.get(kind.lower()) or known.get(kind.lower().removesuffix("s"))
    if not slash or not name or found is None:
        raise InputError(f"--workload {text}: write KIND/NAME, the kind one of {', '.join(WORKLOADS)}.")
    return f"{found}/{name}"


def _seconds(option: str, text: str | None) -> float | None:
    """Read a duration: `20`, `20s`, `1.5m`, `2m30s`."""
    if text is None:
        return None
    if re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII):
        return float(text)
    match = re.fullmatch(r"(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?", text, re.ASCII)
    if match is None or not text:
        raise InputError(f"{option} {text}: write a duration such as 20s or 1m30s.")
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds
