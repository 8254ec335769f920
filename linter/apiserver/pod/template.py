"""The pod template of a workload.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-template-v1/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object
    from linter.path import FieldPath


def validate_pod_template(
    template: Object, path: FieldPath, errors: Errors, *, old: Object | None = None
) -> None:
    """Judge a pod template.

    Args:
        template: The template, with defaults applied.
        path: Where it stands.
        errors: Gets what is wrong.
        old: The stored template, where an update is judged: what it holds already is often let through.
    """
