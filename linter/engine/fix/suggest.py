"""Which errors of the API server have one right fix, and what it is. linter.engine.fix.edit makes text of it.

Other rules bring their fixes themselves (Problem.fix). One small function for each kind of fix. What is ambiguous is left to
people: a label that differs from the selector may be the slip, or the selector may be.
"""

from __future__ import annotations

from functools import cache

from linter.engine.built import in_file
from linter.engine.rule import WORKLOADS, Fix, problem_of
from linter.kube import file_modes
from linter.kube.schema import is_struct, type_at, type_of
from linter.kube.unknown import UnknownValueError
from linter.loading.resource import Resource
from linter.path import value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.apiserver.decode import Decoder
    from linter.engine.report.finding import SourceFix
    from linter.engine.rule import Context, Problem, Rule
    from linter.path import FieldPath
    from linter.version import KubeVersion

    Fixer = Callable[[FieldPath, Resource, KubeVersion], Fix | None]


def source_fix_of(rule: Rule, problem: Problem, resource: Resource, context: Context) -> SourceFix | None:
    """Return how to fix a problem in its source, or None where there is not one right way.

    Args:
        rule: The rule that found it.
        problem: What is wrong.
        resource: The resource it is about.
        context: What else is known.
    """
    fixers = _fixers(rule, problem)
    if problem.fix is None and not fixers:
        return None  # as of nearly everything
    if resource.document.written is not None:
        found = in_file(problem, resource)
        if found is None:
            return None
        resource = found
    try:
        fix = problem.fix or next(
            filter(None, (fixer(problem.path, resource, context.version) for fixer in fixers)), None
        )
    except UnknownValueError:
        return None  # what to write follows from a value that nobody knows yet
    if fix is None:
        return None
    from linter.engine.fix.edit import edits_of
    from linter.engine.report.finding import SourceFix

    placed = fix._replace(path=(*resource.root, *fix.path))
    edits = edits_of(placed, resource.document)
    return SourceFix(resource.document.index, placed, edits) if edits else None


def _fixers(rule: Rule, problem: Problem) -> list[Fixer]:
    """Return what may know the fix of what the API server says: in terms of the resource's values, or None."""
    fixers: list[Fixer] = []
    match problem.reason:
        case "TypeMismatch":
            fixers.append(_retyped)
        case "UnknownField":
            fixers.append(_respelled_field)
        case "NotSupported" | "Invalid":
            fixers.append(_respelled_value)
    match rule.id:
        case "removed-api" | "deprecated-api":
            fixers.append(_moved_api)
        case "unknown-kind":
            fixers.append(_respelled_kind)
        case "selector-mismatch":
            fixers.append(_selected_labels)
    return fixers


# --- types ---------------------------------------------------------------------------------------------------------


def _retyped(path: FieldPath, resource: Resource, version: KubeVersion) -> Fix | None:
    """Return the fix of a number or truth value in quotes where there must be none, and the other way round."""
    value = value_at(resource.manifest, path)
    type_ = _type_of(resource, path, version)
    if type_ == "string" and isinstance(value, (bool, int, float)) and not _allowed(path, resource, version):
        # `1.10` and `0644` would lose a digit on the way through a number.
        document = resource.document
        written = document.plain_text_at(document.positions.value((*resource.root, *path)))
        return Fix("set", path, written) if written else None
    if type_ in {"int32", "int64"} and isinstance(value, str):
        # A file mode is meant in octal digits, whether it has a zero in front or not.
        number = file_modes.meant_by(value) if path[-1] in file_modes.FIELDS else _plain_integer(value)
        return None if number is None else Fix("set", path, number)
    if type_ == "boolean" and isinstance(value, str) and value.lower() in {"true", "false"}:
        return Fix("set", path, value.lower() == "true")
    return None


def _plain_integer(text: str) -> int | None:
    """Return the whole number that a text stands for, where it can be meant in one way only: "010" may be eight or ten."""
    digits = text.removeprefix("-")
    plain = digits.isascii() and digits.isdigit() and len(digits) < 19 and (digits == "0" or digits[0] != "0")
    return int(text) if plain else None


def _type_of(resource: Resource, path: FieldPath, version: KubeVersion) -> str | None:
    """Return the type that Kubernetes gives a field, in the notation of linter.schemas; None where it knows none."""
    type_ = type_of(resource.api_version, resource.kind, version)
    return type_ and type_at(type_, path, version)


# --- spelling ------------------------------------------------------------------------------------------------------


def _respelled_field(path: FieldPath, resource: Resource, version: KubeVersion) -> Fix | None:
    """Return the fix of a field whose name is wrong in its capitals only."""
    from linter.schemas import definition, nearest, of_version

    struct = _type_of(resource, path[:-1], version)
    parent = value_at(resource.manifest, path[:-1])
    if struct is None or not is_struct(struct) or not isinstance(parent, dict):
        return None
    written = str(path[-1])
    candidates = [
        name
        for name, notation in definition(struct).items()
        if name.lower() == written.lower() and of_version(notation, nearest(version))
    ]
    if len(candidates) != 1 or candidates[0] in parent:
        return None
    return Fix("rename", path, candidates[0])


def _respelled_kind(path: FieldPath, resource: Resource, version: KubeVersion) -> Fix | None:
    """Return the fix of a kind whose capitals alone are wrong."""
    from linter.apiserver.decode import respelled_kind

    if path != ("kind",):
        return None
    kind = respelled_kind(resource.api_version, resource.kind, version)
    return None if kind is None else Fix("set", path, kind)


def _respelled_value(path: FieldPath, resource: Resource, version: KubeVersion) -> Fix | None:
    """Return the fix of a word of a fixed set whose capitals alone are wrong: `tcp`, `clusterIP`."""
    value = value_at(resource.manifest, path)
    if not isinstance(value, str):
        return None
    candidates = [word for word in _allowed(path, resource, version) if word.lower() == value.lower()]
    return Fix("set", path, candidates[0]) if len(candidates) == 1 and candidates[0] != value else None


def _allowed(path: FieldPath, resource: Resource, version: KubeVersion) -> tuple[str, ...]:
    """Return what a field with a fixed set of values takes, or an entry of a list of such values; else nothing."""
    from linter.schemas import enum_of

    of_field = path[:-1] if path and isinstance(path[-1], int) else path
    struct = _type_of(resource, of_field[:-1], version)
    if not of_field or struct is None or not is_struct(struct):
        return ()
    return enum_of(struct, str(of_field[-1]), version)


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


def _moved_api(_path: FieldPath, resource: Resource, version: KubeVersion) -> Fix | None:
    """Return the fix of a kind that moved to another API version, where the manifest fits that version as it stands."""
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
    # What is wrong in either version, and can be fixed too, does not keep it.
    if all(_is_fixable(problem_of(error), moved, version) for error in errors):
        return Fix("set", ("apiVersion",), target)
    return None


def _is_fixable(problem: Problem, resource: Resource, version: KubeVersion) -> bool:
    match problem.reason:
        case "TypeMismatch":
            return _retyped(problem.path, resource, version) is not None
        case "UnknownField":
            return _respelled_field(problem.path, resource, version) is not None
        case _:
            return False


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


# --- labels -----------------------------------------------------------------------------------------------------------


def _selected_labels(_path: FieldPath, resource: Resource, _version: KubeVersion) -> Fix | None:
    """Return the fix that adds the labels which the selector asks for and the template has no value for at all."""
    from linter.kube.selectors import matches

    path: FieldPath = ("spec", "template", "metadata", "labels")
    selector = value_at(resource.manifest, ("spec", "selector")) or {}
    labels = value_at(resource.manifest, path) or {}
    wanted = selector.get("matchLabels") or {}
    missing = {key: value for key, value in wanted.items() if key not in labels}
    if (
        not missing
        or not value_at(resource.manifest, path[:2])
        or not matches(selector, {**labels, **missing})
    ):
        return None
    return Fix("add", path, missing)
