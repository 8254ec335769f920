"""What a worker hands over of a file, or of a part of one: its values, and with them what nearly every object is asked once all are known."""

from __future__ import annotations

from linter.engine.filing import is_controlled, is_hook, pod_labels, selector_of
from linter.engine.report import records
from linter.engine.report.suppress import may_suppress
from linter.engine.run.files import CheckedFile, Waiting
from linter.engine.run.light import LightResource
from linter.engine.told import named, told_by
from linter.loading.document import Document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from linter.engine.rule_set import RuleSet
    from linter.loading.resource import Resource
    from linter.loading.source import Source
    from linter.path import FieldPath

_FACTS = [named(fact) for fact in (pod_labels, is_hook, selector_of, is_controlled)]
"""What nearly every object is asked once all are known: the workers find it out, each of its own files."""
_TOLD = frozenset(name for name, _, _ in _FACTS)


def hand_over(checked: CheckedFile, source: Source) -> tuple[Any, ...]:
    """Return plain values that tell a checked file, or a part of one, to another process.

    Args:
        checked: What was checked.
        source: The file.
    """
    resources: dict[int, list[Resource]] = {id(document): [] for document in checked.documents}
    numbers: dict[int, int] = {}
    for number, resource in enumerate(checked.resources):
        resources[id(resource.document)].append(resource)
        numbers[id(resource)] = number
    documents = [
        (
            document.index,
            document.first_line,
            records.place_of(document, source),
            document.value,
            records.plain(document.problems),
            document.is_marked,
            may_suppress(document, these),
            [_told_of(resource) for resource in these],
        )
        for document, these in zip(checked.documents, resources.values(), strict=True)
    ]
    waiting = [
        (numbers[id(resource)], None if rules is None else [rule.id for rule in rules])
        for resource, rules, _ in checked.waiting
    ]
    found = records.pack_found(checked.found, checked) if checked.found else []
    return documents, found, waiting, checked.skipped, checked.values


def take_over(handed_over: Sequence[Any], source: Source, rules: RuleSet, first: int) -> CheckedFile:
    """Make a checked file, or a part of one, of what `hand_over` returned.

    Args:
        handed_over: What it returned.
        source: The file.
        rules: The rules that it was checked by.
        first: The number of the part's first document in the file.
    """
    told, found, waiting, skipped, values = handed_over
    checked = CheckedFile([], [], [], [], skipped, values)
    for index, (known_as, *parts, suppresses, objects) in enumerate(told, first):
        # What stands above the first document is about it: the worker may have taken it for one behind others.
        document = _Document(source, index, *parts, may_suppress=suppresses or index != known_as)
        checked.documents.append(document)
        for each in objects:
            checked.resources.append(LightResource(document, document, *each, told=_TOLD))
    for number, ids in waiting:
        put_off = None if ids is None else tuple([rules.by_id[rule_id] for rule_id in ids])
        checked.waiting.append(Waiting(checked.resources[number], put_off))
    if found:
        checked.found.extend(records.unpack_found(found, checked, rules))
    return checked


class _Document(Document):
    """A document that was handed over, and reads its own objects when somebody asks for them.

    Args:
        source: The file.
        index: Its number in there.
        first_line: The line it starts at.
        place: Where its text begins and ends in the source; None where it is all of it.
        value: Its value.
        problems: The records of what the reader found wrong.
        is_marked: Whether its text holds a variable, or is encrypted.
        may_suppress: Whether something in it may suppress findings.
    """

    def __init__(
        self,
        source: Source,
        index: int,
        first_line: int,
        place: tuple[int, int] | None,
        value: Any,
        problems: Sequence[list[Any]],
        is_marked: bool,  # noqa: FBT001  one of what is handed over of a document, a large run has thousands of which
        *,
        may_suppress: bool,
    ) -> None:
        super().__init__(
            source,
            index,
            first_line,
            source.text if place is None else source.text[place[0] : place[1]],
            value,
            tuple(map(records.unpack_load_problem, problems)),
            is_marked=is_marked,
        )
        self.may_suppress = may_suppress
        self._manifests: dict[FieldPath, dict[str, Any]] = {}

    def manifest(self, document: Document, root: FieldPath) -> dict[str, Any]:
        """Return an object in it."""
        del document
        if not root and not self.is_marked and "sops" not in self.value:
            whole: dict[str, Any] = self.value
            return whole  # as nearly always
        if not self._manifests:
            from linter.loading.yaml.reader import manifests_of

            self._manifests = manifests_of(self)
        return self._manifests[root]


def _told_of(resource: Resource) -> tuple[Any, ...]:
    """Return the arguments of a `LightResource` that the worker knows."""
    return (
        resource.root, resource.api_version, resource.kind, resource.namespace, resource.name, resource.partly_known,
        told_by(resource, _FACTS),
    )  # fmt: skip
