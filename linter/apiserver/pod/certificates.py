"""Projected volumes with certificates: trust bundles, and keys with a certificate for the pod.

Source: https://kubernetes.io/docs/concepts/storage/projected-volumes/#clustertrustbundle and #podcertificate
"""

from __future__ import annotations

from linter.apiserver.constraints import check
from linter.apiserver.selectors import validate_label_selector
from linter.apiserver.signers import validate_signer_name
from linter.kube import names
from linter.kube.suggest import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object
    from linter.path import FieldPath

PATHS = ("credentialBundlePath", "keyPath", "certificateChainPath")
SHORTEST = 3600
LONGEST = 7_862_400
LONGEST_OF_KUBERNETES = 86_400
"""Seconds that a certificate of a signer `kubernetes.io/…` lasts at most."""
_RULE = "volume-sources"


def validate_cluster_trust_bundle(source: Object, path: FieldPath, errors: Errors) -> None:
    """Judge a clusterTrustBundle: one bundle by name, or all of a signer."""
    name, signer = source.get("name"), source.get("signerName")
    if name is not None and signer is not None:
        errors.invalid(path, "The source has a name or a signerName, not both.", rule=_RULE)
    elif name is not None:
        if not name:
            errors.required((*path, "name"), "The name of the ClusterTrustBundle is empty.", rule=_RULE)
        faults = _bundle_name_faults(name)
        errors.faults((*path, "name"), "The name of the ClusterTrustBundle", name, faults, rule=_RULE)
        if "labelSelector" in source:
            message = "Only with a signerName bundles are selected by their labels: delete it."
            errors.invalid((*path, "labelSelector"), message, rule=_RULE)
    elif signer is not None:
        validate_signer_name(signer, (*path, "signerName"), errors, rule=_RULE)
        selector = source.get("labelSelector") or {}
        validate_label_selector(selector, (*path, "labelSelector"), errors, rule=_RULE)
    else:
        message = "The source needs a name or a signerName."
        errors.required(path, message, rule=_RULE)
    if not source.get("path"):
        errors.required((*path, "path"), "The trust bundle has no path.", rule=_RULE)
    else:
        _validate_path(source["path"], (*path, "path"), errors)


def validate_pod_certificate(source: Object, path: FieldPath, errors: Errors) -> None:
    """Judge a podCertificate: who signs it, its key, how long it lasts, and where it is put."""
    signer = source.get("signerName") or ""
    validate_signer_name(signer, (*path, "signerName"), errors, rule=_RULE)
    check("core/v1.PodCertificateProjection", source, path, errors)
    longest = LONGEST_OF_KUBERNETES if signer.startswith("kubernetes.io/") else LONGEST
    seconds = source.get("maxExpirationSeconds", SHORTEST)
    if not SHORTEST <= seconds <= longest:
        message = f"maxExpirationSeconds is {seconds}; it must be from {SHORTEST} to {longest}."
        errors.invalid((*path, "maxExpirationSeconds"), message, rule=_RULE)
    written = [field for field in PATHS if source.get(field)]
    if not written:
        message = f"The certificate goes nowhere: write {', '.join(PATHS[:-1])} or {PATHS[-1]}."
        errors.required(path, message, rule=_RULE)
    for field in written:
        _validate_path(source[field], (*path, field), errors)


def _validate_path(file_path: str, path: FieldPath, errors: Errors) -> None:
    errors.faults(path, "The path", file_path, names.non_reserved_path(file_path), rule=_RULE)


def _bundle_name_faults(name: str) -> names.Faults:
    """Tell what is wrong with the name of a ClusterTrustBundle: one of a signer begins with the signer's name."""
    signer, colon, rest = name.rpartition(":")
    if "/" in signer:
        return (f"must begin with {quote(signer.replace('/', ':') + ':')}",)
    return names.dns_subdomain(rest if colon else name)
