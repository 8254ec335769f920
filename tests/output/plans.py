"""A plan that every picture is shown with: one with all that a picture can hold."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

import linter
from linter.planner.options import Options

if TYPE_CHECKING:
    from linter.planner.report.plan import Plan

FIXTURES = Path(__file__).parent / "fixtures"


def objects(name: str) -> list[dict[str, Any]]:
    """Return the objects of a fixture."""
    return list(YAML(typ="safe").load_all((FIXTURES / name).read_text("utf-8")))


@cache
def example() -> Plan:
    """Plan a Deployment, a StatefulSet, a DaemonSet, a Deployment that gets stuck, one with too many pods to draw each, a
    StatefulSet and a Service that are refused, and a ConfigMap that stays as it is."""  # fmt: skip
    options = Options(failing_images=frozenset({"example.org/api:2"}))
    return linter.plan("update", objects("plan-new.yaml"), old=objects("plan-old.yaml"), options=options)
