"""Where a pod may run: affinity, tolerations and topology spread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.engine.rule import Context, Problem, rule
from linter.kube import names
from linter.kube.pods import POD
from linter.kube.suggest import did_you_mean, one_of, quote
from linter.path import FieldPath, format_path

from .checks import faulty, judged_pod, one_of_these, required, stored_pod
from .selectors import label_selector_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource

Object = dict[str, Any]

NEEDED = "requiredDuringSchedulingIgnoredDuringExecution"
WANTED = "preferredDuringSchedulingIgnoredDuringExecution"
_NODE_OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt")
_EFFECTS = frozenset({"NoSchedule", "PreferNoSchedule", "NoExecute"})
_WHEN_UNSATISFIABLE = frozenset({"DoNotSchedule", "ScheduleAnyway"})
_INCLUSION = frozenset({"Honor", "Ignore"})


@rule("node-affinity", needs={"nodeAffinity"})
def node_affinity(resource: Resource, context: Context) -> Iterator[Problem]:
    """Node affinity is complete and well formed.

    The required part needs at least one term. An expression has a label key, an operator (In and NotIn with values,
    Exists and DoesNotExist without, Gt and Lt with exactly one) and values that a label can have. A term of
    `matchFields` compares `metadata.name` with one node name. A preferred term has a weight from 1 to 100.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          affinity:
            nodeAffinity:
              requiredDuringSchedulingIgnoredDuringExecution:
                nodeSelectorTerms:
                - matchExpressions:
                  - key: disktype
                    operator: Equals
                    values: [ssd]
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
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          affinity:
            nodeAffinity:
              requiredDuringSchedulingIgnoredDuringExecution:
                nodeSelectorTerms:
                - matchExpressions:
                  - key: disktype
                    operator: In
                    values: [ssd]
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    affinity = pod and (pod.spec.get("affinity") or {}).get("nodeAffinity")
    if not affinity:
        return
    path = (*POD, "affinity", "nodeAffinity")
    if NEEDED in affinity:
        terms = affinity[NEEDED].get("nodeSelectorTerms")
        here = (*path, NEEDED, "nodeSelectorTerms")
        if not terms:
            yield required(here, "The required node affinity has no terms; it needs at least one.")
        # Label values are checked since 1.32, and those that are stored already stay.
        any_value = context.version < (1, 32) or _stored_values_are_malformed(context)
        for index, term in enumerate(terms or ()):
            yield from _node_term(term, (*here, index), any_value=any_value)
    for index, preferred in enumerate(affinity.get(WANTED) or ()):
        here = (*path, WANTED, index)
        yield from _weight(preferred, here)
        yield from _node_term(preferred.get("preference") or {}, (*here, "preference"), any_value=True)


def _weight(preferred: Object, path: FieldPath) -> Iterator[Problem]:
    weight = preferred.get("weight") or 0
    if not 1 <= weight <= 100:
        yield Problem((*path, "weight"), f"The weight is {weight}; it must be from 1 to 100.", "Invalid")


def _node_term(term: Object, path: FieldPath, *, any_value: bool) -> Iterator[Problem]:
    for index, expression in enumerate(term.get("matchExpressions") or ()):
        here = (*path, "matchExpressions", index)
        operator = expression.get("operator") or ""
        values = expression.get("values") or ()
        match operator:
            case "In" | "NotIn":
                if not values:
                    yield required((*here, "values"), f"The operator `{operator}` needs at least one value.")
            case "Exists" | "DoesNotExist":
                if values:
                    yield Problem(
                        (*here, "values"), f"The operator `{operator}` takes no values.", "Forbidden"
                    )
            case "Gt" | "Lt":
                if len(values) != 1:
                    yield required((*here, "values"), f"The operator `{operator}` needs exactly one value.")
            case _:
                yield _unknown_operator(operator, here, _NODE_OPERATORS)
        key = expression.get("key") or ""
        yield from faulty((*here, "key"), "The label key", key, names.qualified_name(key))
        if not any_value:
            for number, value in enumerate(values):
                yield from faulty(
                    (*here, "values", number), "The label value", value, names.label_value(value)
                )
    for index, expression in enumerate(term.get("matchFields") or ()):
        yield from _node_field(expression, (*path, "matchFields", index))


def _node_field(expression: Object, path: FieldPath) -> Iterator[Problem]:
    operator = expression.get("operator") or ""
    values = expression.get("values") or ()
    if operator not in ("In", "NotIn"):
        yield _unknown_operator(operator, path, ("In", "NotIn"))
    elif len(values) != 1:
        yield required((*path, "values"), f"The operator `{operator}` of a field needs exactly one value.")
    key = expression.get("key") or ""
    if key != "metadata.name":
        yield Problem(
            (*path, "key"), f"The field {quote(key)} can't be matched; only `metadata.name` can.", "Invalid"
        )
        return
    for number, value in enumerate(values):
        yield from faulty((*path, "values", number), "The node name", value, names.dns_subdomain(value))


def _unknown_operator(operator: str, path: FieldPath, known: tuple[str, ...]) -> Problem:
    message = f"The operator is {quote(operator)}; it must be {one_of(known)}.{did_you_mean(operator, known)}"
    return Problem((*path, "operator"), message, "Invalid")


def _stored_values_are_malformed(context: Context) -> bool:
    old = stored_pod(context)
    if old is None:
        return False
    needed = ((old.spec.get("affinity") or {}).get("nodeAffinity") or {}).get(NEEDED) or {}
    return any(
        names.label_value(value)
        for term in needed.get("nodeSelectorTerms") or ()
        for expression in term.get("matchExpressions") or ()
        for value in expression.get("values") or ()
    )


@rule("pod-affinity", needs={"podAffinity", "podAntiAffinity"})
def pod_affinity(resource: Resource, context: Context) -> Iterator[Problem]:
    """Pod affinity and anti-affinity are complete and well formed.

    A term needs a `topologyKey`: the node label that tells nodes apart (`kubernetes.io/hostname`) or groups them
    (`topology.kubernetes.io/zone`). Its selectors follow the rules for label selectors; `matchLabelKeys` and
    `mismatchLabelKeys` need a `labelSelector` to add to, and share no key. A preferred term has a weight from 1 to 100.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          affinity:
            podAntiAffinity:
              requiredDuringSchedulingIgnoredDuringExecution:
              - labelSelector:
                  matchLabels: {app: web}
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
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          affinity:
            podAntiAffinity:
              requiredDuringSchedulingIgnoredDuringExecution:
              - labelSelector:
                  matchLabels: {app: web}
                topologyKey: kubernetes.io/hostname
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    affinity = pod and pod.spec.get("affinity")
    if not affinity:
        return
    any_value = _stored_selectors_are_malformed(context)
    for kind in ("podAffinity", "podAntiAffinity"):
        for index, preferred in enumerate((affinity.get(kind) or {}).get(WANTED) or ()):
            yield from _weight(preferred, (*POD, "affinity", kind, WANTED, index))
    for path, term in _pod_terms(affinity):
        for selector in ("labelSelector", "namespaceSelector"):
            if selector in term:
                yield from label_selector_problems(term[selector], (*path, selector), any_value=any_value)
        for index, name in enumerate(term.get("namespaces") or ()):
            field = format_path((*path, "namespace"))
            yield from faulty(
                (*path, "namespaces", index), "The namespace", name, names.dns_label(name), field
            )
        yield from _label_keys(term, path)
        key = term.get("topologyKey") or ""
        if key:
            yield from faulty((*path, "topologyKey"), "The topology key", key, names.qualified_name(key))
        else:
            message = "The term has no topologyKey, for example `kubernetes.io/hostname`."
            yield required((*path, "topologyKey"), message)
            yield Problem((*path, "topologyKey"), "An empty text is no label key.", "Invalid")


def _stored_selectors_are_malformed(context: Context) -> bool:
    """Tell whether selectors of the stored object hold malformed values: then others are let through."""
    old = stored_pod(context)
    if old is None:
        return False
    return any(
        "values" in problem.path
        for _, term in _pod_terms(old.spec.get("affinity") or {})
        for selector in ("labelSelector", "namespaceSelector")
        for problem in label_selector_problems(term.get(selector) or {}, ())
    )


def _pod_terms(affinity: Object) -> Iterator[tuple[FieldPath, Object]]:
    for kind in ("podAffinity", "podAntiAffinity"):
        parts = affinity.get(kind) or {}
        for index, term in enumerate(parts.get(NEEDED) or ()):
            yield (*POD, "affinity", kind, NEEDED, index), term
        for index, preferred in enumerate(parts.get(WANTED) or ()):
            term = preferred.get("podAffinityTerm") or {}
            yield (*POD, "affinity", kind, WANTED, index, "podAffinityTerm"), term


def _label_keys(term: Object, path: FieldPath) -> Iterator[Problem]:
    selector = term.get("labelSelector")
    match_keys = term.get("matchLabelKeys") or ()
    mismatch_keys = term.get("mismatchLabelKeys") or ()
    yield from _keys(match_keys, selector, (*path, "matchLabelKeys"))
    yield from _keys(mismatch_keys, selector, (*path, "mismatchLabelKeys"))
    for index, key in enumerate(match_keys):
        if key in mismatch_keys:
            message = f"{quote(key)} stands in matchLabelKeys and in mismatchLabelKeys."
            yield Problem((*path, "matchLabelKeys", index), message, "Invalid")
    yield from _keys_and_selector(match_keys, selector, path)


def _keys(keys: list[str] | tuple[str, ...], selector: Object | None, path: FieldPath) -> Iterator[Problem]:
    if not keys:
        return
    if selector is None:
        yield Problem(path, f"{path[-1]} needs a labelSelector beside it.", "Forbidden")
    for index, key in enumerate(keys):
        yield from faulty((*path, index), "The label key", key, names.qualified_name(key))


def _keys_and_selector(
    keys: list[str] | tuple[str, ...], selector: Object | None, path: FieldPath
) -> Iterator[Problem]:
    """A key of matchLabelKeys may be in the selector once (the API server adds it there itself), but not twice."""
    if not keys or selector is None:
        return
    places = {key: index for index, key in enumerate(keys)}
    seen = set(selector.get("matchLabels") or ())
    for expression in selector.get("matchExpressions") or ():
        key = expression.get("key") or ""
        if key in places and key in seen:
            index = places[key]
            message = f"{quote(key)} stands in matchLabelKeys and already in the labelSelector."
            yield Problem((*path, "matchLabelKeys", index), message, "Invalid", format_path((*path, index)))
        seen.add(key)


@rule("tolerations", needs={"tolerations"})
def tolerations(resource: Resource, context: Context) -> Iterator[Problem]:
    """Tolerations say one thing only.

    With the operator Exists there is no value; with Equal (also when the operator is left out) there is a key, and a
    value that a label can have. `tolerationSeconds` only goes with the effect NoExecute. An empty key needs Exists, and
    tolerates everything.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          tolerations:
          - key: dedicated
            operator: Exists
            value: web
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
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          tolerations:
          - key: dedicated
            operator: Equal
            value: web
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    if pod is None or "tolerations" not in pod.spec:
        return
    old = stored_pod(context)
    # Lt and Gt are behind a feature gate that is off; what is stored with them stays.
    numeric = old is not None and any(
        each.get("operator") in ("Lt", "Gt") for each in old.spec.get("tolerations") or ()
    )
    for index, toleration in enumerate(pod.spec["tolerations"]):
        yield from toleration_problems(toleration, (*POD, "tolerations", index), numeric=numeric)


def toleration_problems(toleration: Object, path: FieldPath, *, numeric: bool = False) -> Iterator[Problem]:
    """Check one toleration.

    Args:
        toleration: The toleration.
        path: Where it is.
        numeric: Whether the operators Lt and Gt are known.
    """
    key, operator = toleration.get("key") or "", toleration.get("operator") or ""
    value, effect = toleration.get("value") or "", toleration.get("effect") or ""
    at_operator = (*path, "operator")
    if key:
        yield from faulty((*path, "key"), "The key", key, names.qualified_name(key))
    elif operator != "Exists":
        yield Problem(at_operator, "A toleration without a key needs the operator `Exists`.", "Invalid")
    if "tolerationSeconds" in toleration and effect != "NoExecute":
        yield Problem((*path, "effect"), "tolerationSeconds needs the effect `NoExecute`.", "Invalid")
    match operator:
        case "" | "Equal":
            # The API server reports the value at the operator.
            yield from faulty(
                (*path, "value"), "The value", value, names.label_value(value), format_path(at_operator)
            )
        case "Exists":
            if value:
                message = f"The operator `Exists` takes no value, but there is {quote(value)}; did you mean `Equal`?"
                yield Problem(at_operator, message, "Invalid")
        case "Lt" | "Gt" if numeric:
            pass
        case _:
            yield from one_of_these(at_operator, "The operator", operator, ("Equal", "Exists"))
    if effect:
        yield from one_of_these((*path, "effect"), "The effect", effect, _EFFECTS)


@rule("topology-spread", needs={"topologySpreadConstraints"})
def topology_spread(resource: Resource, context: Context) -> Iterator[Problem]:
    """Topology spread constraints are complete and don't repeat each other.

    A constraint needs a `maxSkew` of at least 1, a `topologyKey` and a `whenUnsatisfiable` (DoNotSchedule or
    ScheduleAnyway); no two have the same `topologyKey` and `whenUnsatisfiable`. `minDomains` is at least 1 and only goes
    with DoNotSchedule. `matchLabelKeys` needs a `labelSelector` to add to.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          topologySpreadConstraints:
          - topologyKey: topology.kubernetes.io/zone
            whenUnsatisfiable: ScheduleAnyway
            labelSelector:
              matchLabels: {app: web}
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
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          topologySpreadConstraints:
          - maxSkew: 1
            topologyKey: topology.kubernetes.io/zone
            whenUnsatisfiable: ScheduleAnyway
            labelSelector:
              matchLabels: {app: web}
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    if pod is None or "topologySpreadConstraints" not in pod.spec:
        return
    constraints = pod.spec["topologySpreadConstraints"]
    old = stored_pod(context)
    any_selector = old is not None and any(
        problem
        for each in old.spec.get("topologySpreadConstraints") or ()
        for problem in label_selector_problems(each.get("labelSelector") or {}, ())
    )
    for index, constraint in enumerate(constraints):
        path = (*POD, "topologySpreadConstraints", index)
        yield from _spread_constraint(constraint, path, context)
        # The API server marks the earlier one, and spells the path like this.
        if any(_spread_kind(later) == _spread_kind(constraint) for later in constraints[index + 1 :]):
            key = constraint.get("topologyKey") or ""
            yield Problem(
                path,
                f"Another constraint has the same topologyKey {quote(key)} and whenUnsatisfiable.",
                "Duplicate",
                f"{format_path(path)}.{{topologyKey, whenUnsatisfiable}}",
            )
        selector = constraint.get("labelSelector")
        if selector is not None and not any_selector:
            yield from label_selector_problems(selector, (*path, "labelSelector"))


def _spread_kind(constraint: Object) -> tuple[str, str]:
    return constraint.get("topologyKey") or "", constraint.get("whenUnsatisfiable") or ""


def _spread_constraint(constraint: Object, path: FieldPath, context: Context) -> Iterator[Problem]:
    skew = constraint.get("maxSkew") or 0
    if skew <= 0:
        yield Problem((*path, "maxSkew"), f"maxSkew is {skew}; it must be at least 1.", "Invalid")
    if not constraint.get("topologyKey"):
        yield required(
            (*path, "topologyKey"),
            "The constraint has no topologyKey, for example `topology.kubernetes.io/zone`.",
        )
    when = constraint.get("whenUnsatisfiable") or ""
    yield from one_of_these((*path, "whenUnsatisfiable"), "whenUnsatisfiable", when, _WHEN_UNSATISFIABLE)
    if "minDomains" in constraint:
        domains = constraint["minDomains"]
        if domains <= 0:
            yield Problem(
                (*path, "minDomains"), f"minDomains is {domains}; it must be at least 1.", "Invalid"
            )
        if when != "DoNotSchedule":
            message = "minDomains only goes with `whenUnsatisfiable: DoNotSchedule`."
            yield Problem((*path, "minDomains"), message, "Invalid")
    for field in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
        if field in constraint:
            yield from one_of_these((*path, field), field, constraint[field], _INCLUSION)
    keys, selector = constraint.get("matchLabelKeys") or (), constraint.get("labelSelector")
    yield from _keys(keys, selector, (*path, "matchLabelKeys"))
    if context.version >= (1, 32):
        yield from _keys_and_selector(keys, selector, path)
    elif keys and selector:
        # Before, a key could not be in the selector at all.
        known = {
            *(selector.get("matchLabels") or ()),
            *(e.get("key") for e in selector.get("matchExpressions") or ()),
        }
        for index, key in enumerate(keys):
            if key in known:
                message = f"{quote(key)} stands in matchLabelKeys and in the labelSelector."
                yield Problem((*path, "matchLabelKeys", index), message, "Invalid")


@rule(
    "selects-no-pods",
    severity="warning",
    needs={"topologySpreadConstraints", "podAffinity", "podAntiAffinity"},
)
def selects_no_pods(resource: Resource, context: Context) -> Iterator[Problem]:
    """Spread constraints and pod affinity have a label selector.

    Without a `labelSelector` they select no pods at all: a spread constraint then spreads nothing, and anti-affinity
    keeps nothing apart. Write the labels of the pods that are meant, most often those of this template.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          topologySpreadConstraints:
          - maxSkew: 1
            topologyKey: kubernetes.io/hostname
            whenUnsatisfiable: ScheduleAnyway
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
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          topologySpreadConstraints:
          - maxSkew: 1
            topologyKey: kubernetes.io/hostname
            whenUnsatisfiable: ScheduleAnyway
            labelSelector:
              matchLabels: {app: web}
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    if pod is None:
        return
    places: list[tuple[FieldPath, Object]] = [
        ((*POD, "topologySpreadConstraints", index), constraint)
        for index, constraint in enumerate(pod.spec.get("topologySpreadConstraints") or ())
    ]
    places += _pod_terms(pod.spec.get("affinity") or {})
    for path, each in places:
        if "labelSelector" not in each:
            yield Problem((*path, "labelSelector"), "Without a labelSelector this selects no pods at all.")


@rule("unmatchable-label-value", severity="warning", needs={"nodeAffinity"})
def unmatchable_label_value(resource: Resource, context: Context) -> Iterator[Problem]:
    """Preferred node affinity names values that a label can have.

    No node label can have such a value, so that the preference never counts.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          affinity:
            nodeAffinity:
              preferredDuringSchedulingIgnoredDuringExecution:
              - weight: 1
                preference:
                  matchExpressions:
                  - key: disktype
                    operator: In
                    values: ["fast ssd"]
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
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          affinity:
            nodeAffinity:
              preferredDuringSchedulingIgnoredDuringExecution:
              - weight: 1
                preference:
                  matchExpressions:
                  - key: disktype
                    operator: In
                    values: [fast-ssd]
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    affinity = pod and (pod.spec.get("affinity") or {}).get("nodeAffinity")
    for index, preferred in enumerate((affinity or {}).get(WANTED) or ()):
        expressions = (preferred.get("preference") or {}).get("matchExpressions") or ()
        for number, expression in enumerate(expressions):
            path = (
                *POD,
                "affinity",
                "nodeAffinity",
                WANTED,
                index,
                "preference",
                "matchExpressions",
                number,
                "values",
            )
            for place, value in enumerate(expression.get("values") or ()):
                for fault in names.label_value(value):
                    yield Problem((*path, place), f"The label value {quote(value)} {fault}.")
