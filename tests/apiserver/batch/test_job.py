"""Jobs and CronJobs: what the recordings do not show, such as other versions and updates of suspended Jobs."""

from __future__ import annotations

from typing import Any

import pytest

import linter
from linter.apiserver.batch.policies import count_indexes
from linter.version import KubeVersion

from ...asking import admission

Manifest = dict[str, Any]


def refused(manifest: Manifest, version: tuple[int, int] = (1, 37), old: Manifest | None = None) -> set[str]:
    """Return field and reason of each refusal."""
    problems = admission(KubeVersion(*version))(old, manifest)
    return {f"{each.field} {each.reason}" for each in problems}


def messages(manifest: Manifest) -> list[str]:
    return [each.message for each in admission(KubeVersion(1, 37))(None, manifest)]


def job(template: Manifest | None = None, **spec: Any) -> Manifest:
    pod = {"restartPolicy": "Never", "containers": [{"name": "a", "image": "a:1"}], **(template or {})}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "a"},
        "spec": {**spec, "template": {"spec": pod}},
    }


def manual(template: Manifest | None = None, **spec: Any) -> Manifest:
    """Return a Job with a selector of its own: an update repeats it."""
    manifest = job(template, manualSelector=True, selector={"matchLabels": {"app": "a"}}, **spec)
    manifest["spec"]["template"]["metadata"] = {"labels": {"app": "a"}}
    return manifest


def test_a_plain_job_is_taken() -> None:
    assert refused(job()) == set()


def test_the_message_says_what_to_write() -> None:
    message = (
        "The pods of a Job must end, so they can't always be restarted (the default): write "
        "`restartPolicy: OnFailure` or `restartPolicy: Never`."
    )
    assert messages(job({"restartPolicy": "Always"})) == [message]


def test_a_success_policy_is_dropped_before_1_31_and_a_manager_before_1_32() -> None:
    assert refused(job(successPolicy={}), (1, 30)) == set()
    assert refused(job(successPolicy={}), (1, 31)) == {"spec.successPolicy Invalid"}
    assert refused(job(managedBy="x"), (1, 31)) == set()
    assert refused(job(managedBy="x"), (1, 32)) == {"spec.managedBy Invalid"}


def test_the_template_of_a_job_stays() -> None:
    assert refused(manual(), old=manual()) == set()
    assert refused(manual(parallelism=3, suspend=True), old=manual()) == {"spec.completions Invalid"}
    assert refused(manual(parallelism=3, completions=1), old=manual()) == set()
    assert refused(manual({"nodeSelector": {"a": "b"}}), old=manual()) == {"spec.template Invalid"}


def test_what_the_server_made_up_is_part_of_the_stored_job() -> None:
    # As with `kubectl replace`: a manifest without the selector would take it away.
    assert "spec.selector Required" in refused(job(), old=job())
    stored = job()
    stored["metadata"]["uid"] = "u"
    sent = job(selector={"matchLabels": {"batch.kubernetes.io/controller-uid": "u"}})
    labels = {
        "controller-uid": "u",
        "batch.kubernetes.io/controller-uid": "u",
        "job-name": "a",
        "batch.kubernetes.io/job-name": "a",
    }
    sent["spec"]["template"]["metadata"] = {"labels": labels}
    assert refused(sent, old=stored) == set()


def test_a_suspended_job_may_still_say_where_its_pods_run() -> None:
    old = manual({"affinity": {"podAffinity": {}}}, suspend=True)
    node: Manifest = {"preferredDuringSchedulingIgnoredDuringExecution": []}
    moved = manual(
        {
            "affinity": {"podAffinity": {}, "nodeAffinity": node},
            "nodeSelector": {"a": "b"},
            "tolerations": [{"operator": "Exists"}],
        },
        suspend=True,
    )
    assert refused(moved, old=old) == set()
    assert refused(manual({"hostNetwork": True}, suspend=True), (1, 35), old) == {"spec.template Invalid"}
    assert refused(manual({"hostNetwork": True}, suspend=True), (1, 36), old) == {
        "spec.template.spec Invalid"
    }
    assert refused(moved, old={**old, "status": {"startTime": "2026-01-01T00:00:00Z"}}) == {
        "spec.template Invalid"
    }


def test_a_suspended_job_may_say_what_it_needs_since_1_36() -> None:
    needs = {"containers": [{"name": "a", "image": "a:1", "resources": {"requests": {"cpu": "1"}}}]}
    old, new = manual(suspend=True), manual(needs, suspend=True)
    assert refused(new, (1, 35), old) == {"spec.template Invalid"}
    assert refused(new, (1, 36), old) == set()


def test_an_indexed_job_grows_and_shrinks_as_a_whole() -> None:
    old = manual(completionMode="Indexed", completions=2, parallelism=2)
    assert refused(manual(completionMode="Indexed", completions=3, parallelism=3), old=old) == set()
    assert refused(manual(completionMode="Indexed", completions=3, parallelism=2), old=old) == {
        "spec.completions Invalid"
    }


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("0", 1),
        ("0-2,4", 4),
        ("+1,02", 2),
        ("0,0", None),
        ("5", None),
        ("2-2", None),
        ("1-", None),
        ("0" * 9000, 1),
    ],
)
def test_indexes(text: str, count: int | None) -> None:
    assert count_indexes(text, 5) == count


def cron_job(**spec: Any) -> Manifest:
    spec = {"schedule": "@daily", "jobTemplate": {"spec": job()["spec"]}, **spec}
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "a"}, "spec": spec}


def test_a_schedule_keeps_a_time_zone_that_it_had() -> None:
    zoned = cron_job(schedule="TZ=UTC 0 3 * * *")
    assert refused(zoned) == {"spec.schedule Invalid"}
    assert refused(zoned, old=zoned) == set()
    assert refused(zoned, old=cron_job()) == {"spec.schedule Invalid"}


def test_a_time_zone_in_the_wrong_case_is_told() -> None:
    assert messages(cron_job(timeZone="europe/berlin")) == [
        "There is no time zone `europe/berlin`. Did you mean `Europe/Berlin`?"
    ]


@pytest.mark.parametrize(
    ("image", "change", "commands"),
    [
        ("a:1", "none", ()),
        ("a:2", "refused", ("kubectl delete job a  # its pods go with it", "kubectl apply -f FILE")),
    ],
)
def test_a_plan_leaves_a_job_what_the_server_made_up(
    image: str, change: str, commands: tuple[str, ...]
) -> None:
    new = job({"containers": [{"name": "a", "image": image}]})
    (planned,) = linter.plan("update", [new], old=[job()]).changes
    assert (planned.change, planned.commands) == (change, commands)
    if planned.refused:
        assert [(each.field, each.reason) for each in planned.refused] == [("spec.template", "Invalid")]
