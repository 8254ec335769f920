"""Which CustomResourceDefinitions judge which custom resources."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import linter
from linter.engine.config.options import LintOptions

if TYPE_CHECKING:
    from linter.engine.report.finding import Report


def definition(most: int) -> str:
    schema = {
        "type": "object",
        "properties": {
            "spec": {"type": "object", "properties": {"size": {"type": "integer", "maximum": most}}}
        },
    }
    names = {"kind": "Widget", "plural": "widgets", "singular": "widget", "listKind": "WidgetList"}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    spec: dict[str, Any] = {
        "group": "example.com",
        "scope": "Namespaced",
        "names": names,
        "versions": [version],
    }
    kind = "CustomResourceDefinition"
    metadata = {"name": "widgets.example.com"}
    return json.dumps(
        {"apiVersion": "apiextensions.k8s.io/v1", "kind": kind, "metadata": metadata, "spec": spec}
    )


WIDGET = "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}\nspec: {size: 5}\n"


def lint(*texts: tuple[str, str]) -> Report:
    return linter.lint((), texts=texts, options=LintOptions(select=("custom-resource",)))


@pytest.mark.parametrize(
    ("file", "judged"),
    [
        ("app/crd.yaml", True),
        ("app/web/crd.yaml", True),
        ("crd.yaml", True),
        ("app/web/crds/crd.yaml", False),
        ("app/other/crd.yaml", False),
        ("app/we/crd.yaml", False),
    ],
)
def test_a_definition_judges_its_folder_and_those_below(file: str, *, judged: bool) -> None:
    report = lint((file, definition(3)), ("app/web/widget.yaml", WIDGET))
    assert bool(report.findings) is judged
    assert (report.in_full, report.unchecked) == ((2, 0) if judged else (1, 1))


def test_the_nearest_definition_counts() -> None:
    far, near = ("crd.yaml", definition(3)), ("app/crd.yaml", definition(9))
    assert not lint(far, near, ("app/widget.yaml", WIDGET)).findings
    assert lint(far, near, ("widget.yaml", WIDGET)).findings
