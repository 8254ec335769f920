"""FlowSchema and PriorityLevelConfiguration.

Source: https://kubernetes.io/docs/concepts/cluster-administration/flow-control/
"""

from __future__ import annotations

from linter.apiserver.constraints import check, check_field
from linter.apiserver.equality import is_same
from linter.apiserver.fields import validate_name
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import final_name, validate_meta
from linter.kube import names
from linter.kube.suggest import did_you_mean, one_of, quote
from linter.path import Key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Final

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request
    from linter.path import FieldPath

SUBJECTS = {"Group": "group", "ServiceAccount": "serviceAccount", "User": "user"}
"""By kind of subject: the field that says which one."""
VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch")
_SPEC: FieldPath = ("spec",)
_HASH_BITS = 60
_OLD_SHARES: Final = "flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares"

_EVERYTHING: Final = {
    "resourceRules": [
        {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "namespaces": ["*"], "clusterScope": True}
    ],
    "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
}


def _groups(*groups: str) -> list[dict[str, Any]]:
    return [{"kind": "Group", "group": {"name": name}} for name in groups]


_FIXED_SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "exempt": {
        "priorityLevelConfiguration": {"name": "exempt"},
        "matchingPrecedence": 1,
        "rules": [{"subjects": _groups("system:masters"), **_EVERYTHING}],
    },
    "catch-all": {
        "priorityLevelConfiguration": {"name": "catch-all"},
        "matchingPrecedence": 10000,
        "distinguisherMethod": {"type": "ByUser"},
        "rules": [{"subjects": _groups("system:unauthenticated", "system:authenticated"), **_EVERYTHING}],
    },
}
_FIXED_LEVELS: Final[dict[str, dict[str, Any]]] = {
    "exempt": {"type": "Exempt"},
    "catch-all": {
        "type": "Limited",
        "limited": {
            "nominalConcurrencyShares": 5,
            "lendablePercent": 0,
            "limitResponse": {"type": "Reject"},
        },
    },
}
"""The specs of the objects that the server itself needs; that of `exempt` without what may be set in its `exempt`."""


def validate_flow_schema(request: Request, errors: Errors) -> None:
    """Judge a FlowSchema."""
    rule = "flow-schema"
    validate_meta(request, errors)
    spec, name = request.spec, final_name(request.metadata)
    precedence = spec["matchingPrecedence"]
    check("flowcontrol/v1.FlowSchemaSpec", spec, _SPEC, errors)
    if precedence == 1 and name != "exempt":
        message = "Only the schema `exempt` may have matchingPrecedence 1: write a higher number."
        errors.invalid((*_SPEC, "matchingPrecedence"), message, rule=rule)
    if (method := spec.get("distinguisherMethod")) is not None:
        check("flowcontrol/v1.FlowDistinguisherMethod", method, (*_SPEC, "distinguisherMethod"), errors)
    level = spec.get("priorityLevelConfiguration") or {}
    path = (*_SPEC, "priorityLevelConfiguration")
    what = "The name of the priority level"
    validate_name(level, "name", path, errors, names.dns_subdomain, what=what, rule=rule)
    for index, entry in enumerate(spec.get("rules") or ()):
        _validate_rule(entry, (*_SPEC, "rules", index), errors)
    fixed = _FIXED_SCHEMAS.get(name)
    if fixed is not None and not is_same(spec, fixed):
        message = f"The schema {quote(name)} is the server's own: its spec can't be another one."
        errors.invalid(_SPEC, message, rule=rule)


def _validate_rule(entry: Object, path: FieldPath, errors: Errors) -> None:
    rule = "flow-schema"
    subjects = entry.get("subjects") or ()
    if not subjects:
        errors.required(
            (*path, "subjects"), "The rule has no subjects: say whose requests it is for.", rule=rule
        )
    for index, subject in enumerate(subjects):
        _validate_subject(subject, (*path, "subjects", index), errors)
    resource_rules, url_rules = entry.get("resourceRules") or (), entry.get("nonResourceRules") or ()
    if not resource_rules and not url_rules:
        message = "The rule is for no requests: write resourceRules or nonResourceRules."
        errors.required(path, message, rule=rule)
    for index, each in enumerate(resource_rules):
        _validate_resource_rule(each, (*path, "resourceRules", index), errors)
    for index, each in enumerate(url_rules):
        at = (*path, "nonResourceRules", index)
        _validate_verbs(each.get("verbs") or [], (*at, "verbs"), errors)
        _validate_list(each, "nonResourceURLs", at, errors, _url_faults)


def _validate_subject(subject: Object, path: FieldPath, errors: Errors) -> None:
    rule = "flow-schema"
    kind = subject.get("kind") or ""
    if kind not in SUBJECTS:
        errors.not_supported((*path, "kind"), "The kind of the subject", kind, SUBJECTS, rule=rule)
        return
    field = SUBJECTS[kind]
    at = (*path, field)
    for other in SUBJECTS.values():
        if other != field and other in subject:
            message = f"A subject of kind {kind} has no {other}: delete it."
            errors.forbidden((*path, other), message, rule=rule)
    which = subject.get(field)
    if which is None:
        errors.required(at, f"A subject of kind {kind} needs {field}.", rule=rule)
        return
    name = which.get("name") or ""
    if not name:
        errors.required((*at, "name"), "The subject has no name.", rule=rule)
    elif kind == "ServiceAccount" and name != "*":
        faults = names.dns_subdomain(name)
        errors.faults((*at, "name"), "The name of the ServiceAccount", name, faults, rule=rule)
    if kind == "ServiceAccount":
        what = "The namespace of the ServiceAccount"
        validate_name(which, "namespace", at, errors, names.dns_label, what=what, rule=rule)


def _validate_resource_rule(entry: Object, path: FieldPath, errors: Errors) -> None:
    _validate_verbs(entry.get("verbs") or [], (*path, "verbs"), errors)
    _validate_list(entry, "apiGroups", path, errors)
    _validate_list(entry, "resources", path, errors)
    if entry.get("namespaces") or not entry.get("clusterScope"):
        _validate_list(entry, "namespaces", path, errors, names.dns_label)


def _validate_verbs(verbs: list[str], path: FieldPath, errors: Errors) -> None:
    rule = "flow-schema"
    _validate_list({"verbs": verbs}, "verbs", path[:-1], errors)
    unknown = [verb for verb in verbs if verb not in VERBS]
    if unknown and "*" not in verbs:
        hint = did_you_mean(unknown[0], VERBS)
        message = f"The verb {quote(unknown[0])} is not one of {one_of((*VERBS, '*'))}.{hint}"
        errors.unsupported(path, message, rule=rule)


def _validate_list(
    obj: Object,
    name: str,
    path: FieldPath,
    errors: Errors,
    check: Callable[[str], names.Faults] | None = None,
) -> None:
    """Judge a list of texts, or of `*` alone, which means all."""
    rule = "flow-schema"
    values: list[str] = obj.get(name) or []
    at = (*path, name)
    if not values:
        errors.required(at, f"{name} is empty: write some, or `*` for all.", rule=rule)
    elif "*" in values:
        if len(values) > 1:
            errors.invalid(at, f"`*` in {name} means all: delete the others.", rule=rule)
    elif check is not None:
        for index, value in enumerate(values):
            what = f"The entry of {name},"
            errors.faults((*at, index), what, value, check(value), rule=rule)


def _url_faults(url: str) -> names.Faults:
    if not url:
        return ("is empty",)
    if not url.startswith("/"):
        return ("must begin with `/`",)
    if " " in url:
        return ("must not contain blanks",)
    if "//" in url:
        return ("must not contain `//`",)
    if url.count("*") > 1 or ("*" in url and not url.endswith("/*")):
        return ("must have no `*` but in `/*` at its end",)
    return ()


def validate_priority_level_configuration(request: Request, errors: Errors) -> None:
    """Judge a PriorityLevelConfiguration."""
    rule = "priority-level"
    validate_meta(request, errors)
    spec, name = request.spec, final_name(request.metadata)
    if _OLD_SHARES in (request.metadata.get("annotations") or {}):
        errors.forbidden(
            ("metadata", "annotations", Key(_OLD_SHARES)),
            "The annotation is only for v1beta3: delete it.",
            rule=rule,
            field="metadata.annotations",
        )
    kind = spec.get("type") or ""
    path = (*_SPEC, "type")
    if (name == "exempt") != (kind == "Exempt"):
        message = (
            "The level `exempt`, and it alone, has the type Exempt: choose the other type or another name."
        )
        errors.invalid(path, message, rule=rule)
    match kind:
        case "Exempt":
            _validate_exempt(spec, errors)
        case "Limited":
            _validate_limited(spec, errors)
        case _:
            check_field("flowcontrol/v1.PriorityLevelConfigurationSpec", "type", kind, path, errors)
    if "exempt" in spec and kind != "Exempt":
        errors.forbidden((*_SPEC, "exempt"), "`exempt` goes with the type Exempt alone.", rule=rule)
    if "limited" in spec:
        if kind != "Limited":
            errors.forbidden((*_SPEC, "limited"), "`limited` goes with the type Limited alone.", rule=rule)
        # What is declared of the response is asked whatever the type.
        response = spec["limited"]["limitResponse"]
        _validate_response(response, (*_SPEC, "limited", "limitResponse"), errors, in_full=kind == "Limited")
    fixed = _FIXED_LEVELS.get(name)
    given = {key: value for key, value in spec.items() if key != "exempt"} if name == "exempt" else spec
    if fixed is not None and not is_same(given, fixed):
        message = f"The level {quote(name)} is the server's own: its spec can't be another one."
        errors.invalid(_SPEC, message, rule=rule)


def _validate_exempt(spec: Object, errors: Errors) -> None:
    exempt = spec.get("exempt") or {}
    check("flowcontrol/v1.ExemptPriorityLevelConfiguration", exempt, (*_SPEC, "exempt"), errors)


def _validate_limited(spec: Object, errors: Errors) -> None:
    rule = "priority-level"
    path = (*_SPEC, "limited")
    limited = spec.get("limited")
    if limited is None:
        errors.required(path, "The type Limited needs `limited`.", rule=rule)
        return
    check("flowcontrol/v1.LimitedPriorityLevelConfiguration", limited, path, errors)


def _validate_response(response: Object, path: FieldPath, errors: Errors, *, in_full: bool) -> None:
    rule = "priority-level"
    kind, queuing = response.get("type") or "", response.get("queuing")
    if in_full or not kind:
        check("flowcontrol/v1.LimitResponse", response, path, errors)
    if kind == "Queue" and queuing is None:
        message = "The type Queue needs `queuing`; `{}` takes the defaults."
        errors.required((*path, "queuing"), message, rule=rule)
    elif kind != "Queue" and queuing is not None:
        errors.forbidden((*path, "queuing"), "`queuing` goes with the type Queue alone.", rule=rule)
    elif queuing is not None and in_full:
        _validate_queuing(queuing, (*path, "queuing"), errors)


def _validate_queuing(queuing: Object, path: FieldPath, errors: Errors) -> None:
    from math import ceil, log2

    rule = "priority-level"
    queues, hand = queuing["queues"], queuing["handSize"]
    check("flowcontrol/v1.QueuingConfiguration", queuing, path, errors)
    at = (*path, "handSize")
    if hand < 1:
        errors.invalid(at, f"handSize is {hand}; it must be 1 or more.", rule=rule)
    elif hand > queues:
        errors.invalid(at, f"handSize is {hand}; it must not be above queues, which is {queues}.", rule=rule)
    elif ceil(log2(queues) * hand) > _HASH_BITS:
        message = f"{hand} of {queues} queues are more choices than a hash of {_HASH_BITS} bits has: choose a smaller handSize."
        errors.invalid(at, message, rule=rule)


FLOW_SCHEMA = Strategy(validate_flow_schema, validate_flow_schema)
PRIORITY_LEVEL_CONFIGURATION = Strategy(
    validate_priority_level_configuration, validate_priority_level_configuration
)
