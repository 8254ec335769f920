"""Services: what they select, and where their ports lead."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.wiring.conftest import Check

SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector:
    app: web
  ports:
  - port: 80
"""


def service(spec: str, metadata: str = "name: web") -> str:
    return f"apiVersion: v1\nkind: Service\nmetadata: {{{metadata}}}\nspec: {{{spec}}}\n"


def workload(
    kind: str = "Deployment", name: str = "web", *, labels: str = "app: web", image: str = "nginx:1.25",
    container: str = "", namespace: str = "default",
) -> str:  # fmt: skip
    return (
        f"---\napiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}, namespace: {namespace}}}\n"
        f"spec: {{selector: {{matchLabels: {{{labels}}}}}, template: {{metadata: {{labels: {{{labels}}}}}, "
        f'spec: {{containers: [{{name: {name}, image: "{image}"{container}}}]}}}}}}\n'
    )


def ports(*shown: str) -> str:
    return f", ports: [{', '.join(f'{{{port}}}' for port in shown)}]"


def job(labels: str) -> str:
    return (
        "---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: migrate}\n"
        f"spec: {{template: {{metadata: {{labels: {{{labels}}}}}, "
        'spec: {restartPolicy: Never, containers: [{name: migrate, image: "nginx:1.25"}]}}}\n'
    )


class TestSelectsNothing:
    RULE = "service-selects-nothing"

    def test_place_and_words(self, found: Check) -> None:
        (finding,) = found(self.RULE, SERVICE + workload(labels="app: webb"))
        assert (finding.range.line, finding.range.column, finding.field) == (6, 5, "spec.selector")
        assert finding.message == (
            "Nothing in this run makes pods with `app=web` in namespace default. "
            "Did you mean `app: webb`, as Deployment default/web has it?"
        )

    def test_a_lone_service_is_fine(self, places: Check) -> None:
        assert places(self.RULE, SERVICE) == []

    def test_workload_in_another_folder_counts(self, places: Check) -> None:
        assert places(self.RULE, ("service/web.yaml", SERVICE), ("deploy/web.yaml", workload())) == []

    @pytest.mark.parametrize(
        "spec",
        [
            "ports: [{port: 80}]",
            "selector: {}, ports: [{port: 80}]",
            "selector: null, ports: [{port: 80}]",
            "type: ExternalName, externalName: example.com, selector: {app: nobody}",
            "selector: {statefulset.kubernetes.io/pod-name: db-0}, ports: [{port: 80}]",
            "selector: {apps.kubernetes.io/pod-index: '0', app: other}, ports: [{port: 80}]",
            "selector: {pod-template-hash: 5d59d67564}, ports: [{port: 80}]",
            "selector: {controller-revision-hash: web-5d59d67564}, ports: [{port: 80}]",
            "selector: {cnpg.io/cluster: db}, ports: [{port: 5432}]",
        ],
    )
    def test_what_may_be_meant(self, places: Check, spec: str) -> None:
        assert places(self.RULE, service(spec) + workload(labels="app: other")) == []

    def test_an_automatic_label_does_not_excuse_the_others(self, places: Check) -> None:
        spec = "selector: {apps.kubernetes.io/pod-index: '0', app: web}, ports: [{port: 80}]"
        assert places(self.RULE, service(spec) + workload(labels="app: other")) == [(4, 18, "spec.selector")]

    def test_all_pairs_count(self, messages: Check) -> None:
        text = service("selector: {app: web, tier: front}") + workload(labels="app: web, zone: a")
        (message,) = messages(self.RULE, text)
        assert message.endswith("Deployment default/web comes closest, but its pods have no label `tier`.")

    def test_labels_of_the_workload_itself_do_not_count(self, places: Check) -> None:
        text = workload(labels="app: other").replace("{name: web,", "{name: web, labels: {app: web},", 1)
        assert len(places(self.RULE, SERVICE + text)) == 1

    def test_values_there_are_named(self, messages: Check) -> None:
        (message,) = messages(self.RULE, SERVICE + workload(labels="app: database"))
        assert message.endswith("The pods there have `app` `database`.")

    def test_a_collection_of_examples_lacks_nothing(self, places: Check) -> None:
        other = ("b/db.yaml", workload(labels="app: database"))
        assert places(self.RULE, ("a/web.yaml", SERVICE), other) == []
        named = SERVICE.replace("name: web", "name: web, namespace: default")
        assert len(places(self.RULE, ("a/web.yaml", named), other)) == 1

    def test_a_near_miss_in_another_folder(self, messages: Check) -> None:
        (message,) = messages(
            self.RULE, ("a/web.yaml", SERVICE), ("b/web.yaml", workload(labels="app: webb"))
        )
        assert "Did you mean `app: webb`" in message

    def test_another_namespace(self, messages: Check) -> None:
        (message,) = messages(self.RULE, SERVICE, workload(namespace="shop"))
        assert message.endswith("Deployment shop/web (1.yaml) has such pods, but in another namespace.")

    def test_a_named_namespace_without_workloads_is_out_of_sight(self, places: Check) -> None:
        text = service("selector: {app: web}", "name: web, namespace: front")
        assert places(self.RULE, text, workload(namespace="shop")) == []

    def test_custom_resource_with_a_template_is_a_workload(self, places: Check) -> None:
        rollout = workload().replace("apps/v1", "argoproj.io/v1alpha1").replace("Deployment", "Rollout")
        assert places(self.RULE, SERVICE + rollout) == []
        assert len(places(self.RULE, SERVICE.replace("app: web", "app: db") + rollout)) == 1

    def test_pods_of_an_operator_are_out_of_sight(self, places: Check) -> None:
        custom = "---\napiVersion: acid.zalan.do/v1\nkind: postgresql\nmetadata: {name: orders}\nspec: {}\n"
        text = service("selector: {cluster-name: orders}") + workload()
        assert places(self.RULE, text + custom) == []
        assert len(places(self.RULE, text)) == 1

    def test_pods_of_a_custom_kind_are_out_of_sight(self, places: Check) -> None:
        custom = "---\napiVersion: example.com/v1\nkind: Cache\nmetadata: {name: a}\nspec: {}\n"
        text = service("selector: {app.kubernetes.io/name: cache}") + workload()
        assert places(self.RULE, text + custom) == []
        assert len(places(self.RULE, text)) == 1

    def test_names_made_of_a_custom_resource_are_out_of_sight(self, places: Check) -> None:
        custom = (
            "---\napiVersion: ceph.rook.io/v1\nkind: CephCluster\nmetadata: {name: rook-ceph}\nspec: {}\n"
        )
        text = service("selector: {app: rook-ceph-osd}") + workload(labels="app: rook-ceph-tools")
        assert places(self.RULE, text + custom) == []
        assert len(places(self.RULE, text)) == 1

    @pytest.mark.parametrize("annotation", ["helm.sh/hook: test", "argocd.argoproj.io/hook: PreSync"])
    def test_hooks_are_no_back_ends(self, places: Check, annotation: str) -> None:
        hook = job("app: web").replace("name: migrate", f"name: migrate, annotations: {{{annotation}}}", 1)
        for rule in ("service-selects-several", "target-port-unknown", "target-port-undeclared", self.RULE):
            assert places(rule, SERVICE + workload() + hook) == []
        assert places(self.RULE, SERVICE + workload(labels="app: other") + hook) == []

    @pytest.mark.parametrize(
        ("kind", "label", "count"),
        [
            ("StatefulSet", "role: replica", 0),
            ("StatefulSet", "web-active: 'true'", 0),
            ("StatefulSet", "tier: front", 1),
            ("Deployment", "role: replica", 1),
        ],
    )
    def test_members_of_a_set_show_their_role(self, places: Check, kind: str, label: str, count: int) -> None:
        text = service(f"selector: {{app: web, {label}}}") + workload(kind, labels="app: web, zone: a")
        assert len(places(self.RULE, text)) == count
        mistaken = text.replace("app: web, zone: a", "app: web, zone: a, role: x, web-active: x")
        assert len(places(self.RULE, mistaken)) == 1

    def test_what_comes_with_the_cluster_is_out_of_sight(self, places: Check) -> None:
        text = service("selector: {component: etcd}", "name: etcd, namespace: kube-system")
        assert places(self.RULE, text + workload(namespace="kube-system")) == []
        other = text.replace("kube-system", "shop") + workload(namespace="shop")
        assert len(places(self.RULE, other)) == 1

    @pytest.mark.parametrize("kind", ["ReplicaSet", "DaemonSet", "StatefulSet"])
    def test_kinds(self, places: Check, kind: str) -> None:
        assert places(self.RULE, SERVICE + workload(kind)) == []

    def test_pods_and_jobs(self, places: Check) -> None:
        pod = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: web}}\nspec: {containers: []}\n"
        assert places(self.RULE, SERVICE + pod) == []
        assert places(self.RULE, SERVICE + job("app: web")) == []

    def test_a_workload_that_does_not_decode_still_counts(self, places: Check) -> None:
        broken = workload().replace("spec: {selector", "spec: {replicas: many, selector")
        assert places(self.RULE, SERVICE + broken) == []

    def test_a_governing_service_is_reported_at_its_set(self, places: Check) -> None:
        text = service("clusterIP: None, selector: {app: db}") + workload("StatefulSet").replace(
            "spec: {selector", "spec: {serviceName: web, selector", 1
        )
        assert places(self.RULE, text) == []
        assert len(places("governing-service-selects-other-pods", text)) == 1


class TestSelectsSeveral:
    RULE = "service-selects-several"

    def test_different_images(self, found: Check) -> None:
        text = SERVICE + workload(labels="app: web, part: a", image="shop/web:1")
        text += workload(name="worker", labels="app: web, part: b", image="shop/worker:1")
        (finding,) = found(self.RULE, text)
        assert (finding.range.line, finding.range.column, finding.field) == (6, 5, "spec.selector")
        assert "over Deployment default/web and Deployment default/worker, which run" in finding.message

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("shop/web:1", "shop/web:2"),
            ("shop/web:1", "shop/web"),
            ("localhost:5000/web", "localhost:5000/web:2"),
            ("registry.example/shop/web:1", "localhost:5000/web"),
            ("shop/web@sha256:" + "0" * 64, "shop/web:2@sha256:" + "1" * 64),
        ],
    )
    def test_a_canary_is_fine(self, places: Check, first: str, second: str) -> None:
        text = SERVICE + workload(labels="app: web, track: stable", image=first)
        text += workload(name="canary", labels="app: web, track: canary", image=second)
        assert places(self.RULE, text) == []

    @pytest.mark.parametrize("label", ["version", "app.kubernetes.io/version", "track", "color"])
    def test_versions_with_images_of_their_own(self, places: Check, label: str) -> None:
        text = SERVICE + workload(labels=f"app: web, {label}: a", image="shop/web-v1:1")
        text += workload(name="web-v2", labels=f"app: web, {label}: b", image="shop/web-v2:1")
        assert places(self.RULE, text) == []
        assert len(places(self.RULE, text.replace(f"app: web, {label}: b", "app: web, part: b"))) == 1

    def test_a_registry_with_a_port_is_no_tag(self, places: Check) -> None:
        text = SERVICE + workload(labels="app: web, part: a", image="localhost:5000/web")
        text += workload(name="worker", labels="app: web, part: b", image="localhost:5000/worker")
        assert len(places(self.RULE, text)) == 1

    def test_the_same_object_for_two_environments_is_one(self, places: Check) -> None:
        first = ("a/web.yaml", workload(image="a/x:1"))
        second = ("b/web.yaml", workload(image="b/y:1"))
        assert places(self.RULE, SERVICE, first, second) == []

    def test_a_job_gets_connections_whatever_its_image(self, messages: Check) -> None:
        (message,) = messages(self.RULE, SERVICE + workload() + job("app: web"))
        assert message.startswith("The pods of Job default/migrate get a part of this Service's connections")

    def test_a_headless_service_without_ports_is_for_discovery(self, places: Check) -> None:
        text = workload(labels="app: web, part: a", image="a:1")
        text += workload(name="worker", labels="app: web, part: b", image="b:1")
        assert places(self.RULE, service("clusterIP: None, selector: {app: web}") + text) == []

    def test_two_sets_that_it_governs_are_reported_there(self, places: Check) -> None:
        text = service("clusterIP: None, selector: {app: web}, ports: [{port: 80}]")
        for name in ("a", "b"):
            text += workload("StatefulSet", name, labels=f"app: web, n: {name}", image=f"{name}:1")
        assert len(places(self.RULE, text)) == 1
        text = text.replace(
            "spec: {selector: {matchLabels", "spec: {serviceName: web, selector: {matchLabels"
        )
        assert places(self.RULE, text) == []
        assert len(places("governing-service-shared", text)) == 1

    def test_many_are_counted(self, messages: Check) -> None:
        text = SERVICE + "".join(
            workload(name=f"w{number}", labels=f"app: web, n: 'n{number}'", image=f"i{number}:1")
            for number in range(6)
        )
        (message,) = messages(self.RULE, text)
        assert "Deployment default/w0, Deployment default/w1, Deployment default/w2 and 3 more" in message


class TestTargetPortUnknown:
    RULE = "target-port-unknown"
    SPEC = "selector: {app: web}, ports: [{port: 80, targetPort: http}]"

    def test_place_and_words(self, found: Check) -> None:
        text = SERVICE + "    targetPort: htpp\n" + workload(container=ports("name: http, containerPort: 80"))
        (finding,) = found(self.RULE, text)
        assert (finding.range.line, finding.range.column) == (9, 17)
        assert finding.field == "spec.ports[0].targetPort"
        assert finding.message == (
            "No container of Deployment default/web has a TCP port called `htpp`. Did you mean `http`? "
            "Deployment default/web has `http` (80)."
        )

    def test_each_port(self, places: Check) -> None:
        spec = "selector: {app: web}, ports: [{name: a, port: 80, targetPort: http}, {name: b, port: 81, targetPort: x}]"
        text = service(spec) + workload(container=ports("name: http, containerPort: 80"))
        assert [place[2] for place in places(self.RULE, text)] == ["spec.ports[1].targetPort"]

    def test_protocols_differ(self, messages: Check) -> None:
        text = service("selector: {app: web}, ports: [{port: 53, protocol: UDP, targetPort: dns}]")
        (message,) = messages(self.RULE, text + workload(container=ports("name: dns, containerPort: 53")))
        assert message.endswith(
            "has a UDP port called `dns`. The one it has speaks TCP: write `protocol: TCP`."
        )
        udp = workload(container=ports("name: dns, containerPort: 53, protocol: UDP"))
        assert messages(self.RULE, text + udp) == []

    def test_no_ports_declared(self, messages: Check) -> None:
        (message,) = messages(self.RULE, service(self.SPEC) + workload())
        assert message.endswith("Its containers declare no ports: name one there, or write the number here.")

    def test_a_sidecar_has_it(self, places: Check) -> None:
        sidecar = ", initContainers: [{{name: proxy, image: 'proxy:1'{}, ports: [{{name: http, containerPort: 80}}]}}]"
        for policy, expected in ((", restartPolicy: Always", 0), ("", 1)):
            text = workload().replace(
                'image: "nginx:1.25"}]', f'image: "nginx:1.25"}}]{sidecar.format(policy)}'
            )
            assert len(places(self.RULE, service(self.SPEC) + text)) == expected

    def test_all_selected_workloads_need_it(self, messages: Check) -> None:
        has = workload(labels="app: web, track: a", container=ports("name: http, containerPort: 80"))
        lacks = workload(
            name="canary", labels="app: web, track: b", container=ports("name: web, containerPort: 80")
        )
        (message,) = messages(self.RULE, service(self.SPEC) + has + lacks)
        assert message.startswith("No container of Deployment default/canary has")

    def test_jobs_need_not_have_it(self, places: Check) -> None:
        text = workload(container=ports("name: http, containerPort: 80")) + job("app: web")
        assert places(self.RULE, service(self.SPEC) + text) == []

    def test_no_workload_no_word(self, places: Check) -> None:
        assert places(self.RULE, service(self.SPEC)) == []

    def test_one_of_two_environments_has_it(self, places: Check) -> None:
        has = ("a/web.yaml", workload(container=ports("name: http, containerPort: 80")))
        assert places(self.RULE, service(self.SPEC), ("b/web.yaml", workload()), has) == []


class TestTargetPortUndeclared:
    RULE = "target-port-undeclared"

    @pytest.mark.parametrize(
        ("port", "declared", "expected"),
        [
            ("port: 80", "containerPort: 8080", [(4, 45, "spec.ports[0].port")]),
            ("port: 80, targetPort: 0", "containerPort: 8080", [(4, 45, "spec.ports[0].port")]),
            ("port: 80, targetPort: 81", "containerPort: 8080", [(4, 61, "spec.ports[0].targetPort")]),
            ("port: 80, targetPort: 8080", "containerPort: 8080", []),
            ("port: 8080", "containerPort: 8080", []),
            ("port: 53, protocol: UDP", "containerPort: 8080", []),
            ("port: 53, protocol: UDP", "containerPort: 54, protocol: UDP", [(4, 45, "spec.ports[0].port")]),
            ("port: 80, targetPort: http", "containerPort: 8080", []),
        ],
    )
    def test_numbers(
        self, places: Check, port: str, declared: str, expected: list[tuple[int, int, str]]
    ) -> None:
        text = service(f"selector: {{app: web}}, ports: [{{{port}}}]")
        assert places(self.RULE, text + workload(container=ports(declared))) == expected

    def test_nothing_declared_nothing_said(self, places: Check) -> None:
        assert places(self.RULE, SERVICE + workload()) == []

    @pytest.mark.parametrize("other", ["port: 8080", "port: 80, targetPort: http"])
    def test_beside_a_port_that_is_declared(self, places: Check, other: str) -> None:
        text = service(f"selector: {{app: web}}, ports: [{{name: a, {other}}}, {{name: b, port: 9090}}]")
        assert places(self.RULE, text + workload(container=ports("name: http, containerPort: 8080"))) == []

    def test_headless_ports_lead_nowhere(self, places: Check) -> None:
        text = service("clusterIP: None, selector: {app: web}, ports: [{port: 80}]")
        assert places(self.RULE, text + workload(container=ports("containerPort: 8080"))) == []

    def test_nulls_among_the_ports(self, places: Check) -> None:
        text = service("selector: {app: web}, ports: [null, {port: null}]")
        assert places(self.RULE, text + workload(container=ports("containerPort: 8080"))) == []


@pytest.mark.parametrize(
    ("rule", "port", "looks", "findings"),
    [
        ("target-port-unknown", "targetPort: admin", "_offers", 10),
        ("target-port-undeclared", "targetPort: 9090", "_may_listen", 10),
        ("service-selects-several", "targetPort: http", "_images", 10),
    ],
)
def test_what_services_select_alike_is_looked_at_once(
    found: Check, monkeypatch: pytest.MonkeyPatch, rule: str, port: str, looks: str, findings: int
) -> None:
    """The work grows with the Services and the workloads, not with their pairs."""
    module = import_module(f"linter.rules.wiring.{rule.replace('-', '_')}")
    look = getattr(module, looks)
    asked: list[object] = []

    def counted(*arguments: object) -> object:
        asked.append(arguments)
        return look(*arguments)

    monkeypatch.setattr(module, looks, counted)
    services = [
        service(f"selector: {{app: web}}, ports: [{{port: 80, {port}}}]", f"name: web-{number}")
        for number in range(10)
    ]
    workloads = [
        workload(
            name=f"web-{number}",
            labels=f"app: web, part: p{number}",
            image=f"example.com/image-{number}:1",
            container=ports("name: http, containerPort: 80"),
        )
        for number in range(20)
    ]
    assert len(found(rule, *services, *workloads)) == findings
    assert len(asked) == len(workloads)


def test_the_images_of_what_is_labelled_alike_are_not_looked_at(
    found: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    from linter.rules.wiring import service_selects_several

    asked: list[object] = []
    monkeypatch.setattr(service_selects_several, "_images", asked.append)
    workloads = [workload(name=f"web-{number}", image=f"example.com/image-{number}:1") for number in range(5)]
    assert found("service-selects-several", SERVICE, *workloads) == []
    assert asked == []
