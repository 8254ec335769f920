"""The kinds of the core group, where the recordings are silent: other versions, messages, places, what is not known."""

from __future__ import annotations

from typing import Any

import pytest

import linter
from linter.apiserver.core.key_pairs import key_pair_fault
from linter.engine.config.options import LintOptions
from linter.version import KubeVersion

from ..asking import admission

Manifest = dict[str, Any]
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
KEY = "-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY-----\n"


def obj(kind: str, **fields: Any) -> Manifest:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": "a"}, **fields}


def refused(manifest: Manifest, version: tuple[int, int] = (1, 37), old: Manifest | None = None) -> set[str]:
    """Return field and reason of each refusal."""
    problems = admission(KubeVersion(*version))(old, manifest)
    return {f"{each.field} {each.reason}" for each in problems}


def found(text: str, version: tuple[int, int] = (1, 37), **options: Any) -> list[tuple[str, int, str]]:
    """Lint a manifest: rule, line and message of each finding."""
    lint = linter.lint(
        (),
        texts=[("a.yaml", text)],
        options=LintOptions(select=("api",), version=KubeVersion(*version), **options),
    )
    return [(each.rule, each.range.line, each.message) for each in lint.findings]


def claim(size: str = "10Gi", **status: Any) -> Manifest:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}}
    return obj("PersistentVolumeClaim", spec=spec, **({"status": status} if status else {}))


def volume(**spec: Any) -> Manifest:
    return obj(
        "PersistentVolume", spec={"capacity": {"storage": "1Gi"}, "accessModes": ["ReadWriteOnce"], **spec}
    )


def test_a_secrets_fault_is_where_it_is_written() -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {a: YQ==}\nstringData:\n  a b: c\n"
    assert found(text) == [
        ("config-data", 6, "The key `a b` is not made of letters, digits, `-`, `_` and `.`.")
    ]


@pytest.mark.parametrize("value", [[], [97], [97, None], "YQ==", "Y\nQ==\n"])
def test_bytes_are_a_text_or_a_list_of_numbers(value: object) -> None:
    assert refused(obj("Secret", data={"a": value})) == set()
    assert refused(obj("ConfigMap", binaryData={"a": value})) == set()


@pytest.mark.parametrize("value", [[256], [-1], ["a"], [1.5], {}, 1])
def test_other_values_are_not_bytes(value: object) -> None:
    assert refused(obj("Secret", data={"a": value})) == {"data[a] TypeMismatch"}


@pytest.mark.parametrize(
    ("content", "is_right"),
    [
        ("{}", True),
        (" null ", True),
        ('{"a": 1, "a": 2}', True),
        ("[]", False),
        ("", False),
        ("{} {}", False),
    ],
)
def test_docker_configs_are_json_objects(content: str, *, is_right: bool) -> None:
    secret = obj("Secret", type="kubernetes.io/dockercfg", stringData={".dockercfg": content})
    assert refused(secret) == (set() if is_right else {"data[.dockercfg] Invalid"})


@pytest.mark.parametrize(
    ("certificate", "key", "fault"),
    [
        (CERTIFICATE, KEY, None),
        (f"subject=/CN=a\n{CERTIFICATE}", f"\r\n{KEY}".replace("\n", "\r\n"), None),
        ("Y2VydA==", KEY, "`tls.crt` holds no certificate"),
        (KEY, CERTIFICATE, "`tls.crt` holds no certificate"),
        (CERTIFICATE, CERTIFICATE, "`tls.key` holds no private key"),
        (CERTIFICATE, "", "`tls.key` holds no private key"),
    ],
)
def test_key_pairs(certificate: str, key: str, fault: str | None) -> None:
    said = key_pair_fault(certificate.encode(), key.encode())
    assert said is None if fault is None else (said or "").startswith(fault)


def test_what_an_immutable_object_says_can_be_done() -> None:
    old = obj("ConfigMap", immutable=True, data={"a": "b"})
    problems = admission(KubeVersion(1, 37))(old, obj("ConfigMap", data={"a": "c"}))
    assert [each.message for each in problems] == [
        "The stored ConfigMap is immutable, which can't be taken back: create another one under a new name.",
        "The stored ConfigMap is immutable: leave its data, or create another one under a new name.",
    ]


def test_labels_of_pod_security_are_judged_once_all_else_is_right() -> None:
    labels = {"pod-security.kubernetes.io/enforce": "strict"}
    field = "metadata.labels[pod-security.kubernetes.io/enforce] Invalid"
    assert refused(obj("Namespace", metadata={"name": "a", "labels": labels})) == {field}
    assert refused(obj("Namespace", metadata={"name": "A", "labels": labels})) == {"metadata.name Invalid"}


def test_a_namespace_keeps_labels_that_were_wrong_already() -> None:
    labels = {"pod-security.kubernetes.io/enforce": "strict"}
    old = obj("Namespace", metadata={"name": "a", "labels": labels})
    new = obj("Namespace", metadata={"name": "a", "labels": {**labels, "team": "a"}})
    assert refused(new, old=old) == set()


def test_a_namespaces_own_finalizers_stay_as_they_are() -> None:
    new = obj("Namespace", spec={"finalizers": ["a b"]})
    assert refused(new) == {"spec.finalizers Invalid"}
    assert refused(new, old=obj("Namespace")) == set()


@pytest.mark.parametrize(("version", "count"), [((1, 31), 0), ((1, 32), 1)])
def test_mountable_secrets_are_deprecated_since_1_32(version: tuple[int, int], count: int) -> None:
    text = (
        "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: a\n  annotations:\n"
        '    kubernetes.io/enforce-mountable-secrets: "true"\n'
    )
    assert [(rule, line) for rule, line, _ in found(text, version)] == [
        ("enforce-mountable-secrets", 6)
    ] * count


@pytest.mark.parametrize(("version", "count"), [((1, 32), 0), ((1, 33), 1)])
def test_endpoints_are_deprecated_since_1_33(version: tuple[int, int], count: int) -> None:
    text = "apiVersion: v1\nkind: Endpoints\nmetadata:\n  name: a\n"
    assert [(rule, line) for rule, line, _ in found(text, version)] == [("deprecated-api", 1)] * count


def test_addresses_are_read_strictly_since_1_36() -> None:
    endpoints = obj("Endpoints", subsets=[{"addresses": [{"ip": "010.1.1.1"}]}])
    assert refused(endpoints, (1, 35)) == set()
    assert refused(endpoints, (1, 36)) == {"subsets[0].addresses[0].ip Invalid"}


def test_subsets_that_stay_are_not_judged_anew() -> None:
    endpoints = obj("Endpoints", subsets=[{"addresses": [{"ip": "127.0.0.1"}]}])
    assert refused(endpoints, old=endpoints) == set()


@pytest.mark.parametrize(
    ("minimum", "maximum", "ratio", "is_right"),
    [
        ("100m", "1", "10", True),
        ("100m", "1", "10.001", False),
        ("0", "1", "10", True),
        ("0", "-1", "10", False),
        ("0", "0", "10", True),
        ("2Ei", "3Ei", "1.5", False),  # amounts so large are whole numbers to the server, and 1.5 is 2
    ],
)
def test_ratios(minimum: str, maximum: str, ratio: str, *, is_right: bool) -> None:
    item = {
        "type": "example.com/x", "min": {"cpu": minimum}, "max": {"cpu": maximum},
        "maxLimitRequestRatio": {"cpu": ratio},
    }  # fmt: skip
    fields = refused(obj("LimitRange", spec={"limits": [item]})) - {"spec.limits[0].min[cpu] Invalid"}
    assert fields == (set() if is_right else {"spec.limits[0].maxLimitRequestRatio[cpu] Invalid"})


def test_a_new_limit_range_needs_no_name() -> None:
    assert refused(obj("LimitRange", metadata={})) == set()


def test_a_quota_says_what_to_write_instead() -> None:
    text = (
        "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: a}\nspec:\n"
        "  hard:\n    pod: 1\n    secrets: 2\n  scopes: [BestEffort]\n"
    )
    assert found(text) == [
        (
            "resource-quota",
            6,
            "Kubernetes knows no resource `pod`. Did you mean `pods`? Others have a domain: `example.com/gpu`.",
        ),
        ("resource-quota", 8, "The scope BestEffort is only about pods: move secrets to a quota of its own."),
    ]


def test_an_events_namespace_is_judged_where_it_is_known() -> None:
    text = "apiVersion: v1\nkind: Event\nmetadata: {name: a}\ninvolvedObject: {namespace: other}\n"
    assert found(text) == []
    assert [rule for rule, _, _ in found(text, namespace="default")] == ["event"]


@pytest.mark.parametrize(
    ("annotation", "text", "field"),
    [
        ("taints", "[]", None),
        ("taints", "null", None),
        ("taints", '[{"key": 1}]', "metadata.annotations Invalid"),
        ("taints", "{", "metadata.annotations Invalid"),
        ("taints", "[" * 100_000, "metadata.annotations Invalid"),
        ("preferAvoidPods", "[]", "metadata.annotations.AvoidPods Invalid"),
        ("preferAvoidPods", '{"preferAvoidPods": [1]}', "metadata.annotations.AvoidPods Invalid"),
        ("preferAvoidPods", '{"preferAvoidPods": [{"podSignature": {"podController": {}}}]}', None),
    ],
)
def test_annotations_of_nodes(annotation: str, text: str, field: str | None) -> None:
    annotations = {f"scheduler.alpha.kubernetes.io/{annotation}": text}
    node = obj("Node", metadata={"name": "a", "annotations": annotations})
    assert refused(node) == ({field} if field else set())


def test_an_amount_of_a_node_is_shown_where_it_is_written() -> None:
    text = "apiVersion: v1\nkind: Node\nmetadata: {name: a}\nstatus:\n  capacity:\n    pods: 1.5\n"
    assert {(rule, line) for rule, line, _ in found(text)} == {("node-status", 6)}


def test_a_claim_may_grow_where_nobody_says_that_it_is_not_bound() -> None:
    assert refused(claim("20Gi"), old=claim()) == set()
    assert refused(claim("20Gi"), old=claim(phase="Bound", capacity={"storage": "10Gi"})) == set()
    assert refused(claim("20Gi"), old=claim(phase="Pending")) == {"spec Forbidden"}


@pytest.mark.parametrize(("version", "reasons"), [((1, 31), True), ((1, 32), False)])
def test_a_claim_may_go_back_to_what_it_has_since_1_32(version: tuple[int, int], *, reasons: bool) -> None:
    old = claim("20Gi", phase="Bound", capacity={"storage": "10Gi"})
    field = "spec.resources.requests.storage Forbidden"
    assert refused(claim("15Gi"), version, old) == ({field} if reasons else set())
    assert refused(claim("10Gi"), version, old) == {field}


def test_a_change_of_a_claim_is_shown_at_the_field() -> None:
    new = claim()
    new["spec"]["accessModes"] = ["ReadWriteMany"]
    problems = admission(KubeVersion(1, 37))(claim(), new)
    assert [(each.path, each.field) for each in problems] == [(("spec", "accessModes"), "spec")]


def test_a_data_source_is_faulted_where_it_is_written() -> None:
    text = (
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nspec:\n  accessModes: [ReadWriteOnce]\n"
        "  resources: {requests: {storage: 1Gi}}\n  dataSourceRef:\n    kind: Foo\n    name: a\n"
    )
    assert {(rule, line) for rule, line, _ in found(text)} == {("persistent-volume-claim", 8)}


@pytest.mark.parametrize("kind", ["PersistentVolume", "PersistentVolumeClaim"])
def test_classes_of_attributes_are_known_since_1_34(kind: str) -> None:
    source = {"csi": {"driver": "a.b", "volumeHandle": "v"}}
    manifest = claim() if kind == "PersistentVolumeClaim" else volume(**source)
    manifest["spec"]["volumeAttributesClassName"] = "A_b"
    assert refused(manifest, (1, 33)) == set()
    assert refused(manifest, (1, 34)) == {"spec.volumeAttributesClassName Invalid"}


@pytest.mark.parametrize(
    ("path", "is_root"),
    [("/", True), ("//", True), ("/a/../", True), ("/.", True), ("/a", False), ("a/..", False)],
)
def test_the_root_of_a_node_is_not_recycled(path: str, *, is_root: bool) -> None:
    fields = refused(volume(persistentVolumeReclaimPolicy="Recycle", hostPath={"path": path}))
    assert ("spec.persistentVolumeReclaimPolicy Forbidden" in fields) is is_root


@pytest.mark.parametrize(
    ("old", "new", "is_same"),
    [
        (
            {"nfs": {"server": "a", "path": "/b"}},
            {"nfs": {"server": "a", "path": "/b", "readOnly": False}},
            True,
        ),
        ({"fc": {"wwids": ["a"]}}, {"fc": {"wwids": ["a"], "lun": 0}}, False),
        ({"hostPath": {"path": "/a"}}, {"hostPath": {"path": "/a", "type": ""}}, True),
    ],
)
def test_the_source_of_a_volume_stays(old: Manifest, new: Manifest, *, is_same: bool) -> None:
    expected = set() if is_same else {"spec.persistentvolumesource Forbidden"}
    assert refused(volume(**new), old=volume(**old)) == expected


def test_an_update_judges_generate_name() -> None:
    new = obj("Secret", metadata={"name": "a", "generateName": "A"})
    assert refused(new, old=obj("Secret")) == {"metadata.generateName Invalid"}
