"""The pod template and the claim templates of a StatefulSet.

The API server validates the pod as the controller would make it: claim templates count as volumes, stand before the others,
and hide those of the same name; hostname and subdomain are the controller's. What it says of volumes is put back to where
they are written.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#volume-claim-templates
"""

from __future__ import annotations

from linter.apiserver.errors import Error, Errors
from linter.apiserver.pod.claims import validate_claim_spec, warn_of_claim_spec
from linter.apiserver.pod.plain import is_plain_template
from linter.apiserver.pod.template import validate_pod_template, warn_of_pod_template
from linter.path import FieldPath, format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.request import Object


def validate_stateful_pod_template(
    template: Object,
    path: FieldPath,
    claims: list[Object],
    claims_path: FieldPath,
    errors: Errors,
    *,
    manifest: Object,
    old: Object | None = None,
) -> None:
    """Judge the pod template of a StatefulSet.

    Args:
        template: The template, with defaults applied and without the fields that the server drops.
        path: Where it stands.
        claims: The claim templates.
        claims_path: Where these stand.
        errors: Gets what is wrong.
        manifest: The template as it is written.
        old: The stored template, where an update is judged.
    """
    template, origins = _with_claims(template, path, claims, claims_path)
    if is_plain_template(template):
        return
    seen = Errors(errors.version)
    validate_pod_template(template, path, seen, manifest=manifest, old=old)
    errors.errors += (
        _put_back(error, (*path, "spec", "volumes"), origins, claims_path) for error in seen.errors
    )


def warn_of_stateful_pod_template(
    template: Object, path: FieldPath, claims: list[Object], claims_path: FieldPath, errors: Errors
) -> None:
    """Warn of what the server takes, but advises against; arguments as for validate_stateful_pod_template."""
    template, origins = _with_claims(template, path, claims, claims_path)
    if is_plain_template(template):
        return
    seen = Errors(errors.version)
    warn_of_pod_template(template, path, seen)
    errors.warnings += (
        _put_back(warning, (*path, "spec", "volumes"), origins, claims_path) for warning in seen.warnings
    )


def validate_claim_templates(claims: list[Object], path: FieldPath, errors: Errors) -> None:
    """Judge the claim templates themselves: of their metadata only the name counts, as that of a volume."""
    for index, claim in enumerate(claims):
        validate_claim_spec(claim.get("spec") or {}, (*path, index, "spec"), errors)


def warn_of_claim_templates(
    claims: list[Object], path: FieldPath, errors: Errors, *, is_update: bool
) -> None:
    """Warn of what the server takes, but advises against; arguments as for validate_claim_templates."""
    for index, claim in enumerate(claims):
        # The API server leaves out `spec` on creation, and writes it with a capital on update.
        seen_at = (*path, index, "Spec") if is_update else (*path, index)
        warn_of_claim_spec(claim.get("spec") or {}, (*path, index, "spec"), errors, seen_at=seen_at)


def _with_claims(
    template: Object, path: FieldPath, claims: list[Object], claims_path: FieldPath
) -> tuple[Object, list[FieldPath]]:
    """Return the template as the server validates it, and where each of its volumes is written."""
    spec = template.get("spec") or {}
    changed = {key: value for key, value in spec.items() if key not in {"hostname", "subdomain"}}
    indexes: dict[str, int] = {}
    for index, claim in enumerate(claims):
        indexes.setdefault((claim.get("metadata") or {}).get("name") or "", index)
    volumes: list[Object] = [{"name": name, "persistentVolumeClaim": {"claimName": name}} for name in indexes]
    origins: list[FieldPath] = [(*claims_path, index, "metadata", "name") for index in indexes.values()]
    for index, volume in enumerate(spec.get("volumes") or ()):
        if (volume.get("name") or "") not in indexes:
            volumes.append(volume)
            origins.append((*path, "spec", "volumes", index))
    if volumes:
        changed["volumes"] = volumes
    return {**template, "spec": changed}, origins


def _put_back(
    error: Error, volumes_path: FieldPath, origins: list[FieldPath], claims_path: FieldPath
) -> Error:
    """Return an error or warning with the path in the manifest; the field stays as the server spells it."""
    depth = len(volumes_path)
    if error.path[:depth] != volumes_path or len(error.path) == depth:
        return error
    number = error.path[depth]
    assert isinstance(number, int)  # noqa: S101  below a list
    origin = origins[number]
    field = error.field or format_path(error.path)
    if origin[: len(claims_path)] == claims_path:
        # All that can be missing of such a volume is its name.
        message = "The claim template has no name." if error.reason == "Required" else error.message
        return error._replace(path=origin, message=message, field=field)
    return error._replace(path=(*origin, *error.path[depth + 1 :]), field=field)
