"""x-kubernetes-validations: rules in CEL about the value of a node, but for what their expressions say.

Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object
    from linter.path import FieldPath

REASONS = ("FieldValueRequired", "FieldValueForbidden", "FieldValueInvalid", "FieldValueDuplicate")
_TEXTS = "schema-rule-texts"
_LINE_BREAK = re.compile("[\n\r]")


def validate_rule_texts(rule: Object, node: Object, path: FieldPath, errors: Errors) -> None:
    """Judge a rule but for what its expressions say.

    Args:
        rule: The rule.
        node: The schema that it is part of.
        path: Where the rule is.
        errors: Gets what is wrong.
    """
    text, message = rule.get("rule") or "", rule.get("message") or ""
    if not text.strip():
        errors.required((*path, "rule"), "The rule is missing: write it in CEL.", rule=_TEXTS)
    elif message and not message.strip():
        errors.invalid((*path, "message"), "The message is blank: leave it out.", rule=_TEXTS)
    elif _LINE_BREAK.search(message.strip()):
        errors.invalid((*path, "message"), "The message has a line break: write it in one line.", rule=_TEXTS)
    elif _LINE_BREAK.search(text.strip()) and not message.strip():
        errors.required((*path, "message"), "A rule with a line break needs a message.", rule=_TEXTS)
    expression = rule.get("messageExpression") or ""
    if expression and not expression.strip():
        at = (*path, "messageExpression")
        errors.required(at, "The messageExpression is blank: leave it out.", rule=_TEXTS)
    if (reason := rule.get("reason")) is not None:
        errors.not_supported((*path, "reason"), "The reason", reason, REASONS, rule=_TEXTS)
    field = rule.get("fieldPath") or ""
    if field and not _is_field_path(field, node):
        problem = (
            "The fieldPath leads to no field of the schema: write it with a leading dot, as `.replicas`."
        )
        errors.invalid((*path, "fieldPath"), problem, rule=_TEXTS)


def _is_field_path(path: str, node: Object) -> bool:
    steps = re.findall(r"\.([^.\[\]'\s]+)|\['([^']+)'\]", path)
    if "".join(f".{plain}" if plain else f"['{quoted}']" for plain, quoted in steps) != path:
        return False
    for plain, quoted in steps:
        properties, extra = node.get("properties") or {}, node.get("additionalProperties")
        name = plain or quoted
        if name in properties:
            node = properties[name] or {}
        elif extra is not None:
            node = extra if isinstance(extra, dict) else {}
        else:
            return False
    return bool(steps)
