"""The functions that expressions may call, by name; operators as cel-go calls them (`_+_`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from linter.cel.functions import (
    conversions,
    encoders,
    formats,
    lists,
    network,
    operators,
    optionals,
    quantities,
    semver,
    texts,
    times,
)
from linter.cel.values import TypeValue

if TYPE_CHECKING:
    from collections.abc import Callable

FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    **operators.FUNCTIONS,
    **conversions.FUNCTIONS,
    **texts.FUNCTIONS,
    **lists.FUNCTIONS,
    **times.FUNCTIONS,
    **optionals.FUNCTIONS,
    **quantities.FUNCTIONS,
    **network.FUNCTIONS,
    **semver.FUNCTIONS,
    **formats.FUNCTIONS,
    **encoders.FUNCTIONS,
    "indexOf": lists.index_of,
    "lastIndexOf": lists.last_index_of,
    "reverse": lists.reverse,
    "ip": network.ip,
}
"""Those named here at the end are functions of texts or addresses and of lists alike."""

TYPES: Final = {
    name: TypeValue(name)
    for name in ("bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type", "optional_type",
                 "google.protobuf.Timestamp", "google.protobuf.Duration")
}  # fmt: skip
"""Names of types, which are values."""


def is_conversion(function: str) -> bool:
    """Tell whether a function turns a value into one of another type; of a constant the server does it beforehand."""
    return function in {
        "int",
        "uint",
        "double",
        "string",
        "bytes",
        "bool",
        "timestamp",
        "duration",
        "dyn",
        "type",
    }
