"""A resource of a build: one object, and what kustomize remembers of it."""

from __future__ import annotations

from linter.applysets.kustomize.errors import KustomizeError
from linter.applysets.kustomize.nodes import (
    Mapping,
    Scalar,
    Sequence,
    checked_key,
    is_empty,
    is_null,
    overwrite,
    plain,
    raw_text,
)
from linter.applysets.kustomize.scalars import STR
from linter.applysets.kustomize.schema import is_cluster_scoped
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from linter.applysets.kustomize.nodes import Node, Shared
    from linter.applysets.kustomize.places import Place

NO_NAMESPACE = "_non_namespaceable_"
"""The namespace of what lies in none."""


class Gvk(NamedTuple):
    """Group, version and kind. As a selector "" stands for any."""

    group: str
    version: str
    kind: str

    @property
    def api_version(self) -> str:
        """The apiVersion of a manifest."""
        return f"{self.group}/{self.version}" if self.group else self.version

    def is_selected_by(self, selector: Gvk) -> bool:
        """Tell whether a selector, in which "" stands for any, means this kind."""
        return (
            (not selector.group or selector.group == self.group)
            and (not selector.version or selector.version == self.version)
            and (not selector.kind or selector.kind == self.kind)
        )

    def __str__(self) -> str:
        return " ".join(part for part in (self.api_version, self.kind) if part) or "object"


def gvk_of(api_version: str, kind: str) -> Gvk:
    """Split an apiVersion."""
    group, slash, version = api_version.partition("/")
    return Gvk(group, version, kind) if slash else Gvk("", group, kind)


class ResourceId(NamedTuple):
    """What kustomize tells resources apart by."""

    gvk: Gvk
    name: str
    namespace: str
    is_cluster_scoped: bool = False

    @property
    def effective_namespace(self) -> str:
        """The namespace: "default" where none is written, a text of its own for what lies in none."""
        if self.is_cluster_scoped:
            return NO_NAMESPACE
        return self.namespace or "default"

    @property
    def key(self) -> tuple[Gvk, str, str]:
        """What equals that of another id if both mean the same resource."""
        return self.gvk, self.name, self.effective_namespace

    def __str__(self) -> str:
        namespace = "" if self.is_cluster_scoped else f" in namespace {self.effective_namespace}"
        return f"{self.gvk} `{self.name}`{namespace}"


class Previous(NamedTuple):
    """An id that a resource had before: its apiVersion is that of today."""

    namespace: str
    name: str
    kind: str


class Resource:
    """One object of a build, and what kustomize remembers of it. Its tree never changes in place, it is replaced.

    Attributes:
        node: The object.
        previous: The ids that it had, oldest first.
        prefixes, suffixes: Those that were added to its name.
        behavior: Of a generated one: create, replace, merge or unspecified; "" of all others.
        needs_hash: Whether the hash of its content will end its name.
        variables: The names of the vars that take their value from it.
        shared: What several of its fields share, and how often each was written so far.
        source: The Place of the object as a whole: its document, or the entry that generated it.
    """

    __slots__ = (
        "_id",
        "_id_node",
        "behavior",
        "needs_hash",
        "node",
        "prefixes",
        "previous",
        "shared",
        "source",
        "suffixes",
        "variables",
    )

    def __init__(self, node: Mapping, source: Place | None = None) -> None:
        self.node = node
        self.source = source or node.place
        self.previous: tuple[Previous, ...] = ()
        self.prefixes: tuple[str, ...] = ()
        self.suffixes: tuple[str, ...] = ()
        self.behavior = ""
        self.needs_hash = False
        self.variables: tuple[str, ...] = ()
        self.shared: tuple[tuple[Shared, int], ...] = ()
        self._id: ResourceId | None = None
        self._id_node: Mapping | None = None

    def copy(self) -> Resource:
        """Return a copy whose changes do not show here."""
        copy = Resource.__new__(Resource)
        for name in Resource.__slots__:
            setattr(copy, name, getattr(self, name))
        return copy

    @property
    def id(self) -> ResourceId:
        """The id of today."""
        if self._id is None or self._id_node is not self.node:
            metadata = self.metadata
            api_version = raw_text(self.node.entries.get("apiVersion"))
            kind = raw_text(self.node.entries.get("kind"))
            self._id = ResourceId(
                gvk_of(api_version, kind),
                _meta_text(metadata, "name"),
                _meta_text(metadata, "namespace"),
                is_cluster_scoped(api_version, kind),
            )
            self._id_node = self.node
        return self._id

    @property
    def metadata(self) -> Mapping | None:
        """The metadata, where they are a mapping."""
        found = self.node.entries.get("metadata")
        return found if type(found) is Mapping else None

    @property
    def name(self) -> str:
        """metadata.name."""
        return self.id.name

    @property
    def previous_ids(self) -> list[ResourceId]:
        """The ids that it had, oldest first."""
        gvk = self.id.gvk
        return [
            ResourceId(Gvk(gvk.group, gvk.version, each.kind), each.name, each.namespace)
            for each in self.previous
        ]

    @property
    def original_id(self) -> ResourceId:
        """The first id."""
        return self.previous_ids[0] if self.previous else self.id

    @property
    def all_ids(self) -> list[ResourceId]:
        """The ids that it had, and that of today at the end."""
        return [*self.previous_ids, self.id]

    def remember_id(self) -> None:
        """Note the id of today as a previous one, before it changes."""
        current = self.id
        self.previous = (
            *self.previous,
            Previous(current.effective_namespace, current.name, current.gvk.kind),
        )

    def show_annotations(self) -> None:
        """Make sure that there are annotations if kustomize remembers something of the resource: it does so in them."""
        remembers = self.previous or self.prefixes or self.suffixes or self.needs_hash or self.behavior
        metadata = self.metadata
        found = metadata.entries.get("annotations") if metadata is not None else None
        if remembers and is_null(found):
            self.set_metadata("annotations", Mapping({}, self.node.place))

    def texts(self, field: str) -> dict[str, str]:
        """Return metadata.labels or metadata.annotations as texts."""
        metadata = self.metadata
        found = metadata.entries.get(field) if metadata is not None else None
        if type(found) is not Mapping:
            return {}
        return {key: raw_text(value) for key, value in found.entries.items()}

    def set_metadata(self, name: str, value: Node | None) -> None:
        """Set a field of the metadata."""
        metadata = self.metadata or Mapping({}, self.node.place)
        metadata = metadata.without(name) if value is None else metadata.with_entry(name, value)
        self.node = self.node.with_entry("metadata", metadata)

    def set_name(self, name: str, place: Place) -> None:
        """Write metadata.name."""
        metadata = self.metadata or Mapping({}, self.node.place)
        self.set_metadata("name", overwrite(metadata.entries.get("name"), Scalar(name, "", "", place)))

    def normalize_texts(self, field: str) -> None:
        """Turn the values of the labels or annotations into texts; drop the field where there are none."""
        metadata = self.metadata
        found = metadata.entries.get(field) if metadata is not None else None
        if found is None:
            return
        if type(found) is not Mapping:
            if not is_empty(found):
                raise KustomizeError(
                    f"metadata.{field} takes texts by name, and this is not a mapping.", found.place
                )
            self.set_metadata(field, None)
            return
        for key, value in found.entries.items():
            checked_key(key, value.place)
        if not found.entries:
            self.set_metadata(field, None)
        elif not all(type(value) is Scalar and value.tag == STR for value in found.entries.values()):
            self.set_metadata(
                field,
                Mapping(
                    {
                        key: Scalar(raw_text(value), STR, "", value.place)
                        for key, value in found.entries.items()
                    },
                    found.place,
                ),
            )

    def settle(self) -> None:
        """After a change: give all fields that share a value what was last written to one of them."""
        if not self.shared or all(token.writes == seen for token, seen in self.shared):
            return
        self.shared = tuple((token, token.writes) for token, _ in self.shared)
        tokens = {token for token, _ in self.shared}
        latest: dict[Shared, Scalar] = {}
        found = list(_shared_scalars(self.node))
        for scalar in found:
            token, version = scalar.shared or (None, 0)
            if token in tokens and token is not None:
                known = latest.get(token)
                if known is None or version > (known.shared or (None, 0))[1]:
                    latest[token] = scalar
        if any(
            scalar.shared and latest.get(scalar.shared[0], scalar).text != scalar.text for scalar in found
        ):
            node = _with_latest(self.node, latest)
            assert type(node) is Mapping  # noqa: S101  for the type checker
            self.node = node


def _meta_text(metadata: Mapping | None, name: str) -> str:
    found = metadata.entries.get(name) if metadata is not None else None
    return found.text if type(found) is Scalar and not is_null(found) else ""


def _shared_scalars(node: Node) -> Iterable[Scalar]:
    if type(node) is Scalar:
        if node.shared is not None:
            yield node
    elif type(node) is Mapping:
        for value in node.entries.values():
            yield from _shared_scalars(value)
    elif type(node) is Sequence:
        for item in node.items:
            yield from _shared_scalars(item)


def _with_latest(node: Node, latest: dict[Shared, Scalar]) -> Node:
    if type(node) is Scalar:
        return latest.get(node.shared[0], node) if node.shared is not None else node
    if type(node) is Mapping:
        entries = {key: _with_latest(value, latest) for key, value in node.entries.items()}
        if all(entries[key] is value for key, value in node.entries.items()):
            return node
        return Mapping(entries, node.place)
    assert type(node) is Sequence  # noqa: S101  for the type checker
    items = [_with_latest(item, latest) for item in node.items]
    if all(new is old for new, old in zip(items, node.items, strict=True)):
        return node
    return Sequence(items, node.place)


def resources_of(nodes: Iterable[Node]) -> list[Resource]:
    """Make resources of the documents of a file; lists are taken apart.

    Raises:
        KustomizeError: One is not an object with kind and name.
    """
    documents = list(nodes)
    if len(documents) == 1 and type(documents[0]) is Mapping:
        kind = raw_text(documents[0].entries.get("kind"))
        items = documents[0].entries.get("items")
        if kind in {"List", "ResourceList"} and items is not None:
            documents = list(items.items) if type(items) is Sequence else []
    waiting = [_checked(node) for node in documents if not is_empty(node)]
    result = []
    for node in waiting:  # grows meanwhile: what is in a list comes behind all others
        kind = raw_text(node.entries.get("kind"))
        items = node.entries.get("items")
        if not kind.endswith("List") or items is None:
            result.append(Resource(node))
        elif type(items) is Sequence:
            from linter.applysets.kustomize.nodes import through_json

            waiting += [_checked(through_json(item)) for item in items.items if not is_empty(item)]
        elif not is_null(items):
            raise KustomizeError(f"`items` of a {kind} takes a list.", items.place)
    return result


def _checked(node: Node) -> Mapping:
    if type(node) is not Mapping:
        raise KustomizeError("This is not an object: it has neither kind nor name.", node.place)
    kind = raw_text(node.entries.get("kind"))
    if not kind:
        raise KustomizeError("This object has no kind.", node.place)
    metadata = node.entries.get("metadata")
    name = _meta_text(metadata if type(metadata) is Mapping else None, "name")
    if not name and not kind.endswith("List"):
        raise KustomizeError(f"This {kind} has no metadata.name.", node.place)
    return node


def value_of(resource: Resource) -> dict[str, object]:
    """Return the object as plain values."""
    value: dict[str, object] = plain(resource.node)
    return value
