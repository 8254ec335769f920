"""Settings of a run, as the commands need them: from the command line and the configuration file to LintOptions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from linter.cli.errors import UNREADABLE, fail

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from linter.engine.config.file import Config
    from linter.engine.config.options import LintOptions
    from linter.engine.config.settings import Setting
    from linter.engine.report.baseline import Entry
    from linter.engine.rule import Rule


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return those values that the command line gave: neither None nor empty.

    Args:
        values: The values of options, by the name of the setting.
    """
    return {
        setting: value for setting, value in values.items() if value is not None and value not in ((), [], {})
    }


def read_config(file: str | None, paths: Sequence[str]) -> Config:
    """Read the configuration: the file named, or the one found by walking up from the first path."""
    from linter.engine.config.file import ConfigError, find, load

    try:
        return load(Path(file), explicit=True) if file is not None else find(_start(paths))
    except ConfigError as error:
        fail(error.args[0], more=error.args[1:])


def _start(paths: Sequence[str]) -> Path:
    first = paths[0] if paths else "."
    if first == "-":
        return Path()
    if any(sign in first for sign in "*?[") and not Path(first).exists():
        cut = min(first.find(sign) for sign in "*?[" if sign in first)
        first = first[:cut].rpartition("/")[0] or ("/" if first.startswith("/") else ".")
    return Path(first)


_NAMING = frozenset({"select", "ignore", "severity", "rules", "per-path"})
"""Settings that name rules."""


def lint_options(settings: Mapping[str, Setting], config: Config) -> LintOptions:
    """Read what the settings name (nodes, baseline, rules) and return the options of the run.

    Anything that cannot be used ends the program with its place and a hint.
    """
    from linter.cli.common import parse_kubernetes_version, read_nodes
    from linter.engine.config.file import ConfigError, check_names
    from linter.engine.config.options import LintOptions
    from linter.engine.registry import UnknownRuleError, unknown, with_custom
    from linter.engine.report.scope import PathSettings, Skip

    value = {name: setting.value for name, setting in settings.items()}
    custom = custom_rules(settings, config)
    if custom or value["severity"] or _NAMING.intersection(config.values):
        # Else nothing names a rule, and a run whose report is known need not load them.
        try:
            rules = with_custom(custom)
            check_names(config, rules)
        except (ConfigError, UnknownRuleError) as error:
            fail(str(error))
        for rule in value["severity"]:
            if rule not in rules:
                fail(unknown(rule, rules))
    return LintOptions(
        select=() if settings["select"].origin == "default" else tuple(value["select"]),
        ignore=tuple(value["ignore"]),
        severity=value["severity"],
        version=parse_kubernetes_version(value["kubernetes-version"]),
        nodes=read_nodes(value["nodes"]),
        rule_options=value["rules"],
        root=config.folder,
        exclude=(*value["exclude"], *_own_files(settings, config)),
        per_path=tuple(
            PathSettings(pattern, frozenset(each.get("ignore", ())), each.get("severity", {}))
            for pattern, each in value["per-path"].items()
        ),
        skip=tuple(Skip(**each) for each in value["skip"]),
        custom_rules=custom,
        baseline=read_baseline(settings["baseline"]),
    )


def every_rule(config_file: str | None) -> Mapping[str, Rule]:
    """Return all rules by id, with the custom ones of the configuration for the current folder.

    Python rules are among them only where the configuration is named.
    """
    from linter.engine.config.settings import Setting, settle
    from linter.engine.registry import UnknownRuleError, with_custom

    config = read_config(config_file, ())
    settings = settle(config, {})
    if not config.explicit:
        settings["python-rules"] = Setting([], "default")
    try:
        return with_custom(custom_rules(settings, config))
    except UnknownRuleError as error:
        fail(str(error))


def _own_files(settings: Mapping[str, Setting], config: Config) -> Iterator[str]:
    """Yield patterns of the YAML files that are podplan's own, and no manifests, wherever they lie in the paths."""
    if config.file is not None and config.folder is not None:
        import glob
        import os

        for file in (config.file, *map(Path, settings["custom-rules"].value)):
            yield "/" + glob.escape(os.path.relpath(file, config.folder).replace(os.sep, "/"))


def custom_rules(settings: Mapping[str, Setting], config: Config) -> tuple[Rule, ...]:
    """Load the rules that podplan does not bring along."""
    files = settings["custom-rules"].value
    policies = settings["policies"].value
    modules = settings["python-rules"].value
    if not (files or policies or modules):
        return ()
    from linter.engine.config.file import ConfigError
    from linter.engine.custom.cel import CelMissingError
    from linter.engine.custom.policies import PolicyError

    if modules and not config.explicit:
        # Linting somebody's manifests must not run code that lies beside them.
        fail(
            f"{settings['python-rules'].origin}: Python rules are loaded only from a configuration that you name yourself: "
            f"add --config {config.name}."
        )
    from linter.engine.custom.manifests import from_policies
    from linter.engine.custom.python import from_python
    from linter.engine.custom.yaml import from_yaml

    try:
        rules = [rule for file in files for rule in from_yaml(Path(file))]
        rules += from_policies(policies)
        rules += [rule for name in modules for rule in from_python(name, config.folder or Path())]
    except (ConfigError, PolicyError, CelMissingError) as error:
        fail(str(error))
    return tuple(rules)


def read_baseline(setting: Setting) -> Mapping[str, Entry] | None:
    """Read the baseline."""
    if setting.value is None:
        return None
    from linter.engine.report.baseline import BaselineError, read
    from linter.loading.source import read_text

    try:
        return read(read_text(Path(setting.value)))
    except OSError as error:
        fail(f"{setting.value}: {(error.strerror or str(error)).lower()} (baseline)", UNREADABLE)
    except UnicodeDecodeError:
        fail(f"{setting.value} is not UTF-8 text.")
    except BaselineError as error:
        fail(f"{setting.value} {error}.")
