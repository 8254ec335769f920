"""Values that nobody knows yet: a program fills them in, or decrypts them, before the object is applied.

Nothing can be said about them: not their type, not their length, not whether they name something that is there. A text stays as it is
written, with its mark; a value of another type is an `Unknown`.
"""

from __future__ import annotations

import re

from linter.path import value_at

try:
    from podplan_native import holds_pair as _holds_pair_natively
except ImportError:
    _holds_pair_natively = None

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from linter.path import FieldPath

_MARKS = {
    "$": r"\$\{[^}]*\}|\$[A-Z_][A-Z0-9_]*\b",  # Flux, envsubst
    "ENC[": r"ENC\[[A-Z0-9_]+,data:",  # SOPS
    "{{": r"(?s)\{\{.*\}\}",  # Go, Jinja
    "{%": r"(?s)\{%.*%\}",  # Jinja
    "<%": r"(?s)<%.*%>",  # ERB
    "@": r"@[A-Z_][A-Z0-9_]*@",  # sed, autoconf, CI: this and the rest
    "__": r"__[A-Z][A-Z0-9_]*__",
    "%": r"%[A-Z_][A-Z0-9_]*%",
    "#{": r"#\{[^}]+\}",
}
"""The marks by what each begins with: to look for that is much faster than to search for a mark, and to read a pattern, which few texts need."""
_NAMES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_"
_BEGINNINGS = "EN{{{%<%__#{${" + "".join(f"${letter}@{letter}%{letter}" for letter in _NAMES)
"""Pairs of signs of which a text with a mark has at least one."""
_DEEP = 3
"""So far below the place of a problem its values are looked at: a map of labels, the port of a back end."""
_RELATIONS: tuple[FieldPath, ...] = (
    ("metadata", "name"),
    ("metadata", "labels"),
    ("spec", "selector"),
    ("spec", "podSelector"),
    ("spec", "serviceName"),
    ("spec", "scaleTargetRef"),
    ("spec", "template", "metadata", "labels"),
)
_NAMED = ("volumes", "volumeClaimTemplates", "initContainers", "containers", "resourceClaims")
"""Lists of what other fields name."""
_STRATEGIES = frozenset({"strategy", "updateStrategy"})
_DECIDING = ("completionMode", "restartPolicy", "type")
"""Fields that decide what else may stand beside them."""


def has_mark(text: str) -> bool:
    """Tell whether a text holds a variable, or is encrypted."""
    if _holds_pair_natively is not None and not _holds_pair_natively(text, _BEGINNINGS):
        return False
    return any(start in text and re.search(mark, text) is not None for start, mark in _MARKS.items())


def holds_mark(value: Any) -> bool:
    """Tell whether a text anywhere in plain data holds a variable, or is encrypted."""
    waiting = [value]
    for each in waiting:  # grows meanwhile
        if isinstance(each, str):
            if has_mark(each):
                return True
        elif isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
    return False


class UnknownValueError(BaseException):
    """Something looked at a value that is not known. Who does has nothing to say: no rule may catch it, so it is no Exception."""


def _refuse(*_: object) -> NoReturn:
    raise UnknownValueError


class Unknown(int):
    """Stands for a value that is not known, and no text. It can be passed on, but not looked at.

    It is a number, so that code which asks for types before it looks does not take the object for a broken one.
    """

    __slots__ = ()

    __bool__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __hash__ = _refuse
    __int__ = __index__ = __float__ = __str__ = __repr__ = __format__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __neg__ = _refuse
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = _refuse
    __iter__ = __len__ = __contains__ = __getitem__ = get = items = keys = values = _refuse


def known(value: Any, stand_in: int | None = None) -> Any:
    """Return plain data without what is not known: fields, and lists of which an entry is not known.

    Args:
        value: The data.
        stand_in: What to put for single values instead of leaving them out.

    Returns:
        A copy; where nothing is left out, the data itself.
    """
    if isinstance(value, dict):
        kept = {}
        for key, each in value.items():
            if type(each) is Unknown and stand_in is not None:
                kept[key] = stand_in
            elif not _is_unknown(each):
                kept[key] = known(each, stand_in)
        return value if len(kept) == len(value) and all(kept[key] is value[key] for key in kept) else kept
    if isinstance(value, list):
        items = [known(each, stand_in) for each in value]
        return value if all(one is other for one, other in zip(items, value, strict=True)) else items
    return value


def planned(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return an object as a plan takes it: without what is not known, but with 1 in the place of values deep in its `spec`.

    Fields of `spec` itself and of strategies have defaults, and decide what a rollout does; of the values below many must be there, and
    none does.
    """
    result: dict[str, Any] = {key: value for key, value in known(manifest).items() if key != "spec"}
    spec = manifest.get("spec")
    if isinstance(spec, dict):
        result["spec"] = {
            key: known(value, None if key in _STRATEGIES else 1)
            for key, value in spec.items()
            if not _is_unknown(value)
        }
    elif "spec" in manifest and not _is_unknown(spec):
        result["spec"] = spec
    return result


def _is_unknown(value: Any) -> bool:
    return type(value) is Unknown or (type(value) is list and any(type(each) is Unknown for each in value))


def is_unknown_at(manifest: Any, path: FieldPath) -> bool:
    """Tell whether something that is not known stands for the value at a path, or for one that it stands in."""
    return any(_is_unknown(value_at(manifest, path[:length])) for length in range(1, len(path) + 1))


def concerns_unknown(manifest: Any, path: FieldPath, message: str, *, at_key: bool = False) -> bool:
    """Tell whether a problem is about a value that is not known.

    Args:
        manifest: The object.
        path: The field at fault.
        message: What is said about it: a value that is not known may be named there, of whichever field.
        at_key: Whether the name of the field is at fault, whatever its value.
    """
    if has_mark(message):
        return True
    value = manifest
    for step in path:
        if isinstance(step, str) and has_mark(step):
            return True
        if isinstance(value, dict):
            if any(isinstance(value.get(name), str) and has_mark(value[name]) for name in _DECIDING):
                return True
            # What is absent may follow from what stands beside it.
            if step not in value and not at_key and any(map(_is_unknown, value.values())):
                return True
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            break
        if _is_unknown(value) and not at_key:
            return True
    return not at_key and _holds_unknown(value, _DEEP)


def has_unknown_relations(manifest: Any) -> bool:
    """Tell whether it is not known of an object what it is called, what selects it, or what it selects."""
    return any(_holds_unknown(value_at(manifest, path), _DEEP) for path in _RELATIONS)


def names_unknown(value: Any) -> bool:
    """Tell whether a name is not known anywhere in plain data: a reference to what is not there may be one to that."""
    if isinstance(value, dict):
        name = value.get("name")
        return (
            (isinstance(name, str) and has_mark(name))
            or any(_is_unknown(value.get(field)) for field in _NAMED)
            or any(map(names_unknown, value.values()))
        )
    return isinstance(value, list) and any(map(names_unknown, value))


def _holds_unknown(value: Any, depth: int) -> bool:
    if type(value) is Unknown:
        return True
    if isinstance(value, str):
        return has_mark(value)
    if depth and isinstance(value, (dict, list)):
        if isinstance(value, dict) and any(isinstance(key, str) and has_mark(key) for key in value):
            return True
        return any(
            _holds_unknown(each, depth - 1) for each in (value.values() if isinstance(value, dict) else value)
        )
    return False
