"""Which problems have one right way to be mended, and what it is. linter.engine.edits makes text of it.

One small function for each kind of fix. What is ambiguous is left to people: a label that differs from the selector may be
the slip, or the selector may be.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from linter.engine.rule import WORKLOADS, Fix, problem_of
from linter.loading.resource import Resource

if TYPE_CHECKING:
    from linter.apiserver.decode import Decoder
    from linter.engine.finding import Repair
    from linter.engine.rule import Context, Problem, Rule
    from linter.loading.document import Document
    from linter.path import FieldPath
    from linter.version import KubeVersion


def repair_of(rule: Rule, problem: Problem, resource: Resource, context: Context) -> Repair | None:
    """Return how to mend a problem in its source, or None where there is not one right way.

    Args:
        rule: The rule that found it.
        problem: What is wrong.
        resource: The resource it is about.
        context: What else is known.
    """
    fix = problem.fix or fix_of(rule, problem, resource, context)
    if fix is None:
        return None
    from linter.engine.edits import edits_of
    from linter.engine.finding import Repair

    placed = fix._replace(path=(*resource.root, *fix.path))
    edits = edits_of(placed, resource.document)
    return Repair(resource.document.index, placed, edits) if edits else None


def fix_of(rule: Rule, problem: Problem, resource: Resource, context: Context) -> Fix | None:
    """Return the fix of a problem in terms of the resource's values, or None."""
    if problem.reason in {"TypeMismatch", "UnknownField"}:
        return _decodable(problem, resource, context.version)
    if problem.reason in {"NotSupported", "Invalid"}:
        fix = _respelled_value(problem.path, resource)
        if fix is not None:
            return fix
    if rule.id in {"removed-api", "deprecated-api"}:
        return _moved_api(resource, context.version)
    if rule.id == "service-name-missing":
        return _governing_service(resource, context)
    if rule.id == "selector-mismatch":
        return _selected_labels(resource)
    if rule.group == "practice" and problem.path[-1:] == ("serviceAccount",):
        return _current_field_name(problem.path, "serviceAccountName", resource)
    return None


def _decodable(problem: Problem, resource: Resource, version: KubeVersion) -> Fix | None:
    if problem.reason == "TypeMismatch":
        return _retyped(problem.path, resource, version)
    return _respelled_field(problem.path, resource, version) if problem.reason == "UnknownField" else None


# --- types ---------------------------------------------------------------------------------------------------------


def _retyped(path: FieldPath, resource: Resource, version: KubeVersion) -> Fix | None:
    """A quoted number or truth value that must be none, and the other way round."""
    value = _dig(resource.manifest, path)
    type_ = _type_of(resource, path, version)
    if type_ == "string" and isinstance(value, (bool, int, float)) and _field(path) not in _ALLOWED:
        written = _as_written(resource.document, (*resource.root, *path))
        return Fix("set", path, written) if written else None
    if type_ in {"int32", "int64"} and isinstance(value, str) and _is_plain_integer(value):
        return Fix("set", path, int(value))
    if type_ == "boolean" and isinstance(value, str) and value.lower() in {"true", "false"}:
        return Fix("set", path, value.lower() == "true")
    return None


def _as_written(document: Document, path: FieldPath) -> str | None:
    """Return the text of a plain scalar: `1.10` and `0644` would lose a digit on the way through a number."""
    from linter.engine.edits import slice_of

    text = slice_of(document, document.positions.value(path))
    return text if text and text[0] not in "&*!|>'\"" and "\n" not in text else None


def _is_plain_integer(text: str) -> bool:
    """Tell whether a text is a whole number that can be meant in one way only: "010" may be eight or ten."""
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) < 19 and (digits == "0" or digits[0] != "0")


def _type_of(resource: Resource, path: FieldPath, version: KubeVersion) -> str | None:
    """Return the type that Kubernetes gives a field, in the notation of linter.schemas; None where it knows none."""
    from linter.schemas import definition, kinds, nearest, of_version

    version = nearest(version)
    notation: str | list[str] | None = kinds().get(f"{resource.api_version} {resource.kind}")
    found = of_version(notation, version) if notation else None
    type_ = found.type if found else None
    for step in path:
        if type_ is None:
            return None
        if type_[0] in "[{":
            type_ = type_[1:-1]
        elif "." in type_:
            notation = definition(type_).get(str(step))
            found = of_version(notation, version) if notation else None
            type_ = found.type if found else None
        else:
            return None
    return type_


# --- spelling ------------------------------------------------------------------------------------------------------


def _respelled_field(path: FieldPath, resource: Resource, version: KubeVersion) -> Fix | None:
    """A field whose name is wrong in its capitals only."""
    from linter.schemas import definition, nearest, of_version

    struct = _type_of(resource, path[:-1], version)
    parent = _dig(resource.manifest, path[:-1])
    if struct is None or "." not in struct or struct[0] in "[{" or not isinstance(parent, dict):
        return None
    written = str(path[-1])
    meant = [
        name
        for name, notation in definition(struct).items()
        if name.lower() == written.lower() and of_version(notation, nearest(version))
    ]
    if len(meant) != 1 or meant[0] in parent:
        return None
    return Fix("rename", path, meant[0])


_ALLOWED = {
    "accessModes": "ReadWriteOnce ReadOnlyMany ReadWriteMany ReadWriteOncePod",
    "dnsPolicy": "ClusterFirst ClusterFirstWithHostNet Default None",
    "effect": "NoSchedule PreferNoSchedule NoExecute",
    "externalTrafficPolicy": "Cluster Local",
    "fsGroupChangePolicy": "OnRootMismatch Always",
    "imagePullPolicy": "Always IfNotPresent Never",
    "internalTrafficPolicy": "Cluster Local",
    "ipFamilies": "IPv4 IPv6",
    "ipFamilyPolicy": "SingleStack PreferDualStack RequireDualStack",
    "medium": "Memory HugePages",
    "mountPropagation": "None HostToContainer Bidirectional",
    "nodeAffinityPolicy": "Honor Ignore",
    "nodeTaintsPolicy": "Honor Ignore",
    "operator": "In NotIn Exists DoesNotExist Gt Lt Equal",
    "podManagementPolicy": "OrderedReady Parallel",
    "preemptionPolicy": "Never PreemptLowerPriority",
    "procMount": "Default Unmasked",
    "protocol": "TCP UDP SCTP",
    "pullPolicy": "Always IfNotPresent Never",
    "restartPolicy": "Always OnFailure Never",
    "scheme": "HTTP HTTPS",
    "selectPolicy": "Max Min Disabled",
    "sessionAffinity": "ClientIP None",
    "terminationMessagePolicy": "File FallbackToLogsOnError",
    "type": "ClusterIP NodePort LoadBalancer ExternalName RollingUpdate Recreate OnDelete RuntimeDefault Localhost "
    "Unconfined Utilization Value AverageValue Resource Pods Object External ContainerResource Percent "
    "DirectoryOrCreate Directory FileOrCreate File Socket CharDevice BlockDevice",
    "unhealthyPodEvictionPolicy": "IfHealthyBudget AlwaysAllow",
    "volumeMode": "Filesystem Block",
    "whenDeleted": "Retain Delete",
    "whenScaled": "Retain Delete",
    "whenUnsatisfiable": "DoNotSchedule ScheduleAnyway",
}
"""What fields with a fixed set of values take. `type` is many fields; linting again settles which values fit which."""


def _respelled_value(path: FieldPath, resource: Resource) -> Fix | None:
    """A word of a fixed set whose capitals alone are wrong: `tcp`, `clusterIP`."""
    value = _dig(resource.manifest, path)
    if not isinstance(value, str):
        return None
    meant = [word for word in _ALLOWED.get(_field(path), "").split() if word.lower() == value.lower()]
    return Fix("set", path, meant[0]) if len(meant) == 1 and meant[0] != value else None


# --- names that Kubernetes changed ---------------------------------------------------------------------------------

# Kinds whose meaning stayed the same from the preliminary version to the stable one. A change of their schema is seen.
_MOVED = WORKLOADS | {
    "ClusterRole",
    "ClusterRoleBinding",
    "ControllerRevision",
    "CronJob",
    "HorizontalPodAutoscaler",
    "IngressClass",
    "Lease",
    "NetworkPolicy",
    "PodDisruptionBudget",
    "PriorityClass",
    "Role",
    "RoleBinding",
    "StorageClass",
}


def _moved_api(resource: Resource, version: KubeVersion) -> Fix | None:
    """A kind that moved to another API version, where the manifest fits that version as it stands."""
    spec = resource.manifest.get("spec")
    selector = spec.get("selector") if isinstance(spec, dict) else None
    if resource.kind not in _MOVED:
        return None
    if resource.kind in WORKLOADS and not selector:
        return None  # the old versions took the selector from the template's labels
    if resource.kind == "PodDisruptionBudget" and not selector:
        return None  # an empty selector meant no pod in v1beta1, and means every pod in v1
    target = _stable_version(resource, version)
    if target is None or target == resource.api_version:
        return None
    moved = Resource({**resource.manifest, "apiVersion": target}, resource.document, resource.root)
    errors = _decoder(version).errors(target, resource.kind, moved.manifest)
    # What is wrong in either version, and can be fixed too, is no reason to stay.
    if all(_decodable(problem_of(error), moved, version) for error in errors):
        return Fix("set", ("apiVersion",), target)
    return None


def _stable_version(resource: Resource, version: KubeVersion) -> str | None:
    """Return the stable apiVersion of a kind: of its own group, or the one group that has it."""
    from linter.kube import api_versions
    from linter.kube.kinds import api_group
    from linter.schemas import kinds, nearest, of_version

    stable = [
        api_version
        for api_version, _, kind in (each.partition(" ") for each in kinds())
        if kind == resource.kind
        and api_versions.stability(api_version) == api_versions.STABLE
        and of_version(kinds()[f"{api_version} {kind}"], nearest(version))
    ]
    own = [each for each in stable if api_group(each) == resource.group]
    candidates = own or stable
    if resource.group in api_versions.OLD_GROUPS or own:
        return max(candidates, default=None)
    return None


@cache
def _decoder(version: KubeVersion) -> Decoder:
    from linter.apiserver.decode import Decoder

    return Decoder(version)


def _current_field_name(path: FieldPath, name: str, resource: Resource) -> Fix | None:
    """A field under its old name, where the new one is not there."""
    parent = _dig(resource.manifest, path[:-1])
    return Fix("rename", path, name) if isinstance(parent, dict) and name not in parent else None


# --- what another object settles -----------------------------------------------------------------------------------


def _governing_service(resource: Resource, context: Context) -> Fix | None:
    """The one headless Service that selects the pods of a StatefulSet without serviceName."""
    from linter.engine.inventory import pod_labels
    from linter.kube.selectors import matches_labels

    labels = pod_labels(resource) or {}
    names = set()
    for service in context.inventory.of_kind("Service", resource.namespace):
        spec = service.manifest.get("spec")
        selector = spec.get("selector") if isinstance(spec, dict) else None
        if (
            isinstance(spec, dict)
            and spec.get("clusterIP") == "None"
            and isinstance(selector, dict)
            and selector
            and matches_labels(selector, labels)
        ):
            names.add(service.name)
    if len(names) != 1 or "" in names:
        return None
    if "serviceName" in (resource.manifest.get("spec") or {}):
        return Fix("set", ("spec", "serviceName"), names.pop())
    return Fix("add", ("spec",), {"serviceName": names.pop()})


def _selected_labels(resource: Resource) -> Fix | None:
    """The labels that the selector asks for and the template has no value for at all."""
    from linter.kube.selectors import matches

    path: FieldPath = ("spec", "template", "metadata", "labels")
    selector = _dig(resource.manifest, ("spec", "selector")) or {}
    labels = _dig(resource.manifest, path) or {}
    wanted = selector.get("matchLabels") or {}
    missing = {key: value for key, value in wanted.items() if key not in labels}
    if not missing or not _dig(resource.manifest, path[:2]) or not matches(selector, {**labels, **missing}):
        return None
    return Fix("add", path, missing)


def _field(path: FieldPath) -> str:
    """Return the field that a path ends in; of an item of a list the field of the list."""
    return next((step for step in reversed(path) if isinstance(step, str)), "")


def _dig(value: Any, path: FieldPath) -> Any:
    for step in path:
        if isinstance(value, dict):
            value = value.get(str(step))
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value
