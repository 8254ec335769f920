"""ValidatingAdmissionPolicies: which objects they are for, and what they say of one.

Custom rules are policies without match constraints (linter.engine.custom.yaml). Source:
https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/.

A lint judges a create, so a policy for updates or deletes alone is silent, `oldObject` is null, and who asks is unknown
(`request.userInfo` is empty, `authorizer` is not there).
"""

from __future__ import annotations

import re
from functools import partial

from linter.engine.custom.cel import EvaluationError, compiled, evaluate
from linter.engine.registry import CUSTOM
from linter.engine.rule import Problem, Rule
from linter.errors import InputError
from linter.kube.kinds import api_group
from linter.kube.plurals import resource_name
from linter.kube.selectors import matches
from linter.light_typing import NamedTuple
from linter.path import Key, value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from linter.engine.rule import Context, Severity
    from linter.loading.resource import Resource
    from linter.path import FieldPath

GROUP = "admissionregistration.k8s.io"


class PolicyError(InputError, ValueError):
    """A policy that cannot be used."""


class Named(NamedTuple):
    """An expression with a name: a variable or a match condition."""

    name: str
    expression: str


class Validation(NamedTuple):
    """What must be true, and what to say where it is not."""

    expression: str
    message: str | None = None
    message_expression: str | None = None
    path: FieldPath | None = None
    """The field to point at; None: what the expression speaks of."""
    reason: str | None = None


class Policy(NamedTuple):
    """What is asked of objects."""

    validations: tuple[Validation, ...]
    variables: tuple[Named, ...] = ()
    match_conditions: tuple[Named, ...] = ()
    constraints: tuple[Mapping[str, Any], ...] = ()
    """Match constraints, all of which must hold: those of the policy and of its binding."""
    fails: bool = True
    """What an expression that fails means: refusal (failurePolicy Fail) or nothing (Ignore)."""
    params: Any = None

    def expressions(self) -> Iterator[str]:
        """Yield all expressions, to be compiled before the run."""
        for each in (*self.variables, *self.match_conditions):
            yield each.expression
        for validation in self.validations:
            yield validation.expression
            if validation.message_expression:
                yield validation.message_expression


def check(policy: Policy, rule_id: str, resource: Resource, context: Context) -> Iterator[Problem]:
    """Yield what a policy says of a resource. The check of a Rule, once the first two arguments are given."""
    if not all(_matches(each, resource, context) for each in policy.constraints):
        return
    data = _data(policy, rule_id, resource, context)
    if (unmet := _unmet_condition(policy, data)) is not None:
        if unmet:
            yield Problem((), unmet)
        return
    for validation in policy.validations:
        path = validation.path if validation.path is not None else _path_of(validation.expression, policy)
        try:
            holds = evaluate(validation.expression, data)
        except EvaluationError as error:
            if policy.fails:
                yield Problem(
                    path,
                    f"The expression `{short(validation.expression)}` fails here: {error}.",
                    validation.reason,
                )
            continue
        if holds is not True:
            yield Problem(path, _message(validation, data), validation.reason)


def _unmet_condition(policy: Policy, data: Mapping[str, Any]) -> str | None:
    """Return None where all match conditions hold; "" where one does not; what went wrong where one fails."""
    failure = ""
    for condition in policy.match_conditions:
        try:
            if evaluate(condition.expression, data) is not True:
                return ""  # one that is false wins over one that fails, as in the API server
        except EvaluationError as error:
            failure = f"The match condition `{condition.name}` fails here: {error}."
    if failure:
        return failure if policy.fails else ""
    return None


def _message(validation: Validation, data: Mapping[str, Any]) -> str:
    if validation.message_expression:
        try:
            text = evaluate(validation.message_expression, data)
        except EvaluationError:
            text = None
        # The API server passes over a message that is empty or has several lines.
        if isinstance(text, str) and text.strip() and "\n" not in text.strip():
            return text.strip()
    return validation.message or f"The expression `{short(validation.expression)}` is not true here."


def short(expression: str) -> str:
    """Return an expression on one line, cut where it is long."""
    text = " ".join(expression.split())
    return text if len(text) <= 120 else f"{text[:117]}…"


def _data(policy: Policy, rule_id: str, resource: Resource, context: Context) -> dict[str, Any]:
    params = policy.params
    if rule_id in context.options:
        params = {**(params or {}), **context.options[rule_id]}
    group, _, version = resource.api_version.rpartition("/")
    kind = {"group": group, "version": version, "kind": resource.kind}
    plural = {"group": group, "version": version, "resource": resource_name(resource.kind)}
    data: dict[str, Any] = {
        "object": resource.object,
        "oldObject": None,
        "params": params,
        # Asked for only where it is used: a rule that looks at no other object runs early, and in parallel.
        "namespaceObject": _namespace(resource.namespace, context) if _uses_namespace(policy) else None,
        "request": {
            "kind": kind,
            "requestKind": kind,
            "resource": plural,
            "requestResource": plural,
            "subResource": "",
            "name": resource.name,
            "namespace": resource.namespace,
            "operation": "CREATE",
            "userInfo": {},
            "dryRun": True,
        },
        "variables": {},
    }
    for name, expression in policy.variables:
        try:
            data["variables"][name] = evaluate(expression, data)
        except EvaluationError:
            continue  # it counts only where it is used, and is not there then
    return data


def _uses_namespace(policy: Policy) -> bool:
    return any("namespaceObject" in expression for expression in policy.expressions())


def _namespace(name: str, context: Context) -> dict[str, Any]:
    for found in context.inventory.of_kind("Namespace"):
        if found.name == name and found.api_version == "v1":
            labels = {**(value_at(found.manifest, ("metadata", "labels")) or {}), _NAME_LABEL: name}
            return {**found.manifest, "metadata": {**found.manifest["metadata"], "labels": labels}}
    return {"metadata": {"name": name, "labels": {_NAME_LABEL: name}}}


_NAME_LABEL = "kubernetes.io/metadata.name"
"""The API server gives every namespace this label."""


# --- which objects -------------------------------------------------------------------------------------------------


def _matches(constraints: Mapping[str, Any], resource: Resource, context: Context) -> bool:
    """Tell whether a create of the resource is among those that matchConstraints or matchResources describe."""
    rules = constraints.get("resourceRules")
    exact = constraints.get("matchPolicy") == "Exact"
    if rules is not None and not any(_rule_matches(each, resource, exact=exact) for each in rules):
        return False
    excluded = constraints.get("excludeResourceRules") or ()
    if any(_rule_matches(each, resource, exact=exact) for each in excluded):
        return False
    selector = constraints.get("objectSelector")
    if selector and not matches(selector, value_at(resource.object, ("metadata", "labels")) or {}):
        return False
    selector = constraints.get("namespaceSelector")
    return not selector or matches(selector, _namespace(resource.namespace, context)["metadata"]["labels"])


def _rule_matches(rule: Mapping[str, Any], resource: Resource, *, exact: bool) -> bool:
    """Tell whether a rule names the resource. Unless it must be exact, any version of the API group will do."""
    names = rule.get("resourceNames")
    return (
        _among(api_group(resource.api_version), rule.get("apiGroups"))
        and (not exact or _among(resource.api_version.rpartition("/")[2], rule.get("apiVersions")))
        and _among("CREATE", rule.get("operations"))
        and any(each in {"*", "*/*", resource_name(resource.kind)} for each in rule.get("resources") or ())
        and (not names or resource.name in names)
    )


def _among(value: str, allowed: Iterable[str] | None) -> bool:
    return any(each in {"*", value} for each in allowed or ())


# --- where to point ------------------------------------------------------------------------------------------------

_REFERENCE = re.compile(
    r"""\bobject((?:\.\??[A-Za-z_]\w*|\[\??\s*(?:"[^"\n]*"|'[^'\n]*'|\d+)\s*\])+)(\s*\()?"""
)
_STEP = re.compile(r"""\.\??(\w+)|\[\??\s*(?:"([^"]*)"|'([^']*)'|(\d+))\s*\]""")


def spoken_of(expression: str) -> FieldPath:
    """Return the field that all references to `object` in an expression have in common, as deep as it goes.

    `has(object.spec.a.b) && object.spec.a.c` speaks of `spec.a`. CEL says no more about where a fault lies.
    """
    paths = [_path(match[1], called=bool(match[2])) for match in _REFERENCE.finditer(expression)]
    if not paths:
        return ()
    common = []
    for steps in zip(*paths, strict=False):
        if any(step != steps[0] for step in steps):
            break
        common.append(steps[0])
    return tuple(common)


def _path_of(expression: str, policy: Policy) -> FieldPath:
    """Return the field that an expression speaks of; of one that names variables alone, what those speak of."""
    used = (each.expression for each in policy.variables if f"variables.{each.name}" in expression)
    return spoken_of(expression) or spoken_of(" ".join(used))


def _path(text: str, *, called: bool) -> FieldPath:
    steps: list[str | int] = []
    for name, double, single, index in _STEP.findall(text):
        steps.append(int(index) if index else Key(double or single) if double or single else name)
    return tuple(steps[:-1] if called else steps)


def field_path(text: str) -> FieldPath:
    """Read a field as people write it: `spec.template.metadata.labels["app.kubernetes.io/name"]`."""
    return _path(f".{text.removeprefix('.')}", called=False)


def make_rule(
    rule_id: str, policy: Policy, *, severity: Severity, page: str, kinds: Iterable[str] | None = None
) -> Rule:
    """Return a rule of group custom; its expressions are compiled now, so that a faulty one is known before the run.

    Raises:
        ExpressionError: An expression is not CEL.
        CelMissingError: The library for CEL is not installed.
    """
    for expression in policy.expressions():
        compiled(expression)
    options = policy.params if isinstance(policy.params, dict) else {}
    return Rule(
        id=rule_id,
        group=CUSTOM,
        severity=severity,
        kinds=None if kinds is None else frozenset(kinds),
        scope="resource",
        check=partial(check, policy, rule_id),
        docstring=page,
        options=options,
    )
