from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import linter
from linter.engine.config.options import LintOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.engine.report.finding import Finding


@pytest.fixture
def lint() -> Callable[..., list[Finding]]:
    """Check a text with the rules of group rollout; a rule that fails is a finding, too."""

    def run(text: str, **options: Any) -> list[Finding]:
        report = linter.lint(
            (), texts=[("manifest.yaml", text)], options=LintOptions(select=("rollout",), **options)
        )
        return list(report.findings)

    return run
