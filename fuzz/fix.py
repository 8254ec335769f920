"""Feeds --fix with what a coverage-guided fuzzer makes of recorded manifests, most of which it can mend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import common

if TYPE_CHECKING:
    from collections.abc import Iterator

with common.watched:
    from linter.engine.config.options import LintOptions
    from linter.engine.fix.apply import mend
    from linter.loading.discovery import texts
    from linter.loading.source import decode

OPTIONS = LintOptions()
UNREADABLE = {"yaml-syntax", "yaml-limits"}


def one_input(data: bytes) -> None:
    """Mend a text: what comes out can be read where the input could, and there is nothing left to mend in it."""
    text = decode(data, "fuzz.yaml").text
    once = mend(texts([("fuzz.yaml", text)]), OPTIONS)
    common.hold(once.report)
    if not once.changed:
        return
    new = {each.rule for each in once.report.findings} - {each.rule for each in once.before.findings}
    if new & UNREADABLE:
        raise RuntimeError(f"the mended text is broken: {sorted(new)}")
    if mend(once.sources, OPTIONS).changed:
        raise RuntimeError("what is mended is mended again")


def seeds() -> Iterator[str]:
    """Yield recorded manifests that can be mended."""
    for each in common.recorded("verdicts-targeted", 3):
        if each["verdict"] != "accept" and mend(texts([("a.yaml", each["yaml"])]), OPTIONS).changed:
            yield each["yaml"]


if __name__ == "__main__":
    common.run("fix", one_input, seeds)
