"""What the API server says of an object: errors and warnings, each with the id of the rule whose page explains it."""

from __future__ import annotations

from linter.kube.suggest import not_supported, quote
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from typing import Final, Literal

    from linter.path import FieldPath
    from linter.version import KubeVersion

    Reason = Literal[
        "Required", "Invalid", "NotSupported", "Forbidden", "Duplicate", "TooLong", "TooMany", "NotFound",
        "InternalError", "TypeInvalid", "TypeMismatch", "UnknownField", "Malformed",
    ]  # fmt: skip
    """The server's kinds of error, as `causes[].reason` has them; the last three are those of the decoder."""


MOST_ERRORS: Final = 1000
"""So many errors of one rule in one object are reported: a broken (or hostile) object takes neither all memory nor all time."""


class Error(NamedTuple):
    """One thing that the server refuses, or warns of."""

    rule: str
    """The id of the page in rules/api that explains it."""
    path: FieldPath
    """Where it is written; where the field is absent, where it should be."""
    message: str
    """What is wrong and what to write instead, in one or two plain sentences."""
    reason: Reason | None = None
    """The kind of error; None for a warning."""
    field: str | None = None
    """The field as the server spells it, where that differs from `format_path(path)`."""
    at_key: bool = False
    """Whether the key is at fault, not its value."""


class Errors:
    """Gathers what is reported of one object.

    Attributes:
        version: The Kubernetes version whose server judges.
        errors: What it refuses, in its order.
        warnings: What it warns of.
    """

    __slots__ = ("errors", "version", "warnings")

    def __init__(self, version: KubeVersion) -> None:
        self.version = version
        self.errors: list[Error] = []
        self.warnings: list[Error] = []

    def __len__(self) -> int:
        """Return how many errors there are: where the server stops after the first ones, compare before and after."""
        return len(self.errors)

    def invalid(
        self, path: FieldPath, message: str, *, rule: str, field: str | None = None, at_key: bool = False
    ) -> None:
        """Add that a value is invalid."""
        self.errors.append(Error(rule, path, message, "Invalid", field, at_key))

    def required(self, path: FieldPath, message: str, *, rule: str, field: str | None = None) -> None:
        """Add that something is missing."""
        self.errors.append(Error(rule, path, message, "Required", field))

    def forbidden(self, path: FieldPath, message: str, *, rule: str, field: str | None = None) -> None:
        """Add that something must not be there."""
        self.errors.append(Error(rule, path, message, "Forbidden", field))

    def duplicate(self, path: FieldPath, message: str, *, rule: str, field: str | None = None) -> None:
        """Add that something is there twice."""
        self.errors.append(Error(rule, path, message, "Duplicate", field))

    def type_invalid(self, path: FieldPath, message: str, *, rule: str, field: str | None = None) -> None:
        """Add that a value does not have the type that a schema asks for."""
        self.errors.append(Error(rule, path, message, "TypeInvalid", field))

    def too_long(self, path: FieldPath, message: str, *, rule: str, field: str | None = None) -> None:
        """Add that something is too long."""
        self.errors.append(Error(rule, path, message, "TooLong", field))

    def too_many(self, path: FieldPath, message: str, *, rule: str, field: str | None = None) -> None:
        """Add that a list is too long."""
        self.errors.append(Error(rule, path, message, "TooMany", field))

    def not_found(self, path: FieldPath, message: str, *, rule: str, field: str | None = None) -> None:
        """Add that something refers to what is not there."""
        self.errors.append(Error(rule, path, message, "NotFound", field))

    def internal(self, path: FieldPath, message: str, *, rule: str, field: str | None = None) -> None:
        """Add that the server itself does not know what to do with a value."""
        self.errors.append(Error(rule, path, message, "InternalError", field))

    def unsupported(self, path: FieldPath, message: str, *, rule: str, field: str | None = None) -> None:
        """Add that a value is not one of those that the server knows, in words of one's own."""
        self.errors.append(Error(rule, path, message, "NotSupported", field))

    def not_supported(
        self,
        path: FieldPath,
        what: str,
        value: str,
        allowed: Collection[str],
        *,
        rule: str,
        field: str | None = None,
    ) -> None:
        """Add that a value is not one of the allowed ones, if so.

        Args:
            path: Where it is.
            what: What it is, as the beginning of a sentence: "The protocol".
            value: The value.
            allowed: The values that there are, in the order in which they are to be listed.
            rule: The id of the page.
            field: As in Error.
        """
        if value not in allowed:
            message = not_supported(what, value, [each for each in allowed if each])
            self.errors.append(Error(rule, path, message, "NotSupported", field))

    def faults(
        self,
        path: FieldPath,
        what: str,
        value: object,
        faults: Iterable[str],
        *,
        rule: str,
        field: str | None = None,
    ) -> None:
        """Add that a value is invalid, once for each fault ("is longer than 63 bytes"), as linter.kube.names gives them."""
        for fault in faults:
            shown = what if value == "" else f"{what} {quote(value)}"
            self.errors.append(Error(rule, path, f"{shown} {fault}.", "Invalid", field))

    def warn(
        self, path: FieldPath, message: str, *, rule: str, field: str | None = None, at_key: bool = False
    ) -> None:
        """Add a warning."""
        self.warnings.append(Error(rule, path, message, None, field, at_key))
