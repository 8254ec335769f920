"""A resource: one Kubernetes object of a document, as written and as the API server would see it."""

from __future__ import annotations

from linter.kube.defaults.apply import apply_defaults
from linter.kube.kinds import CLUSTER_SCOPED, api_group, is_builtin
from linter.kube.unknown import UnknownValueError

try:
    from podplan_native import look_through as _look_through_natively
except ImportError:
    _look_through_natively = None

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from linter.loading.document import Document
    from linter.path import FieldPath


class Resource:
    """One Kubernetes object.

    Attributes:
        manifest: The object as written. It may hold anything: only rules of stage `validate` may trust its types.
        document: The document it stands in.
        root: Where it stands in the document: `()`, or `("items", 3)` in a List.
        api_version, kind, name, namespace: Who it is; name and namespace are "" and "default" where absent or no
            text; the namespace of a kind that lies in none is "".
        partly_known: Whether values of it are filled in, or decrypted, before it is applied (linter.kube.unknown).
        memo: A place for what several rules need of this resource, computed once.
        told: The facts (`linter.engine.told`) that are known of it: those that are not in the memo say nothing.
    """

    told: frozenset[str] = frozenset()

    def __init__(
        self,
        manifest: dict[str, Any],
        document: Document,
        root: FieldPath = (),
        *,
        partly_known: bool = False,
    ) -> None:
        self.manifest = manifest
        self.partly_known = partly_known
        self.document = document
        self.root = root
        self.api_version = _text(manifest.get("apiVersion"))
        self.kind = _text(manifest.get("kind"))
        metadata = manifest.get("metadata")
        if not isinstance(metadata, dict):
            metadata = {}
        self.name = _text(metadata.get("name"))
        self.namespace = _text(metadata.get("namespace")) or "default"
        if self.kind in CLUSTER_SCOPED and is_builtin(self.api_version):
            self.namespace = ""
        self.memo: dict[Any, Any] = {}

    @property
    def group(self) -> str:
        """The API group, e.g. "apps"; "" is the core group."""
        return api_group(self.api_version)

    @property
    def fields(self) -> frozenset[str]:
        """The keys of all mappings of the manifest, at any depth."""
        return self._looked_through()[0]

    def _looked_through(self) -> tuple[frozenset[str], bool]:
        """Return all keys, and whether there is a null anywhere: found in one walk."""
        memo = self.memo
        if "looked_through" not in memo:
            memo["looked_through"] = (_look_through_natively or look_through)(self.manifest)
        looked_through: tuple[frozenset[str], bool] = memo["looked_through"]
        return looked_through

    @property
    def is_controlled(self) -> bool:
        """Whether a controller made the object, as in what `kubectl get` prints: a Deployment's ReplicaSets and Pods."""
        metadata = self.manifest.get("metadata")
        owners = metadata.get("ownerReferences") if isinstance(metadata, dict) else None
        if not isinstance(owners, list):
            return False
        return any(isinstance(owner, dict) and owner.get("controller") is True for owner in owners)

    @property
    def object(self) -> dict[str, Any]:
        """The object as the API server would see it: nulls dropped, defaults applied. Only for one that decodes.

        Of a struct field that is absent or null there is no key; a map, list or struct that is there has its type.

        Raises:
            UnknownValueError: Which defaults it gets depends on a value that is not known.
        """
        memo = self.memo
        if "object" not in memo:
            memo["object"] = self._with_defaults()
        found: dict[str, Any] = memo["object"]
        return found

    def _with_defaults(self) -> dict[str, Any]:
        try:
            return apply_defaults(self.manifest, holds_null=self._looked_through()[1])
        except TypeError:
            if not self.partly_known:
                raise
            # What is compiled takes mappings alone, and no value that stands for one.
            raise UnknownValueError from None

    def as_kind(self, kind: str) -> Resource:
        """Return the object as if it were of another kind: the one that was meant."""
        manifest = {**self.manifest, "kind": kind}
        return Resource(manifest, self.document, self.root, partly_known=self.partly_known)

    def forget(self) -> None:
        """Drop what was computed of it and can be again: in a large run that is as much as the manifests themselves."""
        self.memo.clear()

    def __repr__(self) -> str:
        return f"<{self.kind} {self.namespace}/{self.name}>"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def look_through(value: Any) -> tuple[frozenset[str], bool]:
    """Return the keys of all mappings in plain data, at any depth, and whether there is a null anywhere."""
    keys: set[str] = set()
    holds_null = False
    inside: list[Any] = [value]
    for each in inside:  # grows meanwhile
        values: Iterable[Any] = each
        if type(each) is dict:
            keys.update(each)
            values = each.values()
        for one in values:
            kind = type(one)
            if kind is dict or kind is list:
                inside.append(one)
            elif one is None:
                holds_null = True
    return frozenset(keys), holds_null
