"""Compiles expressions as the API server does when it takes an object that holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linter.cel.check.checker import Checked, Fault, check
from linter.cel.check.literals import literal_faults
from linter.cel.errors import SyntaxFaultError
from linter.cel.syntax import parse

if TYPE_CHECKING:
    from linter.cel.check.scope import Scope
    from linter.cel.check.types import Type


class Compiled(NamedTuple):
    """What came of an expression. Nothing is known of one that is nested so deeply that it can't be read here."""

    checked: Checked | None = None
    """It, if nothing is wrong with it."""
    faults: tuple[Fault, ...] = ()
    """What is wrong with it."""

    @property
    def type(self) -> Type | None:
        """The type of its value; None if it has none, or nobody knows."""
        return None if self.checked is None else self.checked.type

    @property
    def fault(self) -> str | None:
        """Why it does not compile, as a phrase."""
        return self.faults[0].text if self.faults else None


def compiled(expression: str, scope: Scope) -> Compiled:
    """Compile an expression.

    Args:
        expression: In CEL.
        scope: What it may name.
    """
    try:
        checked = check(parse(expression), scope)
        if checked.faults:
            return Compiled(faults=checked.faults)
        faults = tuple(Fault(each) for each in literal_faults(checked))
    except SyntaxFaultError as error:
        return Compiled(faults=(Fault(str(error)),))
    except RecursionError:
        return Compiled()
    return Compiled(faults=faults) if faults else Compiled(checked)
