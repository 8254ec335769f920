"""Feeds lint with what a coverage-guided fuzzer makes of recorded manifests."""

from __future__ import annotations

import common

with common.watched:
    from linter.cli.lint.request import FORMATS
    from linter.cli.reports import render
    from linter.engine.run.run import run
    from linter.loading.source import decode


def one_input(data: bytes) -> None:
    """Lint one file of these bytes: nothing may escape, no rule may fail, and every format can say it."""
    report = run([decode(data, "fuzz.yaml")], common.EVERYTHING)
    common.hold(report)
    for form in FORMATS:
        render(report, form, color=False, verbose=True).encode()


if __name__ == "__main__":
    common.run("lint", one_input, common.manifests)
