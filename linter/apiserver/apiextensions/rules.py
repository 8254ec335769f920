"""x-kubernetes-validations: rules in CEL about the value of a node.

Source: https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from linter.kube.cel import NAMES_OF_TYPES, compiled, without_texts

if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object
    from linter.path import FieldPath

REASONS = ("FieldValueRequired", "FieldValueForbidden", "FieldValueInvalid", "FieldValueDuplicate")
_TEXTS = "schema-rule-texts"
_RULE = "schema-rules"
_LINE_BREAK = re.compile("[\n\r]")
_CHAIN = re.compile(r"(?<![\w.])(self|oldSelf)((?:\s*\.\s*[A-Za-z_]\w*)*)")
_HAS = re.compile(rf"\bhas\(\s*{_CHAIN.pattern}\s*\)")
_ESCAPES = (("__", "__underscores__"), (".", "__dot__"), ("-", "__dash__"), ("/", "__slash__"))
_WORDS = frozenset(
    {
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let",
        "loop", "namespace", "package", "return", "var", "void", "while",
    }
)  # fmt: skip
_METADATA: Object = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "generateName": {"type": "string"}},
}
_STRINGS = {"date": "TIMESTAMP", "date-time": "TIMESTAMP", "duration": "DURATION", "byte": "BYTES"}
_SCALARS = {"integer": "INT", "number": "DOUBLE", "boolean": "BOOL"}


class Subject(NamedTuple):
    """A node that rules may be about."""

    node: Object
    is_resource: bool
    """Whether it is a whole object, with apiVersion, kind and metadata."""
    is_correlatable: bool
    """Whether the server finds the old value of it in an update."""

    @staticmethod
    def root(schema: Object) -> Subject:
        """Return the root of a schema."""
        return Subject(schema, is_resource=True, is_correlatable=True)

    def below(self, step: FieldPath, child: Object) -> Subject | None:
        """Return a node right below; None where it is in a junctor, whose parts have no rules."""
        if step[0] not in {"properties", "items", "additionalProperties"}:
            return None
        is_found_again = step[0] != "items" or self.node.get("x-kubernetes-list-type") == "map"
        return Subject(
            child,
            is_resource=bool(child.get("x-kubernetes-embedded-resource")),
            is_correlatable=self.is_correlatable and is_found_again,
        )


class Rewritten(NamedTuple):
    """An expression in which names stand for fields, so that it can be compiled without knowing objects."""

    text: str
    variables: tuple[tuple[str, str], ...]
    fault: str | None = None


def validate_rule_texts(rule: Object, node: Object, path: FieldPath, errors: Errors) -> None:
    """Judge a rule but for what its expressions say.

    Args:
        rule: The rule.
        node: The schema that it is part of.
        path: Where the rule is.
        errors: Gets what is wrong.
    """
    text, message = rule.get("rule") or "", rule.get("message") or ""
    if not text.strip():
        errors.required((*path, "rule"), "The rule is missing: write it in CEL.", rule=_TEXTS)
    elif message and not message.strip():
        errors.invalid((*path, "message"), "The message is blank: leave it out.", rule=_TEXTS)
    elif _LINE_BREAK.search(message.strip()):
        errors.invalid((*path, "message"), "The message has a line break: write it in one line.", rule=_TEXTS)
    elif _LINE_BREAK.search(text.strip()) and not message.strip():
        errors.required((*path, "message"), "A rule with a line break needs a message.", rule=_TEXTS)
    expression = rule.get("messageExpression") or ""
    if expression and not expression.strip():
        at = (*path, "messageExpression")
        errors.required(at, "The messageExpression is blank: leave it out.", rule=_TEXTS)
    if (reason := rule.get("reason")) is not None:
        errors.not_supported((*path, "reason"), "The reason", reason, REASONS, rule=_TEXTS)
    field = rule.get("fieldPath") or ""
    if field and not _is_field_path(field, node):
        problem = (
            "The fieldPath leads to no field of the schema: write it with a leading dot, as `.replicas`."
        )
        errors.invalid((*path, "fieldPath"), problem, rule=_TEXTS)


def compile_rules(rules: list[Object], subject: Subject, path: FieldPath, errors: Errors) -> None:
    """Judge the expressions of rules as far as one can be sure that the server's compiler refuses them.

    Args:
        rules: The rules, whose texts are judged already.
        subject: The node that they are about.
        path: Where they are.
        errors: Gets what is wrong.
    """
    for index, rule in enumerate(rules):
        at: FieldPath = (*path, index)
        text = rule.get("rule") or ""
        uses_old = re.search(r"(?<![\w.])oldSelf\b", without_texts(text)) is not None
        is_optional = rule.get("optionalOldSelf")
        if fault := _fault(text, subject, "BOOL", old_is_optional=bool(is_optional)):
            errors.invalid((*at, "rule"), f"The rule {fault}.", rule=_RULE)
            continue
        if uses_old and not subject.is_correlatable:
            message = (
                "oldSelf is not known here: entries of a list are only found again if its list-type is map."
            )
            errors.invalid((*at, "rule"), message, rule=_RULE)
        if is_optional is not None and not uses_old:
            message = "optionalOldSelf is for rules that use oldSelf: leave it out."
            errors.invalid((*at, "optionalOldSelf"), message, rule=_RULE)
        expression = rule.get("messageExpression") or ""
        if expression and (fault := _fault(expression, subject, "STRING", old_is_optional=bool(is_optional))):
            errors.invalid((*at, "messageExpression"), f"The messageExpression {fault}.", rule=_RULE)


def _fault(expression: str, subject: Subject, type_: str, *, old_is_optional: bool) -> str | None:
    rewritten = _rewrite(expression, subject, old_is_optional=old_is_optional)
    if rewritten.fault is not None:
        return f"does not compile: {rewritten.fault}"
    result = compiled(rewritten.text, rewritten.variables)
    if result.fault is not None:
        return f"does not compile: {result.fault}"
    if result.type in {None, "DYN", type_}:
        return None
    found = NAMES_OF_TYPES.get(result.type or "", (result.type or "").lower())
    return f"gives {found}, but must give {NAMES_OF_TYPES[type_]}"


def _rewrite(expression: str, subject: Subject, *, old_is_optional: bool) -> Rewritten:
    """Put a variable of the right type in place of each path such as `self.replicas`."""
    code = without_texts(expression)
    variables: dict[str, str] = {"self": _type_of(subject.node)}
    variables["oldSelf"] = "DYN" if old_is_optional else variables["self"]
    parts: list[str] = []
    end = 0
    tests = [found.span() for found in _HAS.finditer(code)]
    for found in _CHAIN.finditer(code):
        if found[1] == "oldSelf" and old_is_optional:
            continue
        names = re.findall(r"\w+", found[2])
        start, stop = found.span()
        is_called = code[stop:].lstrip().startswith("(") and bool(names)
        if is_called:
            stop = found.start(2) + found[2].rindex(".")
            names.pop()
        node, rest, fault = _walk(subject, names)
        if fault is not None:
            return Rewritten(expression, (), fault)
        test = next((span for span in tests if span[0] <= start < span[1]), None)
        if test and names and not rest:
            parts.append(f"{expression[end : test[0]]}true")
            end = test[1]
            continue
        if node is None:
            continue
        if code[stop:].lstrip().startswith("[") and _is_object(node) and not rest:
            return Rewritten(
                expression, (), "an object can't be indexed: write a dot and the name of the field"
            )
        variable = f"v{len(variables)}"
        variables[variable] = _type_of(node)
        parts.append(f"{expression[end:start]}{variable}{''.join(f'.{name}' for name in rest)}")
        end = stop
    return Rewritten("".join(parts) + expression[end:], tuple(variables.items()))


def _walk(subject: Subject, names: list[str]) -> tuple[Object | None, list[str], str | None]:
    """Follow names into a schema.

    Returns:
        The node that they lead to, or the last one whose fields are not known by name; the names that are left; and why a
        name can't be followed.
    """
    node, is_resource = subject.node, subject.is_resource
    for index, name in enumerate(names):
        if isinstance(node.get("additionalProperties"), dict):
            child = node["additionalProperties"]
        elif _is_object(node):
            child = _properties(node, is_resource=is_resource).get(name)
            if child is None:
                return None, [], f"there is no field `{name}` in the schema"
        else:
            return node, names[index:], None
        node, is_resource = child, bool(child.get("x-kubernetes-embedded-resource"))
    return node, [], None


def _is_object(node: Object) -> bool:
    """Tell whether a node is an object whose fields are known by name."""
    # An empty schema of additionalProperties makes a map, too.
    is_map = node.get("additionalProperties") is not None and node["additionalProperties"] is not False
    return node.get("type") == "object" and not is_map and not node.get("x-kubernetes-int-or-string")


def _properties(node: Object, *, is_resource: bool) -> dict[str, Object]:
    """Return the fields of an object as CEL spells their names; the server takes `namespace` with and without escape."""
    written = {name: child or {} for name, child in (node.get("properties") or {}).items()}
    properties = {**written, **{_escaped(name): child for name, child in written.items()}}
    if not is_resource:
        return properties
    text: Object = {"type": "string"}
    return {**properties, "apiVersion": text, "kind": text, "metadata": _METADATA}


def _escaped(name: str) -> str:
    if name in _WORDS:
        return f"__{name}__"
    for plain, escaped in _ESCAPES:
        name = name.replace(plain, escaped)
    return name


def _type_of(node: Object) -> str:
    """Return the type of a node's values in CEL; DYN for objects, too, whose fields are looked up here."""
    if node.get("x-kubernetes-int-or-string"):
        return "DYN"
    match node.get("type"):
        case "string":
            return _STRINGS.get(node.get("format") or "", "STRING")
        case "integer" | "number" | "boolean" as scalar:
            return _SCALARS[scalar]
        case "array" if isinstance(node.get("items"), dict):
            return f"LIST<{_type_of(node['items'])}>"
        case "object" if isinstance(node.get("additionalProperties"), dict):
            return f"MAP<STRING, {_type_of(node['additionalProperties'])}>"
        case _:
            return "DYN"


def _is_field_path(path: str, node: Object) -> bool:
    steps = re.findall(r"\.([^.\[\]'\s]+)|\['([^']+)'\]", path)
    if "".join(f".{plain}" if plain else f"['{quoted}']" for plain, quoted in steps) != path:
        return False
    for plain, quoted in steps:
        properties, extra = node.get("properties") or {}, node.get("additionalProperties")
        name = plain or quoted
        if name in properties:
            node = properties[name] or {}
        elif isinstance(extra, dict):
            node = extra
        else:
            return False
    return bool(steps)
