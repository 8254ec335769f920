"""The engine, run as `podplan lint` runs it in the root of a repository."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linter.engine.report.finding import Report
    from linter.engine.run.statuses import JudgedObject
    from linter.fleet.job import Job
    from linter.fleet.sources.content import Checkout


def check(checkout: Checkout, job: Job, version: str) -> tuple[Report, list[JudgedObject]]:
    """Check a repository, and return the report with every object and how it was judged.

    The current folder is the repository's meanwhile: so all names are relative to it, and nothing outside of it is read.

    Args:
        checkout: Where it lies.
        job: What is asked for.
        version: The Kubernetes version; "": what the configuration says, or the default.

    Raises:
        InputError: The configuration cannot be used.
    """
    import linter
    from linter.engine.config.load import lint_options, read_config
    from linter.engine.config.settings import resolve_settings

    # A chart is rendered by a program, over a stranger's files.
    given = {**job.settings, "helm": "never"}
    if version:
        given["kubernetes-version"] = version
    judged: list[JudgedObject] = []
    with contextlib.chdir(checkout.folder):
        config = read_config(job.config_file, checkout.paths, isolated=job.isolated or checkout.isolated)
        options = lint_options(
            resolve_settings(config, given), config, job.limits, python_rules=False
        )._replace(jobs=1, judged=judged)
        return linter.lint(checkout.paths, options=options), judged
