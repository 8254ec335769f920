"""What an earlier run left of each file: what it holds, in a few words, what it asked of the others, and what was found then.

A file that is the same need not be read for others to be judged, nor be judged itself, unless one that is not the same has a say in
what it asked.
"""

from __future__ import annotations

from binascii import crc32
from operator import attrgetter

from linter.engine.asked import scope_of
from linter.engine.filing import folder_of, is_hook, pod_labels
from linter.engine.report import records
from linter.engine.report.record_shape import are_kept_files, is_head_of_kept_files
from linter.engine.report.suppress import annotations_of, comments_of
from linter.engine.run.files import CheckedFile, Waiting
from linter.engine.run.kept import KeptObject
from linter.engine.run.light import LightDocument, LightResource
from linter.engine.told import fact_named, name_of, named, told_by
from linter.engine.words import words_of
from linter.kube.kinds import is_builtin
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from linter.engine.asked import Key
    from linter.engine.checking import Found
    from linter.engine.rule import Rule
    from linter.engine.rule_set import RuleSet
    from linter.engine.run.kept import Reader
    from linter.engine.told import NamedFact
    from linter.loading.document import Document
    from linter.loading.resource import Resource
    from linter.loading.source import Source

    RuleIds = tuple[str, ...] | None
    """Rules that an object waits for; None: all of them."""


class KeptFile(NamedTuple):
    """What is kept of one file."""

    name: str
    key: str
    """What tells its content, and the options it was checked with, from others."""
    scope: str
    """What the inventory is called that it is applied with."""
    skipped: str | None
    """Why it is not judged."""
    documents: list[bool]
    """Its documents: whether something in it may suppress findings."""
    objects: Sequence[Sequence[Any]]
    """Its objects, each what `KeptObject` has."""
    found: list[list[Any]]
    """What was found in it alone."""
    asked: list[int]
    """What was asked for it, as numbers: two questions may share one, then one is asked again in vain."""
    known: list[list[Any]]
    """What was found of each object that waits; empty where nothing was of any."""


class Earlier(NamedTuple):
    """What an earlier run left."""

    facts: list[str]
    """The facts that its objects tell."""
    rules: list[list[str] | None]
    """The rules that objects wait for, by their ids; None: all of them."""
    files: list[KeptFile]
    lines: list[str]
    """The same as text, to be kept again."""


NOTHING = Earlier([], [], [], [])
_id_of = attrgetter("id")


def read(text: str) -> Earlier:
    """Return what `write` has written.

    Raises:
        LookupError, TypeError, ValueError: It is something else.
    """
    first, *lines = text.split("\n")
    head = records.from_text(first)
    files = records.from_text(f"[{','.join(lines)}]")
    if not (is_head_of_kept_files(head) and are_kept_files(files)):
        raise ValueError(text)
    facts, rules = head
    for name in facts:
        fact_named(name)
    return Earlier(facts, rules, [KeptFile(*each) for each in files], lines)


def write(facts: Sequence[str], rules: Iterable[RuleIds], lines: Iterable[str]) -> str:
    """Return the text that is kept."""
    return "\n".join((records.to_text((facts, [*rules])), *lines))


def line_of(
    source: Source,
    key: str,
    scope: str,
    checked: CheckedFile,
    asked: list[int],
    found: Mapping[int, Sequence[Found]],
    facts: Sequence[NamedFact],
    rules: dict[RuleIds, int],
) -> str:
    """Return the line that is kept of a file.

    Args:
        source: The file.
        key: Its key.
        scope: What the inventory is called that it is applied with.
        checked: What it holds, and what was found in it alone.
        asked: What was asked for it, as numbers.
        found: What was found of each that waits, by the identity of the object.
        facts: The facts that its objects are to tell.
        rules: The rules that objects wait for, with their numbers. It gets those that are not among them yet.
    """
    suppressing = {id(each) for each in _suppressing(checked)}
    waits = {
        id(resource): rules.setdefault(None if put_off is None else tuple(map(_id_of, put_off)), len(rules))
        for resource, put_off, _ in checked.waiting
    }
    known = [found[number] for number in waits]
    kept = KeptFile(
        source.name, key, scope, checked.skipped,
        [id(each) in suppressing for each in checked.documents],
        [_kept(each, facts, waits.get(id(each))) for each in checked.resources],
        records.pack_found(checked.found, checked) if checked.found else [],
        asked,
        [records.pack_found(each, checked) for each in known] if any(known) else [],
    )  # fmt: skip
    return records.to_text(kept)


def told_again(kept: KeptFile, checked: CheckedFile, facts: Sequence[NamedFact]) -> str:
    """Return the line of a file for which nothing was asked, whose objects are to tell other facts."""
    objects = [
        _kept(resource, facts, waits)
        for resource, (*_, waits) in zip(checked.resources, kept.objects, strict=True)
    ]
    return records.to_text(kept._replace(objects=objects))


def _suppressing(checked: CheckedFile) -> Iterator[Document]:
    for document in checked.documents:
        if document.may_suppress and any(True for _ in comments_of(document)):
            yield document
    for resource in checked.resources:
        if resource.document.may_suppress and any(True for _ in annotations_of(resource)):
            yield resource.document


def _kept(resource: Resource, facts: Sequence[NamedFact], waits: int | None) -> KeptObject:
    return KeptObject(
        resource.document.index,
        resource.root,
        resource.api_version,
        resource.kind,
        resource.namespace,
        resource.name,
        resource.partly_known,
        told_by(resource, facts),
        waits,
    )


def numbers_of(asked: Iterable[Key]) -> set[int]:
    """Return the numbers that stand for questions."""
    return {crc32("\n".join(map(str, key)).encode("utf-8", "surrogatepass")) for key in asked}


def facts_of(asked: Iterable[str]) -> list[str]:
    """Return the names of the facts that objects are to tell: those that every inventory needs, and those that were asked for."""
    return sorted({*_OF_PODS, *asked})


def facts_named(names: Iterable[str]) -> list[NamedFact]:
    """Return facts, each between its name and what it is of most resources."""
    return [named(fact_named(name)) for name in names]


def light(
    kept: KeptFile,
    source: Source,
    reader: Reader,
    told: frozenset[str],
    waiting: Sequence[tuple[Rule, ...] | None],
    rules: RuleSet,
) -> CheckedFile:
    """Return a checked file in which objects know what is kept of them. What nobody has asked yet is read when it is asked.

    Args:
        kept: What is kept of the file.
        source: The file.
        reader: Reads it when somebody asks.
        told: The names of the facts that its objects tell.
        waiting: The rules that objects wait for, as `Earlier.rules` numbers them.
        rules: The rules of the run.

    Raises:
        LookupError, TypeError, ValueError: What is kept is of another file, or of other rules.
    """
    documents: list[Document] = [
        LightDocument(source, index, reader, may_suppress=may_suppress)
        for index, may_suppress in enumerate(kept.documents)
    ]
    resources: list[Resource] = []
    waits: list[Waiting] = []
    # A large run has thousands of objects: no names are gone through for each.
    for document, root, api_version, kind, namespace, name, partly_known, memo, number in kept.objects:
        resource = LightResource(
            documents[document],
            reader,
            root,
            api_version,
            kind,
            namespace,
            name,
            partly_known,
            memo,
            told=told,
        )
        resources.append(resource)
        if number is not None:
            waits.append(Waiting(resource, waiting[number], ()))
    checked = CheckedFile(documents, resources, [], waits, kept.skipped)
    if kept.found:
        checked.found.extend(records.unpack_found(kept.found, checked, rules))
    if kept.known:
        waits[:] = [
            each._replace(known=records.unpack_found(found, checked, rules))
            for each, found in zip(waits, kept.known, strict=True)
        ]
    return checked


def asked_again(checked: CheckedFile) -> CheckedFile:
    """Return a checked file of whose objects that wait nothing is known."""
    return checked._replace(waiting=[each._replace(known=None) for each in checked.waiting])


def touched(resources: Iterable[tuple[str, Resource]], facts: Sequence[str]) -> set[int]:
    """Return the numbers of the questions in which resources have a say.

    Args:
        resources: Each behind the name of the inventory that it is applied with.
        facts: The facts by which resources are looked for.
    """
    told = [fact_named(name) for name in facts if name not in _OF_PODS]
    return numbers_of(
        (scope, *words)
        for own, resource in resources
        for words in words_of(resource, told)
        for scope in {"", own, scope_of("", folder_of(resource)), scope_of(own, folder_of(resource))}
    )


_OF_PODS = frozenset({name_of(pod_labels), name_of(is_hook)})


def is_custom(kept: KeptFile) -> bool:
    """Tell whether there are custom resources in a file: what judges them may stand elsewhere."""
    return any(
        api_version and kind and not is_builtin(api_version) for _, _, api_version, kind, *_ in kept.objects
    )
