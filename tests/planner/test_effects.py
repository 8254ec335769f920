"""What a change of a ConfigMap, Secret, Service, Pod or name does to pods and to traffic."""

from __future__ import annotations

from typing import Any

import pytest

from linter.planner import plan as plans
from linter.planner.assessment import NO_EFFECT


def obj(kind: str, name: str, **fields: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}, **fields}


def workload(
    name: str,
    pod: dict[str, Any],
    kind: str = "Deployment",
    labels: dict[str, str] | None = None,
    **spec: Any,
) -> dict[str, Any]:
    labels = labels or {"app": name}
    containers = [{"name": "app", "image": f"example.org/{name}:1", **pod.pop("container", {})}]
    return {
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {"name": name},
        "spec": {
            "selector": {"matchLabels": {"app": labels["app"]}},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": containers, **pod}},
            **spec,
        },
    }


def env(key: str | None, kind: str = "configMap", name: str = "conf") -> dict[str, Any]:
    """Return a container that reads one entry, or all, into its environment."""
    if key is None:
        return {"container": {"envFrom": [{f"{kind}Ref": {"name": name}}]}}
    source = {f"{kind}KeyRef": {"name": name, "key": key}}
    return {"container": {"env": [{"name": "A", "valueFrom": source}]}}


def mounted(volume: dict[str, Any] | None = None, **mount: Any) -> dict[str, Any]:
    return {
        "container": {"volumeMounts": [{"name": "v", "mountPath": "/etc/app", **mount}]},
        "volumes": [{"name": "v", **(volume or {"configMap": {"name": "conf"}})}],
    }


def messages(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[str]:
    """Return what is said about effects on pods, and the commands."""
    plan = plans.update(old, new)
    return [
        text
        for change in plan.changes
        for effect in change.effects
        if effect != NO_EFFECT
        for text in (effect.message, *effect.commands)
    ]


OLD, NEW = {"data": {"a": "1", "b": "1"}}, {"data": {"a": "2", "b": "1"}}


@pytest.mark.parametrize(
    ("pod", "way"),
    [
        (env(None), "into environment variables"),
        (env("a"), "into environment variables"),
        (mounted(subPath="a"), "through a mount with subPath a"),
        (mounted(subPathExpr="$(NAME)"), "through a mount with subPathExpr"),
        (
            mounted(
                {"projected": {"sources": [{"configMap": {"name": "conf", "items": [{"key": "a", "path": "x/y"}]}}]}},
                subPath="x",
            ),
            "through a mount with subPath x",
        ),
    ],
)  # fmt: skip
def test_pods_that_keep_old_values_are_named(pod: dict[str, Any], way: str) -> None:
    reader = workload("web", pod)
    assert messages([obj("ConfigMap", "conf", **OLD), reader], [obj("ConfigMap", "conf", **NEW), reader]) == [
        f"Deployment default/web reads ConfigMap conf {way}: its pods keep the old values until they are restarted.",
        "kubectl rollout restart deployment/web",
    ]


@pytest.mark.parametrize(
    "pod",
    [
        env("b"),  # another entry
        env(None, name="other"),
        env(None, kind="secret"),
        mounted(),  # a volume follows by itself
        mounted(subPath="b"),
        mounted({"configMap": {"name": "conf", "items": [{"key": "b", "path": "a"}]}}, subPath="a"),
        {},
    ],
)
def test_pods_that_see_the_change_or_do_not_read_it_are_not_named(pod: dict[str, Any]) -> None:
    reader = workload("web", pod)
    old, new = obj("ConfigMap", "conf", **OLD), obj("ConfigMap", "conf", **NEW)
    assert messages([old, reader], [new, reader]) == []
    change, _ = plans.update([old, reader], [new, reader]).changes
    assert change.effects == (NO_EFFECT,)


def test_pods_that_are_replaced_anyway_are_not_named() -> None:
    old = [obj("ConfigMap", "conf", **OLD), workload("web", env(None))]
    new = [obj("ConfigMap", "conf", **NEW), workload("web", env(None))]
    new[1]["spec"]["template"]["spec"]["containers"][0]["image"] = "example.org/web:2"
    assert messages(old, new) == []


def test_a_secret_written_as_text_is_the_same_as_encoded() -> None:
    reader = workload("web", env(None, kind="secret"))
    old = obj("Secret", "conf", data={"a": "MQ=="})
    assert messages([old, reader], [obj("Secret", "conf", stringData={"a": "1"}), reader]) == []
    assert messages([old, reader], [obj("Secret", "conf", stringData={"a": "2"}), reader])[1:] == [
        "kubectl rollout restart deployment/web"
    ]


def test_a_restart_of_what_updates_on_delete_restarts_nothing() -> None:
    reader = workload("agent", env(None), "DaemonSet", updateStrategy={"type": "OnDelete"})
    assert messages([obj("ConfigMap", "conf", **OLD), reader], [obj("ConfigMap", "conf", **NEW), reader]) == [
        (
            "DaemonSet default/agent reads ConfigMap conf into environment variables: its pods keep the old values until they"
            " are deleted."
        )
    ]


def service(**selector: str) -> dict[str, Any]:
    return obj("Service", "web", spec={"selector": selector, "ports": [{"port": 80}]})


def test_a_selector_that_only_new_pods_have_leaves_nobody_to_answer() -> None:
    old = [service(app="web"), workload("web", {})]
    new = [service(app="web", tier="front"), workload("web", {}, labels={"app": "web", "tier": "front"})]
    (said,) = messages(old, new)
    assert said.startswith(
        "No pod that runs now has the labels app=web, tier=front: from the moment it is applied nothing"
    )


def test_a_selector_that_goes_over_to_other_pods() -> None:
    both = [workload("blue", {}), workload("green", {})]
    assert messages([service(app="blue"), *both], [service(app="green"), *both]) == [
        "Traffic goes over at once, from the pods of Deployment blue to those of Deployment green."
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"app": "web"}, {"app": "web", "tier": "front"}),  # the same pods
        ({"app": "elsewhere"}, {"app": "web"}),  # nobody knows who answered before
        ({"app": "web"}, {"app": "elsewhere"}),  # nor who does now
    ],
)
def test_selectors_of_which_nothing_is_said(old: dict[str, str], new: dict[str, str]) -> None:
    pods = workload("web", {}, labels={"app": "web", "tier": "front"})
    assert messages([service(**old), pods], [service(**new), pods]) == []


def notes(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[str]:
    return [
        note for each in plans.update(old, new).workloads for note in each.notes if "another object" in note
    ]


def renamed(**labels: str) -> dict[str, Any]:
    """Return a workload that runs another version of what `web` runs."""
    heir = workload("site", {}, labels={"app": "web", **labels})
    heir["spec"]["template"]["spec"]["containers"][0]["image"] = "example.org/web:2"
    return heir


def test_a_new_name_is_another_object() -> None:
    (note,) = notes([service(app="web"), workload("web", {})], [service(app="web"), renamed()])
    assert note == (
        "A new name is another object: Deployment site is created beside web. Service web sends to the pods of both while both"
        " are there. Delete web once the new pods are available:"
        " kubectl rollout status deployment/site && kubectl delete deployment web"
    )
    (note,) = notes([service(app="web"), workload("web", {})], [service(app="web"), renamed(app="site")])
    assert "Service web selects the pods of web alone: once they are gone nothing answers." in note


def test_what_goes_and_what_comes_without_anything_in_common() -> None:
    assert notes([workload("web", {})], [workload("other", {})]) == []
    assert notes([workload("web", {}), renamed()], [renamed()]) == []  # it was there before


def test_the_image_of_a_pod_is_changed_in_its_place() -> None:
    def pod(image: str) -> dict[str, Any]:
        return obj("Pod", "p", spec={"containers": [{"name": "c", "image": image}]})

    assert messages([pod("c:1")], [pod("c:2")]) == [
        "The container c is restarted in its place with the image c:2."
    ]


@pytest.mark.parametrize("kind", ["Job", "CronJob", "Widget"])
def test_nothing_is_said_of_pods_that_others_make(kind: str) -> None:
    version = "example.org/v1" if kind == "Widget" else "batch/v1"
    old, new = ({**obj(kind, "x", spec={"a": number}), "apiVersion": version} for number in (1, 2))
    (change,) = plans.update([old], [new]).changes
    assert (change.change, change.effects) == ("no-rollout", ())
