"""x-kubernetes-validations: the rules in CEL of a schema, asked about an object.

Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
"""

from __future__ import annotations

import re
from contextlib import suppress

from linter.apiserver.customresources.cel_values import cel_value, is_typed
from linter.apiserver.customresources.correlation import Correlation
from linter.apiserver.customresources.messages import NO_FIELD, RULES
from linter.apiserver.customresources.plain import has_rules
from linter.cel import cost
from linter.cel.errors import NO_OVERLOAD, CostLimitError, SyntaxFaultError
from linter.cel.evaluate import Outcome, Program, program
from linter.cel.nodes import Ident, walk
from linter.cel.syntax import parse
from linter.cel.values import NONE, Optional
from linter.kube.suggest import quote
from linter.light_typing import NamedTuple
from linter.path import Key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Final

    from linter.apiserver.customresources.plain import Schema
    from linter.apiserver.customresources.schema import Work
    from linter.apiserver.errors import Errors
    from linter.path import FieldPath

_LONGEST_MESSAGE: Final = 5 * 1024
_STEP = re.compile(r"\.([^.\[\]]+)|\['((?:[^'\\]|\\.)*)'\]")


class _Ratchet(NamedTuple):
    """What an unchanged value is told by: its own correlation, or that of the nearest value above that has one."""

    current: Correlation | None = None
    nearest: Correlation | None = None

    def forgives(self) -> bool:
        correlation = self.current or self.nearest
        return correlation is not None and correlation.is_unchanged()

    def key(self, name: str) -> _Ratchet:
        if self.current is None:
            return self
        if self.nearest is None and name in {"apiVersion", "kind"}:
            return _Ratchet()
        return _Ratchet(self.current.key(name), self.current)

    def item(self, index: int) -> _Ratchet:
        return self if self.current is None else _Ratchet(self.current.index(index), self.current)


class _StopError(Exception):
    """No further rule is asked."""


class RuleValidator:
    """Asks the rules of a schema about one object.

    Args:
        errors: Gets what is wrong.
        work: What is left of the work of the run.
    """

    def __init__(self, errors: Errors, work: Work) -> None:
        self._errors = errors
        self._work = work
        self._budget: int = cost.PER_OBJECT

    def validate(
        self, new: Any, old: Any, schema: Schema, correlation: Correlation | None, *, is_resource: bool = True
    ) -> None:
        """Ask the rules.

        Args:
            new: The object, with defaults.
            old: The stored object; None where there is none.
            schema: The schema.
            correlation: Both together, at an update.
            is_resource: Whether it is a whole object, with apiVersion, kind and metadata.

        Raises:
            CelMissingError: A rule needs a library that is not installed.
        """
        with suppress(_StopError):
            self._node(new, old, schema, (), _Ratchet(correlation), is_resource=is_resource)

    def _node(
        self, new: Any, old: Any, schema: Schema, path: FieldPath, ratchet: _Ratchet, *, is_resource: bool
    ) -> None:
        if new is None:
            return
        if rules := schema.get("x-kubernetes-validations"):
            self._ask(rules, new, old, schema, path, ratchet, is_resource=is_resource)
        if isinstance(new, list):
            items = schema.get("items")
            if isinstance(items, dict) and has_rules(items):
                stored = Correlation(new, old if isinstance(old, list) else [], schema)
                for index, each in enumerate(new):
                    self._child(each, stored.old_item(each), items, (*path, index), ratchet.item(index))
        elif isinstance(new, dict):
            stored_map = old if isinstance(old, dict) else {}
            properties, others = schema.get("properties", {}), schema.get("additionalProperties")
            for name, each in new.items():
                if isinstance(others, dict):
                    self._child(each, stored_map.get(name), others, (*path, Key(name)), ratchet.key(name))
                elif name in properties:
                    self._child(
                        each, stored_map.get(name), properties[name], (*path, name), ratchet.key(name)
                    )

    def _child(self, new: Any, old: Any, schema: Schema, path: FieldPath, ratchet: _Ratchet) -> None:
        if is_typed(schema):
            embedded = bool(schema.get("x-kubernetes-embedded-resource"))
            self._node(new, old, schema, path, ratchet, is_resource=embedded)

    def _ask(
        self,
        rules: list[Any],
        new: Any,
        old: Any,
        schema: Schema,
        path: FieldPath,
        ratchet: _Ratchet,
        *,
        is_resource: bool,
    ) -> None:
        value = cel_value(new, schema, is_resource=is_resource)
        stored = None if old is None else cel_value(old, schema, is_resource=is_resource)
        names = {"self": value} if old is None else {"self": value, "oldSelf": stored}
        for rule in rules:
            if not isinstance(rule, dict) or not isinstance(rule.get("rule"), str):
                continue
            uses_old = _uses_old(rule["rule"])
            is_optional = rule.get("optionalOldSelf") is True
            if uses_old and old is None and not is_optional:
                continue
            asked = {**names, "oldSelf": NONE if old is None else Optional(stored)} if is_optional else names
            outcome = self._run(rule, rule["rule"], asked, path)
            if outcome is None or (outcome.error is None and outcome.value is True):
                continue
            if outcome.error is not None:
                self._failed(rule, str(outcome.error), path)
                continue
            detail = self._message(rule, names, path)
            self._report(
                rule,
                detail,
                (*path, *_steps(rule.get("fieldPath") or "", schema)),
                forgiven=not uses_old and ratchet.forgives(),
            )

    def _run(self, rule: dict[str, Any], text: str, names: dict[str, Any], path: FieldPath) -> Outcome | None:
        """Run an expression; None where it is faulty, which is said of the definition.

        Raises:
            _StopError: It costs too much.
        """
        try:
            expression: Program = program(text)
        except SyntaxFaultError:
            return None
        limit = min(cost.PER_CALL, self._work.cost_left)
        try:
            outcome = expression.run(names, limit)
        except CostLimitError:
            self._work.cost_left -= limit
            self._errors.invalid(
                path,
                f"{_of(rule)} costs more than {limit} steps: no further rule was asked.",
                rule=RULES,
                field=_field(path),
            )
            raise _StopError from None
        self._work.cost_left -= outcome.cost
        if outcome.cost > self._budget:
            message = f"The rules about this object cost more than {cost.PER_OBJECT} steps together: no further rule was asked."
            self._errors.invalid(path, message, rule=RULES, field=_field(path))
            raise _StopError
        self._budget -= outcome.cost
        return outcome

    def _failed(self, rule: dict[str, Any], why: str, path: FieldPath) -> None:
        reason = "it does not take values of these types" if why == NO_OVERLOAD else why
        self._errors.invalid(
            path, f"{_of(rule)} can't be evaluated: {reason}.", rule=RULES, field=_field(path)
        )

    def _message(self, rule: dict[str, Any], names: dict[str, Any], path: FieldPath) -> str:
        """Return what the rule says: by its messageExpression, else its message, else itself."""
        written = rule.get("message")
        default = (
            written.strip()
            if isinstance(written, str) and written
            else f"failed rule: {rule['rule'].strip()}"
        )
        expression = rule.get("messageExpression")
        if not isinstance(expression, str) or not expression:
            return default
        outcome = self._run(rule, expression, names, path)
        if outcome is None or outcome.error is not None or not isinstance(outcome.value, str):
            return default
        text = outcome.value.strip()
        fits = text and "\n" not in text and len(text.encode("utf-8", "replace")) <= _LONGEST_MESSAGE
        return text if fits else default

    def _report(self, rule: dict[str, Any], detail: str, path: FieldPath, *, forgiven: bool) -> None:
        shown = quote(rule["rule"].strip())
        says_nothing = detail.startswith("failed rule: ")
        message = (
            f"The rule {shown} of the definition does not hold."
            if says_nothing
            else f"{detail.rstrip('.')} (rule {shown} of the definition)."
        )
        if forgiven:
            self._errors.warn(
                path,
                f"{message} The server takes it because it did not change.",
                rule="custom-resource-unchanged",
                field=_field(path),
            )
            return
        match rule.get("reason"):
            case "FieldValueForbidden":
                self._errors.forbidden(path, message, rule=RULES, field=_field(path))
            case "FieldValueRequired":
                self._errors.required(path, message, rule=RULES, field=_field(path))
            case "FieldValueDuplicate":
                self._errors.duplicate(path, message, rule=RULES, field=_field(path))
            case _:
                self._errors.invalid(path, message, rule=RULES, field=_field(path))


def _field(path: FieldPath) -> str | None:
    """Return the field as the server spells it: the object itself has none."""
    return None if path else NO_FIELD


def _of(rule: dict[str, Any]) -> str:
    return f"The rule {quote(rule['rule'].strip())} of the definition"


def _uses_old(text: str) -> bool:
    """Tell whether an expression names the old value."""
    if "oldSelf" not in text:
        return False
    try:
        return any(node == Ident("oldSelf") for node in walk(parse(text)))
    except SyntaxFaultError:
        return False


def _steps(field_path: str, schema: Schema) -> Iterator[str]:
    """Yield the steps of a rule's fieldPath: names of properties, or keys of a map."""
    for found in _STEP.finditer(field_path):
        name = found[1] if found[1] is not None else re.sub(r"\\(.)", r"\1", found[2])
        properties, others = schema.get("properties", {}), schema.get("additionalProperties")
        if properties:
            yield name
            schema = properties.get(name, {})
        else:
            yield Key(name)
            schema = others if isinstance(others, dict) else {}
