"""The configuration file: finding it, reading it, and saying what is wrong with it.

schemas/podplan-config.schema.json says what the file may hold. A file that fits it costs next to nothing: `fits` reads the
few words of JSON Schema that the schema uses. Only for a file that does not fit is jsonschema imported, to explain it.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from linter.errors import InputError
from linter.version import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from linter.engine.rule import Rule
    from linter.path import FieldPath

FILE_NAMES = ("podplan.yaml", ".podplan.yaml")
TOML_NAME = "pyproject.toml"
TABLE = "tool.podplan"
SCHEMA = "podplan-config.schema.json"


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
        if folder is None or os.path.isabs(name):  # noqa: PTH117  text in, text out
            return name
        return os.path.relpath(folder / name)

    def fail(self, path: FieldPath, message: str) -> ConfigError:
        """Return the error for a setting, to be raised."""
        return ConfigError(f"{self.place(path)}: {message}")


def find(start: Path) -> Config:
    """Find the configuration by walking up from a folder, or from a file's folder.

    In each folder podplan.yaml comes before .podplan.yaml before pyproject.toml; a pyproject.toml without the table
    [tool.podplan] is passed by. What lies above the root of a git repository does not belong to it.

    Raises:
        ConfigError: The file found cannot be used, or is a link that leads out of the repository.
    """
    for file in candidates(start):
        if file.is_file():
            config = _load_toml(_own(file)) if file.name == TOML_NAME else load(_own(file))
            if config is not None:
                return config
    return Config()


def candidates(start: Path) -> Iterator[Path]:
    """Yield the paths at which a configuration is looked for, nearest first: up to the root of the repository if there is one."""
    folder = Path(os.path.abspath(start))  # noqa: PTH100  links stay as they are
    for each in (folder, *folder.parents):
        for name in (*FILE_NAMES, TOML_NAME):
            yield each / name
        if (each / ".git").exists():
            return


def _own(file: Path) -> Path:
    """Return a configuration that was found, if it belongs to the repository.

    Raises:
        ConfigError: It does not.
    """
    if file.is_symlink():
        from linter.loading.repository import LEADS_OUT, leads_out

        if leads_out(file):
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
    return _checked(read_yaml(file, explicit=explicit), SCHEMA)


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
    return _checked(Config(name, file, table, explicit, text), SCHEMA)


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


# --- the schema ----------------------------------------------------------------------------------------------------


def schema(name: str = SCHEMA) -> dict[str, Any]:
    """Return one of our JSON Schemas."""
    import json

    import linter.schemas

    file = Path(str(linter.schemas.__file__)).with_name(name)
    result: dict[str, Any] = json.loads(file.read_bytes())
    return result


_TYPES: dict[str, type] = {"object": dict, "array": list, "string": str, "boolean": bool}


def fits(value: Any, part: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
    """Tell whether a value fits a schema, as far as our own schema goes: it uses these words of JSON Schema and no others.

    Args:
        value: Plain data.
        part: The schema.
        root: The schema that `$ref` refers into.
    """
    if "$ref" in part:
        part = root["$defs"][part["$ref"].rpartition("/")[2]]
    if "type" in part and type(value) is not _TYPES[part["type"]]:
        return False
    if "enum" in part and value not in part["enum"]:
        return False
    if isinstance(value, str):
        return _text_fits(value, part)
    if isinstance(value, list):
        return "items" not in part or all(fits(each, part["items"], root) for each in value)
    if isinstance(value, dict):
        known = part.get("properties", {})
        other = part.get("additionalProperties", {})
        return (
            len(value) >= part.get("minProperties", 0)
            and all(key in value for key in part.get("required", ()))
            and all(
                fits(each, known[key], root)
                if key in known
                else other is not False and fits(each, other, root)
                for key, each in value.items()
            )
        )
    return True


def _text_fits(text: str, part: Mapping[str, Any]) -> bool:
    import re

    return len(text) >= part.get("minLength", 0) and (
        "pattern" not in part or re.search(part["pattern"], text) is not None
    )


def _checked(config: Config, schema_name: str) -> Config:
    rules = schema(schema_name)
    if not fits(config.values, rules, rules):
        raise ConfigError(*_explained(config, rules))
    return config


def _explained(config: Config, rules: Mapping[str, Any]) -> Iterator[str]:
    """Say what does not fit the schema, fault by fault, with position and suggestion."""
    import jsonschema

    errors = sorted(
        jsonschema.Draft202012Validator(rules).iter_errors(config.values),
        key=lambda each: list(map(str, each.path)),
    )
    for error in errors:
        path = tuple(error.absolute_path)
        if error.validator == "additionalProperties":
            known = error.schema["properties"]
            for key in error.instance:
                if key not in known:
                    yield f"{config.place((*path, key))}: There is no setting `{key}`{_inside(path)}.{_hint(key, known)}"
        else:
            yield f"{config.place(path)}: {_fault(error, path)}"


def _inside(path: FieldPath) -> str:
    return f" in `{_spelled(path)}`" if path else ""


def _spelled(path: FieldPath) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def _hint(word: str, known: Iterable[str]) -> str:
    from linter.kube.suggest import suggest

    near = suggest(word, known)
    settings = sorted(each for each in known if each != "$schema")
    return f" Did you mean `{near}`?" if near else f" The settings are {', '.join(settings)}."


_WORDS = {"object": "a mapping", "array": "a list", "string": "text", "boolean": "true or false"}


def _fault(error: Any, path: FieldPath) -> str:
    name = f"`{_spelled(path)}`" if path else "The configuration"
    value = error.instance
    match error.validator:
        case "type":
            advice = ""
            if error.validator_value == "string" and isinstance(value, (int, float)):
                advice = f': put it in quotes, "{value}"'
                if path == ("kubernetes-version",):
                    advice = f': put it in quotes, like "{DEFAULT}" (without them 1.30 is the number 1.3)'
            elif error.validator_value == "array" and isinstance(value, str):
                advice = f": write [{value}]"
            return f"{name} must be {_WORDS[error.validator_value]}{advice}."
        case "enum":
            from linter.kube.suggest import did_you_mean, one_of

            allowed = [str(each) for each in error.validator_value]
            return f"{name} must be {one_of(allowed)}.{did_you_mean(str(value), allowed)}"
        case "pattern":
            from linter.kube.suggest import quote

            return f"{name} is {quote(value)}: {error.schema['description']}"
        case "required":
            missing = next(key for key in error.validator_value if key not in value)
            return f"{name} needs `{missing}`."
        case "minProperties":
            return f"{name} must name a kind, a namespace or a name."
        case _:
            return f"{name} must not be empty."


# --- what only the rules know --------------------------------------------------------------------------------------


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
