"""Would the API server be able to read a manifest at all? Kinds, types and names of fields, formats of values.

The server stops at the first value of a wrong type and then reports no unknown fields; here all faults are reported.
"""

from __future__ import annotations

from linter.apiserver.errors import MOST_ERRORS, Error
from linter.kube import api_versions, names
from linter.kube.kinds import api_group
from linter.kube.structs import SCALARS, List, Map, Struct, find_faults, is_int64
from linter.kube.suggest import quote, suggest
from linter.light_typing import Protocol
from linter.path import Key
from linter.schemas import definition as notations_of
from linter.schemas import kinds, nearest, notations, of_version
from linter.version import DEFAULT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any, Literal

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Request
    from linter.kube.structs import Type
    from linter.version import KubeVersion

    KindStatus = Literal["built-in", "custom", "defined", "skipped", "unknown"]


class CustomSchema(Protocol):
    """The schema of one custom resource."""

    @property
    def is_definition(self) -> bool:
        """Whether it is that of a CustomResourceDefinition, so that nothing is missing."""

    def errors(
        self, manifest: Mapping[str, Any], identity_errors: Callable[[dict[str, Any]], Iterable[Error]], /
    ) -> Iterable[Error]:
        """Return why an object can't be decoded, but for its own apiVersion, kind and metadata.

        Args:
            manifest: The object.
            identity_errors: Judges those three of an object inside of it.
        """

    def validate(self, request: Request, errors: Errors, /) -> None:
        """Judge an object that decodes, new or updated."""

    def warn(self, request: Request, errors: Errors, /) -> None:
        """Warn of an object that is taken."""


class CustomSchemas(Protocol):
    """The schemas of custom resources."""

    def find(self, api_version: str, kind: str, /) -> CustomSchema | None:
        """Return the schema of a custom resource; None where there is none."""


class Decoder:
    """Judges manifests as the decoder of one Kubernetes version does.

    Types are put together when a manifest first needs them, so a Decoder costs nothing to make and should be kept.

    Args:
        version: The Kubernetes version. Beyond the known versions the nearest one is taken.
        custom: The schemas of custom resources, where there are any.
    """

    def __init__(self, version: KubeVersion = DEFAULT, custom: CustomSchemas | None = None) -> None:
        self.version = nearest(version)
        self.custom = custom
        self._types: dict[str, Type] = dict(SCALARS)
        self._known: dict[tuple[str, str], tuple[Type, tuple[Error, ...]]] = {}

    def status(self, api_version: str, kind: str) -> KindStatus:
        """Tell what is known of a kind.

        Returns:
            "built-in": the kind is one of this Kubernetes version.
            "custom": a custom resource with a schema from elsewhere.
            "defined": a custom resource with its definition.
            "skipped": a custom resource without a schema: `errors` can't say anything about it.
            "unknown": no kind of this Kubernetes version and no custom resource either.

        Raises:
            SchemaLocationError: see `errors`.
        """
        if self._definition(api_version, kind) is not None or self._is_list(api_version, kind):
            return "built-in"
        if _is_kubernetes(api_version, kind):
            return "unknown"
        schema = self.custom_schema(api_version, kind)
        if schema is None:
            return "skipped"
        return "defined" if schema.is_definition else "custom"

    def custom_schema(self, api_version: str, kind: str) -> CustomSchema | None:
        """Return the schema of a custom resource; None where there is none.

        Raises:
            SchemaLocationError: see `errors`.
        """
        return None if self.custom is None else self.custom.find(api_version, kind)

    def errors(self, api_version: str, kind: str, manifest: dict[str, Any]) -> tuple[Error, ...]:
        """Return why the API server could not read the manifest; an empty tuple where it can.

        What has no reason is not a refusal but a warning. An empty apiVersion or kind is not judged (see `identity_errors`).

        Raises:
            SchemaLocationError: a schema of a custom resource can't be read (linter.engine.custom.schema_locations).
        """
        known = self._known.get((api_version, kind)) or self._know(api_version, kind)
        if known is not None:
            type_, deprecated = known
            return self._checked(type_, manifest) + _bad_annotations(kind, manifest) + deprecated
        if not api_version or not kind or self._is_list(api_version, kind):
            return ()
        if _is_kubernetes(api_version, kind):
            return (_unknown_kind(api_version, kind, self.version),)
        schema = self.custom_schema(api_version, kind)
        if schema is None:
            return ()
        identity = {key: manifest[key] for key in _IDENTITY if key in manifest}
        if errors := self._identity_errors(identity):
            return errors  # the server looks no further
        return tuple(schema.errors(manifest, self._identity_errors))

    def _know(self, api_version: str, kind: str) -> tuple[Type, tuple[Error, ...]] | None:
        """Return the type of a built-in kind, and that it is deprecated, where it is; None where this version has no such kind."""
        definition = self._definition(api_version, kind)
        if definition is None:
            return None
        known = self._type(definition), tuple(_deprecated(api_version, kind, self.version))
        self._known[api_version, kind] = known
        return known

    def _definition(self, api_version: str, kind: str) -> str | None:
        notation = kinds().get(f"{api_version} {kind}")
        found = of_version(notation, self.version) if notation else None
        return found.type if found else None

    def _is_list(self, api_version: str, kind: str) -> bool:
        """Tell whether it is a list of objects, which clients take apart: List, DeploymentList and so on."""
        if not kind.endswith("List"):
            return False
        return (api_version == "v1" and kind == "List") or self._definition(
            api_version, kind[:-4]
        ) is not None

    def _identity_errors(self, identity: dict[str, Any]) -> tuple[Error, ...]:
        return self._checked(self._type(_CUSTOM), identity)

    def _checked(self, root: Type, manifest: dict[str, Any]) -> tuple[Error, ...]:
        faults = find_faults(manifest, root)
        if not faults:
            return ()
        from linter.apiserver.explain import explain

        # One more than is reported, so that it is seen that there are more.
        return tuple(explain(fault, root, self.version) for fault in faults[: MOST_ERRORS + 1])

    def _type(self, notation: str) -> Type:
        type_ = self._types.get(notation)
        if type_ is None:
            if notation[0] == "[":
                type_ = List(self._type(notation[1:-1]))
            elif notation[0] == "{":
                type_ = Map(self._type(notation[1:-1]))
            else:
                type_ = Struct(notation, lambda: self._fields(notation))
            self._types[notation] = type_
        return type_

    def _fields(self, definition: str) -> dict[str, Type]:
        fields: dict[str, Type] = {}
        known = _IDENTITY if definition == _CUSTOM else notations_of(definition)
        for name, notation in known.items():
            found = of_version(notation, self.version)
            if found is not None:
                fields[name] = self._type(found.type)
        return fields


def identity_errors(manifest: Mapping[str, Any], version: KubeVersion) -> Iterator[Error]:
    """Yield what is wrong with apiVersion and kind themselves: without them nobody knows what the object is.

    Args:
        manifest: The object.
        version: The Kubernetes version, for advice.
    """
    api_version, kind = manifest.get("apiVersion"), manifest.get("kind")
    if api_version is None or api_version == "":
        best = _best("", kind, nearest(version)) if isinstance(kind, str) and kind else None
        advice = f"write `apiVersion: {best}`" if best else "say which version serves it"
        message = f"This {kind if isinstance(kind, str) and kind else 'object'} has no apiVersion; {advice}."
        yield Error("missing-api-version", ("apiVersion",), message, "Required")
    elif not isinstance(api_version, str):
        message = "The apiVersion must be text; quote it."
        yield Error("missing-api-version", ("apiVersion",), message, "TypeMismatch")
    if kind is None or kind == "":
        message = "This object has no kind; write e.g. `kind: Deployment`."
        yield Error("missing-kind", ("kind",), message, "Required")
    elif not isinstance(kind, str):
        yield Error("missing-kind", ("kind",), "The kind must be text.", "TypeMismatch")


_CUSTOM = "custom resource"
_IDENTITY = {"apiVersion": "string", "kind": "string", "metadata": "meta/v1.ObjectMeta"}
"""What every custom resource has, whatever its schema says."""

# Annotations that the server turns into fields of its internal objects, as numbers, while it decodes (recorded cases
# WD-16 and WX-10). An empty text counts as absent for a Deployment only.
_NUMERIC_ANNOTATIONS = {
    "Deployment": ("deprecated.deployment.rollback.to", ""),
    "DaemonSet": ("deprecated.daemonset.template.generation", None),
}


def _bad_annotations(kind: str, manifest: dict[str, Any]) -> tuple[Error, ...]:
    if kind not in _NUMERIC_ANNOTATIONS:
        return ()
    key, absent = _NUMERIC_ANNOTATIONS[kind]
    metadata = manifest.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    if not isinstance(annotations, dict) or key not in annotations:
        return ()
    # A null in a map of text is an empty text.
    value = "" if annotations[key] is None else annotations[key]
    if not isinstance(value, str) or value == absent or is_int64(value):
        return ()
    shown = quote(value) if value else "empty"
    message = f"The annotation `{key}` must be a whole number, but is {shown}. It is obsolete: remove it."
    return (Error("malformed-value", ("metadata", "annotations", Key(key)), message, "Malformed"),)


def _deprecated(api_version: str, kind: str, version: KubeVersion) -> Iterator[Error]:
    if change := api_versions.deprecated(api_version, kind):
        if change.since > version:
            return
        message = (
            f"{kind} of `{api_version}` is deprecated since Kubernetes {change.since}; use {change.instead}."
        )
    elif api_versions.stability(api_version) < api_versions.STABLE and (
        api_versions.stability(best := _best(api_version, kind, version) or api_version)
        == api_versions.STABLE
    ):
        message = f"`{api_version}` is a preliminary version of {kind} and will be removed; use `{best}`."
    else:
        return
    yield Error("deprecated-api", ("apiVersion",), message)


def _unknown_kind(api_version: str, kind: str, version: KubeVersion) -> Error:
    """Say why there is no such kind in this version of Kubernetes, and which one may be meant."""
    target = f"Kubernetes {version}"
    if change := api_versions.removed(api_version, kind):
        message = f"{kind} of `{api_version}` was removed in Kubernetes {change.since}; use {change.instead}."
        return Error("removed-api", ("apiVersion",), message, "NotFound")
    best = _best(api_version, kind, version)
    if notation := kinds().get(f"{api_version} {kind}"):
        known = notations(notation)
        use = f" Use `{best}`." if best else ""
        later = [each.since for each in known if each.since and each.since > version]
        if later:
            message = (
                f"{kind} of `{api_version}` is new in Kubernetes {min(later)}, unknown to {target}.{use}"
            )
            return Error("unknown-kind", ("apiVersion",), message, "NotFound")
        gone = known[-1].gone
        message = f"{kind} of `{api_version}` was removed in Kubernetes {gone}.{use}"
        return Error("removed-api", ("apiVersion",), message, "NotFound")
    if best:
        message = f"`{api_version}` has no {kind} in {target}; {kind} is in `{best}`."
        return Error("unknown-kind", ("apiVersion",), message, "NotFound")
    served = tuple(_served(version))
    meant = suggest(kind, {name for at, name in served if at == api_version}) or suggest(
        kind, {name for _, name in served}
    )
    hint = f" Did you mean `{meant}`?" if meant else ""
    message = f"{target} has no kind {quote(kind)} in {quote(api_version)}.{hint}"
    return Error("unknown-kind", ("kind",), message, "NotFound")


def respelled_kind(api_version: str, kind: str, version: KubeVersion) -> str | None:
    """Return the kind of an apiVersion that differs from the given one in its capitals alone; None without one."""
    meant = [name for at, name in _served(version) if at == api_version and name.lower() == kind.lower()]
    return meant[0] if len(meant) == 1 and meant[0] != kind else None


def _is_kubernetes(api_version: str, kind: str) -> bool:
    """Tell whether an apiVersion belongs to Kubernetes itself, so that no custom resource can have it.

    The group of a custom resource is a domain with a dot, its version a label. Anything else is a slip (core/v1,
    Apps/v1, ../v1) where the kind is one of Kubernetes', and otherwise some other program's file.
    """
    group = api_group(api_version)
    groups = {api_group(at) for at, _ in _all_kinds()} | api_versions.OLD_GROUPS
    if group.lower() in groups:
        return True
    return not _may_be_custom(api_version) and any(name == kind for _, name in _all_kinds())


def _may_be_custom(api_version: str) -> bool:
    group, _, version = api_version.partition("/")
    return "." in group and not names.dns_subdomain(group) and not names.dns_label_1035(version)


def _best(api_version: str, kind: str, version: KubeVersion) -> str | None:
    """Return the apiVersion to write for a kind: of the same group, where there is one, and as stable as can be."""
    group = api_group(api_version)
    return max(
        (at for at, name in _served(version) if name == kind),
        key=lambda at: (api_group(at) == group, api_versions.stability(at), at.rpartition("/")[2]),
        default=None,
    )


def _all_kinds() -> Iterator[tuple[str, str]]:
    for each in kinds():
        api_version, _, kind = each.partition(" ")
        yield api_version, kind


def _served(version: KubeVersion) -> Iterator[tuple[str, str]]:
    for each, notation in kinds().items():
        if of_version(notation, version):
            api_version, _, kind = each.partition(" ")
            yield api_version, kind
