"""The settings of a run: the command line over the configuration file over the defaults, each with its origin."""

from __future__ import annotations

from linter.light_typing import NamedTuple
from linter.version import DEFAULT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from linter.engine.config.file import Config

DEFAULTS: dict[str, Any] = {
    "kubernetes-version": str(DEFAULT),
    "select": ["api", "wiring", "rollout", "custom"],
    "ignore": [],
    "severity": {},
    "fail-on": "error",
    "nodes": None,
    "baseline": None,
    "exclude": [],
    "include": [],
    "default-excludes": True,
    "env-file": [],
    "helm": "never",
    "per-path": {},
    "skip": [],
    "rules": {},
    "custom-rules": [],
    "policies": [],
    "python-rules": [],
}
"""Every setting of the configuration file, with its default."""

FILES = frozenset({"env-file", "nodes", "baseline", "custom-rules", "policies"})
"""Settings that name files: relative to the configuration where it sets them, to the current folder otherwise."""

MERGED = frozenset({"severity"})
"""Settings of which the command line replaces single entries; of all others it replaces the whole."""


class Setting(NamedTuple):
    """A value and where it comes from."""

    value: Any
    origin: str
    """"default", an option such as `--select`, or a place in the configuration file."""


def resolve_settings(config: Config, given: Mapping[str, Any]) -> dict[str, Setting]:
    """Return every setting.

    Args:
        config: The configuration file.
        given: What the command line gives, by the name of the setting; its option is called `--` and that name.
    """
    result: dict[str, Setting] = {}
    for name, default in DEFAULTS.items():
        if name in given and not (name in MERGED and name in config.values):
            result[name] = Setting(given[name], f"--{name}")
        elif name in given:
            merged = {**config.values[name], **given[name]}
            result[name] = Setting(merged, f"{config.place((name,))}, --{name}")
        elif name in config.values:
            result[name] = Setting(_resolved(name, config), config.place((name,)))
        else:
            result[name] = Setting(default, "default")
    return result


def _resolved(name: str, config: Config) -> Any:
    value = config.values[name]
    if name not in FILES:
        return value
    return config.resolve(value) if isinstance(value, str) else [config.resolve(each) for each in value]


def entries(
    settings: Mapping[str, Setting], config: Config, given: Mapping[str, Any]
) -> Iterator[tuple[str, Setting]]:
    """Yield the settings as lines of a table: a mapping gives a line for each entry, with the entry's own origin."""
    for name, setting in settings.items():
        if not isinstance(setting.value, dict) or not setting.value:
            yield name, setting
            continue
        for key, value in setting.value.items():
            by_option = key in (given.get(name) or {})
            yield f"{name}.{key}", Setting(value, f"--{name}" if by_option else config.place((name, key)))
