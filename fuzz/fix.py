"""Feeds --fix with what a coverage-guided fuzzer makes of recorded manifests, most of which it can fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import common
import targets

from linter.engine.config.options import LintOptions
from linter.engine.fix.apply import fix_all
from linter.loading.discovery import texts

if TYPE_CHECKING:
    from collections.abc import Iterator


def seeds() -> Iterator[str]:
    """Yield recorded manifests that can be fixed."""
    for each in common.recorded("verdicts-targeted", 9):
        if each["verdict"] != "accept" and fix_all(texts([("a.yaml", each["yaml"])]), LintOptions()).changed:
            yield each["yaml"]


if __name__ == "__main__":
    common.run("fix", targets.fix, seeds)
