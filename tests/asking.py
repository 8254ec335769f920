"""Asking the API server's library about plain objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.apiserver.server import Server
from linter.path import format_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.apiserver.errors import Error
    from linter.version import KubeVersion

Manifest = dict[str, Any]


def admission(version: KubeVersion) -> Callable[[Manifest | None, Manifest], list[Error]]:
    """Return a function `(old, new)` that returns what is refused, each error with its field as the server spells it."""
    server = Server(version)

    def refusals(old: Manifest | None, new: Manifest) -> list[Error]:
        answer = server.create(new) if old is None else server.update(old, new)
        return [error._replace(field=error.field or format_path(error.path)) for error in answer.errors]

    return refusals
