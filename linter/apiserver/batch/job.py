"""Job.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/job/
"""

from __future__ import annotations

from linter.apiserver.apps.workload import SELECTOR, SPEC, TEMPLATE, validate_match
from linter.apiserver.batch.job_spec import (
    INDEXED,
    drop_disabled_job_fields,
    validate_job_spec,
    warn_of_job_spec,
)
from linter.apiserver.equality import is_same_with_zeros
from linter.apiserver.errors import Errors
from linter.apiserver.fields import refuse_change
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import (
    final_name,
    validate_object_meta,
    validate_object_meta_update,
    warn_of_host_name,
)
from linter.apiserver.pod import gates
from linter.apiserver.selectors import validate_label_selector
from linter.kube import names
from linter.kube.job_selectors import ANY_UID, NAME_LABELS, UID_LABELS, with_generated_selector
from linter.kube.schema import POD_TEMPLATE
from linter.kube.selectors import matches
from linter.kube.suggest import quote
from linter.path import Key, with_value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from linter.apiserver.request import Object, Request
    from linter.path import FieldPath
    from linter.version import KubeVersion

FIXED_FIELDS = ("completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy")
"""What of the spec can't be updated, besides completions, selector and template."""
_STRUCT = "batch/v1.JobSpec"
_SCHEDULING = ("nodeSelector", "tolerations", "schedulingGates")


def prepare(request: Request, errors: Errors) -> Request:
    """Drop the fields whose feature gates are off, and add the selector and the labels that the server makes up."""
    request = gates.prepare(request, errors)
    version, old = request.version, request.old
    if old is None:
        return request.with_object(_with_selector(_drop_disabled_fields(request.object, version)), None)
    stored = _with_selector(_drop_disabled_fields(old.object, version))
    obj = _drop_disabled_fields(request.object, version)
    return request.with_object(obj, old._replace(object=stored))


def validate_job(request: Request, errors: Errors) -> None:
    """Judge a new Job."""
    validate_object_meta(request, errors, name=names.dns_subdomain)
    if not request.spec["manualSelector"]:
        _validate_generated_selector(request, errors)
    _validate_spec(request, errors)
    _validate_index_names(request, errors)


def validate_job_update(request: Request, errors: Errors) -> None:
    """Judge a Job that takes the place of a stored one."""
    assert request.old is not None  # noqa: S101  an update
    validate_object_meta_update(request, errors)
    _validate_spec(request, errors)
    new, old = request.spec, request.old.object["spec"]
    _validate_completions_update(request, new, old, errors)
    if not is_same_with_zeros(new.get("selector"), old.get("selector"), _STRUCT, "selector"):
        refuse_change(request, SELECTOR, errors, None)
    _validate_template_update(request, new, old, errors)
    for name in FIXED_FIELDS:
        if not is_same_with_zeros(new.get(name), old.get(name), _STRUCT, name):
            refuse_change(request, (*SPEC, name), errors, old.get(name))


def warn_of_job(request: Request, errors: Errors) -> None:
    """Warn of what the server takes of a Job, but advises against."""
    warn_of_host_name(request, errors)
    warn_of_job_spec(request.spec, SPEC, errors)


def _drop_disabled_fields(job: Object, version: KubeVersion) -> Object:
    return {**job, "spec": drop_disabled_job_fields(job["spec"], version)}


def _with_selector(job: Object) -> Object:
    return with_generated_selector(job, final_name(job.get("metadata") or {}))


def _validate_generated_selector(request: Request, errors: Errors) -> None:
    """Judge the name, which becomes a label, and what the manifest has of the selector and labels that the server makes up."""
    rule = "job-selector"
    name = final_name(request.metadata)
    written = (request.manifest.get("spec") or {}).get("template") or {}
    own_labels = (written.get("metadata") or {}).get("labels") or {}
    if faults := names.label_value(name):
        at: FieldPath = ("metadata", "name" if request.metadata.get("name") else "generateName")
        # Where the Job has no labels of its own, it shares those of its template.
        is_shared = own_labels and not (request.manifest.get("metadata") or {}).get("labels")
        for field in ("metadata.labels", "spec.template.labels") if is_shared else ("spec.template.labels",):
            errors.faults(
                at,
                "The name becomes a label of the Job's pods; as a label value",
                name,
                faults,
                rule="job-name",
                field=field,
            )
    expected = {**dict.fromkeys(UID_LABELS, ANY_UID), **dict.fromkeys(NAME_LABELS, name)}
    for label, value in expected.items():
        if label in own_labels and own_labels[label] != value:
            at = (*TEMPLATE, "metadata", "labels", Key(label))
            errors.invalid(
                at, f"The server sets the label `{label}` itself: delete it.", rule=rule, at_key=True
            )
    selector = request.spec["selector"]
    if not _is_malformed(selector, errors) and not matches(selector, expected):
        message = (
            "The server makes the selector of a Job up: delete it (or say `manualSelector: true`, "
            "which makes you answer for pods of other Jobs)."
        )
        errors.invalid(SELECTOR, message, rule=rule)


def _validate_spec(request: Request, errors: Errors) -> None:
    spec = request.spec
    manifest = request.manifest.get("spec") or {}
    validate_job_spec(spec, SPEC, errors, manifest=manifest, old=request.old and request.old.object["spec"])
    selector = spec.get("selector")
    if selector is None:
        message = "The Job has no selector. The server makes one up for a new Job; an update must repeat it."
        errors.required(SELECTOR, message, rule="job-selector")
    else:
        before = len(errors)
        validate_label_selector(selector, SELECTOR, errors)
        if len(errors) > before:
            return
    validate_match(selector, spec["template"], errors)


def _is_malformed(selector: Object, errors: Errors) -> bool:
    alone = Errors(errors.version)
    validate_label_selector(selector, SELECTOR, alone)
    return bool(alone.errors)


def _validate_index_names(request: Request, errors: Errors) -> None:
    spec = request.spec
    completions = spec.get("completions") or 0
    if spec["completionMode"] != INDEXED or completions <= 0:
        return
    metadata = request.metadata
    name = final_name(metadata) if metadata.get("name") or metadata.get("generateName") else ""
    longest = f"{name}-{completions - 1}"
    at = ("metadata", "generateName" if metadata.get("generateName") and not metadata.get("name") else "name")
    faults = names.dns_label(longest)
    errors.faults(
        at, "The host name of the Job's last pod,", longest, faults, rule="job-name", field="metadata.name"
    )


def _validate_completions_update(request: Request, new: Object, old: Object, errors: Errors) -> None:
    completions = new.get("completions")
    if completions == old.get("completions"):
        return
    at = (*SPEC, "completions")
    if new["completionMode"] != INDEXED:
        refuse_change(request, at, errors, old.get("completions"))
    elif completions is not None and completions != new.get("parallelism"):
        message = (
            f"completions can only be changed together with parallelism: write {quote(completions)} at both."
        )
        errors.invalid(at, message, rule="immutable-fields")


def _validate_template_update(request: Request, new: Object, old: Object, errors: Errors) -> None:
    """Judge whether the pod template stays as it is. As long as a Job waits, it may still say where its pods may run."""
    template, stored, at = new["template"], old["template"], TEMPLATE
    struct, field = _STRUCT, "template"
    job_status = (request.old and request.old.object.get("status")) or {}
    if old["suspend"] and "startTime" not in job_status:
        stored = _with_scheduling_of(template, stored)
        if request.version >= (1, 36):
            # Since then they may say what they need, too; the server then looks at the pod spec alone.
            stored = _with_resources_of(template, stored)
            template, stored, at = template["spec"], stored["spec"], (*TEMPLATE, "spec")
            struct, field = POD_TEMPLATE, "spec"
    if not is_same_with_zeros(template, stored, struct, field):
        refuse_change(request, at, errors, None)


def _with_scheduling_of(new: Object, stored: Object) -> Object:
    """Return the stored template with those parts of the new one that may be changed before the Job starts."""
    spec = {name: value for name, value in stored["spec"].items() if name not in _SCHEDULING}
    spec |= {name: new["spec"][name] for name in _SCHEDULING if name in new["spec"]}
    new_affinity = new["spec"].get("affinity")
    rest = {
        name: value for name, value in (spec.pop("affinity", None) or {}).items() if name != "nodeAffinity"
    }
    if rest or new_affinity is not None:
        node = (new_affinity or {}).get("nodeAffinity")
        spec["affinity"] = rest if node is None else {**rest, "nodeAffinity": node}
    metadata: dict[str, Any] = {**(stored.get("metadata") or {})}
    for name in ("labels", "annotations"):
        metadata[name] = (new.get("metadata") or {}).get(name) or {}
    return {**stored, "metadata": metadata, "spec": spec}


def _with_resources_of(new: Object, stored: Object) -> Object:
    """Return the stored template with the resources of the new one's containers."""
    result = stored
    for field in ("initContainers", "containers"):
        ours, theirs = new["spec"].get(field) or [], stored["spec"].get(field) or []
        if len(ours) == len(theirs):
            changed = [
                {**old, "resources": each.get("resources") or {}}
                for each, old in zip(ours, theirs, strict=True)
            ]
            result = with_value_at(result, ("spec", field), changed)
    return result


JOB = Strategy(validate_job, validate_job_update, warn_of_job, prepare)
