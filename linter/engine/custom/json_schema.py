"""JSON Schemas of custom resources, as catalogs of schemas hold them.

jsonschema-rs tells in microseconds whether an object is valid; jsonschema, slow to import and to run, is asked only why one is not. The
work of both is bounded: a schema and an object from an untrusted change must not take all time and memory there is.
"""

from __future__ import annotations

from functools import cached_property

from linter.apiserver.customresources.messages import LIMITS, TYPES
from linter.apiserver.errors import Error
from linter.apiserver.explain import found, name_of
from linter.kube.patterns import matches
from linter.kube.suggest import did_you_mean, one_of, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    import jsonschema
    import jsonschema_rs

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Request
    from linter.path import FieldPath

    Schema = dict[str, Any]

MOST_STEPS = 50_000
"""So many keywords are held against values of an object to say what does not fit."""
_MOST_FAST_STEPS = 50_000_000
"""The like for the fast validator, which nobody can stop: estimated beforehand."""


class _TooManyStepsError(Exception):
    pass


class JsonSchema:
    """A JSON Schema of one custom resource.

    Args:
        schema: Draft 2020-12 unless its `$schema` names another; of the whole object.
    """

    is_definition = False

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._steps = 0

    @cached_property
    def _fast_validator(self) -> jsonschema_rs.Validator | None:
        import jsonschema_rs

        try:
            return jsonschema_rs.validator_for(self.schema, retriever=_retrieve_nothing)
        except (ValueError, jsonschema_rs.ReferencingError):
            return None  # a pattern or reference that it does not understand: jsonschema may

    @cached_property
    def _explainer(self) -> jsonschema.protocols.Validator | None:
        import jsonschema
        import referencing

        base = jsonschema.validators.validator_for(self.schema, jsonschema.Draft202012Validator)
        if not self._is_sound(base):
            return None
        keywords = {**base.VALIDATORS, "pattern": _judge_pattern}
        counted = {name: self._counted(judge) for name, judge in keywords.items()}
        extended = jsonschema.validators.extend(base, counted)  # type: ignore[no-untyped-call]
        validator: jsonschema.protocols.Validator = extended(self.schema, registry=referencing.Registry())
        return validator

    def _is_sound(self, base: type[jsonschema.protocols.Validator]) -> bool:
        """Tell whether the schema is one by its metaschema: a large one would take jsonschema many seconds."""
        import jsonschema
        import jsonschema_rs

        # Without a look at formats in either: that would compile patterns.
        try:
            metaschema = jsonschema_rs.validator_for(
                base.META_SCHEMA, retriever=_retrieve_nothing, validate_formats=False
            )
        except (ValueError, jsonschema_rs.ReferencingError):  # draft 3, which it does not know
            try:  # (the stubs do not know that one can ask for no formats)
                base.check_schema(self.schema, format_checker=jsonschema.FormatChecker(()))  # type: ignore[call-arg]
            except (jsonschema.SchemaError, RecursionError):
                return False
            return True
        return metaschema.is_valid(self.schema)

    @cached_property
    def _size(self) -> int | None:
        """How many steps the schema takes for one value; None where nobody knows, for it refers to itself."""
        try:
            return _Size(self.schema).of(self.schema)
        except RecursionError:
            return None

    def errors(
        self, manifest: Mapping[str, Any], _identity_errors: Callable[[dict[str, Any]], Any] | None = None
    ) -> Iterator[Error]:
        """Yield what does not fit, in the order of the paths. Nothing is reported twice, and nothing of a broken schema.

        Raises:
            SchemaLocationError: the schema refers to another one.
        """
        try:
            if self.is_valid(manifest):
                return
            errors = self._errors(manifest)
        except _TooManyStepsError:
            message = (
                f"The object was not judged by its schema: that takes more than {MOST_STEPS} steps (alternatives inside of lists "
                "multiply). Make the lists shorter, or the schema simpler."
            )
            yield Error("too-large-to-judge", (), message, "Invalid")
            return
        seen = set()
        for error in sorted(errors, key=lambda error: [*map(str, error.absolute_path)]):
            for each in _explain(error):
                if each not in seen:
                    seen.add(each)
                    yield each

    def validate(self, _request: Request, _errors: Errors) -> None:
        """Report nothing: what a JSON Schema says is reported when the object is decoded."""

    def warn(self, _request: Request, _errors: Errors) -> None:
        """Report nothing."""

    def is_valid(self, manifest: Mapping[str, Any]) -> bool:
        """Tell whether an object fits, by the fast validator where it can judge."""
        size = self._size
        if (
            size is not None
            and size * _count(manifest) <= _MOST_FAST_STEPS
            and self._fast_validator is not None
        ):
            try:
                return self._fast_validator.is_valid(manifest)
            except ValueError:  # a text with a lone surrogate, which it can't take
                pass
        return not self._errors(manifest)

    def _errors(self, manifest: Mapping[str, Any]) -> list[jsonschema.ValidationError]:
        import referencing.exceptions

        if self._explainer is None:
            return []
        self._steps = 0
        try:
            return list(self._explainer.iter_errors(manifest))
        except RecursionError as error:
            raise _TooManyStepsError from error
        except referencing.exceptions.Unresolvable as error:
            from linter.engine.custom.schema_locations import SchemaLocationError

            raise SchemaLocationError(f"A schema refers to {error.ref}, which is not in it.") from error

    def _counted(self, judge: Callable[..., Any]) -> Callable[..., Iterator[jsonschema.ValidationError]]:
        def counted(*arguments: Any) -> Iterator[jsonschema.ValidationError]:
            self._steps += 1
            if self._steps > MOST_STEPS:
                raise _TooManyStepsError
            yield from judge(*arguments) or ()

        return counted


class _Size:
    """Counts the keywords of a schema, with what it refers to in their places."""

    def __init__(self, root: Schema) -> None:
        self._root = root
        self._known: dict[int, int | None] = {}

    def of(self, node: Any) -> int | None:
        """Return the number; None where there is no end to it."""
        if isinstance(node, list):
            return self._sum(node)
        if not isinstance(node, dict):
            return 1
        key = id(node)
        if key not in self._known:
            self._known[key] = None  # what is met again on the way down refers to itself
            children = [each for name, each in node.items() if name not in {"$defs", "definitions"}]
            if isinstance(reference := node.get("$ref"), str):
                children.append(self._target(reference))
            self._known[key] = self._sum(children)
        return self._known[key]

    def _sum(self, nodes: list[Any]) -> int | None:
        total = 1
        for node in nodes:
            size = self.of(node)
            if size is None:
                return None
            total += size
        return total

    def _target(self, reference: str) -> Any:
        node: Any = self._root
        for step in reference.removeprefix("#").split("/")[1:]:
            node = node.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(node, dict) else None
        return node


def _count(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + sum(map(_count, value.values()))
    return 1 + sum(map(_count, value)) if isinstance(value, list) else 1


def _judge_pattern(
    _validator: Any, pattern: Any, instance: Any, _schema: Any
) -> Iterator[jsonschema.ValidationError]:
    """Judge a text in bounded time, whatever the pattern. Python's own engine may take for ever."""
    import jsonschema

    if isinstance(instance, str) and not matches(pattern, instance):
        yield jsonschema.ValidationError(f"{instance!r} does not match {pattern!r}")


def _retrieve_nothing(uri: str) -> Schema:
    """Refuse to fetch what a schema refers to: nothing is read that the user has not named."""
    raise ValueError(uri)


def _explain(error: jsonschema.ValidationError) -> Iterator[Error]:
    path: FieldPath = tuple(error.absolute_path)
    value: Any = error.instance
    wanted: Any = error.validator_value
    schema: Any = error.schema
    what = f"`{name_of(path)}`" if path else "The object"
    match error.validator:
        case "additionalProperties" if wanted is False:
            fields = schema.get("properties", {})
            for key in value:
                if key not in fields:
                    message = f"`{key}` is not a field of {what if path else 'this custom resource'}."
                    message += did_you_mean(key, fields)
                    yield Error("unknown-field", (*path, key), message, "UnknownField", at_key=True)
        case "required":
            for key in wanted:
                if key not in value:
                    yield Error("missing-field", (*path, key), f"{what} needs `{key}`.", "Required")
        case "type":
            types = " or ".join(
                TYPES.get(each, each) for each in ([wanted] if isinstance(wanted, str) else wanted)
            )
            message = f"{what} must be {types}, but is {'null' if value is None else found(value)}."
            yield Error("wrong-type", path, message, "TypeMismatch")
        case "enum":
            allowed = [str(each) for each in wanted if each is not None]
            message = (
                f"{what} is {quote(value)}; it must be {one_of(allowed)}.{did_you_mean(str(value), allowed)}"
            )
            yield Error("custom-resource", path, message, "NotSupported")
        case keyword if keyword in LIMITS:
            reason, text = LIMITS[keyword]
            shown = f"is {quote(value)}; it " if isinstance(value, (str, int, float)) else ""
            message = f"{what} {shown}{text.format(wanted)}."
            yield Error("custom-resource", path, message, reason)
        case keyword:
            message = f"{what} does not fulfil the condition `{keyword}` of its schema."
            yield Error("custom-resource", path, message, "Invalid")
