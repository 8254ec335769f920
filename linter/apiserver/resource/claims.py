"""ResourceClaim and ResourceClaimTemplate."""

from __future__ import annotations

from linter.apiserver.equality import is_same
from linter.apiserver.fields import refuse_change
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_annotations, validate_labels, validate_meta
from linter.apiserver.resource.devices import validate_devices

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request
    from linter.path import FieldPath

_SPEC: FieldPath = ("spec",)


def validate_resource_claim(request: Request, errors: Errors) -> None:
    """Judge a new ResourceClaim."""
    _validate_admin_access(request, request.spec, errors)
    validate_meta(request, errors, keeps_generation=True)
    validate_devices(request.spec.get("devices") or {}, (*_SPEC, "devices"), errors)


def validate_resource_claim_update(request: Request, errors: Errors) -> None:
    """Judge a ResourceClaim that takes the place of a stored one: its spec stays."""
    validate_meta(request, errors, keeps_generation=True)
    _validate_unchanged(request, errors)


def validate_resource_claim_template(request: Request, errors: Errors) -> None:
    """Judge a new ResourceClaimTemplate."""
    claim = request.spec["spec"]
    _validate_admin_access(request, claim, errors)
    _validate_template(request, errors)


def validate_resource_claim_template_update(request: Request, errors: Errors) -> None:
    """Judge a ResourceClaimTemplate that takes the place of a stored one: its spec stays."""
    _validate_template(request, errors)
    _validate_unchanged(request, errors)


def _validate_template(request: Request, errors: Errors) -> None:
    validate_meta(request, errors, keeps_generation=True)
    _validate_template_meta(request.spec.get("metadata") or {}, (*_SPEC, "metadata"), errors)
    devices = request.spec["spec"].get("devices") or {}
    validate_devices(devices, (*_SPEC, "spec", "devices"), errors)


def _validate_template_meta(metadata: Object, path: FieldPath, errors: Errors) -> None:
    if annotations := metadata.get("annotations"):
        validate_annotations(annotations, (*path, "annotations"), errors, rule="annotation-syntax")
    if labels := metadata.get("labels"):
        validate_labels(labels, (*path, "labels"), errors, rule="label-syntax")
    for name, value in metadata.items():
        # The server looks for fields that differ from the empty value of their type; an empty list does, and a pointer to 0.
        is_set = value not in ("", 0) or name == "deletionGracePeriodSeconds"
        if is_set and name not in {"labels", "annotations"}:
            message = f"The claims get their {name} from Kubernetes: delete the field."
            field = "spec.metadata.uID" if name == "uid" else None
            errors.forbidden((*path, name), message, rule="claim-template-metadata", field=field)


def _validate_admin_access(request: Request, claim: Object, errors: Errors) -> None:
    """Refuse access for administrators in the namespace `default`.

    It needs a label on the namespace. Of other namespaces nobody knows whether they have it; the namespace `default` is made by the
    server itself, without labels of this kind.
    """
    if (request.metadata.get("namespace") or request.namespace) != "default":
        return
    inside = (*_SPEC, "devices") if request.kind == "ResourceClaim" else (*_SPEC, "spec", "devices")
    for index, each in enumerate((claim.get("devices") or {}).get("requests") or ()):
        if (each.get("exactly") or {}).get("adminAccess"):
            errors.forbidden(
                (*inside, "requests", index, "exactly", "adminAccess"),
                "Only a namespace with the label `resource.kubernetes.io/admin-access: true` may have claims with adminAccess: use "
                "another one than `default`.",
                rule="device-admin-access",
                field=f"spec.devices.requests[{index}].adminAccess",
            )
            return


def _validate_unchanged(request: Request, errors: Errors) -> None:
    assert request.old is not None  # noqa: S101  an update
    if not is_same(request.spec, request.old.object.get("spec")):
        refuse_change(request, _SPEC, errors, None)


RESOURCE_CLAIM = Strategy(validate_resource_claim, validate_resource_claim_update)
RESOURCE_CLAIM_TEMPLATE = Strategy(validate_resource_claim_template, validate_resource_claim_template_update)
