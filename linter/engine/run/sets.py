"""What kustomizations build, checked as far as it goes without the rest of each apply set."""

from __future__ import annotations

from linter.engine.checking import Found, check_resource
from linter.engine.rule import Problem
from linter.engine.run.files import Waiting
from linter.kube.kinds import is_builtin
from linter.light_typing import NamedTuple
from linter.loading.document import Document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.apiserver.server import Server
    from linter.applysets.build import ApplySet, ApplySets
    from linter.engine.rule import Context, Rule
    from linter.engine.rule_set import RuleSet
    from linter.engine.run.stored import Stored
    from linter.loading.resource import Resource


class CheckedSets(NamedTuple):
    """What kustomizations build, and what was found in it."""

    resources: list[Resource]
    """All objects, each once: sets share those that are the same in them."""
    found: list[Found]
    waiting: list[list[Waiting]]
    """By set: what has something to be asked once all resources are known."""


def faults_of(sets: ApplySets | None, rules: RuleSet) -> Iterator[Found]:
    """Yield what is wrong with kustomizations that cannot be built."""
    rule = rules.by_id.get("malformed-kustomization")
    if rule is None or sets is None:
        return
    for location, message, names in sets.faults:
        problem = Problem((), message, "Malformed", at=location.range)
        yield Found(rule, problem, Document(location.source, 0, 1, "", None, ()), None, names)


def check_sets(
    sets: Sequence[ApplySet],
    rules: RuleSet,
    server: Server,
    context: Context,
    stored: Stored | None = None,
) -> CheckedSets:
    """Apply the rules that can do without the others.

    Args:
        sets: What each kustomization builds.
        rules: The rules.
        server: The API server.
        context: What rules may know; it has no inventory yet.
        stored: The results of objects that are known, and where those of others are kept.
    """
    checked = CheckedSets([], [], [[] for _ in sets])
    if not sets:
        return checked
    import json

    builds: dict[int, list[int]] = {}
    for number, each in enumerate(sets):
        for resource in each.resources:
            if id(resource) not in builds:
                checked.resources.append(resource)
            builds.setdefault(id(resource), []).append(number)
    # Overlays build many objects that are equal, or that differ in nothing but where they were written.
    texts = [
        None if _is_custom(each) else json.dumps([each.manifest, each.partly_known])
        for each in checked.resources
    ]
    sound = {} if stored is None else stored.sound_objects({text for text in texts if text}, rules)
    known: dict[str, tuple[list[Found], tuple[Rule, ...]]] = {
        text: ([], rest) for text, rest in sound.items()
    }
    for resource, text in zip(checked.resources, texts, strict=True):
        numbers = builds[id(resource)]
        if text is None:
            for number in numbers:
                checked.waiting[number].append(Waiting(resource, None))
            continue
        if text not in known:
            put_off: list[Rule] = []
            found = check_resource(resource, rules, server, context, put_off)
            known[text] = (found, tuple(put_off))
            # What is found is told in the words of the file, which the object does not show.
            if stored is not None and not found:
                stored.keep_sound_object(text, put_off)
            resource.forget()
        found, rest = known[text]
        names = tuple(sets[number].name for number in numbers)
        checked.found.extend(
            each._replace(resource=resource, document=resource.document, builds=names) for each in found
        )
        if rest:
            for number in numbers:
                checked.waiting[number].append(Waiting(resource, rest))
    if stored is not None:
        stored.keep_files()
    return checked


def _is_custom(resource: Resource) -> bool:
    return bool(resource.api_version and resource.kind and not is_builtin(resource.api_version))
