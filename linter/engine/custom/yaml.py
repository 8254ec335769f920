"""Rules of one's own in YAML files, with CEL expressions (schemas/podplan-rules.schema.json)."""

from __future__ import annotations

from linter.engine.config.file import load_with_schema
from linter.engine.custom.cel import ExpressionError
from linter.engine.custom.policies import Named, Policy, Validation, field_path, make_rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    from linter.engine.config.file import Config
    from linter.engine.rule import Rule
    from linter.path import FieldPath

SCHEMA = "podplan-rules.schema.json"


def from_yaml(file: Path) -> list[Rule]:
    """Read the rules of a YAML file (schemas/podplan-rules.schema.json).

    Raises:
        ConfigError: The file cannot be read or does not fit the schema, or an expression is faulty; with the position.
        CelMissingError: The library for CEL is not installed.
    """
    config = load_with_schema(file, SCHEMA)
    return [_rule(value, ("rules", index), config) for index, value in enumerate(config.values["rules"])]


def _rule(value: Mapping[str, Any], path: FieldPath, config: Config) -> Rule:
    validation = Validation(
        value["expression"],
        value.get("message"),
        value.get("messageExpression"),
        field_path(value["field"]) if "field" in value else None,
    )
    policy = Policy(
        (validation,),
        variables=tuple(Named(each["name"], each["expression"]) for each in value.get("variables", ())),
        match_conditions=tuple(
            Named(each["name"], each["expression"]) for each in value.get("matchConditions", ())
        ),
        params=value.get("params", {}),
    )
    summary = value.get("summary") or value.get("message") or f"`{value['expression'].strip()}`"
    page = f"{' '.join(summary.split())}\n\n{value.get('docs', '')}".strip()
    try:
        return make_rule(
            value["id"],
            policy,
            severity=value.get("severity", "error"),
            page=page,
            kinds=value.get("kinds"),
        )
    except ExpressionError as error:
        raise config.fail(path, f"An expression of `{value['id']}` cannot be used: {error}.") from None
