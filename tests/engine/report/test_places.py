"""Where problems stand: how often documents are read for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from linter.engine.config.options import LintOptions
from linter.engine.run.batches import batches_of
from linter.engine.run.run import run
from linter.loading.limits import DEFAULT
from linter.loading.source import Source
from linter.loading.yaml import positions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from linter.loading.place import Range
    from linter.path import FieldPath

TWO_PROBLEMS = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web-{number}}}
spec:
  replicas: -1
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: web, image: "nginx:1.25"}}]}}
"""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[FieldPath]]:
    """Return the paths that are looked up together, in this process."""
    asked: list[list[FieldPath]] = []
    ranges_at: Callable[..., list[tuple[Range, Range]]] = positions.ranges_at

    def counted(
        text: str, first_line: int, paths: Sequence[FieldPath], *, has_problems: bool
    ) -> list[tuple[Range, Range]]:
        asked.append(list(paths))
        return ranges_at(text, first_line, paths, has_problems=has_problems)

    monkeypatch.setattr(positions, "ranges_at", counted)
    return asked


def test_a_document_is_read_once_for_all_its_findings(asked: list[list[FieldPath]]) -> None:
    sources = [Source(f"{number}.yaml", TWO_PROBLEMS.format(number=number)) for number in range(3)]
    report = run(sources, LintOptions(select=("api", "overlapping-selectors"), jobs=1))
    assert [(each.range.line, each.rule) for each in report.findings if each.file == "1.yaml"] == [
        (5, "replicas"),
        (6, "overlapping-selectors"),
    ]
    assert asked == [[("spec", "replicas")], *[[("spec", "replicas"), ("spec", "selector")]] * 2]


def test_what_workers_find_they_place(asked: list[list[FieldPath]]) -> None:
    sources = [Source(f"{number}.yaml", TWO_PROBLEMS.format(number=number)) for number in range(20)]
    report = run(sources, LintOptions(select=("api",), jobs=2))
    assert [each.range.line for each in report.findings] == [5] * 20
    checked_by_the_parent, *_ = batches_of(sources, 2, DEFAULT)
    assert len(asked) == len(checked_by_the_parent) < 10
