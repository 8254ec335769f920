"""The engine, run as `podplan lint` runs it in the root of a repository."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.config.options import LintOptions
    from linter.engine.report.finding import Report
    from linter.engine.run.statuses import JudgedObject
    from linter.engine.run.stored import Stored
    from linter.fleet.job import Job
    from linter.fleet.parts import Parts
    from linter.fleet.sources.content import Checkout


def check(
    checkout: Checkout, job: Job, version: str, parts: Parts | None = None
) -> tuple[Report, list[JudgedObject]]:
    """Check a repository, and return the report with every object and how it was judged.

    The current folder is the repository's meanwhile: so all names are relative to it, and nothing outside of it is read.

    Args:
        checkout: Where it lies.
        job: What is asked for.
        version: The Kubernetes version; "": what the configuration says, or the default.
        parts: What is known of it, and gets what is found out; None: all is done anew.

    Raises:
        InputError: The configuration cannot be used.
    """
    from linter.engine.run.inputs import sort_out
    from linter.engine.run.run import check as check_inputs
    from linter.loading.discovery import read_all

    judged: list[JudgedObject] = []
    with _options(checkout, job, version) as options:
        inputs = sort_out(read_all(checkout.paths, limits=options.limits, search=options.search), options)
        stored = _stored(options, job, parts)
        return check_inputs(inputs, options._replace(judged=judged), stored), judged


def prepare(checkout: Checkout, job: Job, version: str, parts: Parts, share: slice) -> None:
    """Find out about a share of a repository what can be told of it without the rest.

    Args:
        checkout: Where the repository lies.
        job: What is asked for.
        version: The Kubernetes version, as for `check`.
        parts: Gets what is found out.
        share: Which of the files, and of the kustomizations.

    Raises:
        InputError: The configuration cannot be used.
    """
    from linter.engine.run.inputs import sort_out
    from linter.engine.run.prepare import prepare as prepare_inputs
    from linter.loading.discovery import read_all

    with _options(checkout, job, version) as options:
        stored = _stored(options, job, parts)
        if stored is not None:
            sources = read_all(checkout.paths, limits=options.limits, search=options.search)
            prepare_inputs(sort_out(sources, options, share=share), options, stored, share)


@contextlib.contextmanager
def _options(checkout: Checkout, job: Job, version: str) -> Iterator[LintOptions]:
    """Go to a repository, and give the options that hold there."""
    from linter.engine.config.load import lint_options, read_config
    from linter.engine.config.settings import resolve_settings

    # A chart is rendered by a program, over a stranger's files.
    given = {**job.settings, "helm": "never"}
    if version:
        given["kubernetes-version"] = version
    with contextlib.chdir(checkout.folder):
        config = read_config(job.config_file, checkout.paths, isolated=job.isolated or checkout.isolated)
        settings = resolve_settings(config, given)
        yield lint_options(settings, config, job.limits, python_rules=False)._replace(jobs=1)


def _stored(options: LintOptions, job: Job, parts: Parts | None) -> Stored | None:
    from linter.engine.run.stored import Stored, may_be_stored

    return None if parts is None or not may_be_stored(options) else Stored(parts, options, job.podplan)
