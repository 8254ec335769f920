"""HorizontalPodAutoscalers and what they scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.wiring.conftest import Check


def autoscaler(
    target: str = "apiVersion: apps/v1, kind: Deployment, name: web", *, spec: str = "maxReplicas: 5", name: str = "hpa",
    version: str = "v2",
) -> str:  # fmt: skip
    return (
        f"---\napiVersion: autoscaling/{version}\nkind: HorizontalPodAutoscaler\nmetadata: {{name: {name}}}\n"
        f"spec:\n  scaleTargetRef: {{{target}}}\n  {spec}\n"
    )


def workload(
    containers: str = "{name: web, image: 'nginx:1.25'}", *, replicas: str = "", kind: str = "Deployment", name: str = "web",
    namespace: str = "default", pod: str = "",
) -> str:  # fmt: skip
    return (
        f"---\napiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}, namespace: {namespace}}}\n"
        f"spec:\n  {replicas or '#'}\n  selector: {{matchLabels: {{app: {name}}}}}\n  template:\n    metadata: {{labels: {{app: {name}}}}}\n"
        f"    spec: {{{pod}containers: [{containers}]}}\n"
    )


class TestTargetMissing:
    RULE = "autoscaler-target-missing"

    @pytest.mark.parametrize(
        ("target", "column", "field", "words"),
        [
            ("apiVersion: apps/v1, kind: Deployment, name: wepp", 65, "name",
             "The run defines no Deployment `wepp` in namespace default. It defines `web`."),
            ("apiVersion: apps/v1, kind: Deployment, name: webb", 65, "name", "Did you mean `web`?"),
            ("apiVersion: apps/v1, kind: StatefulSet, name: web", 66, "name",
             "There is Deployment default/web: write `kind: Deployment`."),
            ("apiVersion: extensions/v1beta1, kind: Deployment, name: web", 32, "apiVersion",
             "`apiVersion` is `extensions/v1beta1`, where a Deployment is not found: write `apps/v1`."),
        ],
    )  # fmt: skip
    def test_place_and_words(self, found: Check, target: str, column: int, field: str, words: str) -> None:
        (finding,) = found(self.RULE, autoscaler(target) + workload())
        assert (finding.range.line, finding.range.column) == (6, column)
        assert finding.field == f"spec.scaleTargetRef.{field}"
        assert words in finding.message

    @pytest.mark.parametrize(
        "target",
        [
            "apiVersion: apps/v1, kind: Deployment, name: web",
            "apiVersion: apps/v1beta1, kind: Deployment, name: web",  # the group finds it
            "apiVersion: v1, kind: Deployment, name: web",  # autoscaler-target's
            "kind: Deployment, name: web",
            "apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: other",
        ],
    )
    def test_fine(self, places: Check, target: str) -> None:
        assert places(self.RULE, autoscaler(target) + workload()) == []

    def test_a_collection_of_examples_lacks_nothing(self, places: Check) -> None:
        assert places(self.RULE, ("a/hpa.yaml", autoscaler()), ("b/db.yaml", workload(name="database"))) == []

    def test_a_lone_autoscaler_is_fine(self, places: Check) -> None:
        assert places(self.RULE, autoscaler()) == []

    def test_another_namespace(self, messages: Check) -> None:
        (message,) = messages(self.RULE, autoscaler(), workload(namespace="shop"))
        assert message.endswith("Deployment shop/web (1.yaml) is in another namespace.")

    def test_version_one(self, places: Check) -> None:
        assert (
            len(
                places(
                    self.RULE,
                    autoscaler("apiVersion: apps/v1, kind: Deployment, name: x", version="v1") + workload(),
                )
            )
            == 1
        )


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        ("DaemonSet", 1),
        ("Pod", 1),
        ("Job", 1),
        ("CronJob", 1),
        ("Service", 1),
        ("ReplicaSet", 0),
        ("Rollout", 0),
    ],
)
def test_target_cannot_scale(places: Check, kind: str, count: int) -> None:
    text = autoscaler(f"kind: {kind}, name: web")
    assert places("autoscaler-target-cannot-scale", text) == [(6, 26, "spec.scaleTargetRef.kind")] * count


class TestOverlap:
    RULE = "autoscaler-overlap"

    def test_the_second_is_reported(self, found: Check) -> None:
        (finding,) = found(self.RULE, autoscaler(), autoscaler(name="second"))
        assert (finding.file, finding.range.line, finding.range.column) == ("1.yaml", 6, 65)
        assert finding.message.startswith(
            "HorizontalPodAutoscaler default/hpa (0.yaml) scales Deployment default/web, too"
        )

    def test_a_scaled_object_makes_an_autoscaler_as_well(self, places: Check) -> None:
        scaled = "---\napiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: a}\nspec: {scaleTargetRef: {name: web}}\n"
        assert len(places(self.RULE, scaled + autoscaler())) == 1

    def test_other_targets(self, places: Check) -> None:
        other = autoscaler("apiVersion: apps/v1, kind: StatefulSet, name: web", name="second")
        assert places(self.RULE, autoscaler(), other) == []

    def test_one_autoscaler_for_two_environments(self, places: Check) -> None:
        assert places(self.RULE, ("a/h.yaml", autoscaler()), ("b/h.yaml", autoscaler())) == []


SCALED_OBJECT = "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: a}\nspec:\n  scaleTargetRef: {%s}\n  triggers: []\n"


class TestScaledObjectTarget:
    RULE = "autoscaler-target-missing"

    @pytest.mark.parametrize("more", ["", ", kind: Deployment", ", apiVersion: apps/v1, kind: Deployment"])
    def test_misspelt(self, more: str, found: Check) -> None:
        (finding,) = found(self.RULE, workload(), SCALED_OBJECT % f"name: wbe{more}")
        assert (finding.range.line, finding.range.column, finding.field) == (
            5,
            26,
            "spec.scaleTargetRef.name",
        )
        assert (
            finding.message == "The run defines no Deployment `wbe` in namespace default. It defines `web`."
        )

    @pytest.mark.parametrize(
        "target",
        [
            "name: web",
            "name: web, kind: Deployment, apiVersion: apps/v1",
            "name: wbe, kind: Rollout, apiVersion: argoproj.io/v1alpha1",
            "kind: Deployment",
        ],
    )
    def test_right_or_not_known(self, target: str, found: Check) -> None:
        assert found(self.RULE, workload(), SCALED_OBJECT % target) == []

    def test_another_kind_of_that_name(self, found: Check) -> None:
        text = SCALED_OBJECT.replace("keda.sh", "example.org") % "name: wbe"
        assert found(self.RULE, workload(), text) == []


class TestFightsReplicas:
    RULE = "autoscaler-fights-replicas"

    def test_place_and_words(self, found: Check) -> None:
        text = workload(replicas="replicas: 3")
        (finding,) = found(self.RULE, text, autoscaler(spec="minReplicas: 2\n  maxReplicas: 5"))
        assert (finding.range.line, finding.range.column, finding.field) == (6, 13, "spec.replicas")
        assert finding.message == (
            "HorizontalPodAutoscaler default/hpa (1.yaml) sets the replicas between 2 and 5, and each apply sets them back "
            "to 3. Remove `replicas`, first of all from the last-applied annotation (kubectl apply edit-last-applied): else the "
            "next apply sets them to 1."
        )

    @pytest.mark.parametrize(
        ("replicas", "spec"),
        [
            ("", "maxReplicas: 5"),
            ("replicas: null", "maxReplicas: 5"),
            ("replicas: 3", "minReplicas: 3\n  maxReplicas: 3"),
        ],
    )
    def test_fine(self, places: Check, replicas: str, spec: str) -> None:
        assert places(self.RULE, workload(replicas=replicas), autoscaler(spec=spec)) == []

    @pytest.mark.parametrize("kind", ["StatefulSet", "ReplicaSet"])
    def test_kinds(self, places: Check, kind: str) -> None:
        text = workload(replicas="replicas: 3", kind=kind)
        assert places(self.RULE, text, autoscaler()) == []
        assert len(places(self.RULE, text, autoscaler(f"apiVersion: apps/v1, kind: {kind}, name: web"))) == 1

    def test_a_scaled_object(self, messages: Check) -> None:
        scaled = "---\napiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: a}\nspec: {scaleTargetRef: {name: web}, minReplicaCount: 0, maxReplicaCount: 4}\n"
        (message,) = messages(self.RULE, workload(replicas="replicas: 1"), scaled)
        assert message.startswith("ScaledObject default/a (1.yaml) sets the replicas between 0 and 4")


def metric(
    kind: str = "Resource", body: str = "name: cpu, target: {type: Utilization, averageUtilization: 80}"
) -> str:
    field = kind[0].lower() + kind[1:]
    return f"maxReplicas: 5\n  metrics: [{{type: {kind}, {field}: {{{body}}}}}]"


REQUESTS = "{name: web, image: 'nginx:1.25', resources: {requests: {cpu: 100m}}}"
LIMITS = "{name: web, image: 'nginx:1.25', resources: {limits: {cpu: 100m}}}"
NOTHING = "{name: web, image: 'nginx:1.25'}"
SIDECAR = "{name: proxy, image: 'proxy:1'}"
IN = "spec.template.spec."


class TestNoRequests:
    RULE = "autoscaler-no-requests"

    @pytest.mark.parametrize(
        ("containers", "fields"),
        [
            (NOTHING, ["containers[0].resources.requests.cpu"]),
            (REQUESTS, []),
            (LIMITS, []),
            (f"{REQUESTS}, {SIDECAR}", ["containers[1].resources.requests.cpu"]),
            (
                f"{NOTHING}, {SIDECAR}",
                ["containers[0].resources.requests.cpu", "containers[1].resources.requests.cpu"],
            ),
            (
                "{name: web, image: 'a:1', resources: {requests: {memory: 1Gi}}}",
                ["containers[0].resources.requests.cpu"],
            ),
        ],
    )
    def test_containers(self, places: Check, containers: str, fields: list[str]) -> None:
        for spec in (metric(), "maxReplicas: 5"):
            found = places(self.RULE, workload(containers), autoscaler(spec=spec))
            assert [place[2] for place in found] == [IN + field for field in fields]

    def test_place_and_words(self, found: Check) -> None:
        (finding,) = found(
            self.RULE,
            workload("{name: web, image: 'a:1', resources: {requests: {memory: 1Gi}}}"),
            autoscaler(),
        )
        assert (finding.range.line, finding.range.column) == (10, 63)
        assert finding.message == (
            "HorizontalPodAutoscaler default/hpa (1.yaml) measures cpu against the requests, and container `web` has none: "
            "nothing is scaled. Add `resources.requests.cpu`."
        )

    @pytest.mark.parametrize(
        "spec",
        [
            metric(body="name: cpu, target: {type: AverageValue, averageValue: 100m}"),
            metric(
                "ContainerResource",
                "name: cpu, container: other, target: {type: Utilization, averageUtilization: 80}",
            ),
            metric("Pods", "metric: {name: rps}, target: {type: AverageValue, averageValue: 10}"),
            metric("External", "metric: {name: rps}, target: {type: Value, value: 10}"),
        ],
    )
    def test_metrics_that_need_none(self, places: Check, spec: str) -> None:
        assert places(self.RULE, workload(), autoscaler(spec=spec)) == []

    def test_one_container(self, places: Check) -> None:
        spec = metric(
            "ContainerResource",
            "name: cpu, container: proxy, target: {type: Utilization, averageUtilization: 80}",
        )
        found = places(self.RULE, workload(f"{NOTHING}, {SIDECAR}"), autoscaler(spec=spec))
        assert [place[2] for place in found] == [f"{IN}containers[1].resources.requests.cpu"]

    def test_sidecars_count_and_init_containers_do_not(self, places: Check) -> None:
        for policy, count in (("restartPolicy: Always, ", 1), ("", 0)):
            text = workload(REQUESTS, pod=f"initContainers: [{{{policy}name: init, image: 'a:1'}}], ")
            assert len(places(self.RULE, text, autoscaler())) == count

    def test_resources_of_the_pod(self, places: Check) -> None:
        text = workload(pod="resources: {requests: {cpu: 1}}, ")
        assert places(self.RULE, text, autoscaler()) == []

    def test_a_limit_range_gives_requests(self, places: Check) -> None:
        limits = "apiVersion: v1\nkind: LimitRange\nmetadata: {name: a}\nspec: {limits: [{type: Container, defaultRequest: {cpu: 100m}}]}\n"
        assert places(self.RULE, workload(), autoscaler(), limits) == []
        assert len(places(self.RULE, workload(), autoscaler(), limits.replace("cpu", "memory"))) == 1

    def test_two_metrics_are_two_findings_and_two_autoscalers_are_one(self, places: Check) -> None:
        memory = autoscaler(
            spec=metric(body="name: memory, target: {type: Utilization, averageUtilization: 80}"), name="b"
        )
        assert len(places(self.RULE, workload(), autoscaler(), memory)) == 2
        assert len(places(self.RULE, workload(), autoscaler(), autoscaler(name="b"))) == 1


class TestContainerUnknown:
    RULE = "autoscaler-container-unknown"
    SPEC = metric(
        "ContainerResource", "name: cpu, container: NAME, target: {type: Utilization, averageUtilization: 80}"
    )

    @pytest.mark.parametrize(("name", "count"), [("web", 0), ("wep", 1)])
    def test_names(self, places: Check, name: str, count: int) -> None:
        text = autoscaler(spec=self.SPEC.replace("NAME", name)) + workload()
        expected = [(8, 81, "spec.metrics[0].containerResource.container")] * count
        assert places(self.RULE, text) == expected

    def test_an_unknown_target(self, places: Check) -> None:
        assert places(self.RULE, autoscaler(spec=self.SPEC)) == []
