"""From a configuration file, and what the caller gives besides, to the options of a run.

Everything here raises an InputError for what cannot be used, with its place and a hint; what cannot be read is an UnreadableError.
"""

from __future__ import annotations

import os

from linter.engine.config.settings import FILES
from linter.errors import InputError, UnreadableError
from linter.loading.limits import DEFAULT as DEFAULT_LIMITS
from linter.loading.repository import bounds_of, is_below, leads_out
from linter.version import VersionError, parse_version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from linter.engine.config.file import Config
    from linter.engine.config.options import LintOptions
    from linter.engine.config.settings import Setting
    from linter.engine.report.baseline import Entry
    from linter.engine.rule import Rule
    from linter.loading.limits import Limits
    from linter.version import KubeVersion


def read_config(file: str | None, paths: Sequence[str], *, isolated: bool = False) -> Config:
    """Read the configuration: the file named, or the one found by walking up from the first path.

    Args:
        file: The file named.
        paths: What is linted or planned.
        isolated: Find none; without a file named everything is left to the defaults.

    Raises:
        ConfigError: It cannot be used, or was found and names a file outside of the repository.
    """
    from linter.engine.config.file import Config, find, load

    if file is not None:
        from pathlib import Path

        return load(Path(file), explicit=True)
    if isolated:
        return Config()
    config = find(start_of(paths))
    _check_named_files(config)
    return config


def _check_named_files(config: Config) -> None:
    """Check that a configuration that nobody named names no file outside of the repository, and none that is not a file.

    It may be a stranger's. What it names would be read, and is quoted where something is wrong with it.
    """
    for setting in FILES.intersection(config.values):
        value = config.values[setting]
        for name in [value] if isinstance(value, str) else value:
            file = config.resolve(name)
            if not is_below(file, bounds_of(config.file or ".") or config.folder or ".") or leads_out(file):
                raise config.fail(
                    (setting,),
                    f"{name} lies outside of the repository (without git: of the current folder); only a configuration that is "
                    f"named with --config may name such a file.",
                )
            if os.path.exists(file) and not (os.path.isfile(file) or os.path.isdir(file)):
                raise config.fail((setting,), f"{name} is not a regular file.")


def start_of(paths: Sequence[str]) -> str:
    """Return the folder or file from which the configuration is looked for."""
    first = paths[0] if paths else "."
    if first == "-":
        return "."
    if any(sign in first for sign in "*?[") and not os.path.exists(first):
        cut = min(first.find(sign) for sign in "*?[" if sign in first)
        first = first[:cut].rpartition("/")[0] or ("/" if first.startswith("/") else ".")
    return first


_NAMING = frozenset({"select", "ignore", "severity", "rules", "per-path"})
"""Settings that name rules."""


def lint_options(
    settings: Mapping[str, Setting],
    config: Config,
    limits: Limits = DEFAULT_LIMITS,
    *,
    python_rules: bool = True,
) -> LintOptions:
    """Read what the settings name (nodes, baseline, rules) and return the options of the run.

    Args:
        settings: Every setting (linter.engine.config.settings).
        config: The configuration file that they are from.
        limits: How much of one file is read.
        python_rules: Whether rules in Python may be loaded at all.

    Raises:
        InputError: A setting cannot be used: a rule that does not exist, a version that is not known, a faulty custom rule, or
            one that takes a configuration that somebody names.
        UnreadableError: A file that a setting names cannot be read.
    """
    from linter.engine.config.options import LintOptions
    from linter.engine.report.scope import PathSettings, Skip
    from linter.loading.default_excludes import Search

    value = {name: setting.value for name, setting in settings.items()}
    if settings["python-rules"].value and not python_rules:
        raise InputError(
            f"{settings['python-rules'].origin}: Python rules are not loaded with --no-python-rules."
        )
    custom = custom_rules(settings, config)
    if custom or value["severity"] or _NAMING.intersection(config.values):
        # Else nothing names a rule, and a run whose report is known need not load them.
        from linter.engine.config.check_names import check_names
        from linter.engine.registry import UnknownRuleError, unknown, with_custom

        rules = with_custom(custom)
        check_names(config, rules)
        for rule in value["severity"]:
            if rule not in rules:
                raise UnknownRuleError(unknown(rule, rules))
    return LintOptions(
        select=() if settings["select"].origin == "default" else tuple(value["select"]),
        ignore=tuple(value["ignore"]),
        severity=value["severity"],
        version=_version(settings["kubernetes-version"]),
        nodes=_nodes(value["nodes"], limits),
        rule_options=value["rules"],
        render_charts=_renders_charts(settings["helm"], config),
        limits=limits,
        root=config.folder,
        exclude=(*value["exclude"], *_own_files(settings, config)),
        variables=variables_of(settings),
        search=Search(value["default-excludes"], tuple(value["include"]), config.folder),
        per_path=tuple(
            PathSettings(pattern, frozenset(each.get("ignore", ())), each.get("severity", {}))
            for pattern, each in value["per-path"].items()
        ),
        skip=tuple(Skip(**each) for each in value["skip"]),
        custom_rules=custom,
        baseline=_baseline(value["baseline"]),
    )


def every_rule(config_file: str | None) -> Mapping[str, Rule]:
    """Return all rules by id, with the custom ones of the configuration for the current folder.

    Python rules are among them only where the configuration is named.

    Raises:
        InputError: The configuration or a custom rule cannot be used.
    """
    from linter.engine.config.settings import Setting, resolve_settings
    from linter.engine.registry import with_custom

    config = read_config(config_file, ())
    settings = resolve_settings(config, {})
    if not config.explicit:
        settings["python-rules"] = Setting([], "default")
    return with_custom(custom_rules(settings, config))


def _own_files(settings: Mapping[str, Setting], config: Config) -> Iterator[str]:
    """Yield patterns of the YAML files that are podplan's own, not manifests, wherever they lie in the paths."""
    if config.file is not None and config.folder is not None:
        import glob

        for file in (config.file, *settings["custom-rules"].value):
            yield "/" + glob.escape(os.path.relpath(file, config.folder).replace(os.sep, "/"))


def custom_rules(settings: Mapping[str, Setting], config: Config) -> tuple[Rule, ...]:
    """Load the rules that podplan does not bring along.

    Raises:
        InputError: One cannot be used, or Python rules stand in a configuration that nobody named.
    """
    files = settings["custom-rules"].value
    policies = settings["policies"].value
    modules = settings["python-rules"].value
    if not (files or policies or modules):
        return ()
    if modules and not config.explicit:
        # Linting somebody's manifests must not run code that lies beside them.
        raise InputError(
            f"{settings['python-rules'].origin}: Python rules are loaded only from a configuration that you name yourself: "
            f"add --config {config.name}."
        )
    from pathlib import Path

    from linter.engine.custom.manifests import from_policies
    from linter.engine.custom.python import from_python
    from linter.engine.custom.yaml import from_yaml

    rules = [rule for file in files for rule in from_yaml(Path(file))]
    rules += from_policies(policies)
    rules += [rule for name in modules for rule in from_python(name, config.folder or Path())]
    return tuple(rules)


def _renders_charts(setting: Setting, config: Config) -> bool:
    if setting.value != "auto":
        return False
    if setting.origin != "--helm" and not config.explicit:
        # Linting somebody's manifests must not run a program over files that lie beside them.
        raise InputError(
            f"{setting.origin}: Charts are rendered only for a configuration that you name yourself: add --config "
            f"{config.name}, or ask for it with --helm auto; --helm never leaves it."
        )
    return True


def variables_of(settings: Mapping[str, Setting]) -> Mapping[str, str]:
    """Return the values of variables that the files of the setting `env-file` hold; the last file wins.

    Raises:
        InputError: A line of a file is no variable.
        UnreadableError: A file cannot be read.
    """
    names = settings["env-file"].value
    if not names:
        return {}
    from linter.loading.variables import read_env_file

    return {name: value for file in names for name, value in read_env_file(file).items()}


def _version(setting: Setting) -> KubeVersion:
    try:
        return parse_version(setting.value)
    except VersionError as error:
        raise VersionError(f"{setting.origin}: {error}") from None


def _nodes(name: str | None, limits: Limits) -> tuple[dict[str, Any], ...] | None:
    if name is None:
        return None
    from linter.loading.objects import read_nodes

    return read_nodes(name, limits)


def _baseline(name: str | None) -> Mapping[str, Entry] | None:
    if name is None:
        return None
    from linter.engine.report.baseline import BaselineError, read
    from linter.loading.source import read_text

    try:
        return read(read_text(name))
    except OSError as error:
        raise UnreadableError(f"{name}: {(error.strerror or str(error)).lower()} (baseline)") from None
    except UnicodeDecodeError:
        raise BaselineError(f"{name} is not UTF-8 text.") from None
    except BaselineError as error:
        raise BaselineError(f"{name} {error}.") from None
