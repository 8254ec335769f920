"""What every subcommand of `podplan plan` does: plan, print, exit status."""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING, Any

from linter.cli.options import click_option
from linter.cli.plan.request import PlanRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.planner.report.plan import Plan


def planning(paths: str, *, brief: bool = False) -> Callable[[Callable[..., Plan]], Callable[..., int]]:
    """Return the decorator of a subcommand: its options are those of PlanRequest, and its plan is printed.

    The subcommand gets its own parameters, and `options` (of the planner) and `reading` (how files are read).

    Args:
        paths: The parameter with the files; the configuration is looked for from there.
        brief: As text, the plan is printed with all fields that change, and a line for each workload instead of its steps.
    """

    def decorate(function: Callable[..., Plan]) -> Callable[..., int]:
        @functools.wraps(function)
        def run(**parameters: Any) -> int:
            asked = {option.field: parameters.pop(option.field) for option in PlanRequest.options()}
            named = parameters[paths]
            return _run(
                PlanRequest(**asked),
                (named,) if isinstance(named, str) else named,
                functools.partial(function, **parameters),
                parameters.get("since"),
                brief=brief,
            )

        # click lists options in the order in which decorators stand, which is the reverse of the one they are called in.
        for option in reversed([*PlanRequest.options()]):
            click_option(option)(run)
        return run

    return decorate


def _run(
    request: PlanRequest, paths: tuple[str, ...], make: Callable[..., Plan], since: str | None, *, brief: bool
) -> int:
    from linter.cli.plan.options import plan_settings, planner_options
    from linter.cli.plan.reading import Reading
    from linter.cli.status import FINDINGS, OK
    from linter.cli.streams import complain
    from linter.engine.config.load import variables_of
    from linter.loading.limits import parse_limits
    from linter.planner.assessment import NO_EFFECT
    from linter.planner.errors import SimulationLimitError

    _require_drawing(request)
    limits = parse_limits(request.limits)
    settings = plan_settings(request, paths)
    options = planner_options(request, settings, limits)
    try:
        plan = make(options=options, reading=Reading(limits, variables_of(settings)))
    except SimulationLimitError as error:
        complain(str(error))
        return FINDINGS
    if request.by is not None:
        _require_nodes(plan)
    _print(plan, request, brief=brief)
    if since is not None:
        from linter.cli.reports import report_changed_configuration
        from linter.engine.config.load import read_config

        config = read_config(request.config_file, paths, isolated=request.isolated)
        report_changed_configuration(config, paths, since)
    if not plan.workloads and all(
        each.change in {"none", "no-rollout"} and set(each.effects) <= {NO_EFFECT} for each in plan.changes
    ):
        # Nothing to plan is never silent.
        complain("nothing to plan: no pod would be created or removed")
    return OK if plan.completes else FINDINGS


def _require_drawing(request: PlanRequest) -> None:
    from linter.errors import InputError

    if request.by is not None and request.format in {"json", "markdown"}:
        raise InputError(f"--by {request.by} goes with --format text, html or svg, not {request.format}.")


def _require_nodes(plan: Plan) -> None:
    from linter.errors import InputError
    from linter.output.plan_summary import name_of

    for workload in plan.workloads:
        if workload.on_nodes is None:
            raise InputError(
                f"--by node: no nodes are known for the pods of {name_of(workload)}; name a file with Node objects by "
                "--nodes, or a --state that has them. A scenario file has them in `nodes`, with a `placement`."
            )


def _print(plan: Plan, request: PlanRequest, *, brief: bool) -> None:
    from pathlib import Path

    from linter.cli.reports import write_file, write_out
    from linter.cli.streams import use_color, use_unicode

    if request.format == "json":
        from linter.output import plan_json

        pieces = plan_json.pieces(plan)
    else:
        shown = use_color(request.color, sys.stdout) and request.output is None
        unicode = use_unicode(sys.stdout) and not request.ascii
        name = "diff" if brief and request.format == "text" else request.format
        pieces = iter([render(plan, name, color=shown, unicode=unicode, all_steps=request.all_steps)])
    if request.output is not None:
        write_file(Path(request.output), pieces)
        return
    for piece in pieces:
        write_out(piece)


def render(plan: Plan, name: str, *, color: bool, unicode: bool, all_steps: bool) -> str:
    """Return the plan in one format, or as the differences alone; JSON, which may be long, is written in pieces instead."""
    if name == "markdown":
        from linter.output import plan_markdown

        return plan_markdown.render(plan)
    if name == "html":
        from linter.output import plan_html

        return plan_html.render(plan)
    if name == "svg":
        from linter.output import plan_svg

        return plan_svg.render(plan)
    import shutil

    width = shutil.get_terminal_size((110, 24)).columns
    if name == "diff":
        from linter.output import plan_diff

        return plan_diff.render(plan, color=color, unicode=unicode, width=width)
    from linter.output import plan_text

    return plan_text.render(plan, color=color, unicode=unicode, width=width, all_steps=all_steps)
