"""Feeds --fix with what a coverage-guided fuzzer makes of recorded manifests, most of which it can fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import common

if TYPE_CHECKING:
    from collections.abc import Iterator

with common.watched:
    from linter.engine.config.options import LintOptions
    from linter.engine.fix.apply import fix_all
    from linter.loading.discovery import texts
    from linter.loading.source import decode

OPTIONS = LintOptions()
UNREADABLE = {"yaml-syntax", "yaml-limits"}


def one_input(data: bytes) -> None:
    """Fix a text: what comes out can be read where the input could, and there is nothing left to fix in it."""
    text = decode(data, "fuzz.yaml").text
    once = fix_all(texts([("fuzz.yaml", text)]), OPTIONS)
    common.hold(once.report)
    if not once.changed:
        return
    new = {each.rule for each in once.report.findings} - {each.rule for each in once.before.findings}
    if new & UNREADABLE:
        raise RuntimeError(f"the fixed text is broken: {sorted(new)}")
    if fix_all(once.sources, OPTIONS).changed:
        raise RuntimeError("what is fixed is fixed again")


def seeds() -> Iterator[str]:
    """Yield recorded manifests that can be fixed."""
    for each in common.recorded("verdicts-targeted", 3):
        if each["verdict"] != "accept" and fix_all(texts([("a.yaml", each["yaml"])]), OPTIONS).changed:
            yield each["yaml"]


if __name__ == "__main__":
    common.run("fix", one_input, seeds)
