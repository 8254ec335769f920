"""The expressions of rules in CEL: whether they compile, and what they may cost.

Source: apiextensions/validation of k8s.io/apiextensions-apiserver, validation.go and cel_validation.go.
"""

from __future__ import annotations

from linter.apiserver.apiextensions.declared import LARGEST_REQUEST, declared
from linter.apiserver.apiextensions.subject import RuleCost
from linter.cel.check.compile import compiled
from linter.cel.check.scope import Scope
from linter.cel.check.types import BOOL, STRING, described, optional_of
from linter.cel.estimate.cost import most_cost
from linter.cel.estimate.interval import MOST
from linter.cel.nodes import Ident, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from linter.apiserver.apiextensions.subject import Subject
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object
    from linter.cel.check.checker import Checked
    from linter.cel.check.compile import Compiled
    from linter.cel.check.declared import Declared
    from linter.cel.check.scope import ObjectType
    from linter.cel.check.types import Type
    from linter.cel.estimate.interval import Interval
    from linter.path import FieldPath

RULE: Final = "schema-rules"
COST: Final = "schema-rule-cost"
_PER_RULE: Final = 10_000_000
_PER_SCHEMA: Final = 100_000_000
_MOST_NAMED: Final = 4


def compile_rules(rules: list[Object], subject: Subject, path: FieldPath, errors: Errors) -> None:
    """Judge the expressions of rules, and what they may cost.

    Args:
        rules: The rules, whose texts are judged already.
        subject: The node that they are about; it gets their costs.
        path: Where they are.
        errors: Gets what is wrong.
    """
    self_ = declared(subject.node, is_resource=subject.is_resource)
    if self_ is None or subject.is_hidden:
        message = "Rules can't see values without a type: give the node and those above it one, or leave its rules out."
        errors.internal(path, message, rule=RULE)
        return
    objects = self_.objects()
    for index, rule in enumerate(rules):
        _Rule(rule, subject, self_, objects, (*path, index), errors).compile()


def rule_fault(rule: Object, schema: Object, errors: Errors, *, is_resource: bool) -> str | None:
    """Return why a rule does not compile, as a phrase behind its name; None if it does, or has no text.

    Args:
        rule: The rule.
        schema: The node that it is about.
        errors: Knows the version of the server.
        is_resource: Whether the node is a whole object.
    """
    text = rule.get("rule") or ""
    self_ = declared(schema, is_resource=is_resource)
    if not text.strip() or self_ is None:
        return None
    old = optional_of(self_.type) if rule.get("optionalOldSelf") else self_.type
    scope = Scope({"self": self_.type, "oldSelf": old}, self_.objects(), errors.version.minor)
    return _fault(compiled(text, scope), BOOL)


def _fault(result: Compiled, type_: Type) -> str | None:
    if result.fault is not None:
        return f"does not compile: {result.fault}"
    if result.type not in {None, type_}:
        return f"gives {described(result.type)}, but must give {described(type_)}"
    return None


class _Rule:
    def __init__(
        self,
        rule: Object,
        subject: Subject,
        self_: Declared,
        objects: dict[str, ObjectType],
        path: FieldPath,
        errors: Errors,
    ) -> None:
        self._rule = rule
        self._subject = subject
        self._self = self_
        self._objects = objects
        self._path = path
        self._errors = errors

    def compile(self) -> None:
        text = self._rule.get("rule") or ""
        checked = self._compiled("rule", text, BOOL, is_stored=text in self._subject.stored.rules)
        uses_old = False
        if checked is not None:
            uses_old = any(node == Ident("oldSelf") for node in walk(checked.expr))
            self._judge_cost("rule", checked, per_value=True)
            self._compile_message()
        if uses_old and not self._subject.is_correlatable:
            message = (
                "oldSelf is not known here: entries of a list are only found again if its list-type is map."
            )
            self._errors.invalid((*self._path, "rule"), message, rule=RULE)
        if self._rule.get("optionalOldSelf") is not None and not uses_old:
            message = "optionalOldSelf is for rules that use oldSelf: leave it out."
            self._errors.invalid((*self._path, "optionalOldSelf"), message, rule=RULE)

    def _compile_message(self) -> None:
        name = "messageExpression"
        text = self._rule.get(name) or ""
        if text:
            is_stored = text in self._subject.stored.message_expressions
            checked = self._compiled(name, text, STRING, is_stored=is_stored)
            if checked is not None:
                self._judge_cost(name, checked, per_value=False)

    def _compiled(self, name: str, text: str, type_: Type, *, is_stored: bool) -> Checked | None:
        old = optional_of(self._self.type) if self._rule.get("optionalOldSelf") else self._self.type
        scope = Scope(
            {"self": self._self.type, "oldSelf": old},
            self._objects,
            None if is_stored else self._errors.version.minor,
        )
        result = compiled(text, scope)
        if fault := _fault(result, type_):
            self._errors.invalid((*self._path, name), f"The {name} {fault}.", rule=RULE)
            return None
        return result.checked

    def _judge_cost(self, name: str, checked: Checked, *, per_value: bool) -> None:
        asked: list[list[str]] = []

        def size_of(steps: list[str]) -> Interval | None:
            asked.append(steps)
            return self._self.size_of(steps)

        try:
            cost = most_cost(checked, size_of)
        except RecursionError:
            return
        count = 1
        if per_value:
            most = LARGEST_REQUEST // (self._self.least_bytes + 1)
            count = most if self._subject.most is None else self._subject.most
        cost = min(cost * count, MOST)
        self._subject.costs.append(RuleCost((*self._path, name), cost))
        if cost <= _PER_RULE or self._subject.stored.is_same:
            return
        missing = self._self.unlimited(asked)
        if per_value:
            missing = (*self._subject.unlimited, *missing)
        message = f"The {name} may cost {_times(cost, _PER_RULE)} what the server allows a rule: {_remedy(missing)}."
        self._errors.forbidden((*self._path, name), message, rule=COST)


def judge_total(costs: list[RuleCost], path: FieldPath, errors: Errors) -> None:
    """Judge what all rules of a schema may cost together.

    Args:
        costs: The costs of the rules, in the order in which the server compiles them.
        path: Where the schema is.
        errors: Gets what is wrong.
    """
    total = min(sum(each.cost for each in costs), MOST)
    if total <= _PER_SCHEMA:
        return
    expensive = [each for each in costs if each.cost >= _PER_SCHEMA // 100]
    for each in sorted(expensive, key=lambda each: -each.cost)[:_MOST_NAMED]:
        message = "The rule is one of those that make all rules of the schema together too expensive."
        errors.forbidden(each.path, message, rule=COST)
    message = (
        f"The rules of the schema may cost {_times(total, _PER_SCHEMA)} what the server allows for all of them: give the lists, maps and texts "
        "that they go through a maxItems, maxProperties or maxLength."
    )
    errors.forbidden(path, message, rule=COST)


def _times(cost: int, limit: int) -> str:
    factor = cost / limit
    return "more than 100 times" if factor > 100 else f"{factor:.2f} times"


def _remedy(missing: tuple[str, ...]) -> str:
    if not missing:
        return "make it simpler, or lower the limits of the lists, maps and texts that it goes through"
    shown = list(dict.fromkeys(missing))
    more = len(shown) - _MOST_NAMED
    names = ", ".join(shown[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"add {names}"
