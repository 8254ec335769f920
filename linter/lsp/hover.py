"""What a hover shows: the finding's page, or what the field is."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from linter.kube.defaults.apply import apply_defaults
from linter.lsp.fields import fields_at, meaning_of, rules_about, spelled_type, struct_at
from linter.path import value_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from linter.engine.report.finding import Finding
    from linter.lsp.cursor import Cursor
    from linter.version import KubeVersion


def page_of(finding: Finding) -> str:
    """Return a finding's rule page as Markdown; only its message where the rule is the configuration's own."""
    from linter.engine.registry import all_rules
    from linter.output.rule_page import markdown

    rule = all_rules().get(finding.rule)
    if rule is None:
        return finding.message
    return f"**{finding.rule}** ({finding.severity}): {rule.summary}\n\n{markdown(rule)}"


def describe_field(cursor: Cursor, manifest: dict[str, Any] | None, version: KubeVersion) -> str | None:
    """Return what a field is, as Markdown; None where the cursor is not on a key that is known.

    Args:
        cursor: The cursor.
        manifest: The object, where it can be read.
        version: The Kubernetes version.
    """
    field = next((each for each in fields_at(cursor, version) if each.name == cursor.key), None)
    if field is None or cursor.in_value:
        return None
    lines = [f"**{field.name}** · {spelled_type(field.type)}{' · required' if field.required else ''}"]
    meaning = meaning_of(struct_at(cursor, version) or "", field.name)
    if meaning is not None:
        lines.append(meaning)
    if field.enum:
        lines.append("One of " + ", ".join(f"`{value}`" for value in field.enum) + ".")
    if field.immutable and "cannot change" not in (meaning or ""):
        lines.append("An update cannot change it.")
    default = default_of(manifest, cursor)
    if default is not None and not isinstance(default, dict | list):
        lines.append(f"Where it is not written, the API server fills in `{_spelled(default)}`.")
    rules = rules_about(cursor.kind, field.name)
    if rules:
        lines.append(f"Rules that look for `{field.name}`: " + ", ".join(f"`{rule}`" for rule in rules))
    lines.append(f"{cursor.api_version} {cursor.kind}, Kubernetes {version}")
    return "\n\n".join(lines)


def default_of(manifest: dict[str, Any] | None, cursor: Cursor) -> Any:
    """Return what the API server fills in for the cursor's field if it is taken away; None where it fills in nothing."""
    if manifest is None or 0 in cursor.parent:
        return None  # which entry of a list it is, the cursor does not tell
    without = deepcopy(manifest)
    parent = value_at(without, cursor.parent)
    if not isinstance(parent, dict):
        return None
    parent.pop(cursor.key, None)
    return value_at(apply_defaults(without), (*cursor.parent, cursor.key))


def _spelled(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def finding_at(findings: Iterable[Finding], line: int, column: int) -> Finding | None:
    """Return the first finding at a place, counted from 0."""
    for finding in findings:
        start = (finding.range.line - 1, finding.range.column - 1)
        end = (finding.range.end_line - 1, finding.range.end_column - 1)
        if start <= (line, column) <= end:
            return finding
    return None
