"""What is wrong with a configuration that does not fit its schema: fault by fault, with position and suggestion."""

from __future__ import annotations

from linter.version import DEFAULT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from linter.engine.config.file import Config
    from linter.path import FieldPath


def explain_misfit(config: Config, rules: Mapping[str, Any]) -> Iterator[str]:
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
