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
    """Check a text with one rule of group practice, and with its options."""

    def run(rule: str, text: str, **options: Any) -> list[Finding]:
        report = linter.lint(
            (),
            texts=[("manifest.yaml", text)],
            options=LintOptions(select=(rule,), rule_options={rule: options}),
        )
        return list(report.findings)

    return run
