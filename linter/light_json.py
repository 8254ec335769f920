"""JSON without `json`, which takes as long to load as fifteen of podplan's modules. What reads and writes is the same: its parts in C.

For texts that podplan writes for itself, or that are part of it. Whoever writes JSON for others, or reads what others wrote, loads `json`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, NoReturn

_scan: Callable[[str, int], tuple[Any, int]]
_pieces: Callable[[Any, bool], Iterable[str]]
try:
    from _json import encode_basestring_ascii, make_encoder, make_scanner
except ImportError:  # a Python that has it in Python alone
    from json import JSONDecoder, JSONEncoder

    _scan = JSONDecoder().raw_decode
    _pieces = JSONEncoder(separators=(",", ":"), check_circular=False).iterencode
else:

    class _Defaults:
        """What `json.loads` asks of the scanner."""

        strict = True
        object_hook = object_pairs_hook = None
        parse_float = parse_constant = float
        parse_int = int

    def _refuse(value: object) -> NoReturn:
        raise TypeError(f"no JSON value: {value!r}")

    _scan = make_scanner(_Defaults)  # type: ignore[arg-type]  # anything with these attributes
    # As `json.dumps` makes it, but once: markers, default, encoder, indent, separators, sort_keys, skipkeys, allow_nan.
    _pieces = make_encoder(None, _refuse, encode_basestring_ascii, None, ":", ",", False, False, True)  # noqa: FBT003  as above


def read_at(text: str, start: int) -> Any:
    """Return the JSON value that begins at a position of a text, whatever follows it.

    Raises:
        ValueError: None does.
    """
    return _read(text, start)[0]


def loads(text: str) -> Any:
    """Return what a JSON text holds that has no blanks around it.

    Raises:
        ValueError: It is not JSON, or has more in it than one value.
    """
    value, end = _read(text, 0)
    if end != len(text):
        raise ValueError(f"more than one JSON value: character {end}")
    return value


def dumps(value: Any) -> str:
    """Return plain values, which are no part of themselves, as JSON without blanks.

    Raises:
        TypeError: Something in it has no form in JSON.
    """
    return "".join(_pieces(value, False))  # noqa: FBT003  how deep it stands, or whether all is asked for at once: as above


def _read(text: str, start: int) -> tuple[Any, int]:
    try:
        return _scan(text, start)
    except StopIteration as stopped:
        raise ValueError(f"no JSON value: character {stopped.value}") from None
