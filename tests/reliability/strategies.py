"""What podplan may be given, by hypothesis: texts, manifests, scenarios.

Manifests come from two sources: built from Kubernetes' own schemas, and recorded ones with mutations. Both end in the same
mutations, which put values where they do not belong.
"""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from linter.loading.yaml.composer import ComposeError, compose
from linter.schemas import definition, kinds, nearest, of_version
from linter.version import KubeVersion

from ..operations import EXAMPLES

CONFORMANCE = Path(__file__).parent.parent / "conformance"
VERSION = nearest(KubeVersion(1, 36))
WORKLOADS = ("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet")
JUDGED = [
    *(f"apps/v1 {kind}" for kind in WORKLOADS),
    "v1 Service",
    "policy/v1 PodDisruptionBudget",
    "autoscaling/v2 HorizontalPodAutoscaler",
]

ODD_NUMBERS = [-1, 0, 1, 5, 2**31, 2**63 - 1, -(2**63), 2**63, 10**12, 10**400, 1.5, 1e300, -0.0]
ODD_TEXTS = [
    "", " ", "None", "*", "25%", "-1%", "101%", "1e400", "0x10", "1Gi", "1e-400", "10.0.0.1", "::1", "a/b/c", "/../..", "1.", "-", "65536",
    "٣", "$(A)", "{{ .Values.x }}", "a\nb", "\x1b[31mred\x1b[0m", "::error::x", "%0Ax", "<script>alert(1)</script>", "|`a`|", "\u202etxt",
    "x" * 300, "é" * 300, "9" * 400, "9" * 5000, "9" * 5000 + "%", "\x00", "podplan: ignore[x]", "# podplan: ignore[unknown-field]",
]  # fmt: skip

odd_scalars = st.sampled_from([None, True, False, *ODD_NUMBERS, *ODD_TEXTS])
words = st.sampled_from(["web", "app", "http", "a", "TCP", "Always", "Exists", "kubernetes.io/hostname"])
odd_values: st.SearchStrategy[Any] = st.one_of(
    odd_scalars,
    words,
    st.sampled_from([[], {}, [None], [[]], {"": None}, {"a": {"b": {}}}, [{}, {}], {"items": []}]),
    st.recursive(
        odd_scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3)
    ),
).map(copy.deepcopy)  # so that no two examples share what they change


# --- recorded data -------------------------------------------------------------------------------------------------


def _lines(name: str) -> list[dict[str, Any]]:
    text = (CONFORMANCE / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@cache
def recorded_texts() -> list[str]:
    return [each["yaml"] for name in ("verdicts-targeted", "verdicts-random") for each in _lines(name)]


@cache
def recorded_manifests() -> list[dict[str, Any]]:
    """Every seventh recorded manifest, as values: enough to draw from, and read in a moment."""
    found = []
    for text in recorded_texts()[::7]:
        try:
            value = compose(text).value
        except ComposeError:
            continue
        if isinstance(value, dict):
            found.append(value)
    return found


@cache
def recorded_scenarios() -> list[dict[str, Any]]:
    found = [*_lines("rollouts"), *_lines("states")]
    return [{key: value for key, value in each.items() if key != "rounds"} for each in found]


# --- manifests by schema -------------------------------------------------------------------------------------------

_SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "string": words,
    "boolean": st.booleans(),
    "int32": st.integers(-1, 70000),
    "int64": st.integers(-1, 70000),
    "double": st.floats(0, 9),
    "int-or-string": st.one_of(st.integers(0, 9), st.sampled_from(["25%", "http"])),
    "quantity": st.sampled_from(["1", "100m", "1Gi", 2]),
    "time": st.just("2024-01-01T00:00:00Z"),
}


def _of_type(type_: str, depth: int) -> st.SearchStrategy[Any]:
    if type_[0] == "[":
        return st.lists(_of_type(type_[1:-1], depth - 1), max_size=2)
    if type_[0] == "{":
        return st.dictionaries(words, _of_type(type_[1:-1], depth - 1), max_size=2)
    if "." not in type_:
        return _SCALARS.get(type_, odd_scalars)
    return _struct(type_, depth) if depth > 0 else st.just({})


@cache
def _struct(name: str, depth: int) -> st.SearchStrategy[Any]:
    fields: dict[str, str] = {}
    for field, notation in definition(name).items():
        found = of_version(notation, VERSION)
        if found is not None:
            fields[field] = found.type

    @st.composite
    def build(draw: st.DrawFn) -> dict[str, Any]:
        chosen = draw(st.lists(st.sampled_from(sorted(fields)), max_size=4, unique=True)) if fields else []
        return {field: draw(_of_type(fields[field], depth - 1)) for field in sorted(chosen)}

    return build()


@st.composite
def by_schema(draw: st.DrawFn, *names: str) -> dict[str, Any]:
    """Draw an object of a kind ("apps/v1 Deployment"; without any, of all kinds there are) with fields of the right types."""
    known = [name for name, notation in kinds().items() if of_version(notation, VERSION)]
    name = draw(st.sampled_from(names or [*JUDGED, *sorted(known)]))
    api_version, _, kind = name.partition(" ")
    found = of_version(kinds()[name], VERSION)
    assert found is not None
    manifest = draw(_struct(found.type, 7))
    return {**manifest, "apiVersion": api_version, "kind": kind, "metadata": {"name": draw(words)}}


# --- mutations -----------------------------------------------------------------------------------------------------


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    result = [path] if path else []
    if isinstance(value, dict):
        for key, each in value.items():
            result += _paths(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            result += _paths(each, (*path, index))
    return result


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


@st.composite
def mutated(draw: st.DrawFn, originals: st.SearchStrategy[Any], most: int = 3) -> Any:
    """Draw a value with up to so many places changed: replaced, removed, wrapped, doubled or moved elsewhere."""
    value = copy.deepcopy(draw(originals))
    for _ in range(draw(st.integers(0, most))):
        paths = _paths(value)
        if not paths:
            break
        path = draw(st.sampled_from(paths))
        parent, last = _at(value, path[:-1]), path[-1]
        match draw(st.sampled_from(["odd", "odd", "remove", "wrap", "double", "move"])):
            case "odd":
                parent[last] = draw(odd_values)
            case "remove":
                del parent[last]
            case "wrap":
                parent[last] = [parent[last]]
            case "double" if isinstance(parent, list):
                parent.append(copy.deepcopy(parent[last]))
            case _:
                parent[last] = copy.deepcopy(_at(value, draw(st.sampled_from(paths))))
    return value


def manifests() -> st.SearchStrategy[Any]:
    """Manifests that are nearly right."""
    return mutated(st.one_of(by_schema(), st.deferred(lambda: st.sampled_from(recorded_manifests()))))


def workloads() -> st.SearchStrategy[Any]:
    """Workloads that are nearly right."""
    recorded = st.deferred(
        lambda: st.sampled_from([each for each in recorded_manifests() if each.get("kind") in WORKLOADS])
    )
    return mutated(st.one_of(recorded, by_schema(*JUDGED[:4])), most=2)


def scenarios() -> st.SearchStrategy[Any]:
    """Scenario files that are nearly right: recorded ones, some with one more operation of any verb."""
    recorded = st.deferred(lambda: st.sampled_from(recorded_scenarios()))
    more = st.lists(st.sampled_from(EXAMPLES), max_size=1)
    return mutated(st.builds(_with_operations, recorded, more), most=2)


def states() -> st.SearchStrategy[Any]:
    """Live objects that are nearly right: those of recorded states, and two of a DaemonSet, whose history may be anything."""
    recorded = st.deferred(
        lambda: st.sampled_from([each["state"] for each in recorded_scenarios() if each.get("state")])
    )
    return mutated(st.one_of(recorded, st.just(LIVE_HISTORY)), most=2)


_LIVE_DAEMON_SET: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "DaemonSet",
    "metadata": {"name": "web", "namespace": "default", "uid": "u1"},
    "spec": {
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{"name": "a", "image": "a:1"}]},
        },
    },
}
_LIVE_REVISION: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "ControllerRevision",
    "metadata": {
        "name": "web-1",
        "namespace": "default",
        "ownerReferences": [
            {"apiVersion": "apps/v1", "kind": "DaemonSet", "name": "web", "uid": "u1", "controller": True}
        ],
    },
    "revision": 1,
    "data": {"spec": {"template": _LIVE_DAEMON_SET["spec"]["template"]}},
}


LIVE_HISTORY = [_LIVE_DAEMON_SET, _LIVE_REVISION]


def _with_operations(scenario: dict[str, Any], more: list[dict[str, Any]]) -> dict[str, Any]:
    return {**scenario, "operations": [*scenario["operations"], *more]}


# --- texts ---------------------------------------------------------------------------------------------------------

_TOKENS = [
    "a", "kind: Service\n", "apiVersion: v1\n", "spec:\n", "metadata: {name: web}\n", "- ", "  ", "\n", ": ", ":", "? ", "{", "}", "[", "]", ",",
    "&a ", "*a", "<<: ", "<<", "!!str ", "!!int ", "!!binary ", "!x ", "!", "|\n", ">-\n", "'", '"', "\\", "\\u00e9", "\\x41", "\\ud800", "# x\n",
    "# podplan: ignore[api]\n", "---\n", "--- ", "...\n", "%YAML 1.1\n", "%TAG ! x:\n", "\t", "\r", "\r\n", "\x85", "\u2028", "\u2029", "\ufeff",
    "\x00", "\x7f", "é", "😀", "~", "null", "yes", "0644", "08", "0x1F", "1_000", "1e3", "1e999", ".nan", "-.inf", "1:30", "=", "@", "`",
    "9" * 400, "9" * 5000,
]  # fmt: skip


def token_texts() -> st.SearchStrategy[str]:
    """Texts made of what YAML is made of, in any order."""
    return st.lists(st.sampled_from(_TOKENS), max_size=40).map("".join)


@st.composite
def spliced_texts(draw: st.DrawFn) -> str:
    """Draw a recorded text with a few stretches cut out, repeated or replaced."""
    text = draw(st.sampled_from(recorded_texts()))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        new = draw(st.sampled_from([*_TOKENS, text[start:end] * 2]))
        text = text[:start] + new + text[end:]
    return text


def as_text(values: list[Any], style: str) -> str:
    """Write objects as a file: one JSON behind the other, or YAML documents (of which JSON is one form)."""
    texts = [json.dumps(each, ensure_ascii=False) for each in values]
    return "\n".join(texts) if style == "json" else "# x\n" + "\n---\n".join(texts)


def texts() -> st.SearchStrategy[str]:
    """Texts of every kind."""
    files = st.builds(
        as_text,
        st.lists(st.one_of(manifests(), manifests(), odd_values), min_size=1, max_size=3),
        st.sampled_from(["json", "yaml"]),
    )
    return st.one_of(token_texts(), st.deferred(spliced_texts), files)
