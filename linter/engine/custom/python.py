"""Rules of one's own in Python modules."""

from __future__ import annotations

from linter.engine.config.file import ConfigError
from linter.engine.registry import CUSTOM, rules_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from linter.engine.rule import Rule


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
    rules = [rule._replace(group=CUSTOM) for rule in rules_in(module)]
    if not rules:
        raise ConfigError(f"There is no rule in `{name}`: mark a function with @rule of linter.engine.rule.")
    return rules


def _module_of_file(file: Path) -> ModuleType:
    import importlib.util
    import sys

    # Below one package of ours, so that the module shares its name with no other, and a rule finds its group.
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
