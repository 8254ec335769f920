"""Affinity: which nodes and which other pods a pod wants beside it, or not.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/
"""

from __future__ import annotations

from linter.apiserver.constraints import check_field
from linter.apiserver.selectors import has_malformed_value, validate_label_selector
from linter.kube import names
from linter.kube.suggest import not_supported, quote
from linter.path import FieldPath, format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_OF_PODS = ("podAffinity", "podAntiAffinity")
_FIELD_OPERATORS = ("In", "NotIn")
_SELECTORS = ("labelSelector", "namespaceSelector")
_LABEL_KEYS = frozenset({"matchLabelKeys", "mismatchLabelKeys"})


def validate_affinity(affinity: Object, path: FieldPath, errors: Errors, *, old: Object) -> None:
    """Judge the affinity of a pod.

    Args:
        affinity: The affinity (nodeAffinity, podAffinity, podAntiAffinity).
        path: Where it stands.
        errors: Gets what is wrong.
        old: The stored affinity, where an update is judged; else an empty one.
    """
    if node := affinity.get("nodeAffinity"):
        stored = old.get("nodeAffinity") or {}
        _validate_node_affinity(node, (*path, "nodeAffinity"), errors, stored=stored)
    any_value = bool(old) and _has_malformed_selector(old)
    for kind in _OF_PODS:
        if kind in affinity:
            for index, preferred in enumerate(affinity[kind].get(PREFERRED) or ()):
                _validate_weight(preferred, (*path, kind, PREFERRED, index), errors, rule="pod-affinity")
    for term_path, term in _pod_terms(affinity, path):
        _validate_pod_term(term, term_path, errors, any_value=any_value)


def warn_of_affinity(affinity: Object, path: FieldPath, errors: Errors) -> None:
    """Warn of terms that select nothing."""
    for term_path, term in _pod_terms(affinity, path):
        warn_of_missing_selector(term, term_path, errors)
    if "nodeAffinity" in affinity:
        _warn_of_unmatchable_values(affinity["nodeAffinity"], (*path, "nodeAffinity"), errors)


def _warn_of_unmatchable_values(affinity: Object, path: FieldPath, errors: Errors) -> None:
    for index, preferred in enumerate(affinity.get(PREFERRED) or ()):
        for number, expression in enumerate(
            (preferred.get("preference") or {}).get("matchExpressions") or ()
        ):
            for position, value in enumerate(expression.get("values") or ()):
                for fault in names.label_value(value):
                    term_path = (*path, PREFERRED, index, "preference", "matchExpressions", number)
                    errors.warn(
                        (*term_path, "values", position),
                        f"The label value {quote(value)} {fault}.",
                        rule="unmatchable-label-value",
                    )


def warn_of_missing_selector(holder: Object, path: FieldPath, errors: Errors) -> None:
    """Warn of a term or a spread constraint without labelSelector."""
    if "labelSelector" not in holder:
        message = "Without a labelSelector this selects no pods at all."
        errors.warn((*path, "labelSelector"), message, rule="selects-no-pods")


def node_selector_terms(affinity: Object, path: FieldPath) -> Iterator[tuple[FieldPath, Object]]:
    """Walk the terms of the node affinity, required ones first, with their paths; arguments as for validate_affinity."""
    node = affinity.get("nodeAffinity") or {}
    for index, term in enumerate((node.get(REQUIRED) or {}).get("nodeSelectorTerms") or ()):
        yield (*path, "nodeAffinity", REQUIRED, "nodeSelectorTerms", index), term
    for index, preferred in enumerate(node.get(PREFERRED) or ()):
        yield (*path, "nodeAffinity", PREFERRED, index, "preference"), preferred.get("preference") or {}


def _validate_node_affinity(affinity: Object, path: FieldPath, errors: Errors, *, stored: Object) -> None:
    if REQUIRED in affinity:
        required_path = (*path, REQUIRED)
        validate_node_selector(affinity[REQUIRED], required_path, errors, old=stored.get(REQUIRED) or {})
    for index, preferred in enumerate(affinity.get(PREFERRED) or ()):
        preferred_path = (*path, PREFERRED, index)
        _validate_weight(preferred, preferred_path, errors, rule="node-affinity")
        preference = preferred.get("preference") or {}
        _validate_node_term(preference, (*preferred_path, "preference"), errors, any_value=True)


def validate_node_selector(selector: Object, path: FieldPath, errors: Errors, *, old: Object) -> None:
    """Judge a node selector: which nodes a pod can run on, or a volume can be reached from.

    Args:
        selector: The selector (nodeSelectorTerms).
        path: Where it stands.
        errors: Gets what is wrong.
        old: The stored selector, where an update is judged; else an empty one.
    """
    terms = selector.get("nodeSelectorTerms") or ()
    if not terms:
        message = "The required node affinity has no terms; it needs at least one."
        errors.required((*path, "nodeSelectorTerms"), message, rule="node-affinity")
    # Label values are checked since 1.32, and those that are stored already stay.
    any_value = errors.version < (1, 32) or any(map(has_malformed_value, old.get("nodeSelectorTerms") or ()))
    for index, term in enumerate(terms):
        _validate_node_term(term, (*path, "nodeSelectorTerms", index), errors, any_value=any_value)


def _validate_weight(preferred: Object, path: FieldPath, errors: Errors, *, rule: str) -> None:
    weight = preferred.get("weight") or 0
    if not 1 <= weight <= 100:
        errors.invalid((*path, "weight"), f"The weight is {weight}; it must be from 1 to 100.", rule=rule)


def _validate_node_term(term: Object, path: FieldPath, errors: Errors, *, any_value: bool) -> None:
    for index, expression in enumerate(term.get("matchExpressions") or ()):
        _validate_node_expression(expression, (*path, "matchExpressions", index), errors, any_value=any_value)
    for index, expression in enumerate(term.get("matchFields") or ()):
        _validate_node_field(expression, (*path, "matchFields", index), errors)


def _validate_node_expression(
    expression: Object, path: FieldPath, errors: Errors, *, any_value: bool
) -> None:
    rule = "node-affinity"
    operator = expression.get("operator") or ""
    values = expression.get("values") or ()
    match operator:
        case "In" | "NotIn":
            if not values:
                message = f"The operator `{operator}` needs at least one value."
                errors.required((*path, "values"), message, rule=rule)
        case "Exists" | "DoesNotExist":
            if values:
                errors.forbidden((*path, "values"), f"The operator `{operator}` takes no values.", rule=rule)
        case "Gt" | "Lt":
            if len(values) != 1:
                message = f"The operator `{operator}` needs exactly one value."
                errors.required((*path, "values"), message, rule=rule)
        case _:
            at = (*path, "operator")
            check_field("core/v1.NodeSelectorRequirement", "operator", operator, at, errors)
    key = expression.get("key") or ""
    errors.faults((*path, "key"), "The label key", key, names.qualified_name(key), rule=rule)
    if not any_value:
        for number, value in enumerate(values):
            faults = names.label_value(value)
            errors.faults((*path, "values", number), "The label value", value, faults, rule=rule)


def _validate_node_field(expression: Object, path: FieldPath, errors: Errors) -> None:
    rule = "node-affinity"
    operator = expression.get("operator") or ""
    values = expression.get("values") or ()
    if operator not in _FIELD_OPERATORS:
        message = not_supported("The operator", operator, _FIELD_OPERATORS)
        errors.invalid((*path, "operator"), message, rule=rule)
    elif len(values) != 1:
        message = f"The operator `{operator}` of a field needs exactly one value."
        errors.required((*path, "values"), message, rule=rule)
    key = expression.get("key") or ""
    if key != "metadata.name":
        message = f"The field {quote(key)} can't be matched; only `metadata.name` can."
        errors.invalid((*path, "key"), message, rule=rule)
        return
    for number, value in enumerate(values):
        errors.faults(
            (*path, "values", number), "The node name", value, names.dns_subdomain(value), rule=rule
        )


def _validate_pod_term(term: Object, path: FieldPath, errors: Errors, *, any_value: bool) -> None:
    rule = "pod-affinity"
    for field in _SELECTORS:
        if field in term:
            validate_label_selector(term[field], (*path, field), errors, rule=rule, any_value=any_value)
    for index, name in enumerate(term.get("namespaces") or ()):
        # The API server spells this path in its own way.
        errors.faults(
            (*path, "namespaces", index),
            "The namespace",
            name,
            names.dns_label(name),
            rule=rule,
            field=format_path((*path, "namespace")),
        )
    if not _LABEL_KEYS.isdisjoint(term):
        _validate_label_keys(term, path, errors)
    if key := term.get("topologyKey"):
        if faults := names.qualified_name(key):
            errors.faults((*path, "topologyKey"), "The topology key", key, faults, rule=rule)
    else:
        message = "The term has no topologyKey, for example `kubernetes.io/hostname`."
        errors.required((*path, "topologyKey"), message, rule=rule)
        errors.invalid((*path, "topologyKey"), "An empty text is not a label key.", rule=rule)


def _has_malformed_selector(affinity: Object) -> bool:
    """Tell whether selectors of the stored affinity hold malformed values: then others are let through."""
    return any(
        has_malformed_value(term.get(field) or {})
        for _, term in _pod_terms(affinity, ())
        for field in _SELECTORS
    )


def _pod_terms(affinity: Object, path: FieldPath) -> Iterator[tuple[FieldPath, Object]]:
    for kind in _OF_PODS:
        if kind not in affinity:
            continue
        terms = affinity[kind]
        for index, term in enumerate(terms.get(REQUIRED) or ()):
            yield (*path, kind, REQUIRED, index), term
        for index, preferred in enumerate(terms.get(PREFERRED) or ()):
            yield (*path, kind, PREFERRED, index, "podAffinityTerm"), preferred.get("podAffinityTerm") or {}


def _validate_label_keys(term: Object, path: FieldPath, errors: Errors) -> None:
    rule = "pod-affinity"
    selector = term.get("labelSelector")
    match_keys = term.get("matchLabelKeys") or ()
    mismatch_keys = term.get("mismatchLabelKeys") or ()
    validate_keys(match_keys, selector, (*path, "matchLabelKeys"), errors, rule=rule)
    validate_keys(mismatch_keys, selector, (*path, "mismatchLabelKeys"), errors, rule=rule)
    for index, key in enumerate(match_keys):
        if key in mismatch_keys:
            message = f"{quote(key)} stands in matchLabelKeys and in mismatchLabelKeys."
            errors.invalid((*path, "matchLabelKeys", index), message, rule=rule)
    validate_keys_and_selector(match_keys, selector, path, errors, rule=rule)


def validate_keys(
    keys: Sequence[str], selector: Object | None, path: FieldPath, errors: Errors, *, rule: str
) -> None:
    """Judge matchLabelKeys or mismatchLabelKeys.

    Args:
        keys: The keys.
        selector: The labelSelector beside them.
        path: Where the keys stand.
        errors: Gets what is wrong.
        rule: The id of the page.
    """
    if keys and selector is None:
        errors.forbidden(path, f"{path[-1]} needs a labelSelector beside it.", rule=rule)
    for index, key in enumerate(keys):
        errors.faults((*path, index), "The label key", key, names.qualified_name(key), rule=rule)


def validate_keys_and_selector(
    keys: Sequence[str], selector: Object | None, path: FieldPath, errors: Errors, *, rule: str
) -> None:
    """Judge whether keys of matchLabelKeys repeat what the selector asks for.

    A key may be in the selector once (the API server adds it there itself), but not twice.

    Args:
        keys: The keys.
        selector: The labelSelector beside them.
        path: Where both stand.
        errors: Gets what is wrong.
        rule: The id of the page.
    """
    if not keys or selector is None:
        return
    indexes = {key: index for index, key in enumerate(keys)}
    seen = set(selector.get("matchLabels") or ())
    for expression in selector.get("matchExpressions") or ():
        key = expression.get("key") or ""
        if key in indexes and key in seen:
            message = f"{quote(key)} stands in matchLabelKeys and already in the labelSelector."
            # The API server leaves matchLabelKeys out of this path.
            field = format_path((*path, indexes[key]))
            errors.invalid((*path, "matchLabelKeys", indexes[key]), message, rule=rule, field=field)
        seen.add(key)
