"""Selecting resources: by regular expressions on kind and name, by labels and annotations."""

from __future__ import annotations

import re
from functools import lru_cache

from linter.applysets.kustomize.errors import KustomizeError, UnsupportedError
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from linter.applysets.kustomize.resource import Gvk, Resource

_LONGEST = 1000


class Selector(NamedTuple):
    """Regular expressions for the parts of an id, each for the whole text ("" takes all), and selectors for labels and annotations."""

    group: str = ""
    version: str = ""
    kind: str = ""
    name: str = ""
    namespace: str = ""
    annotations: str = ""
    labels: str = ""

    @property
    def names_nothing(self) -> bool:
        """Whether it says nothing of the id."""
        return not any(self[:5])

    def takes_gvk(self, gvk: Gvk) -> bool:
        """Tell whether it takes a kind."""
        return (
            _matches(self.group, gvk.group)
            and _matches(self.version, gvk.version)
            and _matches(self.kind, gvk.kind)
        )

    def takes_name(self, name: str) -> bool:
        """Tell whether it takes a name."""
        return _matches(self.name, name)

    def takes_namespace(self, namespace: str) -> bool:
        """Tell whether it takes a namespace."""
        return _matches(self.namespace, namespace)

    def takes_texts(self, resource: Resource) -> bool:
        """Tell whether it takes an object by its labels and annotations."""
        return (not self.labels or takes(self.labels, resource.texts("labels"))) and (
            not self.annotations or takes(self.annotations, resource.texts("annotations"))
        )


def selector_of(decoded: Mapping[str, Any]) -> Selector:
    """Make a selector of its decoded fields.

    Raises:
        KustomizeError: A regular expression or a label selector is broken.
    """
    names = ("group", "version", "kind", "name", "namespace", "annotationSelector", "labelSelector")
    selector = Selector._make(decoded.get(name, "") for name in names)
    for pattern in selector[:5]:
        compiled(pattern)
    for text in (selector.annotations, selector.labels):
        takes(text, {})
    return selector


def select(resources: list[Resource], selector: Selector) -> list[Resource]:
    """Return the resources that a selector takes, by their first id or by that of today."""
    result = []
    for resource in resources:
        current, original = resource.id, resource.original_id
        if (
            (
                selector.takes_namespace(original.effective_namespace)
                or selector.takes_namespace(current.effective_namespace)
            )
            and (selector.takes_name(original.name) or selector.takes_name(current.name))
            and selector.takes_gvk(current.gvk)
            and selector.takes_texts(resource)
        ):
            result.append(resource)
    return result


def _matches(pattern: str, text: str) -> bool:
    return not pattern or compiled(pattern).fullmatch(text) is not None


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a regular expression as Go reads it.

    Raises:
        KustomizeError: It is broken.
        UnsupportedError: Go and Python read it otherwise, or it could take forever here.
    """
    import warnings

    if (
        len(pattern) > _LONGEST
        or "[[:" in pattern
        or re.search(r"\\[pPzQEC]|\(\?(?!:|[imsU]+\)|P<)", pattern)
    ):
        raise UnsupportedError(
            "regular expression", f"The regular expression `{pattern}` is not understood here."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = re.compile(pattern)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        raise KustomizeError(f"`{pattern}` is not a regular expression: {error}.") from None
    if _repeats_nested(pattern):
        raise UnsupportedError(
            "regular expression",
            f"The regular expression `{pattern}` repeats a repetition, which is not tried here.",
        )
    return found


def _repeats_nested(pattern: str) -> bool:
    """Tell whether a repetition stands inside a repetition, which can take exponential time."""
    if len(re.findall(r"[*+{]", pattern)) < 2:
        return False
    from re import _parser  # type: ignore[attr-defined]  # the only place that knows the structure

    def nested(parsed: Any, *, inside: bool) -> bool:
        for operator, argument in parsed:
            name = str(operator)
            if name in {"MAX_REPEAT", "MIN_REPEAT"}:
                low, high, body = argument
                repeats = high > max(low, 1)
                if (inside and repeats) or nested(body, inside=inside or repeats):
                    return True
            elif name == "SUBPATTERN":
                if nested(argument[-1], inside=inside):
                    return True
            elif name == "BRANCH" and any(nested(branch, inside=inside) for branch in argument[1]):
                return True
        return False

    return nested(_parser.parse(pattern), inside=False)


class _Requirement(NamedTuple):
    key: str
    operator: str
    values: tuple[str, ...]


def takes(selector: str, texts: Mapping[str, str]) -> bool:
    """Tell whether a label selector (`a=b,c in (d,e),!f`) takes an object with these labels.

    Raises:
        KustomizeError: It is broken.
    """
    return all(_holds(requirement, texts) for requirement in _requirements(selector))


def _holds(requirement: _Requirement, texts: Mapping[str, str]) -> bool:
    value = texts.get(requirement.key)
    match requirement.operator:
        case "exists":
            return value is not None
        case "absent":
            return value is None
        case "in":
            return value in requirement.values
        case "notin":
            return value is None or value not in requirement.values
        case operator:
            bound, number = _number(requirement.values[0]), _number(value or "")
            if bound is None or number is None:
                return False
            return number > bound if operator == ">" else number < bound


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[-+]?[0-9]{1,19}", text) else None


_SET = re.compile(r"\s*([^\s,!=<>()]+)\s+(in|notin)\s*\(([^()]*)\)\s*")
_COMPARISON = re.compile(r"\s*([^\s,!=<>()]+)\s*(==|=|!=|>|<)\s*([^\s,!=<>()]*)\s*")
_EXISTENCE = re.compile(r"\s*(!?)\s*([^\s,!=<>()]+)\s*")


@lru_cache(maxsize=256)
def _requirements(selector: str) -> tuple[_Requirement, ...]:
    result = []
    position = 0
    while selector.strip():
        if found := _SET.match(selector, position):
            values = tuple(value.strip() for value in found[3].split(","))
            result.append(_Requirement(found[1], found[2], values))
        elif found := _COMPARISON.match(selector, position):
            operator = {"=": "in", "==": "in", "!=": "notin"}.get(found[2], found[2])
            result.append(_Requirement(found[1], operator, (found[3],)))
        elif found := _EXISTENCE.match(selector, position):
            result.append(_Requirement(found[2], "absent" if found[1] else "exists", ()))
        else:
            raise KustomizeError(f"`{selector}` is not a label selector.")
        position = found.end()
        if position == len(selector):
            break
        if selector[position] != "," or position + 1 == len(selector):
            raise KustomizeError(f"`{selector}` is not a label selector.")
        position += 1
    return tuple(result)
