"""The findings that the engine itself makes, with their pages."""

from __future__ import annotations

from linter.engine.rule import Context, Problem, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


def _made_by_the_engine(_subject: Any, _context: Context) -> Iterator[Problem]:
    return iter(())


def _own(rule_id: str, severity: Any, page: str) -> Rule:
    return Rule(
        id=rule_id,
        group="podplan",
        severity=severity,
        kinds=None,
        scope="document",
        check=_made_by_the_engine,
        docstring=page,
        options={},
    )


UNUSED_IGNORE = _own(
    "unused-ignore",
    "info",
    """A suppression that suppresses nothing.

The comment or annotation names a rule that finds nothing here (any more), a rule that does not exist, or none at all:
`# podplan: ignore` without a rule in brackets does nothing. Left in place it would hide the next real finding. Remove it, or
correct the rule's name.

Reported only for rules that run and could see what they are about: with `--select` a suppression of another rule is left alone,
and so is one of a rule about several objects where the run holds a part of them, as in a hook on the changed files.
""",
)

INTERNAL_ERROR = _own(
    "internal-error",
    "error",
    """A rule failed on this resource: a bug in podplan, not in the manifest.

The other rules have run. Please report it with the message and, if you can, the manifest. `--ignore RULE` goes on
without the rule.
""",
)

TOO_MANY_FINDINGS = _own(
    "too-many-findings",
    "error",
    """Not everything that is wrong here is reported.

A rule has found more than 1,000 problems in one object, or there are more than 5,000 findings in one file: the rest is left
out, so that a broken (or hostile) file takes neither all the memory nor all the time. Fix the first ones and run again, or
raise the limit for a file with `--limit findings=NUMBER`.
""",
)

OWN_RULES = (UNUSED_IGNORE, INTERNAL_ERROR, TOO_MANY_FINDINGS)
