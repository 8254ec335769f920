"""A custom resource, judged in the server's order: metadata and schema, scale, embedded resources, lists, then rules in CEL.

Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation
"""

from __future__ import annotations

from linter.apiserver.customresources.correlation import Correlation
from linter.apiserver.customresources.decode import decode_errors
from linter.apiserver.customresources.defaults import apply_schema_defaults, drop_nulls
from linter.apiserver.customresources.embedded import embedded_resources, validate_embedded
from linter.apiserver.customresources.lists import validate_lists
from linter.apiserver.customresources.messages import NO_FIELD, RULES, error_of
from linter.apiserver.customresources.plain import as_json, has_rules
from linter.apiserver.customresources.scale import validate_scale
from linter.apiserver.customresources.schema import MOST_PARTS, SchemaValidator, TooManyPartsError, Work
from linter.apiserver.errors import Error, Errors
from linter.apiserver.meta import (
    STANDARD_FINALIZERS,
    generated_name,
    validate_object_meta,
    validate_object_meta_update,
)
from linter.cel.errors import CelMissingError
from linter.kube import names, nulls
from linter.kube.suggest import quote
from linter.kube.unknown import holds_mark

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from linter.apiserver.customresources.decode import IdentityErrors
    from linter.apiserver.customresources.definition import CustomResource
    from linter.apiserver.request import Object, Request
    from linter.version import KubeVersion


_METADATA = "meta/v1.ObjectMeta"
_BLOCKING = frozenset({"NotSupported", "Required", "TooLong", "TooMany", "TypeInvalid"})
"""What keeps the server from asking rules."""


class CustomResourceSchema:
    """Judges the objects of one custom resource.

    Args:
        resource: As its definition describes it.
        work: What is left of the work of the run.
    """

    is_definition = True

    def __init__(self, resource: CustomResource, work: Work | None = None) -> None:
        self.resource = resource
        self._work = work or Work()
        self._validators: dict[KubeVersion, SchemaValidator] = {}

    def errors(self, manifest: Mapping[str, Any], identity_errors: IdentityErrors) -> Iterator[Error]:
        """Yield why the server could not decode an object, but for its own apiVersion, kind and metadata."""
        resource = self.resource
        yield from decode_errors(dict(manifest), resource.schema, identity_errors, prune=resource.prunes)
        if resource.deprecation is not None:
            yield Error("deprecated-api", ("apiVersion",), resource.deprecation)

    def validate(self, request: Request, errors: Errors) -> None:
        """Judge an object that decodes, new or updated."""
        resource = self.resource
        old = None if request.old is None else self._prepared(request.old.manifest)
        new = self._prepared(request.manifest)
        if resource.has_status:
            # Only a request to the subresource sets it.
            new.pop("status", None)
            if old is not None and "status" in old:
                new["status"] = old["status"]
        before = len(errors)
        self._validate_meta(request, new, old, errors)
        _generate_name(new["metadata"])
        correlation = None if old is None else Correlation(new, old, resource.schema)
        try:
            failures = self._validator(request.version).validate(new, resource.schema, (), correlation)
        except TooManyPartsError as error:
            whose = "of a run, all custom resources together," if error.limit > MOST_PARTS else "of an object"
            message = (
                f"The object was not judged by its schema: the limit {whose} is {error.limit} parts of alternatives (`allOf`, `anyOf`, "
                "`oneOf`, `not`) held against values, and inside of lists they multiply. Make the lists shorter, or the schema simpler."
            )
            errors.errors.append(Error("too-large-to-judge", (), message, "Invalid", NO_FIELD))
            return
        errors.errors += map(error_of, failures)
        if resource.scale is not None:
            validate_scale(new, resource.scale, errors)
        for path, embedded in embedded_resources(new, resource.schema):
            validate_embedded(embedded, path, errors)
        self._validate_lists(new, old, errors)
        if has_rules(resource.schema):
            self._validate_rules(new, old, correlation, errors, before)

    def warn(self, request: Request, errors: Errors) -> None:
        """Warn of finalizers that an object adds and that have no domain."""
        stored = (request.old.manifest.get("metadata") or {}).get("finalizers") or () if request.old else ()
        for index, entry in enumerate(_decoded_metadata(request.metadata).get("finalizers", ())):
            if entry in stored:
                continue
            faults = names.qualified_name(entry)
            if "/" not in entry and entry not in STANDARD_FINALIZERS:
                faults = (*faults, f"has no domain; write it as `example.com/{entry}`")
            for fault in faults:
                message = f"The finalizer {quote(entry)} {fault}."
                errors.warn(("metadata", "finalizers", index), message, rule="finalizer-without-domain")

    def _validator(self, version: KubeVersion) -> SchemaValidator:
        if version not in self._validators:
            self._validators[version] = SchemaValidator(version, self._work)
        return self._validators[version]

    def _prepared(self, manifest: Object) -> Object:
        """Return an object as the server has it when it judges it."""
        value: Object = as_json(manifest)
        drop_nulls(value, self.resource.schema)
        value["metadata"] = _decoded_metadata(value.get("metadata"))
        for _, embedded in embedded_resources(value, self.resource.schema):
            if "metadata" in embedded:
                embedded["metadata"] = _decoded_metadata(embedded["metadata"])
        apply_schema_defaults(value, self.resource.schema)
        return value

    def _validate_meta(self, request: Request, new: Object, old: Object | None, errors: Errors) -> None:
        metadata = dict(new["metadata"])
        if not self.resource.is_namespaced:
            metadata.pop("namespace", None)
        request = request.with_object({"metadata": metadata}, request.old)
        if old is None:
            validate_object_meta(
                request,
                errors,
                name=names.dns_subdomain,
                finalizers_need_domain=False,
            )
        else:
            validate_object_meta_update(
                request,
                errors,
                as_new=True,
                finalizers_need_domain=False,
            )

    def _validate_lists(self, new: Object, old: Object | None, errors: Errors) -> None:
        """Judge lists; not where a stored object has lists that are no better, wherever they are."""
        if old is not None:
            stored = Errors(errors.version)
            validate_lists(old, self.resource.schema, (), stored)
            if stored.errors:
                return
        validate_lists(new, self.resource.schema, (), errors)

    def _validate_rules(
        self, new: Object, old: Object | None, correlation: Correlation | None, errors: Errors, before: int
    ) -> None:
        if any(error.reason in _BLOCKING for error in errors.errors[before:]):
            message = "The rules in CEL of its definition were not asked because of the other errors: correct those first."
            errors.invalid((), message, rule=RULES, field=NO_FIELD)
            return
        if holds_mark(new):
            return  # a rule may speak of any value, also of those that are filled in later
        from linter.apiserver.customresources.rules import RuleValidator

        try:
            RuleValidator(errors, self._work).validate(new, old, self.resource.schema, correlation)
        except CelMissingError:
            self._work.unasked += 1


def _generate_name(metadata: Object) -> None:
    if metadata.get("generateName") and not metadata.get("name"):
        metadata["name"] = generated_name(metadata["generateName"])


def _decoded_metadata(value: Any) -> Object:
    """Return metadata as it comes back from the server's struct: without what is empty, and without nulls."""
    if not isinstance(value, dict):
        return {}
    decoded = nulls.drop_nulls(value, _METADATA)
    return {name: each for name, each in decoded.items() if each is not None and each not in ("", [], {})}
