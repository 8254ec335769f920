"""What can be said of an expression in CEL before it runs: https://kubernetes.io/docs/reference/using-api/cel/.

The API server compiles expressions when it takes an object. Here cel-expr-python does, the reference implementation; it is an
extra (`podplan[cel]`), and without it nothing is said. It does not know all that Kubernetes adds to the language, so that only
faults count that no addition of Kubernetes' explains.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

from linter.kube.patterns import pattern_fault

Variables = tuple[tuple[str, str], ...]
"""What an expression may name: names (`object`, `variables.replicas`) and their types, as `Compiled.type` has them."""

REQUEST_VARIABLES: Variables = (
    ("object", "DYN"),
    ("oldObject", "DYN"),
    ("request", "DYN"),
    ("authorizer", "DYN"),
    ("namespaceObject", "DYN"),
)
NAMES_OF_TYPES = {
    "BOOL": "true or false",
    "BYTES": "bytes",
    "DOUBLE": "a number",
    "DYN": "a value of unknown type",
    "INT": "a whole number",
    "LIST<JSONPatch>": "a list of JSONPatch",
    "NULL": "null",
    "Object": "an Object",
    "STRING": "a text",
    "UINT": "a whole number",
}
"""Words for the types that messages name."""

_REQUEST_FIELDS = (
    "kind", "resource", "subResource", "requestKind", "requestResource", "requestSubResource", "name", "namespace",
    "operation", "userInfo", "dryRun", "options", "uid",
)  # fmt: skip
# Names whose values have types in the server that are not known here.
_TYPED = re.compile(r"(?<![\w.])(?:request|authorizer|namespaceObject|variables)\b")
_TEXT = re.compile(
    r"[rR]?(?:'''.*?'''|\"\"\".*?\"\"\"|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\")", re.DOTALL
)
_FAULT = r"ERROR: <input>:(\d+):(\d+): (.*?)(?:\s*\(in container ''\))?(?:\s*\[INVALID_ARGUMENT\])?$"
_UNDECLARED = re.compile(r"undeclared reference to '([^']*)'")
_NUMBERS = re.compile(r"'_[<>]=?_' applied to '\((?:u?int|double), (?:u?int|double)\)'")
# Macros that bind names and that the library does not know: those with two variables, existsOne and sortBy.
_BINDING = re.compile(
    r"\.(?:(?:all|exists|exists_one|transform\w+)\s*\(\s*\w+\s*,\s*\w+|(?:existsOne|sortBy)\s*\(\s*\w+)\s*,"
)
# The functions that Kubernetes or an extension adds: by the type of their value, those called on their own (=) or on a value.
_FUNCTIONS = {
    "BOOL": "=isQuantity =isURL =isIP =ip.isCanonical =isCIDR =isSemver =sets.contains =sets.equivalent =sets.intersects "
    "isLessThan isGreaterThan isInteger isSorted isUnspecified isLoopback isLinkLocalMulticast isLinkLocalUnicast "
    "isGlobalUnicast containsIP containsCIDR allowed errored",
    "INT": "compareTo sign asInteger family prefixLength major minor patch",
    "DOUBLE": "asApproximateFloat",
    "STRING": "find getScheme getHost getHostname getPort getEscapedPath reason error =jsonpatch.escapeKey",
    "LIST<STRING>": "findAll",
    "kubernetes": "=quantity =url =ip =cidr =semver =format.named add sub masked path group resource subresource namespace "
    "name check serviceAccount fieldSelector labelSelector validate getQuery "
    "=format.dns1123Label =format.dns1123Subdomain =format.dns1035Label =format.qualifiedName =format.dns1123LabelPrefix "
    "=format.dns1123SubdomainPrefix =format.dns1035LabelPrefix =format.labelValue =format.uri =format.uuid =format.byte "
    "=format.date =format.datetime",
    "DYN": "sum min max",
}
# Functions and macros that are taken for known, whatever they are called on.
_OTHERS = (
    "indexOf lastIndexOf slice flatten sort sortBy distinct range reverse first last includes transformList transformMap "
    "transformMapEntry existsOne exists_one all exists map filter lists lists.range sets format ip jsonpatch charAt join "
    "lowerAscii upperAscii replace split substring trim quote strings.quote optional.of optional.none optional.ofNonZeroValue "
    "hasValue value or orValue optMap optFlatMap"
)
_KNOWN = frozenset(f"{_OTHERS} {' '.join(_FUNCTIONS.values()).replace('=', '')}".split())


class Compiled(NamedTuple):
    """What is known of an expression."""

    type: str | None = None
    """The type of its value, such as "BOOL", "LIST<STRING>" or "DYN"; None where nobody can be sure."""
    fault: str | None = None
    """Why it does not compile, as a phrase."""


@cache
def compiled(expression: str, variables: Variables) -> Compiled:
    """Compile an expression.

    Args:
        expression: In CEL; not blank.
        variables: What it may name.

    Returns:
        What is certain. Nothing is, where the library is not installed.
    """
    environment = _environment(variables)
    if environment is None:
        return Compiled()
    code = without_texts(expression)
    if fault := _request_fault(code, variables) or _pattern_fault(expression):
        return Compiled(fault=fault)
    # The library takes has(variables.x) for the value of x.
    plain = re.sub(r"\bhas\(\s*variables\.\w+\s*\)", lambda found: "true".ljust(len(found[0])), expression)
    try:
        type_: str = environment.compile(plain).return_type().name()
    except RuntimeError as error:
        if fault := _certain_fault(str(error), code):
            return Compiled(fault=fault)
        return Compiled(_constructed(code))
    is_open = type_ == "DYN" and _TYPED.search(code) is not None
    return Compiled(None if is_open or not _is_plain(type_) else type_)


def evaluated(rule: str, value: Any) -> Any:
    """Return the value of a rule about `self`; None where it can't be evaluated here.

    Args:
        rule: An expression in CEL.
        value: A text, a whole number or a truth value.
    """
    environment = _environment((("self", "DYN"),)) if rule.strip() else None
    if environment is None:
        return None
    try:
        result = environment.compile(rule).eval(data={"self": value})
        return result.plain_value() if result.type().name() == "BOOL" else None
    except (RuntimeError, TypeError, ValueError):
        return None


def without_texts(expression: str) -> str:
    """Return an expression of the same length with nothing in its string literals."""
    return _TEXT.sub(lambda found: "'" + "_" * (len(found[0]) - 2) + "'", expression)


def _is_plain(type_: str) -> bool:
    return re.search("kubernetes|optional_type|ERROR|UNKNOWN", type_) is None


def _request_fault(code: str, variables: Variables) -> str | None:
    """Return why a request has no such field: it is a struct, not a value of unknown type."""
    if ("request", "DYN") not in variables:
        return None
    for name in re.findall(r"(?<![\w.])request\.([A-Za-z_]\w*)", code):
        if name not in _REQUEST_FIELDS:
            return f"`request` has no field `{name}`"
    return None


def _pattern_fault(expression: str) -> str | None:
    for _, quote, pattern in re.findall(
        r"\.matches\(\s*([rR]?)(['\"])((?:(?!\2)[^\\\n])*)\2\s*\)", expression
    ):
        if quote and (fault := pattern_fault(pattern)):
            return f"`{pattern}` {fault}"
    return None


def _certain_fault(report: str, code: str) -> str | None:
    """Return the first fault of a report that no addition of Kubernetes' explains."""
    names_are_open = _BINDING.search(code) is not None or "`" in code
    types_are_open = names_are_open
    undeclared: list[str] = []
    mistyped: list[str] = []
    lines = code.split("\n")
    for row, column, text in re.findall(_FAULT, report, re.MULTILINE):
        if text.startswith("Syntax error"):
            if "`" not in code:
                return re.sub(r" expecting .*", "", text)
        elif name := _UNDECLARED.match(text):
            line = lines[int(row) - 1] if int(row) <= len(lines) else ""
            is_called = line[int(column) - 1 : int(column)] == "("
            if _is_known(name[1], is_called=is_called):
                types_are_open = True
            else:
                undeclared.append(f"there is no {'function' if is_called else 'variable'} `{name[1]}`")
        elif text.startswith("has() argument") or (
            _is_plain(text)
            and not _is_extended(text)
            and ("no matching overload" in text or "operand of a select" in text)
        ):
            mistyped.append(text)
    faults = ([] if names_are_open else undeclared) + ([] if types_are_open else mistyped)
    return faults[0] if faults else None


def _is_extended(text: str) -> bool:
    """Tell whether a report on overloads is about what Kubernetes has more of: functions on lists, numbers of two types."""
    name = re.search("overload for '([^']+)'", text)
    return _NUMBERS.search(text) is not None or (name is not None and name[1] in _KNOWN)


def _is_known(name: str, *, is_called: bool) -> bool:
    if is_called:
        return name in _KNOWN
    return re.match(r"(?:Object|JSONPatch|net|kubernetes|google)(?:\.|$)", name) is not None or name in _KNOWN


def _constructed(code: str) -> str | None:
    """Return the type of an expression that is nothing but one constructed object, or a list of them."""
    code = code.strip()
    for pattern, name in ((r"(Object(?:\.\w+)*)\s*\{", "{}"), (r"\[\s*(JSONPatch)\s*\{", "LIST<{}>")):
        if (found := re.match(pattern, code)) and _is_closed_at_end(code):
            return name.format(found[1])
    return None


def _is_closed_at_end(code: str) -> bool:
    """Tell whether the first bracket of a code closes with its last character."""
    depth = 0
    for index, character in enumerate(code):
        if character in "{[(":
            depth += 1
        elif character in "}])":
            depth -= 1
            if depth == 0:
                return index == len(code) - 1
    return False


@cache
def _environment(variables: Variables) -> Any:
    try:
        from cel_expr_python import cel
        from cel_expr_python.ext import ext_optional, ext_strings
    except ImportError:
        return None
    return cel.NewEnv(
        variables={name: _type(cel, type_) for name, type_ in variables},
        extensions=[
            ext_optional.ExtOptional(),
            ext_strings.ExtStrings(),
            cel.CelExtension("kubernetes", _declarations(cel)),
        ],
    )


def _type(cel: Any, name: str) -> Any:
    if name.startswith("LIST<"):
        return cel.Type.List(_type(cel, name[5:-1]))
    if name.startswith("MAP<STRING, "):
        return cel.Type.Map(cel.Type.STRING, _type(cel, name[12:-1]))
    if name == "kubernetes":
        return cel.Type.AbstractType(name)
    return getattr(cel.Type, name) if name in _SCALARS else cel.Type.DYN


_SCALARS = frozenset(
    {"BOOL", "BYTES", "DOUBLE", "DURATION", "DYN", "INT", "NULL", "STRING", "TIMESTAMP", "UINT"}
)


def _declarations(cel: Any) -> list[Any]:
    """Return declarations of Kubernetes' functions, with any arguments: what they return is what counts."""
    dyn = cel.Type.DYN
    result = []
    for type_, functions in _FUNCTIONS.items():
        for name in functions.split():
            is_member, bare = not name.startswith("="), name.lstrip("=")
            overloads = [
                cel.Overload(
                    f"kubernetes_{bare.replace('.', '_')}_{count}",
                    return_type=_type(cel, type_),
                    parameters=[dyn] * count,
                    is_member=is_member,
                    impl=_never_called,
                )
                for count in range(1 if is_member else 0, 4)
            ]
            result.append(cel.FunctionDecl(bare, overloads))
    return result


def _never_called(*_: Any) -> None:
    raise NotImplementedError  # expressions are compiled here, not run
