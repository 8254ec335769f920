"""A run of which an earlier one has left something: what cannot have changed is not looked at again."""

from __future__ import annotations

from linter.engine.asked import Asked
from linter.engine.run.earlier import (
    Earlier,
    facts_of,
    is_custom,
    light,
    line_of,
    told_again,
    touched,
    with_known,
    write,
)
from linter.engine.run.kept import Reader
from linter.engine.run.scopes import alternatives, scope_name
from linter.engine.told import fact_named
from linter.loading.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from linter.engine.asked import Key
    from linter.engine.checking import Found, RuleSet
    from linter.engine.config.options import LintOptions
    from linter.engine.run.earlier import KeptFile
    from linter.engine.run.files import CheckedFile
    from linter.engine.run.inputs import Inputs
    from linter.engine.run.stored import Stored
    from linter.loading.limits import Limits
    from linter.loading.resource import Resource

    Check = Callable[[Sequence[Source]], Iterable[CheckedFile]]
    """Checks some files, as far as it goes without the others."""


FEWEST = 50
"""Of fewer files nothing is left for a next run: to check them takes no longer."""


class Again:
    """A run that an earlier one has left something for, and that leaves something for the next.

    Args:
        sources: The files; no two have the same name.
        stored: Where it is kept.
        limits: The bounds on what is read.

    Attributes:
        asked: Notes what is asked of the inventories.
        found: What was found of each object that waited for the others, by its identity.
        scopes: Which files are alternatives of others, as `linter.engine.run.scopes.alternatives` tells it.
    """

    def __init__(self, sources: Sequence[Source], stored: Stored, limits: Limits) -> None:
        self.asked = Asked()
        self.found: dict[int, Sequence[Found]] = {}
        self.scopes: dict[str, str] = {}
        self._sources = sources
        self._stored = stored
        self._limits = limits
        self._keys = [stored.content_key(source) for source in sources]
        self._earlier = stored.earlier(sources) or Earlier([], [], [])
        self._checked: list[CheckedFile] = []
        self._same: dict[int, KeptFile] = {}
        self._asked_for: dict[str, set[Key]] = {}

    def check(self, check: Check, rules: RuleSet) -> list[CheckedFile]:
        """Return the checks of all files, in order. What is known already of objects that wait stands with them.

        Args:
            check: Checks some files, as far as it goes without the others.
            rules: The rules of the run.
        """
        self._checked, self._same, self.scopes = check_again(
            self._sources, self._keys, self._earlier, check, rules, self._limits
        )
        return self._checked

    def ask_for(self, resource: Resource) -> None:
        """Note that what is asked from now on is asked for a resource."""
        self.asked.now = self._asked_for.setdefault(resource.document.source.name, set())

    def keep(self) -> None:
        """Store what the next run needs to know of this one."""
        facts = facts_of((*self.asked.facts, *self._earlier.facts))
        told = [fact_named(name) for name in facts]
        old = dict(zip((each.name for each in self._earlier.files), self._earlier.lines, strict=True))
        lines = []
        for number, (source, key, checked) in enumerate(
            zip(self._sources, self._keys, self._checked, strict=True)
        ):
            kept = self._same.get(number)
            if kept is None:
                scope = scope_name(self.scopes.get(source.name), self.scopes)
                asked = self._asked_for.get(source.name, set())
                line = line_of(source, key, scope, checked, asked, self.found, told)
            elif facts == self._earlier.facts:
                line = old[source.name]
            else:
                line = told_again(kept, checked, told)
            lines.append(line)
        self._stored.keep_earlier(self._sources, write(facts, lines))


def again(inputs: Inputs, options: LintOptions, stored: Stored) -> Again | None:
    """Return what an earlier run has left for this one, and this one leaves; None where that would be of no use.

    Args:
        inputs: What there is to check.
        options: What is asked for.
        stored: Where it is kept.
    """
    sources = inputs.sources
    if (
        len(sources) < FEWEST
        # What kustomizations build is no file, and each object of theirs may be in many.
        or inputs.sets is not None
        # Who wants to know how each object was judged, or how long it took, wants all of them.
        or options.judged is not None
        or options.timings is not None
        or len({source.name for source in sources}) < len(sources)
    ):
        return None
    return Again(sources, stored, options.limits)


def check_again(
    sources: Sequence[Source],
    keys: Sequence[str],
    earlier: Earlier,
    check: Check,
    rules: RuleSet,
    limits: Limits,
) -> tuple[list[CheckedFile], dict[int, KeptFile], dict[str, str]]:
    """Check the files that are not the same as in an earlier run, and those that asked for something that may be another now.

    Args:
        sources: All files; no two have the same name.
        keys: What tells the content of each from others.
        earlier: What the earlier run left.
        check: Checks files.
        rules: The rules of the run.
        limits: The bounds on what is read.

    Returns:
        The checks of all files, in order; what is kept of those for which nothing has to be asked, by number; and which files are
        alternatives.
    """
    kept = _same(sources, keys, earlier)
    told = frozenset(earlier.facts)
    reader = Reader(limits)
    checked = {number: light(each, sources[number], reader, told) for number, each in kept.items()}
    new = [number for number in range(len(sources)) if number not in kept]
    checked.update(zip(new, check([sources[number] for number in new]), strict=True))
    gone = {each.name: each for each in earlier.files}
    for each in kept.values():
        del gone[each.name]
    resources = [resource for number in range(len(sources)) for resource in checked[number].resources]
    scopes = alternatives(resources)
    now = [scope_name(scopes.get(source.name), scopes) for source in sources]
    moved = {number for number, each in kept.items() if each.scope != now[number]}
    changed: list[tuple[Resource, str]] = [
        (resource, now[number]) for number in (*new, *moved) for resource in checked[number].resources
    ]
    for old in (*gone.values(), *(kept[number] for number in moved)):
        was = light(old, Source(old.name, ""), Reader(limits), told)
        changed += ((resource, old.scope) for resource in was.resources)
    answers = touched(changed, earlier.facts) if kept else set[int]()
    has_definitions = any(each.kind == "CustomResourceDefinition" for each in resources)
    asks = {
        number
        for number, each in kept.items()
        if number in moved or not answers.isdisjoint(each.asked) or (has_definitions and is_custom(each))
    }
    whole = [number for number, each in kept.items() if number in asks or not each.is_quiet]
    for number, file in zip(whole, check([sources[number] for number in whole]), strict=True):
        checked[number] = file if number in asks else with_known(kept[number], file, rules)
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
