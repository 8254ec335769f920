"""A run of which an earlier one has left something: what cannot have changed is not looked at again."""

from __future__ import annotations

from linter.engine.asked import Asked, few
from linter.engine.run.earlier import (
    NOTHING,
    asked_again,
    facts_named,
    facts_of,
    is_custom,
    light,
    line_of,
    numbers_of,
    told_again,
    touched,
    write,
)
from linter.engine.run.kept import Reader
from linter.engine.run.scopes import alternatives, scope_name
from linter.light_typing import NamedTuple
from linter.loading.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from linter.engine.asked import Key
    from linter.engine.checking import Found
    from linter.engine.rule_set import RuleSet
    from linter.engine.run.earlier import Earlier, KeptFile
    from linter.engine.run.files import CheckedFile
    from linter.engine.run.stored import Stored
    from linter.loading.limits import Limits
    from linter.loading.resource import Resource

    Check = Callable[[Sequence[Source]], Iterable[CheckedFile]]
    """Checks some files, as far as it goes without the others."""


class Again:
    """A run that an earlier one has left something for, and that leaves something for the next.

    Args:
        sources: The files; no two have the same name.
        stored: Where it is kept.
        limits: The bounds on what is read.

    Attributes:
        asked: Notes what is asked of the inventories.
        scopes: Which files are alternatives of others, as `linter.engine.run.scopes.alternatives` tells it.
    """

    def __init__(self, sources: Sequence[Source], stored: Stored, limits: Limits) -> None:
        self.asked = Asked()
        self.scopes: dict[str, str] = {}
        self._sources = sources
        self._stored = stored
        self._limits = limits
        self._keys = [stored.content_key(source) for source in sources]
        self._earlier = stored.earlier(sources) or NOTHING
        self._checked: list[CheckedFile] = []
        self._same: dict[int, KeptFile] = {}
        self._asked_for: dict[str, set[Key]] = {}
        self._found: dict[int, list[Found]] = {}

    def check(self, check: Check, rules: RuleSet) -> list[CheckedFile]:
        """Return the checks of all files, in order. What is known already of objects that wait stands with them.

        Args:
            check: Checks some files, as far as it goes without the others.
            rules: The rules of the run.
        """
        try:
            left = left_over(self._earlier, self._sources, self._keys, rules, self._limits)
        except (LookupError, TypeError, ValueError):  # written by another program
            self._earlier = NOTHING
            left = LeftOver({}, {}, [])
        self._checked, self._same, self.scopes = check_again(self._sources, left, self._earlier.facts, check)
        return self._checked

    def ask_for(self, name: str) -> None:
        """Note that what is asked from now on is asked for a file."""
        self.asked.now = self._asked_for.setdefault(name, set())

    def note(self, resource: Resource, found: list[Found]) -> list[Found]:
        """Note what was found of a resource that waited, and return it with its places: whoever reports it need not look them up again."""
        if found:
            from linter.engine.report.places import places_of

            found = [each._replace(place=place) for each, place in zip(found, places_of(found), strict=True)]
        self._found[id(resource)] = found
        return found

    def keep(self) -> None:
        """Store what the next run needs to know of this one."""
        facts = facts_of((*self.asked.facts, *self._earlier.facts))
        told = facts_named(facts)
        rules = {None if ids is None else (*ids,): number for number, ids in enumerate(self._earlier.rules)}
        old = dict(zip((each.name for each in self._earlier.files), self._earlier.lines, strict=True))
        lines = []
        for number, (source, key, checked) in enumerate(
            zip(self._sources, self._keys, self._checked, strict=True)
        ):
            kept = self._same.get(number)
            if kept is None:
                scope = scope_name(self.scopes.get(source.name), self.scopes)
                asked = sorted(numbers_of(few(self._asked_for.get(source.name, set()))))
                line = line_of(source, key, scope, checked, asked, self._found, told, rules)
            elif facts == self._earlier.facts:
                line = old[source.name]
            else:
                line = told_again(kept, checked, told)
            lines.append(line)
        self._stored.keep_earlier(self._sources, write(facts, rules, lines))


class LeftOver(NamedTuple):
    """What is left of an earlier run."""

    kept: Mapping[int, KeptFile]
    """What is kept of the files that are the same, by the number of the file."""
    checked: dict[int, CheckedFile]
    """Their checks."""
    gone: Sequence[tuple[str, Resource]]
    """What was in the others, each with the name of the inventory that it was applied with."""


def left_over(
    earlier: Earlier, sources: Sequence[Source], keys: Sequence[str], rules: RuleSet, limits: Limits
) -> LeftOver:
    """Return what is left of an earlier run.

    Args:
        earlier: What it has left.
        sources: All files; no two have the same name.
        keys: What tells the content of each from others.
        rules: The rules of the run.
        limits: The bounds on what is read.

    Raises:
        LookupError, TypeError, ValueError: What is kept is of other files or rules.
    """
    kept = _same(sources, keys, earlier)
    reader, told = Reader(limits), frozenset(earlier.facts)
    waiting = [None if ids is None else tuple([rules.by_id[rule] for rule in ids]) for ids in earlier.rules]
    checked = {
        number: light(each, sources[number], reader, told, waiting, rules) for number, each in kept.items()
    }
    names = {each.name for each in kept.values()}
    gone = [
        (each.scope, resource)
        for each in earlier.files
        if each.name not in names
        for resource in light(
            each._replace(found=[], known=[]), Source(each.name, ""), reader, told, waiting, rules
        ).resources
    ]
    return LeftOver(kept, checked, gone)


def check_again(
    sources: Sequence[Source], left: LeftOver, facts: Sequence[str], check: Check
) -> tuple[list[CheckedFile], dict[int, KeptFile], dict[str, str]]:
    """Check the files that are not the same as in an earlier run, and let those be asked that asked for something that may be another now.

    Args:
        sources: All files; no two have the same name.
        left: What is left of the earlier run.
        facts: The facts that objects told then.
        check: Checks files.

    Returns:
        The checks of all files, in order; what is kept of those for which nothing has to be asked, by number; and which files are
        alternatives.
    """
    kept, checked, gone = left
    new = [number for number in range(len(sources)) if number not in kept]
    checked.update(zip(new, check([sources[number] for number in new]), strict=True))
    resources = [resource for number in range(len(sources)) for resource in checked[number].resources]
    scopes = alternatives(resources)
    moved: set[int] = set()
    answers: set[int] = set()
    if kept:
        now = [scope_name(scopes.get(source.name), scopes) for source in sources]
        moved = {number for number, each in kept.items() if each.scope != now[number]}
        changed = [
            (now[number], resource) for number in (*new, *moved) for resource in checked[number].resources
        ]
        changed += gone
        changed += (
            (kept[number].scope, resource) for number in moved for resource in checked[number].resources
        )
        answers = touched(changed, facts)
    has_definitions = any(each.kind == "CustomResourceDefinition" for each in resources)
    asks = {
        number
        for number, each in kept.items()
        if number in moved or not answers.isdisjoint(each.asked) or (has_definitions and is_custom(each))
    }
    checked.update((number, asked_again(checked[number])) for number in asks)
    unasked = {number: each for number, each in kept.items() if number not in asks}
    return [checked[number] for number in range(len(sources))], unasked, scopes


def _same(sources: Sequence[Source], keys: Sequence[str], earlier: Earlier) -> Mapping[int, KeptFile]:
    """Return the files that are the same as in the earlier run, in the order in which they were then."""
    files = {each.name: (place, each) for place, each in enumerate(earlier.files)}
    same: dict[int, KeptFile] = {}
    last = -1
    for number, (source, key) in enumerate(zip(sources, keys, strict=True)):
        place, kept = files.get(source.name, (-1, None))
        # Of two that changed places, an answer may have another order now.
        if kept is not None and kept.key == key and place > last:
            same[number] = kept
            last = place
    return same
