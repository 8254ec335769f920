"""The spec of a Job, of its own or in the jobTemplate of a CronJob.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/job/
"""

from __future__ import annotations

from linter.apiserver.constraints import check, check_field
from linter.apiserver.pod.plain import is_plain_template
from linter.apiserver.pod.template import validate_pod_template, warn_of_pod_template
from linter.kube import names
from linter.kube.suggest import not_supported, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object
    from linter.path import FieldPath
    from linter.version import KubeVersion

INDEXED = "Indexed"
RESTART_POLICIES = ("OnFailure", "Never")
MANY_COMPLETIONS = 100_000
"""Above it an Indexed Job is bound more tightly."""
MOST_AT_ONCE = 100_000
MOST_AT_ONCE_OF_MANY = 10_000
_STRUCT = "batch/v1.JobSpec"
_GATED = {"successPolicy": (1, 31), "managedBy": (1, 32)}


def validate_job_spec(
    spec: Object, path: FieldPath, errors: Errors, *, manifest: Object, old: Object | None = None
) -> None:
    """Judge the spec of a Job, all but its selector.

    Args:
        spec: The spec, with defaults applied and without the fields that the server drops.
        path: Where it stands.
        errors: Gets what is wrong.
        manifest: The spec as it is written.
        old: The stored spec, where an update is judged.
    """
    check(_STRUCT, spec, path, errors, but=("podReplacementPolicy",))
    if "managedBy" in spec:
        _validate_manager(spec["managedBy"], (*path, "managedBy"), errors)
    _validate_completion_mode(spec, path, errors)
    if "podFailurePolicy" in spec:
        from linter.apiserver.batch.policies import validate_pod_failure_policy

        validate_pod_failure_policy(spec, path, errors)
    if "successPolicy" in spec:
        from linter.apiserver.batch.policies import validate_success_policy

        validate_success_policy(spec, path, errors)
    _validate_replacement_policy(spec, path, errors)
    template, template_path = spec["template"], (*path, "template")
    if not is_plain_template(template):
        written, stored = manifest.get("template") or {}, old and old["template"]
        validate_pod_template(template, template_path, errors, manifest=written, old=stored)
    _validate_restart_policy(spec, (*template_path, "spec", "restartPolicy"), errors)


def warn_of_job_spec(spec: Object, path: FieldPath, errors: Errors) -> None:
    """Warn of what the server takes, but advises against; arguments as for validate_job_spec."""
    completions, parallelism = spec.get("completions") or 0, spec.get("parallelism") or 0
    if (
        spec.get("completionMode") == INDEXED
        and completions > MANY_COMPLETIONS
        and parallelism > MOST_AT_ONCE_OF_MANY
    ):
        message = (
            f"With {completions} completions no more than {MOST_AT_ONCE_OF_MANY} pods should run at once: "
            "lower parallelism, or divide the work between several Jobs."
        )
        field = ".".join(map(str, path))
        errors.warn((*path, "parallelism"), message, rule="job-many-completions", field=field)
    if not is_plain_template(spec["template"]):
        warn_of_pod_template(spec["template"], (*path, "template"), errors)


def drop_disabled_job_fields(spec: Object, version: KubeVersion) -> Object:
    """Return the spec of a Job without the fields whose feature gates are off in a version; the pod template stays as it is."""
    gone = [name for name, since in _GATED.items() if name in spec and version < since]
    return {name: value for name, value in spec.items() if name not in gone} if gone else spec


def _validate_manager(manager: str, path: FieldPath, errors: Errors) -> None:
    rule = "job-managed-by"
    if not manager:
        message = (
            "managedBy is empty: name the controller, such as `example.com/controller`, or delete the field."
        )
        errors.required(path, message, rule=rule)
    else:
        errors.faults(path, "managedBy", manager, names.domain_prefixed_path(manager), rule=rule)
    if names.byte_length(manager) > 63:
        errors.too_long(path, f"managedBy {quote(manager)} is longer than 63 bytes.", rule=rule)


def _validate_completion_mode(spec: Object, path: FieldPath, errors: Errors) -> None:
    rule = "job-indexes"
    mode, failures = spec.get("completionMode"), spec.get("maxFailedIndexes")
    if failures is not None and "backoffLimitPerIndex" not in spec:
        message = (
            "maxFailedIndexes needs a backoffLimitPerIndex beside it, which says when an index has failed."
        )
        errors.required((*path, "backoffLimitPerIndex"), message, rule=rule)
    if mode == INDEXED:
        _validate_indexed(spec, path, errors)
    elif mode in {None, "NonIndexed"}:
        for name in ("backoffLimitPerIndex", "maxFailedIndexes"):
            if name in spec:
                message = f"Only the pods of an Indexed Job have indexes: write `completionMode: Indexed`, or delete {name}."
                errors.invalid((*path, name), message, rule=rule)


def _validate_indexed(spec: Object, path: FieldPath, errors: Errors) -> None:
    rule = "job-indexes"
    completions, parallelism = spec.get("completions"), spec.get("parallelism")
    failures = spec.get("maxFailedIndexes")
    if completions is None:
        message = "An Indexed Job needs completions: it has one index for each."
        errors.required((*path, "completions"), message, rule=rule)
    if parallelism is not None and parallelism > MOST_AT_ONCE:
        message = f"parallelism is {parallelism}; an Indexed Job runs {MOST_AT_ONCE} pods at once at most."
        errors.invalid((*path, "parallelism"), message, rule=rule)
    if failures is not None:
        if completions is not None and failures > completions:
            message = f"maxFailedIndexes is {failures}, but the Job has only {completions} indexes."
            errors.invalid((*path, "maxFailedIndexes"), message, rule=rule)
        if failures > MOST_AT_ONCE:
            message = f"maxFailedIndexes is {failures}; at most {MOST_AT_ONCE} is allowed."
            errors.invalid((*path, "maxFailedIndexes"), message, rule=rule)
    if completions is None or completions <= MANY_COMPLETIONS or "backoffLimitPerIndex" not in spec:
        return
    bound = f"With a backoffLimitPerIndex and more than {MANY_COMPLETIONS} completions"
    most = f"must be at most {MOST_AT_ONCE_OF_MANY}"
    if failures is None:
        message = f"{bound} a Job needs maxFailedIndexes, at most {MOST_AT_ONCE_OF_MANY}."
        errors.required((*path, "maxFailedIndexes"), message, rule=rule)
    if parallelism is not None and parallelism > MOST_AT_ONCE_OF_MANY:
        errors.invalid((*path, "parallelism"), f"{bound} parallelism {most}, not {parallelism}.", rule=rule)
    if failures is not None and failures > MOST_AT_ONCE_OF_MANY:
        message = f"{bound} maxFailedIndexes {most}, not {failures}."
        errors.invalid((*path, "maxFailedIndexes"), message, rule=rule)


def _validate_replacement_policy(spec: Object, path: FieldPath, errors: Errors) -> None:
    policy = spec.get("podReplacementPolicy")
    if policy is None:
        return
    rule, at = "pod-replacement-policy", (*path, "podReplacementPolicy")
    if "podFailurePolicy" in spec:
        if policy != "Failed":
            message = f"With a podFailurePolicy, podReplacementPolicy must be `Failed`, not {quote(policy)}: delete the field."
            errors.unsupported(at, message, rule=rule)
    else:
        check_field(_STRUCT, "podReplacementPolicy", policy, at, errors)


def _validate_restart_policy(spec: Object, path: FieldPath, errors: Errors) -> None:
    rule = "job-restart-policy"
    policy = spec["template"]["spec"]["restartPolicy"]
    if policy == "Always":
        message = (
            "The pods of a Job must end, so they can't always be restarted (the default): write `restartPolicy: OnFailure` or "
            "`restartPolicy: Never`."
        )
        errors.required(path, message, rule=rule)
    elif policy not in RESTART_POLICIES:
        errors.unsupported(path, not_supported("restartPolicy of a Job", policy, RESTART_POLICIES), rule=rule)
    elif "podFailurePolicy" in spec and policy != "Never":
        message = f"A podFailurePolicy looks at failed pods, which {quote(policy)} restarts: write `restartPolicy: Never`."
        errors.invalid(path, message, rule=rule)
