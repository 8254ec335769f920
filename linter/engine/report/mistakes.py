"""One mistake, seen in what several kustomizations build, or in several objects that one line of a kustomization changes, is one finding."""

from __future__ import annotations

from collections import Counter

from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from linter.engine.checking import Found
    from linter.engine.report.finding import Finding, Suppressed
    from linter.loading.place import Range
    from linter.path import FieldPath


class Mistake(NamedTuple):
    """What two findings on built objects share that are about the same mistake."""

    rule: str
    file: str
    range: Range
    unlocated: FieldPath
    """What the place does not tell: what is not there below it; () where the value itself is wrong."""
    number: int
    """How often one object has had the same before."""


class Mistakes:
    """Tells which mistake a problem of a built object is."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[Any, ...]] = Counter()

    def of(self, found: Found, file: str, range_: Range) -> Mistake | None:
        """Return the mistake; None where the object is not built.

        Args:
            found: The problem.
            file: The name of the file that it points at.
            range_: The place in it.
        """
        if found.document.written is None:
            return None
        unlocated = found.document.unlocated(found.problem.path)
        key = (found.rule.id, file, range_, unlocated, id(found.resource), found.builds)
        self._counts[key] += 1
        return Mistake(found.rule.id, file, range_, unlocated, self._counts[key] - 1)


class Findings:
    """Findings, those of one mistake joined into one."""

    def __init__(self) -> None:
        self._found: dict[object, Finding] = {}
        self._suppressed: dict[object, Suppressed] = {}

    def report(self, finding: Finding, mistake: Mistake | None) -> None:
        """Add a finding that is to be reported."""
        key = mistake or len(self._found)
        known = self._found.get(key)
        self._found[key] = finding if known is None else joined(known, finding)

    def suppress(self, suppressed: Suppressed, mistake: Mistake | None) -> None:
        """Add a finding that is not to be reported."""
        key = mistake or len(self._suppressed)
        known = self._suppressed.get(key)
        if known is not None:
            suppressed = known._replace(finding=joined(known.finding, suppressed.finding))
        self._suppressed[key] = suppressed

    def reported(self) -> Iterator[Finding]:
        """Yield what is to be reported."""
        yield from self._found.values()

    def suppressed(self) -> Iterator[Suppressed]:
        """Yield what is suppressed in every build that has it."""
        for key, suppressed in self._suppressed.items():
            if not isinstance(key, Mistake) or key not in self._found:
                yield suppressed


def joined(finding: Finding, other: Finding) -> Finding:
    """Return a finding with the builds of another one of the same mistake added."""
    builds = dict.fromkeys((*finding.builds, *other.builds))
    return finding if len(builds) == len(finding.builds) else finding._replace(builds=tuple(builds))
