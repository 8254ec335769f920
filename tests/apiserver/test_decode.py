from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linter.apiserver.decode import Decoder
from linter.loading.source import Source
from linter.loading.yaml.reader import read_documents, resources_of
from linter.path import format_path
from linter.schemas import kinds, versions
from linter.version import DEFAULT, KubeVersion, parse_version

if TYPE_CHECKING:
    from linter.apiserver.errors import Error

CONFORMANCE = Path(__file__).parents[1] / "conformance"
Case = dict[str, Any]


@cache
def decoder(version: KubeVersion = DEFAULT) -> Decoder:
    return Decoder(version)


def errors(manifest: dict[str, Any], version: KubeVersion = DEFAULT) -> list[Error]:
    return list(decoder(version).errors(manifest["apiVersion"], manifest["kind"], manifest))


def said(manifest: dict[str, Any], version: KubeVersion = DEFAULT) -> list[tuple[str, str, str | None]]:
    return [(each.rule, format_path(each.path), each.reason) for each in errors(manifest, version)]


def message(manifest: dict[str, Any], version: KubeVersion = DEFAULT) -> str:
    [error] = errors(manifest, version)
    return error.message


def deployment(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec}


def pod_template(**spec: Any) -> dict[str, Any]:
    return deployment(template={"spec": spec})


def container(**fields: Any) -> dict[str, Any]:
    return pod_template(containers=[fields])


class TestRecordedCases:
    @staticmethod
    def decoded(case: Case) -> list[Error]:
        version = parse_version(case.get("kubernetes", "1.36"))
        return [
            error
            for document in read_documents(Source(case["id"], case["yaml"]))
            for resource in resources_of(document)
            for error in decoder(version).errors(resource.api_version, resource.kind, resource.manifest)
        ]

    @staticmethod
    def cases(file: str) -> list[Case]:
        return [json.loads(line) for line in (CONFORMANCE / file).read_text(encoding="utf-8").splitlines()]

    FILES = ("verdicts-random.jsonl", "verdicts-targeted.jsonl", "verdicts-versions.jsonl")

    @pytest.mark.parametrize("file", FILES)
    def test_what_the_server_decodes_is_decoded(self, file: str) -> None:
        wrong = [case["id"] for case in self.cases(file) if case.get("code") != 400 and self.decoded(case)]
        assert wrong == []

    @pytest.mark.parametrize("file", FILES)
    def test_unknown_fields_are_those_the_server_names(self, file: str) -> None:
        compared = 0
        for case in self.cases(file):
            named = set(re.findall(r'unknown field "([^"]+)"', case.get("message", "")))
            if named:
                found = {
                    format_path(each.path) for each in self.decoded(case) if each.rule == "unknown-field"
                }
                assert found == named, case["id"]
                compared += 1
        assert compared

    @pytest.mark.parametrize("file", FILES[:2])
    def test_wrong_types_are_where_the_server_names_them(self, file: str) -> None:
        compared = 0
        for case in self.cases(file):
            struct_field = re.search(r"Go struct field \w+\.(\S+) of type", case.get("message", ""))
            if struct_field and case["code"] == 400:
                # The message has no indexes, and the names of embedded structs in between.
                named = [step for step in struct_field[1].split(".") if not step[0].isupper()]
                found = [
                    [step for step in each.path if isinstance(step, str)][: len(named)]
                    for each in self.decoded(case)
                    if each.rule == "wrong-type"
                ]
                assert named in found, case["id"]
                compared += 1
        assert compared > 100

    @pytest.mark.parametrize(
        ("text", "rule"),
        [
            ("quantities must match", "malformed-quantity"),
            ("unable to parse quantity's suffix", "malformed-quantity"),
            ("unable to parse numeric part of quantity", "malformed-quantity"),
            ("parsing time", "malformed-value"),
            ("strconv.ParseInt", "malformed-value"),
        ],
    )
    def test_malformed_values(self, text: str, rule: str) -> None:
        cases = [
            case for file in self.FILES[:2] for case in self.cases(file) if text in case.get("message", "")
        ]
        assert cases
        wrong = [case["id"] for case in cases if rule not in {each.rule for each in self.decoded(case)}]
        assert wrong == []

    def test_kinds_that_do_not_exist(self) -> None:
        cases = [
            case
            for case in self.cases("verdicts-targeted.jsonl")
            if re.search("no kind|API version in the data", case.get("message", ""))
        ]
        assert len(cases) > 10
        wrong = [
            case["id"]
            for case in cases
            if [each.rule for each in self.decoded(case)] not in (["unknown-kind"], ["removed-api"])
        ]
        assert wrong == []


class TestFields:
    def test_all_faults_are_told(self) -> None:
        manifest = deployment(replicas="3", paused=1, strategy={"typ": "Recreate"})
        assert said(manifest) == [
            ("wrong-type", "spec.replicas", "TypeMismatch"),
            ("wrong-type", "spec.paused", "TypeMismatch"),
            ("unknown-field", "spec.strategy.typ", "UnknownField"),
        ]

    def test_unknown_fields_point_at_the_key(self) -> None:
        assert [each.at_key for each in errors(deployment(foo=1, replicas="x"))] == [True, False]

    def test_free_keys_are_in_brackets(self) -> None:
        manifest = container(resources={"limits": {"cpu": "much", "nvidia.com/gpu": "x"}})
        assert said(manifest) == [
            ("malformed-quantity", f"spec.template.spec.containers[0].resources.limits[{key}]", "Malformed")
            for key in ("cpu", "nvidia.com/gpu")
        ]

    def test_missing_fields_are_left_to_validation(self) -> None:
        assert said({"apiVersion": "apps/v1", "kind": "Deployment"}) == []
        assert said(container()) == []
        assert said({"apiVersion": "batch/v1", "kind": "CronJob", "spec": {"schedule": None}}) == []

    def test_what_openapi_requires_but_the_server_does_not(self) -> None:
        assert said({"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass"}) == []
        policy = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "spec": {}}
        assert said(policy, KubeVersion(1, 30)) == []

    @pytest.mark.parametrize(
        ("key", "kind", "value", "refused"),
        [
            ("deprecated.deployment.rollback.to", "Deployment", "", False),
            ("deprecated.deployment.rollback.to", "Deployment", "3", False),
            ("deprecated.deployment.rollback.to", "Deployment", "1.5", True),
            ("deprecated.deployment.rollback.to", "DaemonSet", "x", False),
            ("deprecated.deployment.rollback.to", "Deployment", None, False),
            ("deprecated.daemonset.template.generation", "DaemonSet", "", True),
            ("deprecated.daemonset.template.generation", "DaemonSet", None, True),
            ("deprecated.daemonset.template.generation", "DaemonSet", "+3", False),
            ("deprecated.daemonset.template.generation", "Deployment", "x", False),
        ],
    )
    def test_annotations_that_hold_numbers(
        self, key: str, kind: str, value: str | None, *, refused: bool
    ) -> None:
        manifest = {"apiVersion": "apps/v1", "kind": kind, "metadata": {"annotations": {key: value}}}
        expected = [("malformed-value", f"metadata.annotations[{key}]", "Malformed")] if refused else []
        assert said(manifest) == expected

    def test_broken_metadata_does_no_harm(self) -> None:
        key = "deprecated.daemonset.template.generation"
        broken: list[Any] = [
            None,
            [],
            {"annotations": []},
            {"annotations": {key: 1}},
            {"annotations": {key: 0}},
        ]
        for metadata in broken:
            manifest = {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": metadata}
            assert {rule for rule, _, _ in said(manifest)} <= {"wrong-type"}

    def test_versions_know_different_fields(self) -> None:
        manifest = container(restartPolicyRules=[])
        assert said(manifest, KubeVersion(1, 34)) == []
        assert [rule for rule, _, _ in said(manifest, KubeVersion(1, 33))] == ["unknown-field"]

    def test_a_version_beyond_the_known_ones_counts_as_the_nearest(self) -> None:
        assert Decoder(KubeVersion(1, 99)).version == versions()[-1]


class TestMessages:
    @pytest.mark.parametrize(
        ("manifest", "expected"),
        [
            (
                deployment(replicas="3"),
                '`replicas` must be a whole number, but is the text `"3"`: write 3 without quotes.',
            ),
            (deployment(replicas="many"), '`replicas` must be a whole number, but is the text `"many"`.'),
            (deployment(replicas=1.5), "`replicas` must be a whole number, but is the number `1.5`."),
            (
                deployment(replicas=2**31),
                "`replicas` must be a whole number, but is the number `2147483648`: it must lie between -2147483648 and 2147483647.",
            ),
            (
                deployment(paused="yes"),
                '`paused` must be true or false, but is the text `"yes"`: write true without quotes.',
            ),
            (
                container(args=["a", 8080]),
                "`args[1]` must be text, but is the number `8080`: put it in quotes.",
            ),
            (
                container(env=[{"name": "A", "value": True}]),
                (
                    "`value` must be text, but is the truth value `true`: put it in quotes "
                    "(`yes`, `no`, `on`, `off`, `true` and `false` without quotes are truth values)."
                ),
            ),
            (
                container(command="sh -c x"),
                '`command` must be a list, but is the text `"sh -c x"`: write it as `- item` lines or `[item, …]`.',
            ),
            (
                pod_template(containers={"name": "a"}),
                "`containers` must be a list, but is a map: start it with `- `.",
            ),
            (
                pod_template(securityContext=[]),
                "`securityContext` must be a map with the fields of PodSecurityContext, but is a list: write it without `- `.",
            ),
            (
                pod_template(nodeSelector="a=b"),
                '`nodeSelector` must be a map of `key: value` lines, but is the text `"a=b"`.',
            ),
            (
                container(imagePullpolicy="x"),
                "`imagePullpolicy` is not a field of Container. Did you mean `imagePullPolicy`?",
            ),
            (deployment(replica=3), "`replica` is not a field of DeploymentSpec. Did you mean `replicas`?"),
            (deployment(qqqq=3), "`qqqq` is not a field of DeploymentSpec."),
            (
                deployment(containers=[]),
                "`containers` is not a field of DeploymentSpec; it belongs in `spec.template.spec`.",
            ),
            (
                container(hostPort=80),
                "`hostPort` is not a field of Container; it belongs in `spec.template.spec.containers[0].ports[]`.",
            ),
            (
                container(hostNetwork=True),
                "`hostNetwork` is not a field of Container; it belongs in `spec.template.spec`.",
            ),
            (deployment(labels={}), "`labels` is not a field of DeploymentSpec; it belongs in `metadata`."),
            (
                {"apiVersion": "apps/v1", "kind": "Deployment", "replicas": 3},
                "`replicas` is not a field of Deployment; it belongs in `spec`.",
            ),
            (
                {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"selector": {}}},
                "`selector` is not a field of ObjectMeta; it belongs in `spec`.",
            ),
            (
                {"apiVersion": "v1", "kind": "Secret", "data": {"a": "plain text"}},
                "`data[a]` is `plain text`; it must be base64 text. Plain text belongs in `stringData`.",
            ),
            (
                {"apiVersion": "v1", "kind": "Service", "metadata": {"creationTimestamp": ""}},
                "`creationTimestamp` is empty; it must be a time such as `2024-01-31T12:00:00Z`.",
            ),
        ],
    )
    def test_message(self, manifest: dict[str, Any], expected: str) -> None:
        assert message(manifest) == expected

    @pytest.mark.parametrize(
        ("amount", "meant"),
        [
            ("512MB", "`512M`"),
            ("128mb", "`128M`"),
            ("2GiB", "`2Gi`"),
            ("1gi", "`1Gi`"),
            ("1 Gi", "`1Gi`"),
            ("10K", "`10k`"),
            ("1,5", "`500m`, `2`, `1Gi`"),
            ("much", "`500m`, `2`, `1Gi`"),
            ("", "`500m`, `2`, `1Gi`"),
            (True, "`500m`, `2`, `1Gi`"),
        ],
    )
    def test_amounts(self, amount: Any, meant: str) -> None:
        assert message(container(resources={"limits": {"memory": amount}})).endswith(f"Ti: {meant}.")

    def test_fields_of_other_versions(self) -> None:
        manifest = container(restartPolicyRules=[])
        expected = "`restartPolicyRules` is not a field of Container in Kubernetes 1.33: it is new in 1.34."
        assert message(manifest, KubeVersion(1, 33)) == expected
        gone = pod_template(workloadRef={})
        expected = "`workloadRef` is not a field of PodSpec in Kubernetes 1.37: it is gone since 1.36."
        assert message(gone) == expected
        expected = "`workloadRef` is not a field of PodSpec in Kubernetes 1.34: it is new in 1.35."
        assert message(gone, KubeVersion(1, 34)) == expected


class TestKinds:
    @pytest.mark.parametrize(
        ("api_version", "kind", "status"),
        [
            ("apps/v1", "Deployment", "built-in"),
            ("v1", "List", "built-in"),
            ("apps/v1", "DeploymentList", "built-in"),
            ("apps/v1", "FooList", "unknown"),
            ("apps/v1", "deployment", "unknown"),
            ("Apps/v1", "Deployment", "unknown"),
            ("core/v1", "Service", "unknown"),
            ("apps", "Deployment", "unknown"),
            ("extensions/v1beta1", "Ingress", "unknown"),
            ("policy/v1", "Eviction", "unknown"),
            ("cert-manager.io/v1", "Certificate", "skipped"),
            ("gateway.networking.k8s.io/v1", "Gateway", "skipped"),
            ("apps.openshift.io/v1", "DeploymentConfig", "skipped"),
            ("skaffold/v4beta1", "Config", "skipped"),
        ],
    )
    def test_status(self, api_version: str, kind: str, status: str) -> None:
        assert decoder().status(api_version, kind) == status
        found = said({"apiVersion": api_version, "kind": kind})
        assert bool(found) is (status == "unknown")

    @pytest.mark.parametrize(
        ("api_version", "kind", "rule", "text"),
        [
            (
                "apps/v1beta1",
                "Deployment",
                "removed-api",
                "Deployment of `apps/v1beta1` was removed in Kubernetes 1.16; use `apps/v1`.",
            ),
            (
                "flowcontrol.apiserver.k8s.io/v1beta3",
                "FlowSchema",
                "removed-api",
                (
                    "FlowSchema of `flowcontrol.apiserver.k8s.io/v1beta3` was removed in Kubernetes 1.32. "
                    "Use `flowcontrol.apiserver.k8s.io/v1`."
                ),
            ),
            (
                "certificates.k8s.io/v1",
                "ClusterTrustBundle",
                "unknown-kind",
                (
                    "ClusterTrustBundle of `certificates.k8s.io/v1` is new in Kubernetes 1.37, unknown to Kubernetes 1.36. "
                    "Use `certificates.k8s.io/v1beta1`."
                ),
            ),
            (
                "batch/v1",
                "Deployment",
                "unknown-kind",
                "`batch/v1` has no Deployment in Kubernetes 1.36; Deployment is in `apps/v1`.",
            ),
            (
                "apps/v1",
                "Deploymnt",
                "unknown-kind",
                "Kubernetes 1.36 has no kind `Deploymnt` in `apps/v1`. Did you mean `Deployment`?",
            ),
            ("v1", "Qqqq", "unknown-kind", "Kubernetes 1.36 has no kind `Qqqq` in `v1`."),
            (
                "v1",
                "Endpoints",
                "deprecated-api",
                "Endpoints of `v1` is deprecated since Kubernetes 1.33; use EndpointSlice of `discovery.k8s.io/v1`.",
            ),
            (
                "networking.k8s.io/v1beta1",
                "ServiceCIDR",
                "deprecated-api",
                (
                    "`networking.k8s.io/v1beta1` is a preliminary version of ServiceCIDR and will be removed; "
                    "use `networking.k8s.io/v1`."
                ),
            ),
        ],
    )
    def test_message(self, api_version: str, kind: str, rule: str, text: str) -> None:
        [error] = errors({"apiVersion": api_version, "kind": kind}, KubeVersion(1, 36))
        assert (error.rule, error.message) == (rule, text)
        assert error.path == (("kind",) if "has no kind" in text else ("apiVersion",))

    def test_not_deprecated_in_older_versions(self) -> None:
        assert said({"apiVersion": "v1", "kind": "Endpoints"}, KubeVersion(1, 32)) == []
        assert (
            said({"apiVersion": "networking.k8s.io/v1beta1", "kind": "ServiceCIDR"}, KubeVersion(1, 32)) == []
        )

    def test_what_has_no_kind_is_not_judged(self) -> None:
        assert decoder().errors("", "Deployment", {"foo": 1}) == ()
        assert decoder().errors("v1", "", {"foo": 1}) == ()


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["metadata", "spec", "labels", "template", "containers", "data", "rules", "name", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(
    kind=st.sampled_from(sorted(kinds())),
    content=st.dictionaries(st.sampled_from(["metadata", "spec", "data"]), JSON),
)
def test_any_json_is_judged_and_its_faults_have_a_place(kind: str, content: dict[str, Any]) -> None:
    api_version, _, name = kind.partition(" ")
    for error in decoder(KubeVersion(1, 37)).errors(
        api_version, name, {**content, "apiVersion": api_version}
    ):
        assert error.message.endswith((".", "?"))
        if error.rule in {"removed-api", "unknown-kind", "deprecated-api"}:
            continue
        value: Any = content
        for step in error.path[:-1]:
            value = value[step]
        _ = value[error.path[-1]]
