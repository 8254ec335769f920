"""Options of rules: what the configuration says, over the rule's own defaults."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    from linter.engine.rule import Context

    Value = TypeVar("Value")


def option(context: Context, rule_id: str, name: str, default: Value) -> Value:
    """Return the value of a rule's option.

    Args:
        context: Holds the configuration.
        rule_id: The rule.
        name: The option.
        default: Its value where the configuration says nothing; the configuration has checked the type.
    """
    value: Value = context.options.get(rule_id, {}).get(name, default)
    return value
