"""The source of a volume that a CSI driver provides, as PersistentVolumes have it.

Source: https://kubernetes.io/docs/concepts/storage/volumes/#csi
"""

from __future__ import annotations

from linter.apiserver.fields import validate_name
from linter.apiserver.storage.names import validate_driver_name
from linter.kube import names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object
    from linter.path import FieldPath

# The server does not look at nodeStageSecretRef.
_SECRETS = (
    "controllerPublishSecretRef",
    "controllerExpandSecretRef",
    "nodePublishSecretRef",
    "nodeExpandSecretRef",
)


def validate_csi_source(source: Object, path: FieldPath, errors: Errors, *, rule: str) -> None:
    """Judge what a CSI driver gets to know of a volume.

    Args:
        source: The source.
        path: Where it stands.
        errors: Gets what is wrong.
        rule: The id of the page.
    """
    driver = source.get("driver") or ""
    validate_driver_name(driver, (*path, "driver"), errors, what="The name of the driver", rule=rule)
    if not source.get("volumeHandle"):
        message = "volumeHandle is missing: write what the driver calls the volume."
        errors.required((*path, "volumeHandle"), message, rule=rule)
    for name in _SECRETS:
        if (secret := source.get(name)) is not None:
            at = (*path, name)
            what = "The name of the Secret"
            validate_name(secret, "name", at, errors, names.dns_subdomain, what=what, rule=rule)
            what = "The namespace of the Secret"
            validate_name(secret, "namespace", at, errors, names.dns_label, what=what, rule=rule)
