"""The API server of one Kubernetes version, as far as it judges objects: the only admission there is."""

from __future__ import annotations

from linter.apiserver.decode import Decoder, identity_errors
from linter.apiserver.errors import Errors
from linter.apiserver.kinds import Strategy, strategy_of
from linter.apiserver.meta import warn_of_object_meta
from linter.apiserver.request import Request, Stored
from linter.kube.defaults.apply import apply_defaults
from linter.kube.kinds import is_builtin
from linter.version import DEFAULT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.decode import CustomSchemas, KindStatus
    from linter.apiserver.errors import Error
    from linter.apiserver.request import Object
    from linter.version import KubeVersion


class Server:
    """Tells what the API server says of objects that it is sent: `create` and `update`, or one step after the other.

    It costs nothing to make, but should be kept: what it puts together of a kind it knows from then on.

    Args:
        version: The Kubernetes version.
        custom: The schemas of custom resources, where there are any.
    """

    def __init__(self, version: KubeVersion = DEFAULT, custom: CustomSchemas | None = None) -> None:
        self.version = version
        self._decoder = Decoder(version, custom)

    def create(self, manifest: Object, *, namespace: str | None = None) -> Errors:
        """Return what is reported of a new object.

        Args:
            manifest: The object as it is sent, as plain values of JSON.
            namespace: The namespace that the request goes to, where that is known.
        """
        return self._admit(manifest, None, namespace)

    def update(self, old: Object, new: Object, *, namespace: str | None = None) -> Errors:
        """Return what is reported of an object that takes the place of a stored one.

        Args:
            old: The stored object. If no server could hold it, the new one is judged for itself.
            new: The object as it is sent.
            namespace: The namespace that the request goes to, where that is known.
        """
        known = not any(error.reason for error in self.decode(old))
        return self._admit(new, Stored(old, apply_defaults(old)) if known else None, namespace)

    def kind_status(self, api_version: str, kind: str) -> KindStatus:
        """Tell what is known of a kind, as `Decoder.status` does."""
        return self._decoder.status(api_version, kind)

    def decode(self, manifest: Object) -> tuple[Error, ...]:
        """Return why the server could not read an object, and whether its version is deprecated (then without a reason).

        Raises:
            SchemaLocationError: The schema of a custom resource can't be read.
        """
        api_version, kind = manifest.get("apiVersion"), manifest.get("kind")
        if api_version and isinstance(api_version, str) and kind and isinstance(kind, str):
            return self._decoder.errors(api_version, kind, manifest)
        return tuple(identity_errors(manifest, self.version))

    def validate(self, request: Request) -> Errors:
        """Judge an object that decodes, once defaults are applied. Nothing is reported of kinds of which nobody knows more."""
        errors = Errors(request.version)
        strategy = self._strategy(request.manifest["apiVersion"], request.kind)
        if strategy is None:
            return errors
        if request.old is not None and request.old.manifest["kind"] != request.kind:
            stored = request.old.manifest["kind"]
            message = f"The stored object is a {stored}: a {request.kind} is another object, to be created beside it."
            errors.invalid(("kind",), message, rule="object-identity")
            return errors
        if request.namespace is not None:
            _validate_request_namespace(request, errors)
        if strategy.prepare is not None:
            before = len(errors.errors)
            request = strategy.prepare(request, errors)
            if len(errors.errors) > before:
                return errors
        if request.old is None:
            strategy.validate(request, errors)
        else:
            strategy.validate_update(request, errors)
        # The server warns only of what it takes.
        if not errors.errors:
            warn_of_object_meta(request, errors)
            if strategy.warn is not None:
                strategy.warn(request, errors)
        return errors

    def judges(self, api_version: str, kind: str) -> bool:
        """Tell whether more is known of a kind than the types of its fields.

        Raises:
            SchemaLocationError: The schema of a custom resource can't be read.
        """
        return self._strategy(api_version, kind) is not None

    def _strategy(self, api_version: str, kind: str) -> Strategy | None:
        if is_builtin(api_version):
            return strategy_of(api_version, kind)
        schema = self._decoder.custom_schema(api_version, kind)
        return None if schema is None else Strategy(schema.validate, schema.validate, warn=schema.warn)

    def _admit(self, manifest: Object, old: Stored | None, namespace: str | None) -> Errors:
        decoded = self.decode(manifest)
        errors = Errors(self.version)
        errors.errors += (each for each in decoded if each.reason)
        errors.warnings += (each for each in decoded if not each.reason)
        if not errors.errors:
            request = Request(self.version, manifest, apply_defaults(manifest), old, namespace)
            answer = self.validate(request)
            errors.errors += answer.errors
            errors.warnings += answer.warnings
        return errors


def _validate_request_namespace(request: Request, errors: Errors) -> None:
    written = request.metadata.get("namespace")
    if written and written != request.namespace:
        errors.invalid(
            ("metadata", "namespace"),
            f"The object says namespace `{written}`, but the request goes to `{request.namespace}`.",
            rule="request-namespace",
        )
