"""podplan: a static linter and rollout planner for Kubernetes workload manifests.

`linter.lint` and `linter.plan` are the Python interface; the command line uses nothing else.
"""

from __future__ import annotations

import os

from linter.release import __version__ as __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any, TypeVar

    from linter.apiserver.decode import CustomSchema
    from linter.engine.config.options import LintOptions
    from linter.engine.custom_resources import CustomSchemas
    from linter.engine.report.finding import Report
    from linter.loading.discovery import Skipped
    from linter.loading.known_files import KnownFiles
    from linter.loading.render import Chart, Kustomization
    from linter.loading.source import Source, Unreadable
    from linter.planner.options import Options as PlanOptions
    from linter.planner.report.plan import Command, Plan

    Manifest = dict[str, Any]
    T = TypeVar("T")

# The folders rules/ and schemas/ of the repository are the packages `linter.rules` and `linter.schemas`: links in a checkout,
# folders in a wheel. Where git cannot make links, small text files stand in their place.
if os.path.isfile(os.path.join(os.path.dirname(__file__), "rules")):  # noqa: PTH113, PTH118, PTH120  pathlib costs more than everything else that --version does
    from linter.unlinked import install

    install()


def lint(
    paths: Sequence[str] = (".",),
    *,
    texts: Iterable[tuple[str, str]] = (),
    options: LintOptions | None = None,
    since: str | None = None,
    rendered: Sequence[Kustomization | Chart] = (),
) -> Report:
    """Check manifests.

    Args:
        paths: Files, folders, glob patterns; `-` is standard input.
        texts: More manifests that are in memory: pairs of name and text.
        options: What to check and how; the defaults are those of the command line.
        since: A git revision: report only what is new since then. Both sides are checked whole, so that rules about
            several objects judge rightly; the old side is read from git without a checkout.
        rendered: What Kustomize or Helm renders, by the program on PATH.

    Returns:
        The report: findings in the order of the input, what was suppressed, what could not be read.

    Raises:
        linter.engine.registry.UnknownRuleError: The options name a rule or group that does not exist.
        linter.loading.git.GitError: There is no such revision, or no repository.
        linter.loading.render.RenderError: Kustomize or Helm is not on PATH, or failed.
        linter.engine.custom.schema_locations.SchemaLocationError: A schema of a custom resource cannot be read.
    """
    from itertools import chain

    from linter.engine.config.options import LintOptions as Options
    from linter.engine.run.run import run, run_known
    from linter.loading.discovery import read_all
    from linter.loading.discovery import texts as read_texts

    options = options or Options()
    texts = tuple(texts)
    if rendered:
        from linter.loading.render import render

    def read(files: KnownFiles | None) -> Iterator[Source | Unreadable | Skipped]:
        return chain(
            read_all(paths, limits=options.limits, search=options.search, files=files),
            read_texts(texts),
            (render(each, limits=options.limits) for each in rendered),
        )

    report = run_known(paths, read, options)
    if since is None:
        return report
    from linter.applysets.revision import RevisionFiles
    from linter.engine.report.compare import added
    from linter.loading.git import find_revision, read_revision, renamed

    revision = find_revision(since)
    before = chain(
        read_revision(revision, paths, limits=options.limits, search=options.search),
        (render(each, at=revision) for each in rendered),
    )
    old_names = {old: new for new, old in renamed(revision).items()}
    with RevisionFiles(revision, options.limits.file_bytes, old_names) as files:
        return added(report, run(before, options, files))


def _schemas_among(manifests: Sequence[Manifest]) -> CustomSchemas | None:
    """Return the schemas of the CustomResourceDefinitions among objects; those of later ones count."""
    definitions = [each for each in manifests if each.get("kind") == "CustomResourceDefinition"]
    if not definitions:
        return None
    from linter.engine.custom_resources import CustomSchemas, schemas_of

    schemas: dict[tuple[str, str], CustomSchema] = {}
    for each in definitions:
        schemas |= schemas_of(each)
    return CustomSchemas(schemas)


def plan(
    operation: Command,
    manifests: Sequence[Manifest] = (),
    *,
    old: Sequence[Manifest] = (),
    revisions: Sequence[Sequence[Manifest]] = (),
    replicas: int | None = None,
    images: Mapping[str, str] | None = None,
    to_revision: int | None = None,
    pod: str | None = None,
    scenario: Any = None,
    nodes: Sequence[str] = (),
    parallel: int = 1,
    max_unavailable: int | str = 1,
    options: PlanOptions | None = None,
) -> Plan:
    """Plan what an operation would do, pod by pod. Objects that the API server would refuse are refused.

    Args:
        operation: What is done.
        manifests: The objects, as plain values: for `update` the new ones.
        old: For `update`: the objects as they are.
        revisions: For `undo`: the objects of each revision, oldest first.
        replicas: For `scale`: how many.
        images: For `set-image`: images by container name.
        to_revision: For `undo`: the revision to go back to; by default the one before.
        pod: For `delete-pod`: a StatefulSet's pod, a DaemonSet's node, or a pod of the state.
        scenario: For `scenario`: the decoded scenario file.
        nodes: For `drain`: the names of the nodes.
        parallel: For `drain`: how many nodes are emptied at a time.
        max_unavailable: For `upgrade-nodes`: how many nodes may be away at a time, a number or a percentage.
        options: What the plan depends on besides. Its `admit` is filled in where it has none.

    Raises:
        linter.planner.errors.ScenarioError: The scenario, the options or the state are wrong; it names the field.
        linter.planner.errors.SimulationLimitError: A simulation does not come to an end.
        TypeError: The operation is not known, or an argument that it needs is missing.
    """
    from dataclasses import replace
    from typing import assert_never, get_args

    from linter.planner import plan as planner
    from linter.planner.options import Options
    from linter.planner.report.plan import Command

    def given(value: T | None) -> T:
        if value is None:
            raise TypeError(f"the operation {operation!r} lacks an argument")
        return value

    if operation not in get_args(Command):
        raise TypeError(f"{operation!r} is not an operation: {', '.join(get_args(Command))} are")
    options = options or Options()
    if options.admit is None:
        from linter.planner.admission import admit_for

        custom = _schemas_among((*old, *manifests))
        options = replace(options, admit=admit_for(options.kubernetes, custom))
    manifests, old = options.as_applied(manifests), options.as_applied(old)
    revisions = [options.as_applied(revision) for revision in revisions]
    match operation:
        case "create":
            return planner.create(manifests, options)
        case "update":
            return planner.update(old, manifests, options)
        case "scale":
            return planner.scale(manifests, given(replicas), options)
        case "set-image":
            return planner.set_image(manifests, given(images), options)
        case "restart":
            return planner.restart(manifests, options)
        case "undo":
            return planner.undo(revisions, to_revision, options)
        case "delete":
            return planner.delete(manifests, options)
        case "delete-pod":
            return planner.delete_pod(manifests, given(pod), options)
        case "scenario":
            return planner.scenario(given(scenario), options)
        case "drain":
            from linter.planner import drain

            return drain.drain(manifests, nodes, parallel, options)
        case "upgrade-nodes":
            from linter.planner import drain

            return drain.upgrade_nodes(manifests, max_unavailable, options)
        case _:
            assert_never(operation)
