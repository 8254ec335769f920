"""What of `typing` takes part in a run, without `typing` itself: to load that takes half as long as to start Python.

Type checkers see the real ones. What stands in annotations alone is imported from `typing`, under `if TYPE_CHECKING`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Generic, NamedTuple, Protocol, TypeVar, assert_never, overload
else:
    from collections import namedtuple

    class _NamedTupleMaker(type):
        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> type:
            if not bases:
                return super().__new__(cls, name, bases, body)
            fields = body["__annotations__"]
            defaults = [body.pop(field) for field in fields if field in body]
            made = namedtuple(name, fields, defaults=defaults, module=body["__module__"])  # noqa: PYI024  it is what makes typing's
            for attribute, value in body.items():
                setattr(made, attribute, value)
            return made

    class NamedTuple(metaclass=_NamedTupleMaker):
        """A tuple whose fields have the names that are annotated in the class."""

    class Protocol:
        """What other classes have in common."""

    class Generic:
        """A class that is made for any type: `Generic[T]`."""

        def __class_getitem__(cls, _types: object) -> type:
            return cls

    def TypeVar(name: str) -> str:  # noqa: N802  its name
        """Stand for a type, in the bases of a Generic."""
        return name

    def overload(signature: Any) -> Any:
        """Say one of several signatures; the function itself follows."""
        return signature

    def assert_never(value: Any) -> None:
        """Fail: type checkers prove that no value gets here."""
        raise AssertionError(f"not expected: {value!r}")


__all__ = ["Generic", "NamedTuple", "Protocol", "TypeVar", "assert_never", "overload"]
