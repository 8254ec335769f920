"""What belongs to a kind that the API server's validation is known of: nothing of it may be forgotten without a word.

A kind is a line in linter.apiserver.kinds.KINDS, a strategy, its defaults, pages for its errors, and recorded cases.
"""

from __future__ import annotations

import ast
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import linter
from linter.apiserver.kinds import KINDS, constant_name, strategy_of
from linter.apiserver.server import Server
from linter.engine.registry import all_rules
from linter.kube.defaults.apply import DEFAULTS
from linter.loading.limits import DEFAULT as LIMITS
from linter.loading.source import Source
from linter.loading.yaml.plain import read_plain
from linter.loading.yaml.reader import read_documents, resources_of
from linter.rules.pages import page_ids
from linter.schemas import constrained_structs, constraints, kinds
from linter.version import parse_version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.apiserver.errors import Error

PACKAGE = Path(linter.__file__).parent
CONFORMANCE = Path(__file__).parents[1] / "conformance"
WITHOUT_DEFAULTS = frozenset(
    {
        "CSINode", "CSIStorageCapacity", "CertificateSigningRequest", "ClusterRole", "ConfigMap",
        "DeviceClass", "Event", "IPAddress", "Ingress", "Lease", "PodDisruptionBudget",
        "ResourceQuota", "Role", "RuntimeClass", "ServiceAccount", "ServiceCIDR",
        "VolumeAttachment", "VolumeAttributesClass",
    }
)  # fmt: skip
"""Kinds to which the server applies no defaults."""

NOT_RECORDED = {("autoscaling/v1", "HorizontalPodAutoscaler", "reject")}
"""What has no recorded case: the server makes autoscaling/v2 of v1 before it judges."""

every_kind = pytest.mark.parametrize(("api_version", "kind"), sorted(KINDS))


@every_kind
def test_a_kind_is_one_of_kubernetes(api_version: str, kind: str) -> None:
    assert f"{api_version} {kind}" in kinds(), "KINDS names a kind that schemas/kubernetes.json does not know"


@every_kind
def test_a_kind_has_a_strategy(api_version: str, kind: str) -> None:
    module = KINDS[api_version, kind].replace(".", "/")
    try:
        strategy = strategy_of(api_version, kind)
    except (ImportError, AttributeError) as error:
        pytest.fail(f"write {constant_name(kind)} = Strategy(…) in linter/apiserver/{module}.py ({error})")
    assert strategy is not None


@every_kind
def test_a_kind_has_its_defaults(api_version: str, kind: str) -> None:
    assert ((api_version, kind) in DEFAULTS) is (kind not in WITHOUT_DEFAULTS), (
        f"linter.kube.defaults.apply names no defaults for {kind}: write them in a module beside it, or, where the server "
        "applies none, list the kind in WITHOUT_DEFAULTS"
    )


@every_kind
@pytest.mark.parametrize("verdict", ["accept", "reject"])
def test_a_kind_is_recorded(api_version: str, kind: str, verdict: str) -> None:
    found = any(
        case["verdict"] == verdict
        for case in recorded("verdicts-*.jsonl")
        if kind in case["yaml"] and case["kind"] == kind and api_version in case["yaml"]
    )
    assert found or (api_version, kind, verdict) in NOT_RECORDED, (
        f"tests/conformance holds no {kind} of {api_version} with the verdict {verdict}: record some"
    )


@pytest.mark.parametrize(
    "rule", [rule for rule in all_rules().values() if rule.group == "api"], ids=lambda rule: rule.id
)
def test_the_kinds_of_a_rule_are_judged(rule: Any) -> None:
    unknown = (rule.kinds or frozenset()) - {kind for _, kind in KINDS}
    assert not unknown, (
        f"{rule.id} is about {sorted(unknown)}, which linter.apiserver.kinds lacks: nobody would ask it"
    )


def test_each_error_has_its_page() -> None:
    without = sorted((ids_of_errors() | ids_of_constraints()) - set(page_ids()))
    assert not without, f"linter/apiserver names rules without a page in rules/api: {without}"


def test_each_page_has_its_error() -> None:
    unused = sorted(set(page_ids()) - texts_of_the_server() - ids_of_constraints() - ids_of_the_reader())
    assert not unused, f"nothing yields the errors of these pages in rules/api: {unused}"


def test_errors_are_of_kinds_that_their_pages_name() -> None:
    rules = all_rules()
    wrong = {
        f"{error.rule}: {kind}"
        for kind, error in answers()
        if (of := rules[error.rule].kinds) is not None and kind not in of
    }
    assert not wrong, f"the pages (rules/api/RULE.md) do not name these kinds: {sorted(wrong)}"


def test_errors_are_as_severe_as_their_pages_say() -> None:
    rules = all_rules()
    wrong = {
        error.rule
        for _, error in answers()
        if (rules[error.rule].severity == "error") is (error.reason is None)
    }
    assert not wrong, f"errors have a reason, warnings have none: {sorted(wrong)}"


def recorded(pattern: str) -> Iterator[dict[str, Any]]:
    for path in sorted(CONFORMANCE.rglob(pattern)):
        yield from _lines(path)


@cache
def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@cache
def answers() -> list[tuple[str, Error]]:
    """Return each error and warning on what is recorded, with the kind of the object."""
    said = []
    for case in recorded("verdicts-*.jsonl"):
        server = server_of(case.get("kubernetes", "1.36"))
        for kind, manifest in manifests_of(case):
            answer = server.create(manifest, namespace="default")
            said += [(kind, error) for error in (*answer.errors, *answer.warnings)]
    for case in recorded("updates.jsonl"):
        answer = server_of("1.36").update(case["old"], case["new"])
        said += [(case["kind"], error) for error in (*answer.errors, *answer.warnings)]
    return said


def manifests_of(case: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the kinds and objects of a recorded text. What is plain is read without positions, in half the time."""
    read = read_plain(case["yaml"], LIMITS)
    if read is not None and isinstance(read[0], dict) and read[0].get("kind") == case["kind"]:
        yield case["kind"], read[0]
        return
    for document in read_documents(Source(case["id"], case["yaml"])):
        for resource in resources_of(document):
            yield resource.kind, resource.manifest


@cache
def server_of(version: str) -> Server:
    return Server(parse_version(version))


def ids_of_errors() -> set[str]:
    """Return the ids that linter.apiserver gives to errors: `rule="…"`, `rule = "…"` or the first argument of Error."""
    found: set[str] = set()
    for node in _nodes(PACKAGE / "apiserver"):
        match node:
            case ast.keyword(arg="rule", value=ast.Constant(value=str(name))):
                found.add(name)
            case ast.Assign(targets=[ast.Name(id="rule" | "_RULE")], value=ast.Constant(value=str(name))):
                found.add(name)
            case ast.Call(func=ast.Name(id="Error"), args=[ast.Constant(value=str(name)), *_]):
                found.add(name)
            case ast.FunctionDef(args=ast.arguments() as arguments):
                named = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
                found |= {
                    default.value
                    for argument, default in named
                    if argument.arg == "rule"
                    and isinstance(default, ast.Constant)
                    and isinstance(default.value, str)
                }
    return found


def ids_of_constraints() -> set[str]:
    """Return the ids that the table of simple constraints gives to errors."""
    return {constraint.rule for struct in constrained_structs() for _, constraint in constraints(struct)}


def texts_of_the_server() -> set[str]:
    """Return all texts in linter.apiserver."""
    return {
        node.value
        for node in _nodes(PACKAGE / "apiserver")
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def ids_of_the_reader() -> set[str]:
    """Return all texts in what finds problems before the server is asked, and in what judges custom resources."""
    engine = PACKAGE / "engine"
    places = (
        PACKAGE / "loading",
        engine / "documents.py",
        engine / "run" / "sets.py",
        engine / "custom_resources.py",
    )
    return {
        node.value
        for place in places
        for node in _nodes(place)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@cache
def _nodes(place: Path) -> list[ast.AST]:
    paths = sorted(place.rglob("*.py")) if place.is_dir() else [place]
    return [node for path in paths for node in ast.walk(ast.parse(path.read_text("utf-8")))]
