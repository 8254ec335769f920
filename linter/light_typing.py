"""What of `typing` takes part in a run, without `typing` itself: to load that takes half as long as to start Python.

Type checkers see the real ones. What stands in annotations alone is imported from `typing`, under `if TYPE_CHECKING`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Generic, NamedTuple, Protocol, TypeVar, assert_never, overload
else:
    from collections import _tuplegetter  # a property that reads one field; written in C
    from types import FunctionType

    _new = tuple.__new__
    # What makes a tuple of so many fields. A class gets one of them with the names of its own fields put in: `collections.namedtuple`
    # compiles a text for each class, which takes five times as long as all the rest that a class needs.
    _MAKERS = (
        None,
        lambda _cls, a: _new(_cls, (a,)),
        lambda _cls, a, b: _new(_cls, (a, b)),
        lambda _cls, a, b, c: _new(_cls, (a, b, c)),
        lambda _cls, a, b, c, d: _new(_cls, (a, b, c, d)),
        lambda _cls, a, b, c, d, e: _new(_cls, (a, b, c, d, e)),
        lambda _cls, a, b, c, d, e, f: _new(_cls, (a, b, c, d, e, f)),
        lambda _cls, a, b, c, d, e, f, g: _new(_cls, (a, b, c, d, e, f, g)),
        lambda _cls, a, b, c, d, e, f, g, h: _new(_cls, (a, b, c, d, e, f, g, h)),
        lambda _cls, a, b, c, d, e, f, g, h, i: _new(_cls, (a, b, c, d, e, f, g, h, i)),
        lambda _cls, a, b, c, d, e, f, g, h, i, j: _new(_cls, (a, b, c, d, e, f, g, h, i, j)),
        lambda _cls, a, b, c, d, e, f, g, h, i, j, k: _new(_cls, (a, b, c, d, e, f, g, h, i, j, k)),
        lambda _cls, a, b, c, d, e, f, g, h, i, j, k, m: _new(_cls, (a, b, c, d, e, f, g, h, i, j, k, m)),
        lambda _cls, a, b, c, d, e, f, g, h, i, j, k, m, n: _new(
            _cls, (a, b, c, d, e, f, g, h, i, j, k, m, n)
        ),
        lambda _cls, a, b, c, d, e, f, g, h, i, j, k, m, n, o: _new(
            _cls, (a, b, c, d, e, f, g, h, i, j, k, m, n, o)
        ),
    )

    def _maker(name: str, fields: tuple[str, ...], defaults: tuple[Any, ...]) -> FunctionType:
        if len(fields) < len(_MAKERS):
            maker = _MAKERS[len(fields)]
        else:
            letters = ", ".join(f"_{number}" for number in range(len(fields)))
            maker = eval(f"lambda _cls, {letters}: _new(_cls, ({letters}))")  # noqa: S307  numbers alone are filled in # nosec B307
        code = maker.__code__.replace(
            co_varnames=("_cls", *fields), co_name="__new__", co_qualname=f"{name}.__new__"
        )
        return FunctionType(code, globals(), "__new__", defaults)

    class _Tuple(tuple):
        __slots__ = ()

        @classmethod
        def _make(cls, values: Any) -> Any:
            return cls(*values)

        def _replace(self, **changes: Any) -> Any:
            made = _new(type(self), map(changes.pop, self._fields, self))
            if changes:
                raise ValueError(f"Got unexpected field names: {[*changes]!r}")
            return made

        def _asdict(self) -> dict[str, Any]:
            return dict(zip(self._fields, self, strict=True))

        def __repr__(self) -> str:
            fields = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
            return f"{type(self).__name__}({fields})"

        def __getnewargs__(self) -> tuple[Any, ...]:
            return tuple(self)

    class _NamedTupleMaker(type):
        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> type:
            if not bases:
                return super().__new__(cls, name, bases, body)
            fields = (*body["__annotations__"],)
            defaults = {field: body.pop(field) for field in fields if field in body}
            getters = {field: _tuplegetter(number, "") for number, field in enumerate(fields)}
            made = {
                "__slots__": (),
                "__match_args__": fields,
                "_fields": fields,
                "_field_defaults": defaults,
                "__new__": _maker(name, fields, (*defaults.values(),)),
            }
            return type(name, (_Tuple,), {**getters, **made, **body})

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
