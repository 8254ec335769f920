"""Values against schemas, as k8s.io/kube-openapi's validation judges custom resources and the defaults in definitions.

Its oddities are kept: which causes a refused anyOf or oneOf adds is decided by counting how many checks of each alternative held.
"""

from __future__ import annotations

from linter.apiserver.customresources.failure import Failure
from linter.apiserver.customresources.numbers import number_failures
from linter.kube.formats import format_of, has_format, is_known_format
from linter.kube.patterns import matches
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from linter.apiserver.customresources.correlation import Correlation
    from linter.apiserver.customresources.plain import Schema
    from linter.path import FieldPath
    from linter.version import KubeVersion

MOST_PARTS = 50_000
"""So many parts of alternatives (allOf, anyOf, oneOf, not) are held against the values of one object: inside of lists, and of each other,
they multiply. All else takes time that is linear to the object. (Work is bounded, not time, so that runs agree.)"""
MOST_PARTS_OF_A_RUN = 4 * MOST_PARTS
"""So many are held against all custom resources together."""


class TooManyPartsError(ValueError):
    """A value and its schema are too large together to be judged."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


COST_OF_A_RUN = 50_000_000
"""So much may rules in CEL cost for all custom resources together: five times what the server grants to one object."""


class Work:
    """How much work is left for a run, and what was left undone."""

    __slots__ = ("cost_left", "parts_left", "unasked")

    def __init__(self, parts_left: int = MOST_PARTS_OF_A_RUN, cost_left: int = COST_OF_A_RUN) -> None:
        self.parts_left = parts_left
        self.cost_left = cost_left
        self.unasked = 0
        """How many objects have rules that nobody asked, for the library that parses them is not installed."""


class Judged(NamedTuple):
    """The outcome for a value and all that is below it."""

    failures: list[Failure]
    matches: int
    """How many checks held, as the server counts them."""


class _Traits(NamedTuple):
    """What a node of a schema asks for, read once."""

    types: tuple[str, ...]
    format: str
    text_format: str
    """The format, if it is one of texts."""
    has_type: bool
    nullable: bool
    enum: list[Any]
    has_junctors: bool
    limits_text: bool
    limits_numbers: bool


class SchemaValidator:
    """Judges values against schemas. It remembers what it read of a schema, so it should be kept with it.

    Args:
        version: The Kubernetes version, on which the known formats depend.
        work: What is left of the work of the run: what is done here is taken off.
    """

    def __init__(self, version: KubeVersion, work: Work | None = None) -> None:
        self._version = version
        self._work = work or Work()
        self._parts_left = MOST_PARTS
        self._traits: dict[int, _Traits] = {}

    def validate(
        self, value: Any, schema: Schema, path: FieldPath = (), correlation: Correlation | None = None
    ) -> list[Failure]:
        """Return what does not fit.

        Args:
            value: Plain data (linter.apiserver.customresources.plain).
            schema: The schema.
            path: Where the value is.
            correlation: The value with the one that it replaces: what is wrong in an unchanged one is forgiven.

        Raises:
            TooManyPartsError: It takes too much work.
        """
        self._parts_left = MOST_PARTS
        return self._child(value, schema, path, correlation).failures

    def _child(self, value: Any, schema: Schema, path: FieldPath, correlation: Correlation | None) -> Judged:
        judged = self._node(value, schema, path, correlation)
        if judged.failures and correlation is not None and correlation.is_unchanged():
            return Judged([], judged.matches)
        return judged

    def _node(self, value: Any, schema: Schema, path: FieldPath, correlation: Correlation | None) -> Judged:
        traits = self._traits.get(id(schema))
        if traits is None:
            traits = self._traits[id(schema)] = _traits_of(schema, self._version)
        failures: list[Failure] = []
        count = 0
        if traits.has_type or value is None:
            if wanted := _type_fault(value, traits):
                failures.append(Failure("type", path, value, wanted))
            else:
                count += 1
        if value is None:
            if traits.enum:
                failures.append(Failure("enum", path, value, traits.enum))
            return Judged(failures, count)
        # One for each check that applies, one for the node; each junctor adds what its parts count.
        count += 4 if traits.has_type else 3
        if traits.has_junctors:
            count += self._junctors(value, schema, path, failures)
        if isinstance(value, str):
            count += 1
            if traits.limits_text:
                failures += _text_failures(value, schema, path)
            if traits.text_format:
                count += 1
                if not has_format(value, traits.text_format):
                    failures.append(Failure("format", path, value, traits.text_format))
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            count += 2
            if traits.limits_numbers:
                failures += number_failures(value, schema, traits.format, path)
        elif isinstance(value, list):
            count += 2 + self._items(value, schema, path, correlation, failures)
        elif isinstance(value, dict):
            count += 1 + self._fields(value, schema, path, correlation, failures)
        if traits.enum and not any(_is_enum_value(value, each) for each in traits.enum):
            failures.append(Failure("enum", path, value, traits.enum))
        return Judged(_distinct(failures) if traits.has_junctors else failures, count)

    def _part(self, value: Any, schema: Schema, path: FieldPath) -> Judged:
        """Judge a value by a part of allOf, anyOf, oneOf or not, where the server forgives nothing below."""
        self._parts_left -= 1
        self._work.parts_left -= 1
        if self._parts_left < 0:
            raise TooManyPartsError(MOST_PARTS)
        if self._work.parts_left < 0:
            raise TooManyPartsError(MOST_PARTS_OF_A_RUN)
        return self._node(value, schema, path, None)

    def _items(
        self,
        value: list[Any],
        schema: Schema,
        path: FieldPath,
        correlation: Correlation | None,
        failures: list[Failure],
    ) -> int:
        count = 0
        items = schema.get("items")
        for index, each in enumerate(value if isinstance(items, dict) else ()):
            child = correlation.index(index) if correlation is not None else None
            judged = self._child(each, items or {}, (*path, index), child)
            failures += judged.failures
            count += judged.matches
        failures += _size_failures(value, schema, "Items", path)
        return count

    def _fields(
        self,
        value: dict[str, Any],
        schema: Schema,
        path: FieldPath,
        correlation: Correlation | None,
        failures: list[Failure],
    ) -> int:
        count = 0
        properties, others = schema.get("properties", {}), schema.get("additionalProperties")
        failures += _size_failures(value, schema, "Properties", path)
        for name, each in value.items():
            child_schema = properties.get(name, others)
            if child_schema is False:
                failures.append(Failure("additionalProperties", path, name, None))
            if not isinstance(child_schema, dict):
                continue
            # apiVersion and kind of the object itself are never old: both sides were converted to the same.
            child = (
                correlation.key(name)
                if correlation and (path or name not in {"apiVersion", "kind"})
                else None
            )
            judged = self._child(each, child_schema, (*path, name), child)
            failures += judged.failures
            count += judged.matches
        failures += (
            Failure("required", (*path, name), value, name)
            for name in schema.get("required", ())
            if name not in value
        )
        return count

    def _junctors(self, value: Any, schema: Schema, path: FieldPath, failures: list[Failure]) -> int:
        """Judge allOf, anyOf, oneOf and not. What the server reports of alternatives are those of the best one."""
        count = 0
        if parts := schema.get("anyOf"):
            tried: list[Judged] = []
            for part in parts:
                tried.append(self._part(value, part, path))
                if not tried[-1].failures:
                    break
            if not tried[-1].failures:
                best = tried[-1]
            else:
                failures.append(Failure("anyOf", path, value, None, at_root=True))
                best = max(tried, key=lambda judged: judged.matches)
            failures += best.failures
            count += best.matches
        if parts := schema.get("oneOf"):
            tried = [self._part(value, part, path) for part in parts]
            valid = [judged for judged in tried if not judged.failures]
            if len(valid) == 1:
                count += valid[0].matches
            else:
                failures.append(Failure("oneOf", path, value, len(valid), at_root=True))
                if not valid:
                    best = max(tried, key=lambda judged: judged.matches)
                    failures += best.failures
                    count += best.matches
        if parts := schema.get("allOf"):
            tried = [self._part(value, part, path) for part in parts]
            for judged in tried:
                failures += judged.failures
                count += judged.matches
            if any(judged.failures for judged in tried):
                failures.append(Failure("allOf", path, value, None, at_root=True))
        negated = schema.get("not")
        if negated is not None and not self._part(value, negated, path).failures:
            failures.append(Failure("not", path, value, None, at_root=True))
        return count


def types_of(schema: Schema) -> tuple[str, ...]:
    """Return the types that a schema takes; none where it takes all."""
    if schema.get("x-kubernetes-int-or-string"):
        return ("integer", "string")
    return (schema["type"],) if schema.get("type") else ()


def _traits_of(schema: Schema, version: KubeVersion) -> _Traits:
    types, format_ = types_of(schema), format_of(schema, version)
    return _Traits(
        types=types,
        format=format_,
        text_format=format_ if format_ and is_known_format(format_, version) else "",
        has_type=bool(types or format_),
        nullable=bool(schema.get("nullable")),
        enum=schema.get("enum") or [],
        has_junctors=not schema.keys().isdisjoint(("allOf", "anyOf", "oneOf", "not")),
        limits_text=not schema.keys().isdisjoint(("maxLength", "minLength", "pattern")),
        limits_numbers=bool(
            types or format_ or not schema.keys().isdisjoint(("multipleOf", "maximum", "minimum"))
        ),
    )


def _type_fault(value: Any, traits: _Traits) -> str | None:
    """Return the type that a value should have; None where it fits."""
    types, format_ = traits.types, traits.format
    if value is None:
        return None if not types or traits.nullable else ",".join(types)
    type_ = json_type(value)
    fits = type_ in types or (type_ == "integer" and "number" in types)
    is_number = "number" in types or "integer" in types
    if format_ and not isinstance(value, (str, list)):
        if not fits and not (type_ == "integer" and format_ == "int64"):
            return format_
    elif format_ and not is_number:
        return None  # a list passes, too
    return None if fits else ",".join(types)


def json_type(value: Any) -> str:
    """Return the type of a value in the words of JSON Schema."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def _is_enum_value(value: Any, allowed: Any) -> bool:
    """Compare as Go does after it converted the value to the type of the allowed one: 1.5 becomes 1."""
    if isinstance(value, bool) or isinstance(allowed, bool):
        return isinstance(value, bool) and value is allowed
    if isinstance(allowed, int) and isinstance(value, float):
        return int(value) == allowed
    if isinstance(allowed, str) and isinstance(value, int):
        return 0 <= value < 0x110000 and chr(value) == allowed
    return bool(value == allowed)


def _text_failures(value: str, schema: Schema, path: FieldPath) -> list[Failure]:
    """Return what is wrong with a text: the first fault."""
    high, low, pattern = schema.get("maxLength"), schema.get("minLength"), schema.get("pattern")
    if high is not None and len(value) > high:
        return [Failure("maxLength", path, value, high)]
    if low is not None and len(value) < low:
        return [Failure("minLength", path, value, low)]
    if pattern and not matches(pattern, value):
        return [Failure("pattern", path, value, pattern)]
    return []


def _size_failures(
    value: list[Any] | dict[str, Any], schema: Schema, noun: str, path: FieldPath
) -> list[Failure]:
    failures = []
    low, high = schema.get(f"min{noun}"), schema.get(f"max{noun}")
    if low is not None and len(value) < low:
        failures.append(Failure(f"min{noun}", path, value, low))
    if high is not None and len(value) > high:
        failures.append(Failure(f"max{noun}", path, value, high))
    return failures


def _distinct(failures: list[Failure]) -> list[Failure]:
    """Drop repeated failures: alternatives report the same again."""
    if len(failures) < 2:
        return failures
    kept = {(each.keyword, each.path, repr(each.wanted)): each for each in failures}
    return list(kept.values())
