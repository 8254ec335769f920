"""`podplan plan` and its subcommands."""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING, Any, TypeVar

import click

from linter.cli import completers
from linter.cli.common import use_color, use_unicode
from linter.cli.options import PATH, color_option, config_option, limit_option, quote_command, version_option

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from linter.engine.config.settings import Setting
    from linter.planner.options import Options
    from linter.planner.report.plan import Plan

Result = TypeVar("Result")
FORMATS = ("text", "json", "markdown", "html", "svg")

_SHARED = (
    click.option("--workload", metavar="KIND/NAME", shell_complete=completers.workloads, help="Plan this workload alone.  [default: all in the input]"),
    click.option(
        "--nodes",
        metavar="FILE",
        type=PATH,
        help="Node objects, for DaemonSets.  [default: three nodes that fit]",
    ),
    click.option(
        "--state",
        metavar="FILE",
        type=PATH,
        help="Start from live objects, as `kubectl get deploy,rs,sts,ds,po,nodes,controllerrevisions,pvc -o yaml` prints "
        "them.",
    ),
    click.option(
        "--readiness",
        type=click.Choice(["together", "one-by-one"]),
        default="together",
        show_default=True,
        help="How waiting pods become Ready: all of them in each wave, or the first one alone.",
    ),
    click.option(
        "--failing-image", "failing_images", multiple=True, metavar="IMAGE", help="What if pods with this image never "
        "become Ready. May be repeated."
    ),
    click.option("--fail", type=click.Choice(["new"]), help="What if pods of the new template never become Ready."),
    version_option,
    config_option,
    click.option(
        "--feature-gate",
        "feature_gates",
        multiple=True,
        metavar="NAME=BOOL",
        help="A feature gate that differs from the version's default, e.g. MaxUnavailableStatefulSet=true.",
    ),
    click.option(
        "--pod-startup", metavar="SECONDS", help="How long a pod takes to become Ready, e.g. 20s.  [default: from the "
        "probes]"
    ),
    click.option(
        "--pod-shutdown", metavar="SECONDS", help="How long a pod takes to end, e.g. 5s.  [default: from preStop and the "
        "grace period]"
    ),
    click.option(
        "--format",
        "form",
        type=click.Choice(FORMATS),
        default="text",
        show_default=True,
        help="How to print the plan.",
    ),
    click.option("--output", "-o", metavar="FILE", type=PATH, help="Write the plan into a file."),
    click.option("--all-steps", is_flag=True, help="Print every step of a long plan, not ranges."),
    click.option(
        "--max-rounds",
        type=click.IntRange(min=1),
        default=400_000,
        show_default=True,
        help="Give up on a simulation after so many rounds.",
    ),
    click.option(
        "--max-pods",
        type=click.IntRange(min=1),
        default=200_000,
        show_default=True,
        help="Give up at a StatefulSet of more pods.",
    ),
    limit_option,
    color_option,
)  # fmt: skip


def _planned(function: Callable[..., Plan]) -> Callable[..., int]:
    """Give a subcommand the shared options; run it with planner options, print its plan, return the exit status."""

    @functools.wraps(function)
    def run(
        *,
        workload: str | None,
        nodes: str | None,
        state: str | None,
        readiness: str,
        failing_images: tuple[str, ...],
        fail: str | None,
        kubernetes_version: str | None,
        config_file: str | None,
        feature_gates: tuple[str, ...],
        pod_startup: str | None,
        pod_shutdown: str | None,
        form: str,
        output: str | None,
        all_steps: bool,
        max_rounds: int,
        max_pods: int,
        color: str,
        **arguments: Any,
    ) -> int:
        from linter.cli.common import read_nodes, read_objects
        from linter.cli.errors import FINDINGS, OK
        from linter.planner.options import Options

        settings = _settings(config_file, kubernetes_version, nodes, arguments)
        options = Options(
            kubernetes=_version(settings["kubernetes-version"].value),
            feature_gates=_gates(feature_gates),
            readiness=readiness,
            failing_images=frozenset(failing_images),
            fail_new=fail == "new",
            nodes=read_nodes(settings["nodes"].value),
            state=read_objects([state]) if state else None,
            workload=_workload(workload),
            pod_startup=_seconds("--pod-startup", pod_startup),
            pod_shutdown=_seconds("--pod-shutdown", pod_shutdown),
            max_rounds=max_rounds,
            max_pods=max_pods,
        )
        plan = _guarded(functools.partial(function, options=options, **arguments))
        _guarded(functools.partial(_print, plan, form, output, color=color, all_steps=all_steps))
        _say_what_is_missing(plan, workload)
        return OK if plan.completes else FINDINGS

    for option in reversed(_SHARED):
        run = option(run)
    return run


def _settings(
    config_file: str | None, kubernetes_version: str | None, nodes: str | None, arguments: Mapping[str, Any]
) -> Mapping[str, Setting]:
    """Return the settings that plans share with lint: from the command line, else from the configuration."""
    from linter.engine.config.load import read_config
    from linter.engine.config.settings import resolve_settings

    named = next((arguments[name] for name in ("files", "arguments", "file") if arguments.get(name)), ())
    config = read_config(config_file, (named,) if isinstance(named, str) else named)
    return resolve_settings(
        config,
        {
            name: value
            for name, value in {"kubernetes-version": kubernetes_version, "nodes": nodes}.items()
            if value is not None
        },
    )


def _guarded(make: Callable[[], Result]) -> Result:
    """Make or print the plan; what is wrong with its input ends the program with a message."""
    from linter.cli.errors import fail
    from linter.loading.git import GitError
    from linter.planner.errors import ScenarioError, SimulationLimitError

    try:
        return make()
    except ScenarioError as error:
        fail(str(error))
    except SimulationLimitError as error:
        fail(str(error), status=1)
    except GitError as error:
        fail(str(error))


@click.group(
    name="plan",
    epilog=quote_command(
        "Examples:",
        "podplan plan create deploy.yaml",
        "podplan plan update --since origin/main",
        "podplan plan set-image deploy.yaml app=app:1.5 --fail new",
        "podplan plan scale statefulset.yaml --replicas 5",
        "podplan plan restart --state live.yaml --workload Deployment/web",
    ),
)
def command() -> None:
    """Print, pod by pod, what an operation would do. Nothing is sent to any cluster.

    The exit status is 0 when the operation completes, 1 when it would be refused or get stuck, 2 for wrong usage, 3 when a file
    could not be read.
    """


@command.command(epilog=quote_command("Example:", "podplan plan create k8s/ --nodes nodes.yaml"))
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=PATH)
@_planned
def create(files: tuple[str, ...], options: Options) -> Plan:
    """Create the objects of the files, as `kubectl create` or a first `kubectl apply` does."""
    import linter
    from linter.cli.common import read_objects

    return linter.plan("create", read_objects(files), options=options)


@command.command(
    epilog=quote_command(
        "Examples:",
        "podplan plan update old.yaml new.yaml",
        "podplan plan update --since origin/main k8s/",
        "podplan plan update --state live.yaml new.yaml",
        "podplan plan update --since HEAD~1 --kustomize overlays/prod",
    )
)
@click.argument("files", nargs=-1, metavar="[OLD NEW | PATH...]", type=PATH)
@click.option("--since", metavar="REV", help="Compare the work tree with this git revision.")
@click.option(
    "--kustomize",
    metavar="DIR",
    type=PATH,
    help="With --since: compare what this kustomization renders.",
)
@click.option(
    "--helm",
    metavar="CHART",
    type=PATH,
    help="With --since: compare what this chart renders.",
)
@click.option(
    "--values",
    multiple=True,
    metavar="FILE",
    type=PATH,
    help="With --helm: a values file. May be repeated.",
)
@_planned
def update(
    files: tuple[str, ...],
    since: str | None,
    kustomize: str | None,
    helm: str | None,
    values: tuple[str, ...],
    options: Options,
) -> Plan:
    """Go from the objects of OLD to those of NEW, or from a git revision to the work tree.

    Objects are matched by kind, namespace and name. With --state the workloads start from their live objects, and all FILEs are new.
    """
    import linter
    from linter.cli.common import read_objects
    from linter.cli.errors import fail
    from linter.cli.since import both_sides

    if since is not None:
        old, new = both_sides(since, files, kustomize=kustomize, helm=helm, values=values)
        return linter.plan("update", new, old=old, options=options)
    if kustomize or helm or values:
        fail("--kustomize, --helm and --values go with --since; render to a file otherwise.")
    if options.state is not None:
        return linter.plan("update", read_objects(files or ("-",)), options=options)
    if len(files) != 2:
        fail("name two files (or folders): OLD and NEW; or use --since REV.")
    return linter.plan("update", read_objects(files[1:]), old=read_objects(files[:1]), options=options)


@command.command(epilog=quote_command("Example:", "podplan plan scale web.yaml --replicas 5"))
@click.argument("files", nargs=-1, metavar="FILE...", type=PATH)
@click.option("--replicas", type=click.IntRange(min=0), required=True, help="How many pods are wanted.")
@_planned
def scale(files: tuple[str, ...], replicas: int, options: Options) -> Plan:
    """Scale a workload, as `kubectl scale` does."""
    import linter

    return linter.plan("scale", _live_or_files(files, options), replicas=replicas, options=options)


@command.command("set-image", epilog=quote_command("Example:", "podplan plan set-image web.yaml app=app:1.5"))
@click.argument("arguments", nargs=-1, required=True, metavar="FILE... CONTAINER=IMAGE...")
@_planned
def set_image(arguments: tuple[str, ...], options: Options) -> Plan:
    """Change images, as `kubectl set image` does. `*` stands for every container."""
    import linter
    from linter.cli.errors import fail

    images = dict(each.split("=", 1) for each in arguments if _is_image(each))
    files = tuple(each for each in arguments if not _is_image(each))
    if not images:
        fail("say which image: CONTAINER=IMAGE, e.g. app=app:1.5")
    return linter.plan("set-image", _live_or_files(files, options), images=images, options=options)


@command.command(epilog=quote_command("Example:", "podplan plan restart web.yaml"))
@click.argument("files", nargs=-1, metavar="FILE...", type=PATH)
@_planned
def restart(files: tuple[str, ...], options: Options) -> Plan:
    """Restart all pods of a workload, as `kubectl rollout restart` does."""
    import linter

    return linter.plan("restart", _live_or_files(files, options), options=options)


@command.command(
    epilog=quote_command(
        "Examples:",
        "podplan plan undo v1.yaml v2.yaml",
        "podplan plan undo v1.yaml v2.yaml v3.yaml --to-revision 1",
    )
)
@click.argument("files", nargs=-1, metavar="FILE...", type=PATH)
@click.option(
    "--to-revision", type=click.IntRange(min=1), help="The revision to go back to.  [default: the one before]"
)
@_planned
def undo(files: tuple[str, ...], to_revision: int | None, options: Options) -> Plan:
    """Go back to an earlier revision, as `kubectl rollout undo` does. The FILEs are the revisions, oldest first."""
    import linter
    from linter.cli.common import read_objects
    from linter.cli.errors import fail

    if options.state is None and len(files) < 2:
        fail("name at least two files: the revisions, oldest first; or use --state.")
    revisions = [read_objects([file]) for file in files]
    return linter.plan("undo", revisions=revisions, to_revision=to_revision, options=options)


@command.command(epilog=quote_command("Example:", "podplan plan delete web.yaml"))
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=PATH)
@_planned
def delete(files: tuple[str, ...], options: Options) -> Plan:
    """Delete the objects of the files."""
    import linter
    from linter.cli.common import read_objects

    return linter.plan("delete", read_objects(files), options=options)


@command.command(
    "delete-pod",
    epilog=quote_command(
        "Examples:", "podplan plan delete-pod web.yaml web-0", "podplan plan delete-pod agent.yaml node-2"
    ),
)
@click.argument("file", metavar="FILE", type=PATH)
@click.argument("pod", metavar="POD")
@_planned
def delete_pod(file: str, pod: str, options: Options) -> Plan:
    """Delete one pod and see it replaced. POD is a StatefulSet's pod, a DaemonSet's node, or any name for one of a ReplicaSet's."""
    import linter
    from linter.cli.common import read_objects

    return linter.plan("delete-pod", read_objects([file]), pod=pod, options=options)


@command.command(epilog=quote_command("Example:", "podplan plan scenario canary.yaml rollback.yaml"))
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=PATH)
@_planned
def scenario(files: tuple[str, ...], options: Options) -> Plan:
    """Play scenario files: several operations in a row, YAML or JSON. docs/planner.md defines the fields."""
    from linter.cli.scenarios import plan_all

    return plan_all(files, options)


def _live_or_files(files: Sequence[str], options: Options) -> list[dict[str, Any]]:
    """Return the objects of the files; with --state none are needed: the workloads are in it."""
    from linter.cli.common import read_objects
    from linter.cli.errors import fail

    if not files and options.state is None:
        fail("name a file with the workload, or use --state.")
    return read_objects(files)


def _is_image(argument: str) -> bool:
    """Tell CONTAINER=IMAGE from a file."""
    from pathlib import Path

    return "=" in argument and not Path(argument).exists()


def _print(plan: Plan, form: str, output: str | None, *, color: str, all_steps: bool) -> None:
    from pathlib import Path

    from linter.cli.reports import write_file, write_out

    if form == "json":
        from linter.output import plan_json

        pieces = plan_json.pieces(plan)
    else:
        shown = use_color(color, sys.stdout) and output is None
        pieces = iter([_render(plan, form, color=shown, all_steps=all_steps)])
    if output is not None:
        write_file(Path(output), pieces)
        return
    for piece in pieces:
        write_out(piece)


def _render(plan: Plan, form: str, *, color: bool, all_steps: bool) -> str:
    if form == "markdown":
        from linter.output import plan_markdown

        return plan_markdown.render(plan)
    if form == "html":
        from linter.output import plan_html, plan_json

        return plan_html.render(plan_json.document(plan))
    if form == "svg":
        from linter.output import plan_json, plan_svg

        return plan_svg.render(plan_json.document(plan))
    import shutil

    from linter.output import plan_text

    return plan_text.render(
        plan,
        color=color,
        unicode=use_unicode(sys.stdout),
        width=shutil.get_terminal_size((110, 24)).columns,
        all_steps=all_steps,
    )


def _say_what_is_missing(plan: Plan, workload: str | None) -> None:
    """Nothing to plan is never silent."""
    from linter.cli.errors import complain

    if plan.workloads:
        return
    if workload is not None and not plan.changes:
        complain(f"nothing to plan: there is no {workload} in the input")
    elif all(each.change in {"none", "no-rollout"} for each in plan.changes):
        complain("nothing to plan: no pod would be created or removed")


def _version(text: str) -> str:
    from linter.cli.common import parse_kubernetes_version

    parse_kubernetes_version(text)
    return text.removeprefix("v")


def _gates(values: Sequence[str]) -> dict[str, bool]:
    from linter.cli.errors import fail
    from linter.kube.gates import GATES

    gates = {}
    for value in values:
        name, equals, state = value.partition("=")
        if not equals or state not in {"true", "false"}:
            fail(f"--feature-gate {value}: write NAME=true or NAME=false.")
        if name not in GATES:
            fail(
                f"--feature-gate {value}: plans depend on no such gate; known is {', '.join(sorted(GATES))}."
            )
        gates[name] = state == "true"
    return gates


def _workload(text: str | None) -> str | None:
    from linter.cli.errors import fail
    from linter.kube.kinds import WORKLOADS

    if text is None:
        return None
    kind, slash, name = text.partition("/")
    short = {"deploy": "Deployment", "rs": "ReplicaSet", "sts": "StatefulSet", "ds": "DaemonSet"}
    known = {each.lower(): each for each in WORKLOADS}
    found = short.get(kind.lower()) or known.get(kind.lower()) or known.get(kind.lower().removesuffix("s"))
    if not slash or not name or found is None:
        fail(f"--workload {text}: write KIND/NAME, the kind one of {', '.join(WORKLOADS)}.")
    return f"{found}/{name}"


def _seconds(option: str, text: str | None) -> float | None:
    """Read a duration: `20`, `20s`, `1.5m`, `2m30s`."""
    import re

    from linter.cli.errors import fail

    if text is None:
        return None
    if re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII):
        return float(text)
    match = re.fullmatch(r"(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?", text, re.ASCII)
    if match is None or not text:
        fail(f"{option} {text}: write a duration such as 20s or 1m30s.")
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds
