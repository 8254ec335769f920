"""Workloads beside each other, probes and hooks, objects that are defined twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.wiring.conftest import Check


def workload(
    name: str = "web", *, kind: str = "Deployment", selector: str = "matchLabels: {app: web}", labels: str = "app: web",
    namespace: str = "default",
) -> str:  # fmt: skip
    return (
        f"---\napiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}, namespace: {namespace}}}\n"
        f"spec: {{selector: {{{selector}}}, template: {{metadata: {{labels: {{{labels}}}}}, "
        'spec: {containers: [{name: web, image: "nginx:1.25"}]}}}\n'
    )


class TestOverlappingSelectors:
    RULE = "overlapping-selectors"
    AT = (5, 18, "spec.selector")

    def test_the_second_of_two(self, found: Check) -> None:
        (finding,) = found(self.RULE, workload(), workload("api"))
        assert finding.file == "1.yaml"
        assert (finding.range.line, finding.range.column, finding.field) == self.AT
        assert finding.message == (
            "The selector `app=web` also matches the pods of Deployment default/web (0.yaml). "
            "Give this Deployment a label of its own, in selector and template."
        )

    def test_the_work_grows_with_the_workloads_not_with_their_pairs(
        self, found: Check, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from linter.engine import filing
        from linter.rules.wiring import overlapping_selectors

        asked: list[object] = []

        def counted(selector: object) -> object:
            asked.append(selector)
            return filing.requirements(selector)

        monkeypatch.setattr(overlapping_selectors, "requirements", counted)
        texts = [workload(f"web-{number}") for number in range(40)]
        assert len(found(self.RULE, *texts)) == 39
        # Each is asked once, for itself and as one that others meet.
        assert len(asked) == 40

    def test_the_broader_of_two(self, found: Check) -> None:
        broad = workload("all")
        narrow = workload("part", selector="matchLabels: {app: web, part: a}", labels="app: web, part: a")
        for texts in ((broad, narrow), (narrow, broad)):
            (finding,) = found(self.RULE, *texts)
            assert finding.resource.name == "all"

    @pytest.mark.parametrize(
        ("selector", "count"),
        [
            ("matchExpressions: [{key: app, operator: In, values: [web, api]}]", 1),
            ("matchExpressions: [{key: app, operator: In, values: [api, db]}]", 0),
            ("matchExpressions: [{key: app, operator: Exists}]", 1),
            ("matchExpressions: [{key: app, operator: NotIn, values: [web]}]", 0),
            ("matchExpressions: [{key: tier, operator: DoesNotExist}]", 1),
            ("matchLabels: {app: web}, matchExpressions: [{key: tier, operator: Exists}]", 0),
        ],
    )
    def test_expressions(self, places: Check, selector: str, count: int) -> None:
        # Only the second one's selector can match the other's pods.
        first = workload(selector="matchLabels: {app: web, own: a}", labels="app: web, own: a")
        second = workload("api", selector=selector, labels="app: api, tier: b")
        assert places(self.RULE, first, second) == [self.AT] * count

    def test_kinds_do_not_matter(self, places: Check) -> None:
        assert places(self.RULE, workload(), workload(kind="StatefulSet")) == [self.AT]

    def test_replication_controllers_have_plain_selectors(self, places: Check) -> None:
        controller = (
            "---\napiVersion: v1\nkind: ReplicationController\nmetadata: {name: old}\n"
            "spec: {selector: {app: web}, template: {metadata: {labels: {app: web}}, "
            'spec: {containers: [{name: web, image: "nginx:1.25"}]}}}\n'
        )
        assert places(self.RULE, workload(), controller) == [(5, 18, "spec.selector")]
        assert places(self.RULE, controller, workload()) == [self.AT]
        assert places(self.RULE, workload(), controller.replace("app: web", "app: api")) == []
        # Without a selector it takes the labels of its pods, which nobody has to write.
        assert places(self.RULE, controller.replace("selector: {app: web}, ", ""), workload()) == [self.AT]

    def test_namespaces_do(self, places: Check) -> None:
        assert places(self.RULE, workload(), workload("api", namespace="shop")) == []

    def test_one_object_for_two_environments(self, places: Check) -> None:
        assert places(self.RULE, ("a/w.yaml", workload()), ("b/w.yaml", workload())) == []

    def test_three_are_two_findings(self, found: Check) -> None:
        names = [each.resource.name for each in found(self.RULE, *map(workload, ("a", "b", "c")))]
        assert names == ["b", "c"]

    def test_jobs_and_custom_resources_have_selectors_of_their_own(self, places: Check) -> None:
        rollout = workload("r").replace("apps/v1", "argoproj.io/v1alpha1").replace("Deployment", "Rollout")
        job = (
            "---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: migrate}\nspec: {template: {metadata: "
            '{labels: {app: web}}, spec: {restartPolicy: Never, containers: [{name: a, image: "a:1"}]}}}\n'
        )
        assert places(self.RULE, rollout, job, workload()) == []

    @pytest.mark.parametrize(
        ("kind", "count"), [("ReplicaSet", 1), ("DaemonSet", 1), ("Deployment", 0), ("StatefulSet", 0)]
    )
    def test_pods_that_would_be_adopted(self, messages: Check, kind: str, count: int) -> None:
        pod = (
            "---\napiVersion: v1\nkind: Pod\nmetadata: {name: alone, labels: {app: web}}\n"
            'spec: {containers: [{name: web, image: "nginx:1.25"}]}\n'
        )
        found = messages(self.RULE, workload(kind=kind), pod)
        assert len(found) == count
        assert all("Pod default/alone (1.yaml). It would adopt that pod." in each for each in found)

    def test_what_a_controller_made_is_its_own(self, places: Check) -> None:
        owners = (
            "ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: u1, controller: true}]"
        )
        made = workload("web-5d59d67564", kind="ReplicaSet").replace(
            "name: web-5d59d67564", f"name: web-5d59d67564, {owners}", 1
        )
        for texts in ((workload(), made), (made, workload())):
            assert places(self.RULE, *texts) == []
        assert len(places(self.RULE, workload(), made.replace("controller: true", "controller: false"))) == 1


class TestDuplicateResource:
    RULE = "duplicate-resource"
    ROLE = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\ndata: {a: b}\n"

    def test_in_one_file(self, found: Check) -> None:
        (finding,) = found(self.RULE, f"{self.ROLE}---\n{self.ROLE}")
        assert (finding.range.line, finding.range.column, finding.field) == (10, 9, "metadata.name")
        assert finding.message.startswith("ConfigMap `web` is defined already at 0.yaml:4:")

    def test_in_one_list(self, found: Check) -> None:
        item = "{apiVersion: v1, kind: ConfigMap, metadata: {name: web}}"
        text = f"apiVersion: v1\nkind: List\nitems:\n- {item}\n- {item}\n"
        (finding,) = found(self.RULE, text)
        assert finding.range.line == 5
        assert "0.yaml:4" in finding.message

    def test_two_files_of_one_folder_are_alternatives(self, places: Check) -> None:
        other = self.ROLE.replace("a: b", "a: c")
        assert places(self.RULE, ("k8s/install.yaml", self.ROLE), ("k8s/install-ha.yaml", other)) == []

    def test_three_times(self, found: Check) -> None:
        texts = [self.ROLE.replace("a: b", f"a: b{number}") for number in range(3)]
        assert [each.range.line for each in found(self.RULE, "---\n".join(texts))] == [10, 16]

    def test_the_same_text_in_a_second_file(self, places: Check) -> None:
        assert places(self.RULE, self.ROLE, self.ROLE) == []

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("name: web", "name: api"),
            ("name: web", "name: web\n  namespace: shop"),
            ("kind: ConfigMap", "kind: Secret"),
            ("name: web", "generateName: web-"),
        ],
    )
    def test_other_objects(self, places: Check, old: str, new: str) -> None:
        assert places(self.RULE, self.ROLE, self.ROLE.replace(old, new)) == []

    def test_the_default_namespace_may_be_named(self, places: Check) -> None:
        assert (
            len(
                places(
                    self.RULE,
                    f"{self.ROLE}---\n" + self.ROLE.replace("name: web", "name: web\n  namespace: default"),
                )
            )
            == 1
        )

    def test_nameless_objects(self, places: Check) -> None:
        text = self.ROLE.replace("name: web", "generateName: web-")
        assert places(self.RULE, text, text) == []

    def test_in_two_folders(self, places: Check) -> None:
        other = self.ROLE.replace("a: b", "a: c")
        assert places(self.RULE, ("staging/a.yaml", self.ROLE), ("production/a.yaml", other)) == []

    def test_versions_of_one_kind(self, places: Check) -> None:
        text = "apiVersion: autoscaling/v{}\nkind: HorizontalPodAutoscaler\nmetadata: {{name: a}}\nspec: {{maxReplicas: 2, scaleTargetRef: {{kind: Deployment, name: b}}}}\n"
        assert len(places(self.RULE, f"{text.format(1)}---\n{text.format(2)}")) == 1


POD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: nginx:1.25
        ports: [{name: http, containerPort: 80}]
        PROBE
      - name: other
        image: other:1
        ports: [{name: admin, containerPort: 9000}]
"""
AT = "spec.template.spec.containers[0]."


CRON_JOB = """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: a}
spec: {schedule: '* * * * *', jobTemplate: {spec: {template: {spec: SPEC}}}}
"""


class TestProbePorts:
    @pytest.mark.parametrize(
        ("probe", "column", "field", "words"),
        [
            ("livenessProbe: {httpGet: {port: htpp}}", 41, "livenessProbe.httpGet.port",
             "so `livenessProbe` always fails. Did you mean `http`? It has `http` (80)."),
            ("startupProbe: {tcpSocket: {port: web}}", 42, "startupProbe.tcpSocket.port", "It has `http` (80)."),
            ("readinessProbe: {httpGet: {port: admin}}", 42, "readinessProbe.httpGet.port",
             "Container `other` has: write its number, 9000."),
            ("lifecycle: {preStop: {httpGet: {port: admin}}}", 47, "lifecycle.preStop.httpGet.port", "so `preStop` always"),
            ("lifecycle: {postStart: {tcpSocket: {port: x}}}", 51, "lifecycle.postStart.tcpSocket.port", "no port called `x`"),
        ],
    )  # fmt: skip
    def test_unknown(self, found: Check, probe: str, column: int, field: str, words: str) -> None:
        (finding,) = found("probe-port-unknown", POD.replace("PROBE", probe))
        assert (finding.range.line, finding.range.column, finding.field) == (13, column, AT + field)
        assert words in finding.message

    @pytest.mark.parametrize(
        "probe",
        [
            "livenessProbe: {httpGet: {port: http}}",
            "livenessProbe: {httpGet: {port: 80}}",
            "livenessProbe: {httpGet: {port: 9000}}",
            "livenessProbe: {httpGet: {port: 8443, host: example.com}}",
            "livenessProbe: {exec: {command: [check]}}",
            "livenessProbe: {grpc: {port: 80}}",
            "lifecycle: {preStop: {sleep: {seconds: 5}}}",
        ],
    )
    def test_fine(self, places: Check, probe: str) -> None:
        text = POD.replace("PROBE", probe)
        assert places("probe-port-unknown", text) == places("probe-port-undeclared", text) == []

    @pytest.mark.parametrize(
        ("probe", "field"),
        [
            ("livenessProbe: {httpGet: {port: 81}}", "livenessProbe.httpGet.port"),
            ("readinessProbe: {grpc: {port: 81}}", "readinessProbe.grpc.port"),
        ],
    )
    def test_undeclared(self, found: Check, probe: str, field: str) -> None:
        (finding,) = found("probe-port-undeclared", POD.replace("PROBE", probe))
        assert finding.field == AT + field
        assert "port 81, which no container of the pod declares; `web` has `http` (80)." in finding.message

    def test_undeclared_once_for_all_probes(self, found: Check) -> None:
        probes = "livenessProbe: {httpGet: {port: 81}}\n        readinessProbe: {httpGet: {port: 81}}"
        (finding,) = found("probe-port-undeclared", POD.replace("PROBE", probes))
        assert finding.field == AT + "livenessProbe.httpGet.port"

    def test_a_container_without_ports_says_nothing(self, places: Check) -> None:
        text = POD.replace("        ports: [{name: http, containerPort: 80}]\n", "")
        assert (
            places("probe-port-undeclared", text.replace("PROBE", "livenessProbe: {httpGet: {port: 81}}"))
            == []
        )

    def test_a_sidecar_is_probed(self, places: Check) -> None:
        sidecar = (
            "      initContainers:\n      - {name: a, image: 'a:1', restartPolicy: Always, "
            "readinessProbe: {httpGet: {port: x}}}\n"
        )
        fields = [
            place[2] for place in places("probe-port-unknown", POD.replace("        PROBE\n", "") + sidecar)
        ]
        assert fields == ["spec.template.spec.initContainers[0].readinessProbe.httpGet.port"]

    @pytest.mark.parametrize(
        ("head", "path"),
        [
            ("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: SPEC", "spec"),
            ("apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {template: {spec: SPEC}}", "spec.template.spec"),
            (CRON_JOB,
             "spec.jobTemplate.spec.template.spec"),
        ],
    )  # fmt: skip
    def test_other_kinds(self, places: Check, head: str, path: str) -> None:
        spec = "{restartPolicy: Never, containers: [{name: a, image: 'a:1', livenessProbe: {httpGet: {port: x}}}]}"
        fields = [place[2] for place in places("probe-port-unknown", head.replace("SPEC", spec) + "\n")]
        assert fields == [f"{path}.containers[0].livenessProbe.httpGet.port"]
