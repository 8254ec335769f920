"""Defaults of Jobs and CronJobs."""

from __future__ import annotations

from linter.kube.defaults.fill import fill, fill_zero, with_spec, with_template_labels
from linter.kube.defaults.pods import default_template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.kube.defaults.fill import Object


_UNLIMITED = 2**31 - 1


def default_job(obj: Object) -> Object:
    """Return a Job with defaults."""
    return with_template_labels(with_spec(obj, _job_spec))


def default_cron_job(obj: Object) -> Object:
    """Return a CronJob with defaults. Its jobTemplate gets those of the pod template alone; the rest comes with each Job."""
    return with_spec(obj, _cron_job_spec)


def _job_spec(spec: Object) -> Object:
    spec = _with_template(spec)
    # Who writes parallelism alone has a work queue, with any number of completions.
    if "completions" not in spec and "parallelism" not in spec:
        spec["completions"] = 1
    return fill(
        spec,
        parallelism=1,
        backoffLimit=_UNLIMITED if "backoffLimitPerIndex" in spec else 6,
        completionMode="NonIndexed",
        suspend=False,
        manualSelector=False,
        podReplacementPolicy="Failed" if "podFailurePolicy" in spec else "TerminatingOrFailed",
    )


def _cron_job_spec(spec: Object) -> Object:
    spec = fill(
        fill_zero(spec, concurrencyPolicy="Allow"),
        suspend=False,
        successfulJobsHistoryLimit=3,
        failedJobsHistoryLimit=1,
    )
    spec["jobTemplate"] = with_spec(spec.get("jobTemplate") or {}, _with_template)
    return spec


def _with_template(spec: Object) -> Object:
    """Return the spec of a Job with those defaults that a CronJob's jobTemplate has, too."""
    spec = {**spec, "template": default_template(spec.get("template") or {})}
    policy = spec.get("podFailurePolicy") or {}
    if rules := policy.get("rules"):
        spec["podFailurePolicy"] = {**policy, "rules": [_failure_rule(rule) for rule in rules]}
    return spec


def _failure_rule(rule: Object) -> Object:
    conditions = rule.get("onPodConditions")
    if not conditions:
        return rule
    return {**rule, "onPodConditions": [fill_zero(condition, status="True") for condition in conditions]}
