"""Where a cursor is, told by indentation."""

from __future__ import annotations

import pytest

from linter.lsp.cursor import cursor_at

TEXT = """\
apiVersion: v1
kind: ConfigMap
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
      - name: web
        ports:
        - containerPort: 80
          # the port's
          name: http
        im
      - name: proxy
        args:
          - -v
      volumes:
        - name: data
  strategy:
    type: "Recreate
"""
CONTAINER = ("spec", "template", "spec", "containers", 0)


@pytest.mark.parametrize(
    ("line", "column", "parent", "key", "in_value", "siblings"),
    [
        (1, 2, (), "kind", False, {"apiVersion"}),
        (4, 8, (), "kind", True, {"apiVersion", "metadata", "spec"}),
        (11, 10, CONTAINER, "name", False, {"ports"}),
        (13, 20, (*CONTAINER, "ports", 0), "containerPort", False, {"name"}),
        (13, 26, (*CONTAINER, "ports", 0), "containerPort", True, {"name"}),
        (15, 12, (*CONTAINER, "ports", 0), "name", False, {"containerPort"}),
        (16, 10, CONTAINER, "im", False, {"name", "ports"}),
        (17, 9, CONTAINER, "name", False, {"args"}),
        (18, 12, CONTAINER, "args", False, {"name"}),
        (21, 12, ("spec", "template", "spec", "volumes", 0), "name", False, set()),
        (23, 12, ("spec", "strategy"), "type", True, set()),
    ],
)
def test_where_a_cursor_is(
    *, line: int, column: int, parent: tuple[str | int, ...], key: str, in_value: bool, siblings: set[str]
) -> None:
    found = cursor_at(TEXT.split("\n"), line, column)
    assert (found.parent, found.key, found.in_value, set(found.siblings)) == (parent, key, in_value, siblings)
    assert found.kind == ("ConfigMap" if line < 2 else "Deployment")


@pytest.mark.parametrize(
    "text", ["", "-", "- - -", ":", ": :", "\t", "a\x85b", "{", "  x", "---", "--- x", "a: b: c", "? a\n: b"]
)
def test_any_text_has_a_cursor(text: str) -> None:
    lines = text.split("\n")
    for line in range(len(lines) + 1):
        for column in range(6):
            cursor_at(lines, line, column)
