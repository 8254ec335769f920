"""Annotations about storage that fields took the place of.

Source: https://kubernetes.io/docs/reference/labels-annotations-taints/
"""

from __future__ import annotations

from linter.path import Key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Request

STORAGE_CLASS = "volume.beta.kubernetes.io/storage-class"
MOUNT_OPTIONS = "volume.beta.kubernetes.io/mount-options"
_FIELDS = {STORAGE_CLASS: "storageClassName", MOUNT_OPTIONS: "mountOptions"}


def warn_of_storage_annotations(request: Request, errors: Errors, *annotations: str) -> None:
    """Warn of those of the annotations that are there."""
    written = request.metadata.get("annotations") or {}
    for annotation in annotations:
        if annotation in written:
            path = ("metadata", "annotations", Key(annotation))
            message = (
                f"The annotation `{annotation}` is deprecated: write spec.{_FIELDS[annotation]} instead."
            )
            errors.warn(path, message, rule="storage-annotations", at_key=True)
