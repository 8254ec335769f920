"""The selector that the API server makes up for a Job, and the labels that its pods get for it.

Source: https://kubernetes.io/docs/concepts/workloads/controllers/job/#specifying-your-own-pod-selector
"""

from __future__ import annotations

from linter.kube import names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    Object = dict[str, Any]


UID_LABEL = "batch.kubernetes.io/controller-uid"
UID_LABELS = ("controller-uid", UID_LABEL)
NAME_LABELS = ("job-name", "batch.kubernetes.io/job-name")
ANY_UID: Final = "00000000-0000-0000-0000-000000000000"
"""Stands for the uid that the server gives a new Job: nobody can have written it."""


def with_generated_selector(job: Object, name: str) -> Object:
    """Return a Job with the selector and the labels that the server makes up; what is there stays.

    Args:
        job: The Job, as written or with defaults. One with `manualSelector: true` comes back as it is.
        name: The name that it gets.
    """
    spec = job.get("spec") or {}
    if spec.get("manualSelector"):
        return job
    uid = (job.get("metadata") or {}).get("uid") or ANY_UID
    selector = spec.get("selector") or {}
    match_labels = {UID_LABEL: uid, **(selector.get("matchLabels") or {})}
    template = spec.get("template") or {}
    metadata = template.get("metadata") or {}
    labels = {**_generated_labels(uid, name), **(metadata.get("labels") or {})}
    return {
        **job,
        "spec": {
            **spec,
            "selector": {**selector, "matchLabels": match_labels},
            "template": {**template, "metadata": {**metadata, "labels": labels}},
        },
    }


def _generated_labels(uid: str, name: str) -> dict[str, str]:
    """Return the labels that the server gives the pods of a Job; those of its name where it is a label value at all."""
    labels = dict.fromkeys(UID_LABELS, uid)
    return labels if names.label_value(name) else labels | dict.fromkeys(NAME_LABELS, name)
