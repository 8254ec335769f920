"""What the recorded cases leave open: messages, updates, versions between the recorded ones, order and counts."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

import linter
from linter.engine.config.options import LintOptions
from linter.engine.rule import Problem
from linter.version import KubeVersion

Judge = Callable[..., list[Problem]]
Fields = Callable[..., list[tuple[str, str | None]]]
POD = "spec.template.spec"


@pytest.mark.parametrize(
    ("pod", "container", "said"),
    [
        ("dnsPolicy: clusterFirst\n", "", "Did you mean `ClusterFirst`?"),
        ("", "readinessProbe:\n  tcpSocket:\n    port: '80'\n", "write 80 without quotes"),
        (
            "volumes:\n- name: config\n",
            "volumeMounts:\n- {name: confg, mountPath: /c}\n",
            "Did you mean `config`?",
        ),
        ("", "ports:\n- {containerPort: 80, protocol: tcp}\n", "Did you mean `TCP`?"),
        ("", "resources:\n  limits: {memroy: 1Gi}\n", "Did you mean `memory`?"),
        (
            "",
            "env:\n- {name: A, valueFrom: {fieldRef: {fieldPath: spec.nodename}}}\n",
            "Did you mean `spec.nodeName`?",
        ),
        (
            "volumes:\n- name: c\n  secret: {secretName: s, defaultMode: 644}\n",
            "",
            "taken as a decimal number; write 0644",
        ),
        ("tolerations:\n- {key: a, operator: Exists, value: b}\n", "", "did you mean `Equal`?"),
    ],
)
def test_messages_say_what_was_meant(judge: Judge, pod: str, container: str, said: str) -> None:
    (problem,) = judge(pod, container=container)
    assert said in problem.message


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        (
            "tolerations:\n- {key: a, operator: Lt, value: '1'}\n",
            "tolerations:\n- {key: a, operator: Gt, value: '2'}\n",
            "tolerations",
        ),
        (
            (
                "affinity:\n  nodeAffinity:\n    requiredDuringSchedulingIgnoredDuringExecution:\n      nodeSelectorTerms:\n"
                "      - matchExpressions:\n        - {key: a, operator: In, values: [a b]}\n"
            ),
            (
                "affinity:\n  nodeAffinity:\n    requiredDuringSchedulingIgnoredDuringExecution:\n      nodeSelectorTerms:\n"
                "      - matchExpressions:\n        - {key: a, operator: In, values: [c d]}\n"
            ),
            "node-affinity",
        ),
        (
            (
                "affinity:\n  podAffinity:\n    requiredDuringSchedulingIgnoredDuringExecution:\n"
                "    - topologyKey: a\n      labelSelector: {matchExpressions: [{key: a, operator: In, values: [a b]}]}\n"
            ),
            (
                "affinity:\n  podAffinity:\n    requiredDuringSchedulingIgnoredDuringExecution:\n"
                "    - topologyKey: a\n      labelSelector: {matchExpressions: [{key: a, operator: In, values: [c d]}]}\n"
            ),
            "pod-affinity",
        ),
        (
            "volumes:\n- name: v\n  projected:\n    sources:\n    - serviceAccountToken: {path: /abs}\n",
            "volumes:\n- name: v\n  projected:\n    sources:\n    - serviceAccountToken: {path: /other}\n",
            "volume-sources",
        ),
        (
            (
                "topologySpreadConstraints:\n- {maxSkew: 1, topologyKey: a, whenUnsatisfiable: DoNotSchedule, "
                "labelSelector: {matchLabels: {a: b c}}}\n"
            ),
            (
                "topologySpreadConstraints:\n- {maxSkew: 2, topologyKey: a, whenUnsatisfiable: DoNotSchedule, "
                "labelSelector: {matchLabels: {a: b d}}}\n"
            ),
            "topology-spread",
        ),
    ],
)
def test_an_update_keeps_what_the_stored_object_has(judge: Judge, before: str, after: str, rule: str) -> None:
    assert judge(after, rule=rule)
    assert judge(after, rule=rule, old=before) == []
    assert judge(after, rule=rule, old="")


@pytest.mark.parametrize(
    ("pod", "container", "refused"),
    [
        ("", "env:\n- {name: my var, value: a}\n", [(1, 30), (1, 31)]),
        ("hostUsers: false\nhostPID: true\n", "", [(1, 32), (1, 33), (1, 34), (1, 35), (1, 36), (1, 37)]),
        ("hostAliases:\n- {ip: 010.0.0.1, hostnames: [a]}\n", "", [(1, 36), (1, 37)]),
        ("", "restartPolicy: Never\n", [(1, 30), (1, 31), (1, 32), (1, 33)]),
        ("", "restartPolicy: Sometimes\n", [(1, minor) for minor in (30, 31, 32, 33, 35, 36, 37)]),
        ("volumes:\n- name: v\n  image: {pullPolicy: always}\n", "", [(1, 35), (1, 36), (1, 37)]),
        (
            "securityContext: {supplementalGroupsPolicy: merge}\n",
            "",
            [(1, 32), (1, 33), (1, 34), (1, 35), (1, 36), (1, 37)],
        ),
    ],
)
def test_versions_between_the_recorded_ones_follow_the_newer_one(
    judge: Judge, pod: str, container: str, refused: list[tuple[int, int]]
) -> None:
    versions = [KubeVersion(1, minor) for minor in range(30, 38)]
    assert [each[:2] for each in versions if judge(pod, container=container, version=each)] == refused


def test_image_volumes_vanish_with_their_mounts_where_they_are_switched_off(judge: Judge) -> None:
    pod = "volumes:\n- name: v\n  image: {reference: a}\n"
    mount = "volumeMounts:\n- {name: v, mountPath: /v}\n"
    assert judge(pod, container=mount, version=KubeVersion(1, 34)) == []
    assert judge(pod, container=mount, version=KubeVersion(1, 35)) == []


def test_a_bad_volume_takes_its_mounts_with_it(fields: Fields) -> None:
    pod = "volumes:\n- name: v\n  configMap: {}\n"
    assert fields(pod, container="volumeMounts:\n- {name: v, mountPath: /v}\n") == [
        (f"{POD}.volumes[0].configMap.name", "Required"),
        (f"{POD}.containers[0].volumeMounts[0].name", "NotFound"),
    ]


@pytest.mark.parametrize(
    ("kind", "judged"),
    [("Deployment", False), ("ReplicaSet", False), ("StatefulSet", False), ("DaemonSet", True)],
)
def test_a_malformed_selector_hides_the_template_but_not_in_a_daemon_set(
    workload: Callable[..., str], kind: str, *, judged: bool
) -> None:
    text = workload("dnsPolicy: Wrong\n", kind=kind).replace(
        "matchLabels: {app: web}", "matchLabels: {app: a b}"
    )
    report = linter.lint((), texts=[("a.yaml", text)], options=LintOptions(select=("pod-policies",)))
    assert bool(report.findings) is judged


def test_several_handlers_are_refused_but_the_first(fields: Fields) -> None:
    probe = "livenessProbe:\n  exec: {command: []}\n  tcpSocket: {port: 0}\n  grpc: {port: 0}\n"
    assert fields(container=probe, rule="probe-handlers") == [
        (f"{POD}.containers[0].livenessProbe.tcpSocket", "Forbidden"),
        (f"{POD}.containers[0].livenessProbe.grpc", "Forbidden"),
        (f"{POD}.containers[0].livenessProbe.exec.command", "Required"),
    ]


SIDECARS = """
resources:
  requests: {cpu: %s}
initContainers:
- {name: first, image: a, resources: {requests: {cpu: 400m}}}
- {name: sidecar, image: a, restartPolicy: Always, resources: {requests: {cpu: 100m}}}
- {name: last, image: a, resources: {requests: {cpu: 450m}}}
containers:
- {name: one, image: a, resources: {requests: {cpu: 200m}}}
- {name: two, image: a, resources: {requests: {cpu: 200m}}}
"""


@pytest.mark.parametrize(("cpu", "fits"), [("550m", True), ("549m", False)])
def test_containers_of_a_pod_are_added_up_at_the_worst_moment(judge: Judge, cpu: str, *, fits: bool) -> None:
    # The last init container runs beside the sidecar (550m); later both containers do (500m).
    assert (judge(SIDECARS % cpu, rule="pod-resources") == []) is fits


@pytest.mark.parametrize(
    ("first", "second", "relation"),
    [
        ("{containerPort: 80}", "{containerPort: 80}", "repeats"),
        ("{containerPort: 80, hostPort: 80}", "{containerPort: 80}", "overlaps"),
        (
            "{containerPort: 80, hostPort: 80}",
            "{containerPort: 80, hostPort: 80, hostIP: 10.0.0.1}",
            "on all or on one",
        ),
        ("{containerPort: 80, hostPort: 80}", "{containerPort: 80, hostPort: 81}", None),
        ("{containerPort: 80}", "{containerPort: 80, protocol: UDP}", None),
    ],
)
def test_repeated_ports(judge: Judge, first: str, second: str, relation: str | None) -> None:
    problems = judge(container=f"ports:\n- {first}\n- {second}\n", rule="repeated-ports")
    assert [relation in each.message for each in problems if relation] == ([True] if relation else [])
    assert len(problems) == (relation is not None)


@pytest.mark.parametrize(
    ("lists", "repeated"),
    [
        ("initContainers: [{}, {}]\n", []),
        ("initContainers: [{name: web}, {name: i}, {name: i}]\n", [0, 2]),
        ("ephemeralContainers: [{}, {}]\n", [1]),
        ("initContainers: [{}]\nephemeralContainers: [{}]\n", [0]),
        ("initContainers: [{name: i}]\nephemeralContainers: [{name: i}, {name: web}, {name: e}]\n", [0, 1]),
    ],
)
def test_repeated_container_names(judge: Judge, lists: str, repeated: list[int]) -> None:
    containers = f"{lists}containers: [{{name: web, image: a}}]\n"
    problems = judge(containers, rule="container-names")
    assert [each.path[-2] for each in problems if each.reason == "Duplicate"] == repeated


def test_a_port_is_held_against_all_the_earlier_ones(judge: Judge) -> None:
    ports = "ports: [{containerPort: 80}, {containerPort: 80}, {containerPort: 80, hostPort: 80}]\n"
    assert [
        (each.path[-1], each.message[: each.message.index(" spec")], each.message[-9:])
        for each in judge(container=ports, rule="repeated-ports")
    ] == [
        (1, "The port repeats", "ports[0]."),
        (2, "The port overlaps with", "ports[0]."),
        (2, "The port overlaps with", "ports[1]."),
    ]


def test_pull_secrets_without_a_name_are_repeated_as_well(judge: Judge) -> None:
    problems = judge("imagePullSecrets: [{}, {name: a}, {name: ''}]\n", rule="image-pull-secrets")
    assert [(each.path[-2], "twice" in each.message) for each in problems] == [
        (0, False),
        (2, False),
        (2, True),
    ]


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("null", True),
        ("[]", True),
        ('[{"KEY": "a", "operator": "Exists", "unknown": 1}, null]', False),
        ('[{"KEY": "a", "operator": "Exists", "unknown": 1}]', True),
        ('[{"key": 1}]', False),
        ('[{"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 9223372036854775807}]', True),
        ('[{"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 9223372036854775808}]', False),
        ('[{"key": "a", "tolerationSeconds": NaN}]', False),
        ("{}", False),
        ("[", False),
    ],
)
def test_tolerations_in_the_old_annotation(
    workload: Callable[..., str], judge: Judge, text: str, *, accepted: bool
) -> None:
    def annotated(pod: str) -> str:
        return pod.replace(
            "labels: {app: web}\n    spec",
            f"labels: {{app: web}}\n      annotations: {{{key}: '{text}'}}\n    spec",
        )

    key = "scheduler.alpha.kubernetes.io/tolerations"
    report = linter.lint(
        (), texts=[("a.yaml", annotated(workload()))], options=LintOptions(select=("reserved-annotations",))
    )
    assert (not report.findings) is accepted


@pytest.mark.parametrize(
    ("user", "accepted"),
    [
        ("ContainerUser", True),
        ("DOMAIN\\user", True),
        ("a.example.com\\user", True),
        ("a\\b\\c", False),
        (".domain\\user", False),
        ("sixteen-bytes-xx.a\\user", True),
        ("sixteen_bytes_xx\\user", False),
        ("fifteen_bytes_x\\user", True),
        ("-sixteen-bytes-x\\user", False),
        ("a..example-domain\\user", False),
        ("d" * 63 + ".example\\user", True),
        ("d" * 64 + ".example\\user", False),
        ("\\user", False),
        ("domain\\", False),
        ("u" * 104, True),
        ("u" * 105, False),
        ("...", False),
        ("a@b", False),
        ("a\tb", False),
    ],
)
def test_windows_user_names(judge: Judge, user: str, *, accepted: bool) -> None:
    pod = f"securityContext:\n  windowsOptions:\n    runAsUserName: {json.dumps(user)}\n"
    assert (judge(pod, rule="windows-options") == []) is accepted


@pytest.mark.parametrize(
    ("pod", "container", "rule"),
    [
        ("securityContext: {seLinuxChangePolicy: MountOption}\n", "", "security-policies"),
        (
            "hostNetwork: true\nsecurityContext: {sysctls: [{name: net.core.somaxconn, value: '1'}]}\n",
            "",
            "sysctls",
        ),
        (
            "initContainers:\n- {name: i, image: a, resizePolicy: [{resourceName: cpu, restartPolicy: RestartContainer}]}\n",
            "",
            "init-container-fields",
        ),
        ("", "resources: {limits: {cpu: 1, hugepages-2Mi: 3Mi}}\n", "resource-requirements"),
    ],
)
def test_an_update_keeps_settings_that_a_new_object_could_not_have(
    judge: Judge, pod: str, container: str, rule: str
) -> None:
    version = KubeVersion(1, 36)  # 1.37 takes one of them
    assert judge(pod, container=container, rule=rule, version=version)
    assert judge(pod, container=container, rule=rule, old=pod, version=version) == []


@pytest.mark.parametrize(
    ("claims", "expected"), [("[]", ["Forbidden"]), ("[{name: gpu}]", ["Forbidden", "NotFound"])]
)
def test_claims_of_a_whole_pod_are_forbidden_and_still_looked_at(
    fields: Fields, claims: str, expected: list[str]
) -> None:
    found = fields(f"resources: {{claims: {claims}}}\n")
    assert sorted(str(reason) for _, reason in found) == expected


def test_a_pod_that_never_restarts_cannot_restart_for_a_resize(fields: Fields) -> None:
    container = "resizePolicy:\n- {resourceName: cpu, restartPolicy: RestartContainer}\n"
    expected = [(f"{POD}.containers[0].resizePolicy", "Invalid")]
    assert fields("restartPolicy: Never\n", container=container, rule="resize-policy") == expected
    assert fields(container=container, rule="resize-policy") == []


@pytest.mark.parametrize(("field", "refused"), [("sysctls", False), ("supplementalGroups", True)])
def test_an_empty_list_counts_as_set_for_windows_but_for_sysctls(
    judge: Judge, field: str, *, refused: bool
) -> None:
    assert bool(judge(f"os: {{name: windows}}\nsecurityContext: {{{field}: []}}\n", rule="pod-os")) is refused


def test_a_mount_says_whether_its_volume_is_missing_or_bad(judge: Judge) -> None:
    pod = "volumes:\n- name: v\n  configMap: {}\n"
    mounts = "volumeMounts:\n- {name: v, mountPath: /v}\n- {name: w, mountPath: /w}\n"
    bad, missing = judge(pod, container=mounts, rule="volume-mounts")
    assert "something is wrong with it" in bad.message
    assert "There is no volume named `w`" in missing.message


def test_the_first_source_in_the_servers_order_counts(fields: Fields) -> None:
    pod = "volumes:\n- configMap: {}\n  secret: {}\n"
    assert fields(pod) == [
        (f"{POD}.volumes[0].name", "Required"),
        (f"{POD}.volumes[0].configMap", "Forbidden"),
        (f"{POD}.volumes[0].secret.secretName", "Required"),
    ]


def test_a_second_source_is_spelled_as_the_server_spells_it(fields: Fields) -> None:
    pod = "volumes:\n- name: v\n  emptyDir: {}\n  downwardAPI: {}\n  cephfs: {monitors: [a]}\n"
    assert fields(pod) == [
        (f"{POD}.volumes[0].cephFS", "Forbidden"),
        (f"{POD}.volumes[0].downwarAPI", "Forbidden"),
    ]
