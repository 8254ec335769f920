"""What the decoder refuses inside of `items` and `additionalProperties`, which may hold a schema or something else.

The types of fields that schemas/ has from OpenAPI end there.
"""

from __future__ import annotations

from linter.kube.schema import field_of, inside, is_list, is_map
from linter.kube.structs import SCALARS
from linter.kube.suggest import quote
from linter.path import Key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from linter.apiserver.errors import Errors
    from linter.path import FieldPath

_SCHEMA = "apiextensions/v1.JSONSchemaProps"
_RULE = "schema-node"


def validate_shape(schema: Any, path: FieldPath, errors: Errors) -> None:
    """Judge whether a schema can be decoded.

    Args:
        schema: What stands where a schema should.
        path: Where it is.
        errors: Gets what is wrong.
    """
    _validate(schema, _SCHEMA, path, errors)


def _validate(value: Any, type_: str, path: FieldPath, errors: Errors) -> None:
    if value is None:
        return
    if is_list(type_) or is_map(type_):
        wanted = list if is_list(type_) else dict
        if not isinstance(value, wanted):
            _mismatch(value, "a list" if is_list(type_) else "a map", path, errors)
            return
        entries = enumerate(value) if isinstance(value, list) else ((Key(key), value[key]) for key in value)
        for step, each in entries:
            _validate(each, inside(type_), (*path, step), errors)
    elif type_ == _SCHEMA:
        _validate_schema(value, path, errors)
    elif (scalar := SCALARS.get(type_)) is not None:
        if not scalar.fits(value):
            _mismatch(value, f"of type {type_}", path, errors)
    elif not isinstance(value, dict):
        _mismatch(value, "a map", path, errors)
    else:
        for name, each in value.items():
            if (field := field_of(type_, name)) is not None:
                _validate(each, field.type, (*path, name), errors)


def _validate_schema(value: Any, path: FieldPath, errors: Errors) -> None:
    if not isinstance(value, dict):
        _mismatch(value, "a schema", path, errors)
        return
    for name, each in value.items():
        found = field_of(_SCHEMA, name)
        if found is None:
            continue  # here the server drops what it does not know
        at = (*path, name)
        match name:
            case "items":
                # Anything else than a schema or a list of schemas is as good as an empty one.
                if isinstance(each, (dict, list)):
                    _validate(each, f"[{_SCHEMA}]" if isinstance(each, list) else _SCHEMA, at, errors)
            case "additionalProperties" if isinstance(each, bool):
                pass
            case "additionalProperties":
                _validate(each, _SCHEMA, at, errors)
            case _:
                _validate(each, found.type, at, errors)


def _mismatch(value: Any, wanted: str, path: FieldPath, errors: Errors) -> None:
    errors.invalid(path, f"The value is {quote(value)}; it must be {wanted}.", rule=_RULE)
