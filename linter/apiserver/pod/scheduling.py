"""Where a pod may run: tolerations, topology spread, and the labels of nodes that are retired.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/
"""

from __future__ import annotations

from linter.apiserver.constraints import check, check_field
from linter.apiserver.errors import Errors
from linter.apiserver.meta import validate_labels
from linter.apiserver.pod.affinity import (
    node_selector_terms,
    validate_affinity,
    validate_keys,
    validate_keys_and_selector,
    warn_of_affinity,
    warn_of_missing_selector,
)
from linter.apiserver.selectors import validate_label_selector
from linter.kube import names
from linter.kube.node_labels import retired_node_label
from linter.kube.suggest import quote
from linter.path import FieldPath, Key, format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.request import Object

_TOLERATION = "core/v1.Toleration"
_NUMERIC_OPERATORS = ("Lt", "Gt")


def validate_scheduling(spec: Object, path: FieldPath, errors: Errors, *, old: Object) -> None:
    """Judge where a pod may run.

    Args:
        spec: The pod spec.
        path: Where it stands.
        errors: Gets what is wrong.
        old: The stored pod spec, where an update is judged; else an empty one.
    """
    if selector := spec.get("nodeSelector"):
        validate_labels(selector, (*path, "nodeSelector"), errors, rule="node-selector")
    if affinity := spec.get("affinity"):
        validate_affinity(affinity, (*path, "affinity"), errors, old=old.get("affinity") or {})
    field = "topologySpreadConstraints"
    if constraints := spec.get(field):
        validate_topology_spread(constraints, (*path, field), errors, old=old.get(field) or [])
    if tolerations := spec.get("tolerations"):
        stored = old.get("tolerations") or []
        validate_tolerations(tolerations, (*path, "tolerations"), errors, old=stored)


def validate_tolerations(
    tolerations: list[Object], path: FieldPath, errors: Errors, *, old: list[Object]
) -> None:
    """Judge the tolerations of a pod.

    Args:
        tolerations: The tolerations.
        path: Where they stand.
        errors: Gets what is wrong.
        old: The stored ones, where an update is judged.
    """
    # Lt and Gt are behind a feature gate that is off; what is stored with them stays.
    numeric = any(each.get("operator") in _NUMERIC_OPERATORS for each in old)
    for index, toleration in enumerate(tolerations):
        validate_toleration(toleration, (*path, index), errors, rule="tolerations", numeric=numeric)


def validate_toleration(
    toleration: Object, path: FieldPath, errors: Errors, *, rule: str, numeric: bool = False
) -> None:
    """Judge one toleration.

    Args:
        toleration: The toleration.
        path: Where it stands.
        errors: Gets what is wrong.
        rule: The id of the page.
        numeric: Whether the operators Lt and Gt are known.
    """
    key, operator = toleration.get("key") or "", toleration.get("operator") or ""
    value, effect = toleration.get("value") or "", toleration.get("effect") or ""
    operator_path = (*path, "operator")
    if key:
        errors.faults((*path, "key"), "The key", key, names.qualified_name(key), rule=rule)
    elif operator != "Exists":
        message = "A toleration without a key needs the operator `Exists`."
        errors.invalid(operator_path, message, rule=rule)
    if "tolerationSeconds" in toleration and effect != "NoExecute":
        errors.invalid((*path, "effect"), "tolerationSeconds needs the effect `NoExecute`.", rule=rule)
    if operator in {"", "Equal"}:
        if faults := names.label_value(value):
            # The API server reports the value at the operator.
            field = format_path(operator_path)
            errors.faults((*path, "value"), "The value", value, faults, rule=rule, field=field)
    elif operator == "Exists":
        if value:
            message = (
                f"The operator `Exists` takes no value, but there is {quote(value)}; did you mean `Equal`?"
            )
            errors.invalid(operator_path, message, rule=rule)
    elif not (numeric and operator in _NUMERIC_OPERATORS):
        check_field(_TOLERATION, "operator", operator, operator_path, errors, rule=rule)
    check_field(_TOLERATION, "effect", effect, (*path, "effect"), errors, rule=rule)


def validate_topology_spread(
    constraints: list[Object], path: FieldPath, errors: Errors, *, old: list[Object]
) -> None:
    """Judge the topology spread constraints of a pod.

    Args:
        constraints: The constraints, with defaults applied.
        path: Where they stand.
        errors: Gets what is wrong.
        old: The stored ones, where an update is judged: with a malformed selector among them any is let through.
    """
    any_selector = _has_malformed_selector(old, errors)
    for index, constraint in enumerate(constraints):
        constraint_path = (*path, index)
        _validate_spread_constraint(constraint, constraint_path, errors)
        # The API server marks the earlier one, and spells the path like this.
        if any(_identity(later) == _identity(constraint) for later in constraints[index + 1 :]):
            errors.duplicate(
                constraint_path,
                f"Another constraint has the same topologyKey {quote(_identity(constraint)[0])} and whenUnsatisfiable.",
                rule="topology-spread",
                field=f"{format_path(constraint_path)}.{{topologyKey, whenUnsatisfiable}}",
            )
        selector = constraint.get("labelSelector")
        if selector is not None and not any_selector:
            validate_label_selector(
                selector, (*constraint_path, "labelSelector"), errors, rule="topology-spread"
            )


def warn_of_scheduling(spec: Object, path: FieldPath, errors: Errors) -> None:
    """Warn of what selects nothing, and of deprecated labels of nodes.

    Args:
        spec: The pod spec.
        path: Where it stands.
        errors: Gets the warnings.
    """
    for label in spec.get("nodeSelector") or ():
        _warn_of_node_label(label, (*path, "nodeSelector", Key(label)), errors, at_key=True)
    for index, constraint in enumerate(spec.get("topologySpreadConstraints") or ()):
        constraint_path = (*path, "topologySpreadConstraints", index)
        _warn_of_node_label(constraint.get("topologyKey"), (*constraint_path, "topologyKey"), errors)
        warn_of_missing_selector(constraint, constraint_path, errors)
    if affinity := spec.get("affinity"):
        affinity_path = (*path, "affinity")
        if "nodeAffinity" in affinity:
            for term_path, term in node_selector_terms(affinity, affinity_path):
                for number, expression in enumerate(term.get("matchExpressions") or ()):
                    key_path = (*term_path, "matchExpressions", number, "key")
                    _warn_of_node_label(expression.get("key"), key_path, errors)
        warn_of_affinity(affinity, affinity_path, errors)


def _warn_of_node_label(label: str | None, path: FieldPath, errors: Errors, *, at_key: bool = False) -> None:
    if label is not None and (message := retired_node_label(label)):
        errors.warn(path, message, rule="deprecated-node-label", at_key=at_key)


def _has_malformed_selector(constraints: list[Object], errors: Errors) -> bool:
    apart = Errors(errors.version)
    for each in constraints:
        validate_label_selector(each.get("labelSelector") or {}, (), apart)
    return bool(apart.errors)


def _identity(constraint: Object) -> tuple[str, str]:
    return constraint.get("topologyKey") or "", constraint.get("whenUnsatisfiable") or ""


def _validate_spread_constraint(constraint: Object, path: FieldPath, errors: Errors) -> None:
    rule = "topology-spread"
    skew = constraint.get("maxSkew") or 0
    if skew <= 0:
        errors.invalid((*path, "maxSkew"), f"maxSkew is {skew}; it must be at least 1.", rule=rule)
    check("core/v1.TopologySpreadConstraint", constraint, path, errors)
    if "minDomains" in constraint and constraint.get("whenUnsatisfiable") != "DoNotSchedule":
        message = "minDomains only goes with `whenUnsatisfiable: DoNotSchedule`."
        errors.invalid((*path, "minDomains"), message, rule=rule)
    if keys := constraint.get("matchLabelKeys"):
        _validate_match_label_keys(keys, constraint.get("labelSelector"), path, errors)


def _validate_match_label_keys(
    keys: list[str], selector: Object | None, path: FieldPath, errors: Errors
) -> None:
    rule = "topology-spread"
    validate_keys(keys, selector, (*path, "matchLabelKeys"), errors, rule=rule)
    if errors.version >= (1, 34):
        validate_keys_and_selector(keys, selector, path, errors, rule=rule)
    elif selector:
        # Before, a key could not be in the selector at all.
        known = {
            *(selector.get("matchLabels") or ()),
            *(each.get("key") for each in selector.get("matchExpressions") or ()),
        }
        for index, key in enumerate(keys):
            if key in known:
                message = f"{quote(key)} stands in matchLabelKeys and in the labelSelector."
                errors.invalid((*path, "matchLabelKeys", index), message, rule=rule)
