"""Parses expressions: https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax, as cel-go does for the API server."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NoReturn

from linter.cel import literals
from linter.cel.errors import SyntaxFaultError
from linter.cel.lexer import END, position, tokens
from linter.cel.macros import expanded
from linter.cel.nodes import Call, Const, Entry, Expr, Ident, ListExpr, MapExpr, Select, StructExpr

if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.cel.lexer import Token

LONGEST = 100_000
"""So many characters an expression may have."""
RESERVED = frozenset(
    {
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace",
        "return", "var", "void", "while",
    }
)  # fmt: skip
"""Words that are no names of variables or functions, though they may be names of fields."""
_DEEPEST = 250
"""So deeply brackets may be nested."""
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_LITERALS = frozenset({"int", "uint", "double", "string", "bytes", "true", "false", "null"})
_LOGICAL = frozenset({"||", "&&"})
_LEVELS = {
    "||": 0,
    "&&": 1,
    **dict.fromkeys(("<", "<=", ">=", ">", "==", "!=", "in"), 2),
    **dict.fromkeys("+-", 3),
    **dict.fromkeys("*/%", 4),
}
"""How strongly operators bind."""


@lru_cache(maxsize=512)
def parse(text: str) -> Expr:
    """Parse an expression.

    Raises:
        SyntaxFaultError: It is not CEL.
        RecursionError: It is nested too deeply.
    """
    if len(text) > LONGEST:
        raise SyntaxFaultError(f"it has more than {LONGEST} characters")
    parser = _Parser(text)
    result = parser.expression()
    parser.expect(END)
    return result


class _Parser:
    """Reads tokens from left to right; each method reads what it is named after."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = tokens(text)
        if _depth(self._tokens) > _DEEPEST:
            raise SyntaxFaultError(f"expression recursion limit exceeded: {_DEEPEST}")
        self._next = 0

    def expression(self) -> Expr:
        condition = self._binary(0)
        if not self._take("?"):
            return condition
        one = self._binary(0)
        self.expect(":")
        return Call(None, "_?_:_", (condition, one, self.expression()))

    def expect(self, kind: str) -> Token:
        token = self._tokens[self._next]
        if token.kind != kind:
            self._refuse_token()
        self._next += 1
        return token

    def _binary(self, lowest: int) -> Expr:
        """Read operands and the operators between them that bind no weaker than some level."""
        result = self._unary()
        while (level := _LEVELS.get(operator := self._tokens[self._next].kind, -1)) >= lowest:
            function = "@in" if operator == "in" else f"_{operator}_"
            if operator in _LOGICAL:
                terms = [result]
                while self._take(operator):
                    terms.append(self._binary(level + 1))
                result = _balanced(function, terms)
            else:
                self._next += 1
                result = Call(None, function, (result, self._binary(level + 1)))
        return result

    def _unary(self) -> Expr:
        operator = self._tokens[self._next].kind
        if operator not in {"!", "-"} or self._is_negative_number():
            return self._member()
        count = 0
        while self._take(operator):
            count += 1
        operand = self._member()
        return Call(None, f"{operator}_", (operand,)) if count % 2 else operand

    def _is_negative_number(self) -> bool:
        return self._tokens[self._next].kind == "-" and self._tokens[self._next + 1].kind in {"int", "double"}

    def _member(self) -> Expr:
        result = self._primary()
        while True:
            if self._take("."):
                result = self._field(result)
            elif self._take("["):
                function = "_[?_]" if self._take("?") else "_[_]"
                index = self.expression()
                self.expect("]")
                result = Call(None, function, (result, index))
            else:
                return result

    def _field(self, operand: Expr) -> Expr:
        is_optional = self._take("?")
        may_be_called = self._tokens[self._next].kind == "name"
        name = self._name()
        if is_optional:
            return Call(None, "_?._", (operand, Const(name)))
        if may_be_called and self._take("("):
            return self._macro(Call(operand, name, self._arguments()))
        return Select(operand, name, is_test=False)

    def _name(self) -> str:
        """Read the name of a field, which may stand in backquotes."""
        if self._tokens[self._next].kind == "escaped":
            return self.expect("escaped").text[1:-1]
        return self.expect("name").text

    def _primary(self) -> Expr:
        token = self._tokens[self._next]
        match token.kind:
            case "name" | ".":
                return self._named()
            case "(":
                self._next += 1
                result = self.expression()
                self.expect(")")
                return result
            case "[":
                self._next += 1
                return self._list()
            case "{":
                self._next += 1
                return MapExpr(self._entries(self.expression))
            case _:
                return self._literal()

    def _named(self) -> Expr:
        """Read a name, a call, or an object such as `a.b{c: 1}`."""
        self._take(".")  # from the outermost scope: there is no other that has names
        if (type_name := self._type_name()) is not None:
            return StructExpr(type_name, self._entries(lambda: Const(self._name())))
        token = self.expect("name")
        if token.text in RESERVED:
            self._next -= 1
            self._refuse(f"reserved identifier: {token.text}")
        if self._take("("):
            return self._macro(Call(None, token.text, self._arguments()))
        return Ident(token.text)

    def _type_name(self) -> str | None:
        """Read the name of a type that an opening brace follows; nothing where there is none."""
        at, names = self._next, []
        while self._tokens[at].kind == "name":
            names.append(self._tokens[at].text)
            if self._tokens[at + 1].kind == "{":
                self._next = at + 2
                return ".".join(names)
            if self._tokens[at + 1].kind != ".":
                return None
            at += 2
        return None

    def _arguments(self) -> tuple[Expr, ...]:
        result: list[Expr] = []
        if self._take(")"):
            return ()
        result.append(self.expression())
        while self._take(","):
            result.append(self.expression())
        self.expect(")")
        return tuple(result)

    def _list(self) -> Expr:
        elements: list[Expr] = []
        optional = set()
        while not self._take("]"):
            if not elements and self._take(",") and self.expect("]"):
                break
            if self._take("?"):
                optional.add(len(elements))
            elements.append(self.expression())
            if not self._separated("]"):
                break
        return ListExpr(tuple(elements), frozenset(optional))

    def _entries(self, key: Callable[[], Expr]) -> tuple[Entry, ...]:
        entries: list[Entry] = []
        while not self._take("}"):
            if not entries and self._take(",") and self.expect("}"):
                break
            is_optional = self._take("?")
            name = key()
            self.expect(":")
            entries.append(Entry(name, self.expression(), is_optional))
            if not self._separated("}"):
                break
        return tuple(entries)

    def _separated(self, end: str) -> bool:
        """Read what follows an element: a comma, behind which another one may come, or the end."""
        if self._take(","):
            return True
        self.expect(end)
        return False

    def _literal(self) -> Expr:
        is_negative = self._is_negative_number() and self._take("-")
        token = self._tokens[self._next]
        if token.kind not in _LITERALS:
            self._refuse_token()
        self._next += 1
        try:
            return _constant(token, is_negative=is_negative)
        except ValueError as error:
            self._next -= 1
            self._refuse(str(error))

    def _macro(self, call: Call) -> Expr:
        try:
            return expanded(call)
        except ValueError as error:
            self._next -= 1
            self._refuse(str(error))

    def _take(self, kind: str) -> bool:
        """Read a token if it is the next one."""
        if self._tokens[self._next].kind != kind:
            return False
        self._next += 1
        return True

    def _refuse_token(self) -> NoReturn:
        self._refuse(f"Syntax error: mismatched input '{self._tokens[self._next].text}'")

    def _refuse(self, message: str) -> NoReturn:
        raise SyntaxFaultError(f"{position(self._text, self._tokens[self._next].offset)}: {message}")


def _depth(expression: list[Token]) -> int:
    """Return how deeply brackets are nested."""
    depth = deepest = 0
    for token in expression:
        depth += (token.kind in _OPENING) - (token.kind in _CLOSING)
        deepest = max(deepest, depth)
    return deepest


def _constant(token: Token, *, is_negative: bool) -> Const:
    """Return the value of a literal.

    Raises:
        ValueError: There is no such value.
    """
    match token.kind:
        case "int":
            return Const(literals.int_literal(token.text, is_negative=is_negative))
        case "uint":
            return Const(literals.uint_literal(token.text))
        case "double":
            return Const(literals.double_literal(token.text, is_negative=is_negative))
        case "string":
            return Const(literals.string_literal(token.text))
        case "bytes":
            return Const(literals.bytes_literal(token.text))
        case "true" | "false":
            return Const(token.kind == "true")
        case _:
            return Const(None)


def _balanced(function: str, terms: list[Expr]) -> Expr:
    """Combine terms into a tree that is as flat as can be, as cel-go does: many terms are not nested deeply."""
    if len(terms) == 1:
        return terms[0]
    middle = (len(terms) + 1) // 2
    return Call(None, function, (_balanced(function, terms[:middle]), _balanced(function, terms[middle:])))
