"""Named formats of texts: https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-format-library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from linter.cel.errors import NO_OVERLOAD, EvaluationError
from linter.cel.values import NONE, Optional
from linter.kube import names
from linter.kube.formats import has_format

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Format:
    """A format."""

    cel_type: ClassVar = "kubernetes.NamedFormat"
    name: str

    @property
    def pattern_length(self) -> int:
        """The length of the regular expression that the server counts when it validates."""
        return _FORMATS[self.name][1]


def _prefix(check: Callable[[str], names.Faults]) -> Callable[[str], names.Faults]:
    return lambda text: check(names.without_trailing_dash(text))


def _has(format_: str) -> Callable[[str], names.Faults]:
    def check(text: str) -> names.Faults:
        return () if has_format(text, format_) else (f"is not a valid {format_}",)

    return check


_FORMATS: Final[dict[str, tuple[Callable[[str], names.Faults], int]]] = {
    "dns1123Label": (names.dns_label, 30),
    "dns1123Subdomain": (names.dns_subdomain, 60),
    "dns1035Label": (names.dns_label_1035, 30),
    "qualifiedName": (names.qualified_name, 60),
    "dns1123LabelPrefix": (_prefix(names.dns_label), 30),
    "dns1123SubdomainPrefix": (_prefix(names.dns_subdomain), 60),
    "dns1035LabelPrefix": (_prefix(names.dns_label_1035), 30),
    "labelValue": (names.label_value, 40),
    "uri": (_has("uri"), 1000),
    "uuid": (_has("uuid"), 1000),
    "byte": (_has("byte"), 1000),
    "date": (_has("date"), 1000),
    "datetime": (_has("datetime"), 1000),
}
"""Each format with its check, and the length of its regular expression."""


def _named(name: Any) -> Optional:
    return Optional(Format(name)) if name in _FORMATS else NONE


def _validate(format_: Any, text: Any) -> Optional:
    if not isinstance(format_, Format) or not isinstance(text, str):
        raise EvaluationError(NO_OVERLOAD)
    faults = list(_FORMATS[format_.name][0](text))
    return Optional(faults) if faults else NONE


FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "format.named": _named,
    "validate": _validate,
    **{f"format.{name}": (lambda name=name: Format(name)) for name in _FORMATS},
}
