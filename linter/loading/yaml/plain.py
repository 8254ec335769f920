"""Plain YAML → values: the documents that nearly all manifests are, without the full composer.

They hold mappings with text keys, lists and scalars and nothing else: no anchor, no tag, no key that stands twice. The compiled part
(native/) reads them where it is installed, else a tight loop over the events of ruamel.yaml's C parser, in half the composer's time.
All three give the same; whatever is unusual, and any error, is left to the composer.
"""

from __future__ import annotations

from sys import intern

from linter.loading.yaml.events import event_reader, has_bare_tag
from linter.loading.yaml.scalars import SPECIAL_STARTS, WORDS, ScalarError, as_json, plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Final

    from linter.loading.limits import Limits

    Place = tuple[int, int, int, int]
    """Line, column, end line, end column, from 0."""
    Marks = tuple[Place, Mapping[str | int, Place], Mapping[str | int, Place]]
    """Where a mapping or list stands, its keys (of a list its items), and its values."""

_JSON_WORDS: Final = {word: value for word, value in WORDS.items() if type(value) is not float}

try:
    from podplan_native import compose as _native
except ImportError:
    _native = None


class UnusualError(Exception):
    """The text needs the full composer."""


def native_version() -> str | None:
    """Return the version of libyaml in the compiled part; None where that is not installed."""
    if _native is None:
        return None
    import podplan_native

    return f"{podplan_native.libyaml}"


def read_plain(text: str, limits: Limits) -> tuple[Any, int] | None:
    """Read a document that is alone in its text, for its value alone.

    Returns:
        The value, a dict or list, and how many values it holds; None for what is not plain, too deep or too large.
    """
    if is_unusual(text):
        return None
    try:
        if _native is None:
            return _plain_document(text, limits)
        read = _read_natively(text, limits.depth, limits.values, positions=False)
    except UnusualError:
        return None
    return None if read is None else (read[0], read[1])


def locate_plain(text: str) -> tuple[Any, Mapping[int, Marks], Place] | None:
    """Read a document that is alone in its text, with the places of all that it holds.

    Returns:
        The value, the marks by `id()` of each dict and list in it, and its own place; None for what is not plain, and where the
        compiled part is not installed.
    """
    if _native is None or is_unusual(text):
        return None
    import sys

    read = _read_natively(text, sys.maxsize, sys.maxsize, positions=True)
    return None if read is None else (read[0], read[2], read[3])


def is_unusual(text: str) -> bool:
    """Tell whether a text holds what is left to the composer without a look at its events."""
    # kubectl refuses the escape `\/`, which the parsers know.
    return ("\\" in text and "\\/" in text) or has_bare_tag(text)


def _read_natively(text: str, depth: int, values: int, *, positions: bool) -> Any:
    assert _native is not None  # noqa: S101  the callers have looked
    return _native(
        text, depth, values, positions, _JSON_WORDS, TEXT_KEYS, _plain_scalar, text_key, UnusualError
    )


def _plain_document(text: str, limits: Limits) -> tuple[Any, int]:
    """Return the value of a document and how many values are in it.

    Raises:
        UnusualError: It holds something that the full composer must judge.
    """
    from ruamel.yaml.error import YAMLError

    try:
        return _value_of(event_reader(text), limits)
    except YAMLError:
        raise UnusualError from None


def _value_of(get_event: Callable[[], Any], limits: Limits) -> tuple[Any, int]:
    from ruamel.yaml import events

    scalar, mapping, mapping_end = events.ScalarEvent, events.MappingStartEvent, events.MappingEndEvent
    sequence, sequence_end = events.SequenceStartEvent, events.SequenceEndEvent
    text_keys = TEXT_KEYS
    left = limits.values
    if (type(get_event()), type(get_event())) != (events.StreamStartEvent, events.DocumentStartEvent):
        raise UnusualError
    # The innermost collection, the key of the value that comes next where it is a mapping, and those around it. A loop, not a
    # recursion: calls are a good part of the time.
    inside: Any = []
    is_mapping = False
    key = ""
    around: list[tuple[Any, bool]] = []
    event = get_event()
    if type(event) is scalar:
        raise UnusualError
    while True:
        kind = type(event)
        if kind is scalar and event.anchor is None and event.ctag is None:
            value = event.value
            if event.implicit[0] and (not value or value[0] in SPECIAL_STARTS):
                value = _plain_scalar(value)
            if is_mapping:
                inside[key] = value
            else:
                inside.append(value)
                left -= 1
        elif kind is sequence_end:
            inside, is_mapping = around.pop()
        elif (kind is mapping or kind is sequence) and event.anchor is None and event.ctag is None:
            value = {} if kind is mapping else []
            if is_mapping:
                inside[key] = value
            else:
                inside.append(value)
                left -= 1
            around.append((inside, is_mapping))
            inside, is_mapping = value, kind is mapping
        else:
            raise UnusualError
        event = get_event()
        while is_mapping:
            if type(event) is mapping_end:
                left -= 2 * len(inside)
                inside, is_mapping = around.pop()
                event = get_event()
                continue
            if type(event) is not scalar or event.anchor is not None or event.ctag is not None:
                raise UnusualError
            written = event.value
            known = text_keys.get(written)
            key = known if known is not None else text_key(written) if event.implicit[0] else written
            if key in inside:
                raise UnusualError
            event = get_event()
            break
        if not around:
            break
        if left < 0 or len(around) > limits.depth:
            raise UnusualError
    if left < 0 or (type(event), type(get_event())) != (events.DocumentEndEvent, events.StreamEndEvent):
        raise UnusualError
    # The document itself is counted by nobody.
    return inside[0], limits.values - left - 1


TEXT_KEYS: dict[str, str] = {}
"""Keys that are text, however they are written. The same few hundred stand in nearly all manifests: found here they need not be
judged again, and take no memory of their own."""
_MOST_TEXT_KEYS: Final = 4096


def text_key(written: str) -> str:
    """Return a key without quotes that is text, and remember it.

    Raises:
        UnusualError: It is not text, or `<<`.
    """
    if written == "<<" or type(_plain_scalar(written)) is not str:
        raise UnusualError
    if len(TEXT_KEYS) < _MOST_TEXT_KEYS:
        TEXT_KEYS[written] = written = intern(written)
    return written


def _plain_scalar(text: str) -> Any:
    """Return what a scalar without quotes stands for.

    Raises:
        UnusualError: JSON cannot hold it.
    """
    try:
        value = plain(text)
        return as_json(value) if type(value) is float else value
    except ScalarError:
        raise UnusualError from None
