"""Judging single manifests as the API server does."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from linter.apiserver.server import Server
from linter.engine.checking import check_resource
from linter.engine.inventory import Inventory
from linter.engine.registry import all_rules
from linter.engine.rule import Context
from linter.engine.rule_set import RuleSet
from linter.loading.document import Document
from linter.loading.resource import Resource
from linter.loading.source import Source
from linter.path import format_path
from linter.version import DEFAULT, KubeVersion

if TYPE_CHECKING:
    from collections.abc import Mapping

Manifest = dict[str, Any]
Found = tuple[str, str | None, str]

TEMPLATE: Manifest = {
    "metadata": {"labels": {"app": "web"}},
    "spec": {"containers": [{"name": "web", "image": "nginx:1.27"}]},
}
WORKLOAD: Manifest = {"selector": {"matchLabels": {"app": "web"}}, "template": TEMPLATE}
SPECS: dict[str, tuple[str, Manifest]] = {
    "Deployment": ("apps/v1", WORKLOAD),
    "ReplicaSet": ("apps/v1", WORKLOAD),
    "StatefulSet": ("apps/v1", {**WORKLOAD, "serviceName": "web"}),
    "DaemonSet": ("apps/v1", WORKLOAD),
    "Service": ("v1", {"selector": {"app": "web"}, "ports": [{"port": 80}]}),
    "PodDisruptionBudget": (
        "policy/v1",
        {"maxUnavailable": 1, "selector": {"matchLabels": {"app": "web"}}},
    ),
    "HorizontalPodAutoscaler": (
        "autoscaling/v2",
        {"maxReplicas": 5, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}},
    ),
}


class Judge(Protocol):
    def __call__(
        self,
        kind: str,
        change: Mapping[str, Any] | None = None,
        *,
        old: Mapping[str, Any] | None = None,
        version: KubeVersion = DEFAULT,
        severity: str = "error",
    ) -> set[Found]: ...


def merged(value: Any, patch: Any) -> Any:
    """Apply a JSON merge patch, but keep null where the patch says `...`."""
    if not isinstance(patch, dict):
        return None if patch is ... else patch
    result = dict(value) if isinstance(value, dict) else {}
    for key, each in patch.items():
        if each is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), each)
    return result


def manifest_of(kind: str, change: Mapping[str, Any] | None = None) -> Manifest:
    """Return a minimal good manifest of the kind, with a JSON merge patch applied."""
    api_version, spec = SPECS[kind]
    base = {"apiVersion": api_version, "kind": kind, "metadata": {"name": "web"}, "spec": spec}
    patched: Manifest = merged(base, dict(change or {}))
    return patched


def resource_of(manifest: Manifest) -> Resource:
    document = Document(Source("web.yaml", ""), 0, 1, "", manifest, ())
    return Resource(manifest, document)


def findings(
    new: Manifest,
    old: Manifest | None = None,
    version: KubeVersion = DEFAULT,
    severity: str = "error",
) -> set[Found]:
    """Return what the rules of group api that look at decoded objects find: rule, reason and field."""
    resource = resource_of(new)
    context = Context(version=version, inventory=Inventory(()), old=resource_of(old) if old else None)
    return {
        (each.rule.id, each.problem.reason, each.problem.field or format_path(each.problem.path))
        for each in check_resource(resource, _rules(), Server(version), context)
        if each.rule.severity == severity
    }


@cache
def _rules() -> RuleSet:
    return RuleSet(rule for rule in all_rules().values() if rule.group == "api")


@pytest.fixture
def judge() -> Judge:
    """Return a function that judges a minimal manifest of a kind with changes (a JSON merge patch) applied."""

    def judged(
        kind: str,
        change: Mapping[str, Any] | None = None,
        *,
        old: Mapping[str, Any] | None = None,
        version: KubeVersion = DEFAULT,
        severity: str = "error",
    ) -> set[Found]:
        stored = None if old is None else manifest_of(kind, old)
        return findings(manifest_of(kind, change), stored, version, severity)

    return judged


@pytest.fixture
def judge_update() -> Any:
    """Return a function that judges a pair of whole manifests."""
    return findings
