"""Where findings point: the API server's spelling of the path on one side, the place in the manifest on the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

import linter
from linter.engine.config.options import LintOptions

if TYPE_CHECKING:
    from linter.engine.report.finding import Finding

Build = Callable[..., str]


def findings(text: str, *select: str) -> list[Finding]:
    options = LintOptions(select=select or ("api",))
    return list(linter.lint((), texts=[("manifest.yaml", text)], options=options).findings)


def place(text: str, finding: Finding) -> str:
    """Return the text from the finding's start to the end of that line."""
    return text.splitlines()[finding.range.line - 1][finding.range.column - 1 :]


@pytest.mark.parametrize(
    ("pod", "container", "field", "at"),
    [
        ("hostPID: true\nshareProcessNamespace: true\n", "", "shareProcessNamespace", "true"),
        ("hostPID: true\nhostUsers: false\n", "", "HostPID", "true"),
        ("os:\n  name: plan9\n", "", "os", "plan9"),
        ("overhead:\n  cpu: -1\n", "", "overhead.limits[cpu]", "-1"),
        ("serviceAccount: No_Name\n", "", "serviceAccountName", "No_Name"),
        (
            "volumes:\n- name: v\n  downwardAPI:\n    items:\n    - {path: /abs, fieldRef: {fieldPath: metadata.name}}\n",
            "",
            "volumes[0].downwardAPI.path",
            "/abs, fieldRef: {fieldPath: metadata.name}}",
        ),
        (
            "volumes:\n- name: v\n  projected:\n    sources:\n    - serviceAccountToken:\n        path: /abs\n",
            "",
            "volumes[0].projected.path",
            "/abs",
        ),
        (
            "volumes:\n- name: v\n  gcePersistentDisk:\n    pdName: a\n    partition: 256\n",
            "",
            "volumes[0].persistentDisk.partition",
            "256",
        ),
        (
            "volumes:\n- name: v\n",
            "volumeMounts:\n- name: v\n  mountPath: /v\n  subPath: /abs\n",
            "containers[0].volumeMounts.subPath",
            "/abs",
        ),
        (
            "",
            "resources:\n  requests:\n    memory: 2Gi\n  limits:\n    memory: 1Gi\n",
            "containers[0].resources.requests",
            "2Gi",
        ),
        (
            "resources:\n  limits:\n    cpu: 1\n",
            "resources:\n  limits:\n    cpu: 2\n",
            "resources.containers[0][cpu].limits",
            "2",
        ),
        ("tolerations:\n- key: a\n  operator: Equal\n  value: a b\n", "", "tolerations[0].operator", "a b"),
        (
            (
                "affinity:\n  podAffinity:\n    requiredDuringSchedulingIgnoredDuringExecution:\n"
                "    - topologyKey: zone\n      labelSelector: {}\n      namespaces: [ok, Bad]\n"
            ),
            "",
            "affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].namespace",
            "Bad]",
        ),
        ("", "envFrom:\n- prefix: A\n", "containers[0].envFrom", "prefix: A"),
    ],
)
def test_spelled_as_the_server_does_and_placed_where_it_is(
    workload: Build, pod: str, container: str, field: str, at: str
) -> None:
    text = workload(pod, container=container)
    (finding,) = (each for each in findings(text) if each.severity == "error")
    assert finding.field == f"spec.template.spec.{field}"
    assert place(text, finding) == at


def test_template_labels_and_annotations_lack_metadata_in_the_servers_path(workload: Build) -> None:
    text = workload().replace(
        "{app: web}\n    spec", "{app: web, bad: a b}\n      annotations: {a b: c}\n    spec"
    )
    first, second = findings(text)
    assert (first.field, place(text, first)[:3]) == ("spec.template.labels", "a b")
    assert (second.field, place(text, second)[:3]) == ("spec.template.annotations", "a b")


CLAIMS = """
volumeClaimTemplates:
- metadata: {name: data}
  spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
- metadata: {name: Bad_Name}
  spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
"""


def test_claim_templates_come_first_in_the_servers_list_of_volumes(workload: Build) -> None:
    pod = "volumes:\n- name: data\n  configMap: {}\n- name: config\n  configMap: {}\n"
    text = workload(pod, kind="StatefulSet", after=CLAIMS)
    by_field = {each.field: place(text, each) for each in findings(text, "volume-names", "volume-sources")}
    # The first volume is hidden by the claim template of the same name, and not looked at.
    assert by_field == {
        "spec.template.spec.volumes[1].name": "Bad_Name}",
        "spec.template.spec.volumes[2].configMap.name": "configMap: {}",
    }


def test_a_claim_template_without_name_is_missing_twice(workload: Build) -> None:
    text = workload(
        kind="StatefulSet", after=CLAIMS.replace("{name: Bad_Name}", "{}").replace("{name: data}", "{}")
    )
    # Both templates are one volume without name.
    assert sorted(f"{each.field} {each.reason}" for each in findings(text)) == [
        "spec.template.spec.volumes[0].name Required",
        "spec.template.spec.volumes[0].persistentVolumeClaim.claimName Required",
    ]
