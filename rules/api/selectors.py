"""Label selectors, and whether a workload's selector matches the labels of its pod template.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.engine.rule import WORKLOADS, Context, Problem, rule
from linter.kube import names
from linter.kube.selectors import matches
from linter.kube.suggest import did_you_mean, one_of, quote
from linter.path import FieldPath, format_path

from .metadata import label_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource

OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist")
SELECTOR: FieldPath = ("spec", "selector")


def label_selector_problems(
    selector: dict[str, Any], path: FieldPath, *, any_value: bool = False
) -> Iterator[Problem]:
    """Check the parts of a LabelSelector.

    Args:
        selector: The selector (matchLabels, matchExpressions).
        path: Where it is.
        any_value: Let malformed values of matchExpressions through, as an update does for a selector that had them.
    """
    if labels := selector.get("matchLabels"):
        here = (*path, "matchLabels")
        yield from label_problems(labels, here, format_path(here))
    for index, expression in enumerate(selector.get("matchExpressions") or ()):
        here = (*path, "matchExpressions", index)
        operator = expression.get("operator") or ""
        values = expression.get("values") or ()
        if operator in ("In", "NotIn"):
            if not values:
                yield Problem(
                    (*here, "values"), f"The operator `{operator}` needs at least one value.", "Required"
                )
        elif operator in ("Exists", "DoesNotExist"):
            if values:
                yield Problem((*here, "values"), f"The operator `{operator}` takes no values.", "Forbidden")
        else:
            yield Problem(
                (*here, "operator"),
                f"The operator is {quote(operator)}; it must be {one_of(OPERATORS)}.{did_you_mean(operator, OPERATORS)}",
                "Invalid",
            )
        key = expression.get("key") or ""
        for fault in names.qualified_name(key):
            yield Problem((*here, "key"), f"The label key {quote(key)} {fault}.", "Invalid")
        if not any_value:
            for number, value in enumerate(values):
                for fault in names.label_value(value):
                    yield Problem(
                        (*here, "values", number), f"The label value {quote(value)} {fault}.", "Invalid"
                    )


def selector_problems(resource: Resource) -> tuple[Problem, ...]:
    """Return what is wrong inside `spec.selector` of a workload or PodDisruptionBudget. Computed once."""
    found: tuple[Problem, ...] | None = resource.memo.get(selector_problems)
    if found is None:
        selector = resource.object["spec"].get("selector") if "spec" in resource.object else None
        found = tuple(label_selector_problems(selector, SELECTOR)) if selector else ()
        resource.memo[selector_problems] = found
    return found


def pod_template_is_judged(resource: Resource) -> bool:
    """Tell whether the API server looks into the pod template.

    With a malformed selector it does not, except in a DaemonSet.
    """
    return resource.kind == "DaemonSet" or not selector_problems(resource)


@rule("selector-syntax", kinds=WORKLOADS | {"PodDisruptionBudget"}, needs={"selector"})
def selector_syntax(resource: Resource, context: Context) -> Iterator[Problem]:
    """A label selector is well formed.

    `matchLabels` holds label keys and values; an entry of `matchExpressions` has a key, one of the operators In,
    NotIn (with values), Exists, DoesNotExist (without values). All of them must hold for a pod to be selected. Keys
    and values follow the rules for labels, or no pod could have them.

    ```yaml bad
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata:
      name: web
    spec:
      maxUnavailable: 1
      selector:
        matchExpressions:
        - key: app
          operator: Equals
          values: [web]
    ```

    ```yaml good
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata:
      name: web
    spec:
      maxUnavailable: 1
      selector:
        matchExpressions:
        - key: app
          operator: In
          values: [web]
    ```
    """
    problems = selector_problems(resource)
    if not problems:
        return
    if context.old is not None and resource.kind in ("PodDisruptionBudget", "DaemonSet"):
        problems = _without_stored_values(resource, problems, context.old)
    yield from problems
    if resource.kind in ("Deployment", "ReplicaSet", "StatefulSet"):
        yield Problem(SELECTOR, "The selector is malformed, so that it can select nothing.", "Invalid")


@rule("selector-required")
def selector_required(resource: Resource, context: Context) -> Iterator[Problem]:
    """A workload has a selector, and the selector is not empty.

    `spec.selector` tells a workload which pods are its own. It has been compulsory since apps/v1; nothing is taken
    over from the labels of the pod template. An empty selector would claim every pod of the namespace.

    Mend it by repeating those labels of the pod template that will never change.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector: {}
      template:
        metadata:
          labels:
            app: web
        spec:
          containers:
          - name: web
            image: nginx:1.27
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels:
          app: web
      template:
        metadata:
          labels:
            app: web
        spec:
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    selector = resource.object["spec"].get("selector")
    if selector is None:
        # Of a DaemonSet the server only says that the selector does not match.
        if resource.kind != "DaemonSet":
            yield Problem(
                SELECTOR,
                "The workload has no selector: repeat labels of the pod template in spec.selector.matchLabels.",
                "Required",
            )
    elif not selector.get("matchLabels") and not selector.get("matchExpressions"):
        yield Problem(
            SELECTOR,
            "The selector is empty: repeat labels of the pod template in spec.selector.matchLabels.",
            "Invalid",
        )


@rule("selector-mismatch")
def selector_mismatch(resource: Resource, context: Context) -> Iterator[Problem]:
    """A workload's selector matches the labels of its own pod template.

    A workload counts the pods that its selector matches. Pods made from a template that the selector does not match
    would never be counted, and more and more of them would be made; so the API server refuses it. Every pair of
    `matchLabels` must be among `spec.template.metadata.labels`, and every expression must hold for them.

    Mend it by giving the template the labels that the selector asks for.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels:
          app: web
      template:
        metadata:
          labels:
            app: website
        spec:
          containers:
          - name: web
            image: nginx:1.27
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels:
          app: web
      template:
        metadata:
          labels:
            app: web
        spec:
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    spec = resource.object["spec"]
    selector = spec.get("selector")
    labels = (spec["template"].get("metadata") or {}).get("labels") or {}
    # An empty selector is another rule's matter; a malformed one is not compared.
    if matches(selector, labels) or selector_problems(resource):
        return
    yield Problem(("spec", "template", "metadata", "labels"), _mismatch(selector, labels), "Invalid")


def _mismatch(selector: dict[str, Any] | None, labels: dict[str, str]) -> str:
    """Say which part of the selector the labels of the pod template don't fulfil."""
    if selector is None:
        return "There is no selector, so that it can't match the pod template's labels."
    for key, value in (selector.get("matchLabels") or {}).items():
        if key not in labels:
            hint = did_you_mean(key, labels)
            return f"The selector asks for the label {quote(f'{key}: {value}')}, which the pod template lacks.{hint}"
        if labels[key] != value:
            return (
                f"The selector asks for the label {quote(f'{key}: {value}')}, "
                f"but the pod template has {quote(f'{key}: {labels[key]}')}."
            )
    for expression in selector.get("matchExpressions") or ():
        if not matches({"matchExpressions": [expression]}, labels):
            key = expression.get("key")
            wanted = f"{key} {expression.get('operator')}"
            if values := expression.get("values"):
                wanted += f" [{', '.join(values)}]"
            has = f"has {quote(f'{key}: {labels[key]}')}" if key in labels else "lacks the label"
            return f"The selector asks for {quote(wanted)}, but the pod template {has}."
    return "The selector does not match the pod template's labels."


def _without_stored_values(
    resource: Resource, problems: tuple[Problem, ...], old: Resource
) -> tuple[Problem, ...]:
    """Leave out malformed values of matchExpressions where the stored selector has some already."""
    if not any(
        "values" in problem.path and problem.reason == "Invalid" for problem in selector_problems(old)
    ):
        return problems
    selector = resource.object["spec"]["selector"]
    return tuple(label_selector_problems(selector, SELECTOR, any_value=True))
