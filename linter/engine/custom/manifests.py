"""ValidatingAdmissionPolicies as manifests: reading them and their bindings into rules."""

from __future__ import annotations

from linter.engine.config.file import ConfigError
from linter.engine.custom.cel import ExpressionError
from linter.engine.custom.policies import GROUP, Named, Policy, PolicyError, Validation, make_rule, short
from linter.path import value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from linter.engine.rule import Rule, Severity
    from linter.loading.resource import Resource

_ACTIONS: dict[str, Severity] = {"Deny": "error", "Warn": "warning", "Audit": "info"}
_DEFAULT_REASON = "Invalid"


def from_policies(names: Iterable[str]) -> list[Rule]:
    """Read the rules of ValidatingAdmissionPolicy manifests.

    Args:
        names: Files, folders and glob patterns.

    Raises:
        ConfigError: One cannot be read, or there is no policy.
        PolicyError: A policy cannot be used.
        CelMissingError: The library for CEL is not installed.
    """
    chosen = list(names)
    rules = rules_of(_resources(chosen))
    if chosen and not rules:
        raise ConfigError(f"There is no ValidatingAdmissionPolicy in {', '.join(chosen)}.")
    return rules


def _resources(names: list[str]) -> Iterable[Resource]:
    from linter.loading.discovery import read_all
    from linter.loading.source import Source, Unreadable
    from linter.loading.yaml.reader import read_documents, resources_of

    for source in read_all(names):
        if isinstance(source, Unreadable):
            raise ConfigError(f"{source.name}: {source.message}.")
        if isinstance(source, Source):
            for document in read_documents(source):
                for problem in document.problems:
                    if document.value is None and problem.reason is not None and source.explicit:
                        range_ = problem.range
                        raise ConfigError(f"{source.name}:{range_.line}:{range_.column}: {problem.message}")
                yield from resources_of(document)


def rules_of(resources: Iterable[Resource]) -> list[Rule]:
    """Return the rules that ValidatingAdmissionPolicies and their bindings make.

    A binding narrows its policy, gives it parameters and says how severe it is; a policy without a binding is used as it
    is, with severity error. Parameters are taken from among the resources given.

    Args:
        resources: Policies, bindings, objects that hold parameters; others are of no interest.

    Raises:
        PolicyError: A policy cannot be used; the message names it and its file.
        CelMissingError: The library for CEL is not installed.
    """
    every = list(resources)
    bindings = [each for each in every if _is(each, "ValidatingAdmissionPolicyBinding")]
    rules: list[Rule] = []
    for resource in every:
        if not _is(resource, "ValidatingAdmissionPolicy"):
            continue
        policy = _policy(resource)
        bound = [
            each for each in bindings if value_at(each.manifest, ("spec", "policyName")) == resource.name
        ]
        if not bound:
            rules.append(_rule(resource, resource.name, policy, "error"))
        for number, binding in enumerate(bound):
            rule_id = resource.name if len(bound) == 1 else binding.name or f"{resource.name}-{number + 1}"
            rules.append(_rule(resource, rule_id, _bound(policy, binding, every), _severity(binding)))
    return rules


def _rule(resource: Resource, rule_id: str, policy: Policy, severity: Severity) -> Rule:
    first = policy.validations[0]
    summary = first.message or f"`{short(first.expression)}`"
    page = (
        f"{summary}\n\nThe ValidatingAdmissionPolicy `{resource.name}` in {resource.document.source.name}.\n"
    )
    try:
        return make_rule(rule_id, policy, severity=severity, page=page)
    except ExpressionError as error:
        raise _fault(resource, f"an expression cannot be used: {error}") from None


def _policy(resource: Resource) -> Policy:
    spec = resource.manifest.get("spec")
    if not isinstance(spec, dict) or not resource.name:
        raise _fault(resource, "it needs metadata.name and spec")
    try:
        validations = tuple(
            Validation(
                each["expression"],
                each.get("message"),
                each.get("messageExpression"),
                reason=each.get("reason") or _DEFAULT_REASON,
            )
            for each in spec.get("validations") or ()
        )
        policy = Policy(
            validations=validations,
            variables=tuple(Named(each["name"], each["expression"]) for each in spec.get("variables") or ()),
            match_conditions=tuple(
                Named(each["name"], each["expression"]) for each in spec.get("matchConditions") or ()
            ),
            constraints=(spec.get("matchConstraints") or {},),
            fails=spec.get("failurePolicy") != "Ignore",
        )
    except (KeyError, TypeError, AttributeError):
        raise _fault(resource, "it does not have the form of a policy; lint it to see why") from None
    if not validations or not all(isinstance(each, str) for each in policy.expressions()):
        raise _fault(resource, "it has no validations")
    return policy


def _bound(policy: Policy, binding: Resource, every: Iterable[Resource]) -> Policy:
    spec = binding.manifest["spec"]
    constraints = (*policy.constraints, spec.get("matchResources") or {})
    reference = spec.get("paramRef") or {}
    params = next(
        (
            each.object
            for each in every
            if each.name
            and each.name == reference.get("name")
            and reference.get("namespace") in {None, each.namespace}
            and not _is(each, "ValidatingAdmissionPolicy")
            and not _is(each, "ValidatingAdmissionPolicyBinding")
        ),
        None,
    )
    return policy._replace(constraints=constraints, params=params)


def _severity(binding: Resource) -> Severity:
    actions = binding.manifest["spec"].get("validationActions") or ()
    return next((_ACTIONS[each] for each in _ACTIONS if each in actions), "error")


def _is(resource: Resource, kind: str) -> bool:
    return resource.kind == kind and resource.group == GROUP


def _fault(resource: Resource, message: str) -> PolicyError:
    range_ = resource.document.positions.value(resource.root)
    name = resource.name or "without a name"
    return PolicyError(f"{resource.document.source.name}:{range_.line}: policy {name}: {message}.")
