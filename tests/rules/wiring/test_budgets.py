"""PodDisruptionBudgets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.wiring.conftest import Check


def budget(field: str, *, name: str = "web", selector: str = "matchLabels: {app: web}") -> str:
    return (
        f"---\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: {name}}}\n"
        f"spec:\n  {field}\n  selector: {{{selector}}}\n"
    )


def workload(
    replicas: str = "replicas: 3", *, kind: str = "Deployment", name: str = "web", labels: str = "app: web"
) -> str:
    return (
        f"---\napiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}}}\n"
        f"spec: {{{replicas}{', ' if replicas else ''}selector: {{matchLabels: {{{labels}}}}}, template: {{metadata: "
        f'{{labels: {{{labels}}}}}, spec: {{containers: [{{name: web, image: "nginx:1.25"}}]}}}}}}\n'
    )


def autoscaler(bounds: str) -> str:
    return (
        "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\n"
        f"spec: {{scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: web}}, {bounds}}}\n"
    )


class TestBlocksEviction:
    RULE = "budget-blocks-eviction"

    @pytest.mark.parametrize(
        ("field", "replicas", "blocks"),
        [
            ("minAvailable: 3", "replicas: 3", True),
            ("minAvailable: 4", "replicas: 3", True),
            ("minAvailable: 2", "replicas: 3", False),
            ("minAvailable: 1", "", True),
            ("minAvailable: 1", "replicas: null", True),
            ("minAvailable: 1", "replicas: 0", False),
            ("minAvailable: 67%", "replicas: 3", True),
            ("minAvailable: 66%", "replicas: 3", False),
            ("minAvailable: 50%", "replicas: 1", True),
            ("minAvailable: 0", "replicas: 1", False),
            ("minAvailable: 0%", "replicas: 1", False),
            ("maxUnavailable: 0", "replicas: 3", True),
            ("maxUnavailable: 0%", "replicas: 3", True),
            ("maxUnavailable: 1%", "replicas: 3", False),
            ("maxUnavailable: 1", "replicas: 1", False),
            ("maxUnavailable: some", "replicas: 1", False),
        ],
    )
    def test_replicas(self, places: Check, field: str, replicas: str, blocks: bool) -> None:  # noqa: FBT001  a case
        name, _, value = field.partition(": ")
        expected = [(6, len(name) + 5, f"spec.{name}")] if blocks else []
        assert places(self.RULE, budget(field) + workload(replicas)) == expected, value

    @pytest.mark.parametrize(
        ("replicas", "bounds", "blocks"),
        [
            ("replicas: 4", None, True),
            ("replicas: 5", None, False),
            ("replicas: 5", "minReplicas: 2, maxReplicas: 8", True),
            ("replicas: 2", "minReplicas: 5, maxReplicas: 8", False),
            ("", "minReplicas: 2, maxReplicas: 8", True),
            ("", None, False),  # what it has by default only its controller knows
        ],
    )
    def test_custom_workloads(self, places: Check, replicas: str, bounds: str | None, blocks: bool) -> None:  # noqa: FBT001  a case
        rollout = workload(replicas, kind="Rollout").replace("apps/v1", "argoproj.io/v1alpha1")
        text = rollout + budget("minAvailable: 4")
        if bounds is not None:
            text += (
                autoscaler(bounds).replace("apps/v1", "argoproj.io/v1alpha1").replace("Deployment", "Rollout")
            )
        assert bool(places(self.RULE, text)) == blocks

    @pytest.mark.parametrize(
        ("field", "count"), [("minAvailable: 100%", 1), ("maxUnavailable: 0", 1), ("minAvailable: 5", 0)]
    )
    def test_without_the_workload(self, places: Check, field: str, count: int) -> None:
        assert len(places(self.RULE, budget(field))) == count

    @pytest.mark.parametrize(
        ("field", "bounds", "blocks"),
        [
            ("minAvailable: 2", "minReplicas: 3, maxReplicas: 9", False),
            ("minAvailable: 2", "minReplicas: 2, maxReplicas: 9", True),
            ("minAvailable: 1", "maxReplicas: 9", True),
            ("minAvailable: 1", "minReplicas: 2, maxReplicas: 9", False),
        ],
    )
    def test_autoscaler_counts_instead_of_replicas(
        self,
        places: Check,
        field: str,
        bounds: str,
        blocks: bool,  # noqa: FBT001  a case
    ) -> None:
        for replicas in ("replicas: 1", "replicas: 9", ""):
            text = budget(field) + workload(replicas) + autoscaler(bounds)
            assert len(places(self.RULE, text)) == blocks

    def test_words(self, messages: Check) -> None:
        text = budget("minAvailable: 67%") + workload() + autoscaler("minReplicas: 2, maxReplicas: 9")
        (message,) = messages(self.RULE, text)
        assert message == (
            "`minAvailable: 67%` (2 of 2 replicas) never lets a pod be evicted: Deployment default/web has 2 replicas at "
            "the minimum of HorizontalPodAutoscaler default/web. Write `maxUnavailable: 1` instead, or raise the replicas."
        )

    def test_what_a_controller_made_is_not_counted_twice(self, places: Check) -> None:
        owners = (
            "ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: u1, controller: true}]"
        )
        made = workload("replicas: 2", kind="ReplicaSet", name=f"web-5d59d67564, {owners}")
        text = budget("minAvailable: 2") + workload("replicas: 2")
        assert len(places(self.RULE, text + made)) == 1
        assert places(self.RULE, text + made.replace("controller: true", "controller: false")) == []

    def test_a_custom_scaler(self, places: Check) -> None:
        scaled = (
            "---\napiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: web}\n"
            "spec: {scaleTargetRef: {name: web}LEAST}\n"
        )
        text = budget("minAvailable: 2") + workload("replicas: 2")
        assert places(self.RULE, text + scaled.replace("LEAST", "")) == []
        assert places(self.RULE, text + scaled.replace("LEAST", ", minReplicaCount: 3")) == []
        assert len(places(self.RULE, text + scaled.replace("LEAST", ", minReplicaCount: 2"))) == 1

    def test_all_workloads_are_added_up(self, places: Check) -> None:
        other = workload("replicas: 2", kind="StatefulSet", name="db", labels="app: web, part: db")
        assert len(places(self.RULE, budget("minAvailable: 3") + workload())) == 1
        assert places(self.RULE, budget("minAvailable: 3") + workload() + other) == []
        assert len(places(self.RULE, budget("minAvailable: 5") + workload() + other)) == 1

    def test_the_larger_of_two_environments(self, places: Check) -> None:
        small, large = ("a/w.yaml", workload("replicas: 1")), ("b/w.yaml", workload("replicas: 3"))
        assert places(self.RULE, budget("minAvailable: 2"), small, large) == []
        assert len(places(self.RULE, budget("minAvailable: 2"), small)) == 1

    def test_how_many_nodes_there_are_is_out_of_sight(self, places: Check) -> None:
        text = workload("", kind="DaemonSet")
        assert places(self.RULE, budget("minAvailable: 3") + text) == []
        assert len(places(self.RULE, budget("maxUnavailable: 0") + text)) == 1

    def test_pods_without_a_controller(self, places: Check) -> None:
        pod = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {app: web}}\nspec: {containers: [{name: a, image: 'a:1'}]}\n"
        assert len(places(self.RULE, budget("minAvailable: 1") + pod)) == 1


class TestProtectsNothing:
    RULE = "budget-protects-nothing"

    @pytest.mark.parametrize(
        ("field", "replicas", "count"),
        [
            ("minAvailable: 0", "replicas: 3", 1),
            ("minAvailable: 0%", "replicas: 3", 1),
            ("minAvailable: 1", "replicas: 3", 0),
            ("maxUnavailable: 3", "replicas: 3", 1),
            ("maxUnavailable: 2", "replicas: 3", 0),
            ("maxUnavailable: 67%", "replicas: 3", 1),
            ("maxUnavailable: 66%", "replicas: 3", 0),
            ("maxUnavailable: 100%", "replicas: 3", 1),
            ("maxUnavailable: 1", "replicas: 1", 0),
            ("maxUnavailable: some", "replicas: 3", 0),
        ],
    )
    def test_replicas(self, places: Check, field: str, replicas: str, count: int) -> None:
        name = field.partition(":")[0]
        assert (
            places(self.RULE, budget(field) + workload(replicas))
            == [(6, len(name) + 5, f"spec.{name}")] * count
        )

    def test_an_autoscaler_adds_pods(self, places: Check) -> None:
        text = budget("maxUnavailable: 2") + workload("") + autoscaler("minReplicas: 2, maxReplicas: 9")
        assert places(self.RULE, text) == []


class TestSelectsNothing:
    RULE = "budget-selects-nothing"

    @pytest.mark.parametrize(
        ("selector", "count"),
        [
            ("matchLabels: {app: web}", 0),
            ("matchLabels: {app: wbe}", 1),
            ("matchLabels: {app: web, tier: a}", 1),
            ("matchExpressions: [{key: app, operator: In, values: [web, api]}]", 0),
            ("matchExpressions: [{key: app, operator: NotIn, values: [web]}]", 1),
            ("matchExpressions: [{key: tier, operator: Exists}]", 1),
            ("matchExpressions: [{key: tier, operator: DoesNotExist}]", 0),
            ("matchExpressions: [{key: apps.kubernetes.io/pod-index, operator: In, values: ['0']}]", 0),
            ("", 0),
        ],
    )
    def test_selectors(self, places: Check, selector: str, count: int) -> None:
        text = budget("maxUnavailable: 1", selector=selector) + workload()
        assert places(self.RULE, text) == [(7, 13, "spec.selector")] * count

    def test_a_lone_budget_is_fine(self, places: Check) -> None:
        assert places(self.RULE, budget("maxUnavailable: 1")) == []

    def test_no_selector_selects_nothing_anywhere(self, messages: Check) -> None:
        text = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {maxUnavailable: 1}\n"
        assert messages(self.RULE, text) == [
            "This budget has no selector and protects no pods. Select the labels of the pod template."
        ]

    def test_words(self, messages: Check) -> None:
        selector = "matchLabels: {app: web}, matchExpressions: [{key: tier, operator: In, values: [a, b]}, {key: x, operator: DoesNotExist}]"
        (message,) = messages(
            self.RULE,
            budget("maxUnavailable: 1", selector=selector) + workload(labels="app: web, tier: c, x: z"),
        )
        assert message == (
            "Nothing in this run makes pods with `app=web,tier in (a,b),!x` in namespace default. "
            "Deployment default/web comes closest, but its pods have `tier: c` and `x: z`."
        )


class TestOverlap:
    RULE = "budget-overlap"

    def test_the_second_is_reported(self, found: Check) -> None:
        (finding,) = found(
            self.RULE, workload(), budget("maxUnavailable: 1"), budget("minAvailable: 1", name="b")
        )
        assert (finding.file, finding.range.line, finding.field) == ("2.yaml", 7, "spec.selector")
        assert finding.message.startswith(
            "PodDisruptionBudget default/web (1.yaml) selects the pods of Deployment default/web (0.yaml), too"
        )

    def test_an_empty_selector_covers_all(self, found: Check) -> None:
        text = workload() + budget("maxUnavailable: 1", selector="") + budget("maxUnavailable: 1", name="b")
        assert [each.resource.name for each in found(self.RULE, text)] == ["b"]

    def test_disjoint_ones_are_fine(self, places: Check) -> None:
        other = budget("maxUnavailable: 1", name="b", selector="matchLabels: {app: api}")
        text = workload() + workload(name="api", labels="app: api") + budget("maxUnavailable: 1")
        assert places(self.RULE, text + other) == []

    def test_without_workloads_nothing_is_known(self, places: Check) -> None:
        assert places(self.RULE, budget("maxUnavailable: 1") + budget("maxUnavailable: 1", name="b")) == []

    def test_one_budget_for_two_environments(self, places: Check) -> None:
        texts = [("a/b.yaml", budget("maxUnavailable: 1")), ("b/b.yaml", budget("maxUnavailable: 2"))]
        assert places(self.RULE, workload(), *texts) == []
