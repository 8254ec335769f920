"""Scenario files: what a simulation starts from and what is done to it, checked before anything runs.

The fields are those of the recorded rollouts; tests/conformance/README.md describes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from linter.kube.gates import GATES
from linter.kube.kinds import WORKLOADS
from linter.planner.state import Manifest, Node
from linter.version import DEFAULT, KubeVersion, parse_version

DEFAULT_VERSION = str(DEFAULT)

READINESS = ("together", "one-by-one")

_OPERATIONS: dict[str, tuple[str, ...]] = {
    "apply": ("manifests",),
    "scale": ("replicas",),
    "set-image": ("image", "container"),
    "patch": ("patch",),
    "restart": (),
    "pause": (),
    "resume": (),
    "undo": ("to_revision",),
    "delete-pod": ("name", "node"),
    "unready-pod": ("name", "node"),
    "delete": (),
    "add-node": ("node",),
    "remove-node": ("name",),
    "label-node": ("name", "labels"),
    "taint-node": ("name", "taints"),
}
"""The verbs, and the fields each may have beside `op` and `after`."""

_REQUIRED: dict[str, tuple[str, ...]] = {
    "apply": ("manifests",),
    "scale": ("replicas",),
    "set-image": ("image",),
    "patch": ("patch",),
    "add-node": ("node",),
    "remove-node": ("name",),
    "label-node": ("name", "labels"),
    "taint-node": ("name", "taints"),
}

_TYPES: dict[str, tuple[type, str]] = {
    "manifests": (list, "a list"),
    "replicas": (int, "an integer"),
    "image": (str, "a string"),
    "container": (str, "a string"),
    "patch": (dict, "a mapping"),
    "to_revision": (int, "an integer"),
    "name": (str, "a string"),
    "labels": (dict, "a mapping"),
    "taints": (list, "a list"),
    "after": (int, "an integer"),
    "op": (str, "a string"),
}

_FIELDS = {
    "name", "description", "kind", "kubernetes", "feature_gates", "readiness", "failing_images", "nodes",
    "operations", "wait_for_deadline", "state", "rounds", "workload",
}  # fmt: skip


class ScenarioError(Exception):
    """A scenario is wrong.

    Attributes:
        path: The field, such as `operations[2].op`; "" for the whole.
        message: What is wrong with it.
    """

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path
        self.message = message


class Scenario(NamedTuple):
    """What a simulation starts from and what is done to it.

    Attributes:
        kind: The workload's kind.
        operations: What is done, in order, as plain mappings.
        name: The scenario's name, "" without one.
        version: The Kubernetes version.
        feature_gates: Gates that differ from that version's default.
        one_by_one: In each round only the first waiting pod becomes Ready.
        failing_images: Pods with such an image never become Ready.
        fail_new: Nor do pods of a template that was not there when the `baseline` operations were done.
        nodes: The nodes; None: those of the state.
        state: Live objects to start from.
        wait_for_deadline: At the end let progressDeadlineSeconds pass.
        baseline: How many operations at the start only set the scene, together with the rounds that they lead to.
        workload: Name of the workload; "" means the first of its kind.
    """

    kind: str
    operations: tuple[Mapping[str, Any], ...]
    name: str = ""
    version: KubeVersion = parse_version(DEFAULT_VERSION)
    feature_gates: Mapping[str, bool] = MappingProxyType({})
    one_by_one: bool = False
    failing_images: frozenset[str] = frozenset()
    fail_new: bool = False
    nodes: tuple[Node, ...] | None = None
    state: tuple[Manifest, ...] | None = None
    wait_for_deadline: bool = False
    baseline: int = 0
    workload: str = ""


def parse_scenario(data: Any) -> Scenario:
    """Read a scenario out of decoded YAML or JSON.

    Args:
        data: Plain values.

    Raises:
        ScenarioError: Something is missing, unknown or of the wrong type.
    """
    if not isinstance(data, dict):
        raise ScenarioError("", "a scenario is a mapping with `kind` and `operations`")
    for key in data:
        if key not in _FIELDS:
            raise ScenarioError(str(key), "unknown field")
    kind = _expect(data, "kind", str, "a string", required=True)
    if kind not in WORKLOADS:
        raise ScenarioError("kind", f"{kind!r} is none of {', '.join(WORKLOADS)}")
    readiness = data.get("readiness", "together")
    if readiness not in READINESS:
        raise ScenarioError("readiness", f"{readiness!r} is neither together nor one-by-one")
    images = _expect(data, "failing_images", list, "a list") or []
    for index, image in enumerate(images):
        if not isinstance(image, str):
            raise ScenarioError(f"failing_images[{index}]", "must be a string")
    state = None if data.get("state") is None else tuple(list_items(data["state"], "state"))
    operations = _expect(data, "operations", list, "a list", required=state is None) or []
    return Scenario(
        kind=kind,
        name=_expect(data, "name", str, "a string") or "",
        version=_version(data.get("kubernetes", DEFAULT_VERSION)),
        feature_gates=_gates(_expect(data, "feature_gates", dict, "a mapping") or {}),
        one_by_one=readiness == "one-by-one",
        failing_images=frozenset(images),
        nodes=parse_nodes(data["nodes"], "nodes") if data.get("nodes") is not None else None,
        operations=tuple(_operation(each, f"operations[{index}]") for index, each in enumerate(operations)),
        wait_for_deadline=bool(_expect(data, "wait_for_deadline", bool, "true or false")),
        state=state,
        workload=_expect(data, "workload", str, "a string") or "",
    )


def _expect(data: Mapping[str, Any], key: str, kind: type, words: str, *, required: bool = False) -> Any:
    value = data.get(key)
    if value is None:
        if required:
            raise ScenarioError(key, "is missing")
        return None
    if not isinstance(value, kind):
        raise ScenarioError(key, f"must be {words}")
    return value


def _version(value: Any) -> KubeVersion:
    # YAML reads an unquoted 1.36 as a number.
    try:
        return parse_version(str(value))
    except ValueError as error:
        raise ScenarioError("kubernetes", str(error)) from None


def _gates(gates: Mapping[str, Any]) -> dict[str, bool]:
    for name, value in gates.items():
        if name not in GATES:
            raise ScenarioError(
                f"feature_gates.{name}", f"is not a gate that plans depend on: {', '.join(sorted(GATES))}"
            )
        if not isinstance(value, bool):
            raise ScenarioError(f"feature_gates.{name}", "must be true or false")
    return dict(gates)


def _operation(data: Any, path: str) -> Mapping[str, Any]:
    if not isinstance(data, dict):
        raise ScenarioError(path, "an operation is a mapping with `op`")
    verb = data.get("op")
    if verb is None:
        raise ScenarioError(f"{path}.op", "is missing")
    if not isinstance(verb, str) or verb not in _OPERATIONS:
        raise ScenarioError(f"{path}.op", f"{verb!r} is none of {', '.join(_OPERATIONS)}")
    for key, value in data.items():
        if key not in {"op", "after", *_OPERATIONS[verb]}:
            raise ScenarioError(f"{path}.{key}", f"unknown field of {verb}")
        kind, words = _TYPES.get(key, (object, ""))
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise ScenarioError(f"{path}.{key}", f"must be {words}")
        if isinstance(value, int) and value < 0:
            raise ScenarioError(f"{path}.{key}", "must not be negative")
    for key in _REQUIRED.get(verb, ()):
        if key not in data:
            raise ScenarioError(f"{path}.{key}", "is missing")
    if verb == "apply":
        if not data["manifests"]:
            raise ScenarioError(f"{path}.manifests", "is empty")
        for index, manifest in enumerate(data["manifests"]):
            _manifest(manifest, f"{path}.manifests[{index}]")
    elif verb == "add-node":
        parse_node(data["node"], f"{path}.node")
    elif verb == "taint-node":
        _taints(data["taints"], f"{path}.taints")
    return data


def _manifest(data: Any, path: str) -> None:
    if not isinstance(data, dict):
        raise ScenarioError(path, "a manifest is a mapping")
    for key in ("apiVersion", "kind"):
        if not isinstance(data.get(key), str):
            raise ScenarioError(f"{path}.{key}", "is missing" if key not in data else "must be a string")
    metadata = data.get("metadata")
    if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str):
        raise ScenarioError(f"{path}.metadata.name", "is missing")


def list_items(data: Any, path: str) -> list[Manifest]:
    """Return the objects of a List, or of a plain list of objects (Lists in it are opened).

    Raises:
        ScenarioError: It holds something else.
    """
    if isinstance(data, dict) and isinstance(data.get("kind"), str) and data["kind"].endswith("List"):
        return list_items(data.get("items") or [], f"{path}.items")
    if isinstance(data, dict) and "kind" in data:
        data = [data]
    if not isinstance(data, list):
        raise ScenarioError(path, "must be a List of objects")
    items: list[Manifest] = []
    for index, each in enumerate(data):
        if not isinstance(each, dict):
            raise ScenarioError(f"{path}[{index}]", "must be an object")
        if isinstance(each.get("kind"), str) and each["kind"].endswith("List"):
            items += list_items(each, f"{path}[{index}]")
        else:
            items.append(each)
    return items


def parse_nodes(data: Any, path: str = "nodes") -> tuple[Node, ...]:
    """Read nodes: Node objects, a List of them, or mappings with name, labels, taints.

    Raises:
        ScenarioError: One of them is wrong, or two have one name.
    """
    if isinstance(data, dict):
        data = data.get("items") if "items" in data else [data]
        path = f"{path}.items"
    if not isinstance(data, Sequence) or isinstance(data, str):
        raise ScenarioError(path, "must be a list of nodes")
    nodes: dict[str, Node] = {}
    for index, each in enumerate(data):
        node = parse_node(each, f"{path}[{index}]")
        if node.name in nodes:
            raise ScenarioError(f"{path}[{index}]", f"a second node named {node.name}")
        nodes[node.name] = node
    return tuple(nodes.values())


def parse_node(data: Any, path: str) -> Node:
    """Read one node.

    Raises:
        ScenarioError: It is wrong.
    """
    if not isinstance(data, dict):
        raise ScenarioError(path, "a node is a mapping with `name`")
    metadata, spec = data, data
    if isinstance(data.get("metadata"), dict):
        metadata, spec = data["metadata"], data.get("spec") or {}
    name = metadata.get("name")
    if not isinstance(name, str) or not name:
        raise ScenarioError(f"{path}.name", "is missing")
    labels = metadata.get("labels") or {}
    if not isinstance(labels, dict):
        raise ScenarioError(f"{path}.labels", "must be a mapping")
    taints = _taints(spec.get("taints") or [], f"{path}.taints")
    return Node(name, {str(key): str(value) for key, value in labels.items()}, taints)


def _taints(data: Any, path: str) -> tuple[Mapping[str, Any], ...]:
    if not isinstance(data, list):
        raise ScenarioError(path, "must be a list")
    for index, each in enumerate(data):
        if not isinstance(each, dict) or not isinstance(each.get("key"), str):
            raise ScenarioError(f"{path}[{index}].key", "is missing")
        if str(each.get("effect")) not in {"NoSchedule", "PreferNoSchedule", "NoExecute"}:
            raise ScenarioError(
                f"{path}[{index}].effect", "must be NoSchedule, PreferNoSchedule or NoExecute"
            )
    return tuple(data)
