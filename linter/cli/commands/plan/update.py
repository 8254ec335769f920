"""`podplan plan update`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from linter.cli.lint.request import LintRequest
from linter.cli.options import PATH, click_option, quote_command
from linter.cli.plan.run import planning
from linter.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from linter.cli.plan.reading import Reading
    from linter.loading.render import Chart, Kustomization
    from linter.planner.options import Options
    from linter.planner.report.plan import Plan

    Manifests = list[dict[str, Any]]


@click.command(
    "update",
    epilog=quote_command(
        "Examples:",
        "podplan plan update old.yaml new.yaml",
        "podplan plan update --since origin/main k8s/",
        "podplan plan update --state live.yaml new.yaml",
        "podplan plan update --since HEAD~1 --kustomize overlays/prod",
    ),
)
@click.argument("files", nargs=-1, metavar="[OLD NEW | PATH...]", type=PATH)
@click_option(LintRequest.since, help="Compare the work tree with this git revision.")
@click_option(
    LintRequest.kustomize,
    multiple=False,
    default=None,
    help="With --since: compare what this kustomization renders.",
)
@click_option(LintRequest.helm, help="With --since: compare what this chart renders.")
@click_option(LintRequest.values)
@planning("files")
def command(
    files: tuple[str, ...],
    since: str | None,
    kustomize: str | None,
    helm: str | None,
    values: tuple[str, ...],
    *,
    options: Options,
    reading: Reading,
) -> Plan:
    """Go from the objects of OLD to those of NEW, or from a git revision to the work tree.

    Objects are matched by kind, namespace and name. Kustomizations are built: with --since those that a change touches, on both sides. With --state the workloads start from their live objects, and all FILEs are new.
    """
    import linter
    from linter.cli.plan.objects import read_objects

    if since is not None:
        if kustomize is None and helm is None:
            return _since(files or (".",), since, options, reading)
        old, new = _rendered(_renderer(kustomize, helm, values), since, reading)
        return linter.plan("update", new, old=old, options=options)
    if kustomize or helm or values:
        raise InputError("--kustomize, --helm and --values go with --since; render to a file otherwise.")
    if options.state is not None:
        return linter.plan("update", read_objects(files or ("-",), reading), options=options)
    if len(files) != 2:
        raise InputError("name two files (or folders): OLD and NEW; or use --since REV.")
    return linter.plan(
        "update", read_objects(files[1:], reading), old=read_objects(files[:1], reading), options=options
    )


def _since(paths: Sequence[str], since: str, options: Options, reading: Reading) -> Plan:
    """Plan each apply set below the paths that has changed since a git revision, and the files that belong to none."""
    import linter
    from linter.cli.plan.since import compared_sets
    from linter.cli.streams import complain
    from linter.planner.report.plan import of_apply_sets

    compared = compared_sets(paths, since, reading)
    names = [name for name, _, _ in compared if name]
    if names:
        built = f"{names[0]} builds" if len(names) == 1 else f"{len(names)} kustomizations build"
        complain(f"planned what {built}; --kustomize DIR plans one alone")
    plans = [(name, linter.plan("update", new, old=old, options=options)) for name, old, new in compared]
    return of_apply_sets(plans, str(options.kubernetes))


def _rendered(what: Kustomization | Chart, since: str, reading: Reading) -> tuple[Manifests, Manifests]:
    """Return the objects that Kustomize or Helm renders: at a git revision, and in the work tree."""
    from linter.cli.plan.objects import objects_of
    from linter.loading.git import find_revision
    from linter.loading.render import render

    before = render(what, at=find_revision(since), limits=reading.limits)
    return (
        objects_of([before], reading, prefix=f"{since}:"),
        objects_of([render(what, limits=reading.limits)], reading),
    )


def _renderer(kustomize: str | None, helm: str | None, values: tuple[str, ...]) -> Kustomization | Chart:
    from linter.loading.render import Chart, Kustomization

    if kustomize is not None and helm is not None:
        raise InputError("--kustomize and --helm exclude each other.")
    return Kustomization(kustomize) if kustomize is not None else Chart(helm or "", values)
