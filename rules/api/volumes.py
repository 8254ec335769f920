"""The volumes of a pod, for rules on its containers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.apiserver.errors import Errors
from linter.apiserver.pod.volumes import validate_volumes

from .checks import judged_pod

if TYPE_CHECKING:
    from linter.engine.rule import Context
    from linter.loading.resource import Resource

    from .checks import Pod, Volume


def volumes_by_name(pod: Pod) -> dict[str, Volume]:
    """Return all volumes by name, whether sound or not."""
    return {volume.spec.get("name") or "": volume for volume in pod.volumes}


def sound_volumes(resource: Resource, context: Context) -> dict[str, Volume]:
    """Return the volumes that nothing is wrong with, by name: for the API server there are no others to mount."""
    pod = judged_pod(resource, context)
    volumes = pod.volumes if pod else ()
    usable = validate_volumes([volume.spec for volume in volumes], (), Errors(context.version))
    return {volume.spec.get("name") or "": volume for volume in volumes if volume.spec.get("name") in usable}
