"""The configuration file: finding it, and reading it. schemas/podplan-config.schema.json says what it may hold."""

from __future__ import annotations

import os
from types import MappingProxyType

from linter.errors import InputError
from linter.light_typing import NamedTuple
from linter.loading.repository import LEADS_OUT, leads_out, upwards

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import Any

    from linter.path import FieldPath

FILE_NAMES = ("podplan.yaml", ".podplan.yaml")
TOML_NAME = "pyproject.toml"
TABLE = "tool.podplan"


class ConfigError(InputError, ValueError):
    """A configuration that cannot be used. Its arguments are the faults, each with file and line."""

    @property
    def messages(self) -> tuple[str, ...]:
        """The faults."""
        return self.args

    def __str__(self) -> str:
        return "\n".join(self.args)


class Config(NamedTuple):
    """A configuration file as read; without a file everything is left to the defaults."""

    name: str = ""
    """The file as the user would write it; "" where there is none."""
    file: Path | None = None
    values: Mapping[str, Any] = MappingProxyType({})
    explicit: bool = False
    """Named by the user, not found by walking up."""
    text: str = ""

    @property
    def folder(self) -> Path | None:
        """The folder that patterns and names of files are relative to; None: the current one."""
        return self.file.parent if self.file is not None else None

    def place(self, path: FieldPath) -> str:
        """Return where a setting stands: `podplan.yaml:3:1`; in TOML, where positions are not kept, `pyproject.toml:12`."""
        if self.file is None:
            return "default"
        if self.file.suffix == ".toml":
            line = _toml_line(self.text, path)
            return f"{self.name}:{line}" if line else self.name
        from linter.loading.yaml.positions import Positions

        range_ = Positions.of(self.text, 1).key(path)
        return f"{self.name}:{range_.line}:{range_.column}" if path else f"{self.name}:1:1"

    def resolve(self, name: str) -> str:
        """Return the name of a file that the configuration names, as seen from the current folder."""
        folder = self.folder
        if folder is None or os.path.isabs(name):
            return name
        return os.path.relpath(folder / name)

    def fail(self, path: FieldPath, message: str) -> ConfigError:
        """Return the error for a setting, to be raised."""
        return ConfigError(f"{self.place(path)}: {message}")


def find(start: str | Path) -> Config:
    """Find the configuration by walking up from a folder, or from a file's folder.

    In each folder podplan.yaml comes before .podplan.yaml before pyproject.toml; a pyproject.toml without the table
    [tool.podplan] is passed by. What lies above the root of a git repository does not belong to it.

    Raises:
        ConfigError: The file found cannot be used, or is a link that leads out of the repository.
    """
    for file in candidates(start):
        if os.path.isfile(file):
            own = _own(file)
            config = _load_toml(own) if own.name == TOML_NAME else load(own)
            if config is not None:
                return config
    return Config()


def candidates(start: str | Path) -> Iterator[str]:
    """Yield the paths at which a configuration is looked for, nearest first: up to the root of the repository if there is one."""
    for folder in upwards(os.path.abspath(start)):  # links stay as they are
        for name in (*FILE_NAMES, TOML_NAME):
            yield os.path.join(folder, name)
        if os.path.exists(os.path.join(folder, ".git")):
            return


def _own(name: str) -> Path:
    """Return a configuration that was found, if it belongs to the repository.

    Raises:
        ConfigError: It does not.
    """
    from pathlib import Path

    file = Path(name)
    if file.is_symlink() and leads_out(file):
        raise ConfigError(f"{_shown(file)}: {LEADS_OUT} (--config).")
    return file


def load(file: Path, *, explicit: bool = False) -> Config:
    """Read a configuration file.

    Raises:
        ConfigError: It cannot be read, is broken, or holds what the schema does not know.
    """
    if file.suffix == ".toml":
        config = _load_toml(file, explicit=explicit)
        if config is None:
            raise ConfigError(f"{_shown(file)}: there is no table [{TABLE}] in it.")
        return config
    return _checked(read_yaml(file, explicit=explicit))


def load_with_schema(file: Path, schema_name: str) -> Config:
    """Read another YAML file that a schema of ours describes: rules of one's own.

    Raises:
        ConfigError: It cannot be read, is broken, or holds what the schema does not know.
    """
    return _checked(read_yaml(file), schema_name)


def read_yaml(file: Path, *, explicit: bool = False) -> Config:
    """Read a YAML file with one mapping in it.

    Raises:
        ConfigError: It cannot be read, or is broken.
    """
    from linter.loading.yaml.composer import ComposeError, compose

    name = _shown(file)
    text = _read(file)
    try:
        composed = compose(text)
    except ComposeError as error:
        range_ = error.range
        raise ConfigError(f"{name}:{range_.line + 1}:{range_.column + 1}: {error.message}") from None
    for problem in composed.problems:
        if problem.rule == "duplicate-key":
            range_ = problem.range
            raise ConfigError(
                f"{name}:{range_.line + 1}:{range_.column + 1}: This key is there twice; keep one."
            )
    return Config(name, file, {} if composed.value is None else composed.value, explicit, text)


def _load_toml(file: Path, *, explicit: bool = False) -> Config | None:
    text = _read(file)
    if "podplan" not in text:
        return None
    import tomllib

    name = _shown(file)
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{name}: {error}") from None
    tool = value.get("tool")
    table = tool.get("podplan") if isinstance(tool, dict) else None
    if table is None:
        return None
    return _checked(Config(name, file, table, explicit, text))


def _read(file: Path) -> str:
    from linter.loading.source import read_text

    try:
        return read_text(file)
    except OSError as error:
        raise ConfigError(f"{_shown(file)}: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{_shown(file)}: is not UTF-8 text.") from None


def _shown(file: Path) -> str:
    relative = os.path.relpath(file)
    return str(file) if relative.startswith("..") else relative.replace(os.sep, "/")


def _toml_line(text: str, path: FieldPath) -> int | None:
    """Return the line of the last key of a path that has one: tables and keys are looked for in order."""
    import re

    lines = text.splitlines()
    found = None
    start = 0
    for key in (TABLE, *(step for step in path if isinstance(step, str))):
        quoted = re.escape(key)
        spelled = re.compile(rf"""^\s*(\[+[^\]]*)?["']?{quoted}["']?\s*(\]|=|\.)""")
        line = next((i for i in range(start, len(lines)) if spelled.search(lines[i])), None)
        if line is None:
            break
        found = start = line
    return None if found is None else found + 1


def _checked(config: Config, schema_name: str | None = None) -> Config:
    from linter.engine.config.schema import SCHEMA, fits, schema

    rules = schema(schema_name or SCHEMA)
    if not fits(config.values, rules, rules):
        from linter.engine.config.explain_misfit import explain_misfit

        raise ConfigError(*explain_misfit(config, rules))
    return config
