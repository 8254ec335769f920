"""What the tests of the pod template's rules share: a workload around a piece of a pod spec, and its judgement."""

from __future__ import annotations

import textwrap
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from linter.apiserver.server import Server
from linter.engine.checking import check_resource
from linter.engine.inventory import Inventory
from linter.engine.registry import all_rules
from linter.engine.rule import Context, Problem
from linter.engine.rule_set import RuleSet
from linter.loading.source import Source
from linter.loading.yaml.reader import read_documents, resources_of
from linter.path import format_path
from linter.version import DEFAULT, KubeVersion

if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.loading.resource import Resource

HEAD = """\
apiVersion: apps/v1
kind: {kind}
metadata:
  name: web
spec:
  selector:
    matchLabels: {{app: web}}
  template:
    metadata:
      labels: {{app: web}}
    spec:
"""
CONTAINERS = """\
      containers:
      - name: web
        image: nginx:1.27
"""


@pytest.fixture
def workload() -> Callable[..., str]:
    """Build a manifest from a piece of a pod spec; a plain container is added if it has none."""

    def build(pod: str = "", *, container: str = "", kind: str = "Deployment", after: str = "") -> str:
        text = HEAD.format(kind=kind) + textwrap.indent(textwrap.dedent(pod), "      ")
        if "containers:" not in pod.replace("initContainers:", "").replace("ephemeralContainers:", ""):
            text += CONTAINERS + textwrap.indent(textwrap.dedent(container), "        ")
        return text + textwrap.indent(textwrap.dedent(after), "  ")

    return build


@pytest.fixture
def resource() -> Callable[[str], Resource]:
    """Read the one resource of a text."""

    def read(text: str) -> Resource:
        (document,) = read_documents(Source("manifest.yaml", text))
        (found,) = resources_of(document)
        return found

    return read


@cache
def _rules() -> RuleSet:
    return RuleSet(rule for rule in all_rules().values() if rule.group == "api")


@pytest.fixture
def judge(workload: Callable[..., str], resource: Callable[[str], Resource]) -> Callable[..., list[Problem]]:
    """Run the rules of group api over a piece of a pod spec; give the problems of one severity or of one rule."""

    def run(
        pod: str = "",
        *,
        rule: str | None = None,
        severity: str = "error",
        version: KubeVersion = DEFAULT,
        old: str | None = None,
        **around: Any,
    ) -> list[Problem]:
        judged = resource(workload(pod, **around))
        stored = None if old is None else resource(workload(old, **around))
        context = Context(version=version, inventory=Inventory([judged]), old=stored)
        return [
            each.problem
            for each in check_resource(judged, _rules(), Server(version), context)
            # A field that an older version does not know is not validated there.
            if each.problem.reason != "UnknownField"
            if (each.rule.id == rule if rule else each.rule.severity == severity)
        ]

    return run


@pytest.fixture
def fields(judge: Callable[..., list[Problem]]) -> Callable[..., list[tuple[str, str | None]]]:
    """Judge, and give field and reason of each problem."""

    def run(*args: Any, **options: Any) -> list[tuple[str, str | None]]:
        return [(each.field or format_path(each.path), each.reason) for each in judge(*args, **options)]

    return run
