"""Reading JSON without `json`, which takes as long to load as fifteen of podplan's modules. What reads is the same: its scanner in C.

For texts that podplan has written, or that are part of it. Whoever writes JSON, or reads what others wrote, loads `json`.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_scan: Callable[[str, int], tuple[Any, int]]
try:
    from _json import make_scanner
except ImportError:  # a Python that has it in Python alone
    from json import JSONDecoder

    _scan = JSONDecoder().raw_decode
else:

    class _Defaults:
        """What `json.loads` asks of the scanner."""

        strict = True
        object_hook = object_pairs_hook = None
        parse_float = parse_constant = float
        parse_int = int

    _scan = make_scanner(_Defaults)  # type: ignore[arg-type]  # anything with these attributes


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


def _read(text: str, start: int) -> tuple[Any, int]:
    try:
        return _scan(text, start)
    except StopIteration as stopped:
        raise ValueError(f"no JSON value: character {stopped.value}") from None
