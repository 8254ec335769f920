"""Rules of one's own: from YAML files with CEL expressions, and from Python modules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.engine.cel import ExpressionError
from linter.engine.config import ConfigError, load_with_schema
from linter.engine.policies import Named, Policy, Validation, field_path, make_rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from types import ModuleType

    from linter.engine.config import Config
    from linter.engine.rule import Rule
    from linter.loading.resource import Resource
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


def from_python(name: str, folder: Path) -> list[Rule]:
    """Load the rules of a Python module: functions marked with `linter.engine.rule.rule`.

    This runs the module's code. Nothing but an explicit wish of the user may lead here.

    Args:
        name: A file ending in .py, relative to the folder, or the name of a module that Python can import.
        folder: Where the configuration stands.

    Raises:
        ConfigError: It cannot be loaded, or holds no rule.
    """
    try:
        module = _module_of_file(folder / name) if name.endswith(".py") else _module_of_name(name)
    except Exception as error:
        raise ConfigError(f"The Python rules `{name}` could not be loaded: {error}") from error
    rules = [_as_custom(rule) for rule in _marked(module)]
    if not rules:
        raise ConfigError(f"There is no rule in `{name}`: mark a function with @rule of linter.engine.rule.")
    return rules


def _module_of_file(file: Path) -> ModuleType:
    import importlib.util
    import sys

    # Below one package of ours, so that the module is no stranger's namesake, and a rule finds its group.
    name = f"podplan_custom.{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None or not file.is_file():
        raise FileNotFoundError(f"{file} does not exist")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _module_of_name(name: str) -> ModuleType:
    import importlib

    return importlib.import_module(name)


def _marked(module: ModuleType) -> Iterable[Rule]:
    from linter.engine.registry import rules_in

    return rules_in(module)


def _as_custom(rule: Rule) -> Rule:
    from linter.engine.registry import CUSTOM

    return rule._replace(group=CUSTOM)


def from_policies(names: Iterable[str]) -> list[Rule]:
    """Read the rules of ValidatingAdmissionPolicy manifests.

    Args:
        names: Files, folders and glob patterns.

    Raises:
        ConfigError: One cannot be read, or there is no policy.
        PolicyError: A policy cannot be used.
        CelMissingError: The library for CEL is not installed.
    """
    from linter.engine.policies import rules_of

    chosen = list(names)
    rules = rules_of(_resources(chosen))
    if chosen and not rules:
        raise ConfigError(f"There is no ValidatingAdmissionPolicy in {', '.join(chosen)}.")
    return rules


def _resources(names: list[str]) -> Iterable[Resource]:
    from linter.loading.discovery import read_all
    from linter.loading.reader import read_documents, resources_of
    from linter.loading.source import Source, Unreadable

    for source in read_all(names):
        if isinstance(source, Unreadable):
            raise ConfigError(f"{source.name}: {source.message}.")
        if isinstance(source, Source):
            for document in read_documents(source):
                for problem in document.problems:
                    if document.value is None and problem.reason is not None and source.explicit:
                        place = problem.range
                        raise ConfigError(f"{source.name}:{place.line}:{place.column}: {problem.message}")
                yield from resources_of(document)
