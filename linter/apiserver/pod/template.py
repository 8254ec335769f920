"""The pod template of a workload.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-template-v1/
"""

from __future__ import annotations

from linter.apiserver.meta import has_kubernetes_annotations, validate_annotations, validate_labels
from linter.apiserver.pod.spec import validate_pod_spec, warn_of_pod_spec
from linter.path import FieldPath, format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object


def validate_pod_template(
    template: Object, path: FieldPath, errors: Errors, *, manifest: Object, old: Object | None = None
) -> None:
    """Judge a pod template.

    Args:
        template: The template, with defaults applied and without the fields that the server drops.
        path: Where it stands.
        errors: Gets what is wrong.
        manifest: The template as it is written.
        old: The stored template, where an update is judged: what it holds already is often let through.
    """
    metadata, spec = template.get("metadata") or {}, template.get("spec") or {}
    # The server leaves `metadata` out of the paths of labels and annotations.
    if labels := metadata.get("labels"):
        at, served = (*path, "metadata", "labels"), (*path, "labels")
        validate_labels(labels, at, errors, rule="template-labels", served=served)
    if annotations := metadata.get("annotations"):
        at, served = (*path, "metadata", "annotations"), (*path, "annotations")
        validate_annotations(annotations, at, errors, rule="template-annotations", served=served)
        if has_kubernetes_annotations(annotations):
            from linter.apiserver.pod.annotations import validate_pod_annotations

            stored = old and ((old.get("metadata") or {}).get("annotations") or {})
            field = format_path(served)
            validate_pod_annotations(annotations, spec, at, errors, field=field, old=stored)
    spec_path = (*path, "spec")
    written = manifest.get("spec") or {}
    stored_spec = old and (old.get("spec") or {})
    validate_pod_spec(spec, spec_path, errors, manifest=written, old=stored_spec)
    if annotations and has_kubernetes_annotations(annotations):
        from linter.apiserver.pod.annotations import validate_profiles_agree

        validate_profiles_agree(annotations, spec, spec_path, errors)
    if spec.get("ephemeralContainers"):
        message = (
            "A pod template can't hold ephemeral containers; add them to a running pod with `kubectl debug`."
        )
        errors.forbidden((*spec_path, "ephemeralContainers"), message, rule="pod-containers")


def warn_of_pod_template(template: Object, path: FieldPath, errors: Errors) -> None:
    """Warn of what the server takes, but advises against; arguments as for validate_pod_template."""
    spec = template.get("spec") or {}
    warn_of_pod_spec(spec, (*path, "spec"), errors)
    annotations = (template.get("metadata") or {}).get("annotations")
    if annotations and has_kubernetes_annotations(annotations):
        from linter.apiserver.pod.annotations import warn_of_pod_annotations

        warn_of_pod_annotations(annotations, spec, (*path, "metadata", "annotations"), errors)
