"""CronJob.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/
"""

from __future__ import annotations

import re

from linter.apiserver.batch.job_spec import drop_disabled_job_fields, validate_job_spec, warn_of_job_spec
from linter.apiserver.constraints import check
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import (
    final_name,
    validate_object_meta,
    validate_object_meta_update,
    warn_of_host_name,
)
from linter.apiserver.pod import gates
from linter.kube import names
from linter.kube.cron import schedule_fault
from linter.kube.suggest import did_you_mean, quote
from linter.path import value_at, with_value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request
    from linter.path import FieldPath
    from linter.version import KubeVersion

LONGEST_NAME = 52
"""In bytes; the name of each Job gets 11 more."""
_SPEC: FieldPath = ("spec",)
_JOB: FieldPath = ("spec", "jobTemplate", "spec")


def prepare(request: Request, errors: Errors) -> Request:
    """Drop the fields whose feature gates are off."""
    request = gates.prepare(request, errors)
    version, old = request.version, request.old
    if old is not None:
        old = old._replace(object=_drop_disabled_fields(old.object, version))
    return request.with_object(_drop_disabled_fields(request.object, version), old)


def validate_cron_job(request: Request, errors: Errors) -> None:
    """Judge a new CronJob."""
    validate_object_meta(request, errors, name=names.dns_subdomain)
    _validate_spec(request, errors)
    metadata = request.metadata
    name = final_name(metadata)
    if names.byte_length(name) > LONGEST_NAME:
        at = ("metadata", "name" if metadata.get("name") else "generateName")
        message = (
            f"The name {quote(name)} is longer than {LONGEST_NAME} bytes: the names of its Jobs get 11 more."
        )
        errors.invalid(at, message, rule="job-name", field="metadata.name")


def validate_cron_job_update(request: Request, errors: Errors) -> None:
    """Judge a CronJob that takes the place of a stored one: all of the spec may change."""
    validate_object_meta_update(request, errors)
    _validate_spec(request, errors)


def warn_of_cron_job(request: Request, errors: Errors) -> None:
    """Warn of what the server takes of a CronJob, but advises against."""
    warn_of_host_name(request, errors)
    warn_of_job_spec(request.spec["jobTemplate"]["spec"], _JOB, errors)


def _drop_disabled_fields(cron_job: Object, version: KubeVersion) -> Object:
    spec = value_at(cron_job, _JOB)
    changed: Object = with_value_at(cron_job, _JOB, drop_disabled_job_fields(spec, version))
    return changed


def _validate_spec(request: Request, errors: Errors) -> None:
    spec = request.spec
    stored = value_at(request.old.object, ("spec", "schedule")) if request.old else None
    _validate_schedule(spec.get("schedule") or "", errors, any_zone="TZ" in (stored or ""))
    if "timeZone" in spec:
        _validate_time_zone(spec["timeZone"], (*_SPEC, "timeZone"), errors)
    check("batch/v1.CronJobSpec", spec, _SPEC, errors)
    _validate_job_template(request, errors)


def _validate_schedule(schedule: str, errors: Errors, *, any_zone: bool) -> None:
    """Judge the schedule. One with a time zone in it may stay where there was one."""
    rule, at = "cron-schedule", (*_SPEC, "schedule")
    if not schedule:
        message = "The CronJob has no schedule, such as `0 3 * * *` for every night at three."
        errors.required(at, message, rule=rule)
        return
    if fault := schedule_fault(schedule):
        errors.faults(at, "The schedule", schedule, (fault,), rule=rule)
    if "TZ" in schedule and not any_zone:
        message = f"The schedule {quote(schedule)} must not name a time zone: write it to spec.timeZone."
        errors.invalid(at, message, rule=rule)


def _validate_time_zone(zone: str, path: FieldPath, errors: Errors) -> None:
    from linter.kube.time_zones import is_time_zone, time_zones

    rule = "cron-time-zone"
    if not zone:
        message = "timeZone is empty: write a name such as `Etc/UTC`, or delete the field."
        errors.invalid(path, message, rule=rule)
        return
    is_well_formed = all(
        re.fullmatch(r"(?!-)[A-Za-z._0-9+-]{1,14}", part) and part not in {".", ".."}
        for part in zone.split("/")
    )
    if is_well_formed and zone.lower() == "local":
        message = f"{quote(zone)} could be any time zone: write a name such as `Europe/Berlin`."
        errors.invalid(path, message, rule=rule)
    elif not is_well_formed or not is_time_zone(zone):
        message = f"There is no time zone {quote(zone)}.{did_you_mean(zone, time_zones())}"
        errors.invalid(path, message, rule=rule)


def _validate_job_template(request: Request, errors: Errors) -> None:
    spec = request.spec["jobTemplate"]["spec"]
    manifest = value_at(request.manifest, _JOB) or {}
    old = value_at(request.old.object, _JOB) if request.old else None
    validate_job_spec(spec, _JOB, errors, manifest=manifest, old=old)
    rule = "cron-job-selector"
    if "selector" in spec:
        message = "The server makes up the selector of each Job: delete it."
        errors.invalid((*_JOB, "selector"), message, rule=rule)
    if spec.get("manualSelector"):
        message = "The server makes up the selector of each Job: delete manualSelector."
        errors.unsupported((*_JOB, "manualSelector"), message, rule=rule)


CRON_JOB = Strategy(validate_cron_job, validate_cron_job_update, warn_of_cron_job, prepare)
