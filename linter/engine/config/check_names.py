"""What only the rules know of a configuration: whether the rules, groups and options that it names exist."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from linter.engine.config.file import Config
    from linter.engine.rule import Rule
    from linter.path import FieldPath


def check_names(config: Config, rules: Mapping[str, Rule]) -> None:
    """Check that the rules, groups and rule options that a configuration names exist.

    Args:
        config: The configuration.
        rules: All rules by id, custom ones too.

    Raises:
        ConfigError: One does not exist, with the nearest that does.
    """
    from linter.engine.registry import CUSTOM, GROUPS, unknown

    groups = {*GROUPS, CUSTOM}
    for path, name, group_too in _named_rules(config.values):
        if name not in rules and not (group_too and name in groups):
            raise config.fail(path, unknown(name, rules))
    for rule_id, options in config.values.get("rules", {}).items():
        known = rules[rule_id].options
        for option, value in options.items():
            path = ("rules", rule_id, option)
            if option not in known:
                raise config.fail(path, _no_option(rule_id, option, known))
            if not _same_type(value, known[option]):
                wanted = {
                    bool: "true or false",
                    int: "a number",
                    float: "a number",
                    str: "text",
                    list: "a list",
                    tuple: "a list",
                }.get(type(known[option]), "a mapping")
                raise config.fail(path, f"The option `{option}` of `{rule_id}` must be {wanted}.")


def _named_rules(values: Mapping[str, Any]) -> Iterator[tuple[FieldPath, str, bool]]:
    """Yield the places where rules are named: path, name, whether a group may stand there."""
    yield from _listed(values, ())
    for pattern, settings in values.get("per-path", {}).items():
        yield from _listed(settings, ("per-path", pattern))
    for rule_id in values.get("rules", {}):
        yield ("rules", rule_id), rule_id, False


def _listed(values: Mapping[str, Any], path: FieldPath) -> Iterator[tuple[FieldPath, str, bool]]:
    for key in ("select", "ignore"):
        for index, name in enumerate(values.get(key, ())):
            yield (*path, key, index), name, True
    for rule_id in values.get("severity", {}):
        yield (*path, "severity", rule_id), rule_id, False


def _no_option(rule_id: str, option: str, known: Sequence[str] | Mapping[str, Any]) -> str:
    from linter.kube.suggest import did_you_mean

    if not known:
        return f"The rule `{rule_id}` has no options."
    hint = did_you_mean(option, known) or f" It has {', '.join(f'`{each}`' for each in known)}."
    return f"The rule `{rule_id}` has no option `{option}`.{hint}"


def _same_type(value: Any, default: Any) -> bool:
    if default is None:
        return True
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(default, bool)
    if isinstance(default, (int, float)):
        return isinstance(value, (int, float))
    if isinstance(default, (list, tuple)):
        return isinstance(value, list)
    return isinstance(value, type(default))
