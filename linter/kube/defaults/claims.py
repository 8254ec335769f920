"""Defaults of PersistentVolumeClaims, also where they stand in templates."""

from __future__ import annotations

from linter.kube.defaults.fill import fill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.kube.defaults.fill import Object


def default_claim_spec(spec: Object) -> Object:
    """Return the spec of a PersistentVolumeClaim with defaults."""
    return fill(spec, volumeMode="Filesystem")
