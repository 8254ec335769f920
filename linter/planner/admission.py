"""The API server's word on every object that an operation sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.apiserver.server import Server
from linter.kube.unknown import concerns_unknown
from linter.path import format_path
from linter.planner.refusal import Refusal
from linter.version import DEFAULT, VersionError, parse_version

if TYPE_CHECKING:
    from linter.apiserver.decode import CustomSchemas
    from linter.planner.model import Manifest
    from linter.planner.refusal import Admit
    from linter.version import KubeVersion

_ABOUT_FIELDS = frozenset({"UnknownField", "Required"})
"""What is wrong with the fields that there are, whatever their values."""
_LARGEST = 1e21
"""From here on JSON spells a whole number with an exponent."""


def admit_for(kubernetes: str, custom: CustomSchemas | None = None) -> Admit:
    """Return the admission of a Kubernetes version ("1.36") in the planner's terms.

    Args:
        kubernetes: The version.
        custom: The schemas of custom resources, where there are any.
    """
    server = Server(_version(kubernetes), custom)

    def admit(old: Manifest | None, new: Manifest) -> list[Refusal]:
        sent = _as_read(new)
        answer = server.create(sent) if old is None else server.update(_as_read(old), sent)
        return [
            Refusal(error.field or format_path(error.path), error.reason or "Invalid", error.message)
            for error in answer.errors
            if error.reason in _ABOUT_FIELDS or not concerns_unknown(sent, error.path, error.message)
        ]

    return admit


def _version(text: str) -> KubeVersion:
    """Return the version; where it is wrong, the default: the planner itself says so."""
    try:
        return parse_version(text)
    except VersionError:
        return DEFAULT


def _as_read(value: Any) -> Any:
    """Return plain values as the reader gives them: from Python may come 8080.0, which JSON and kubectl take for 8080."""
    if isinstance(value, dict):
        return {key: _as_read(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_read(each) for each in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST:
        return int(value)
    return value
