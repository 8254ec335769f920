"""What an earlier run left of each file: what it holds, in a few words, what it asked of the others, and what was found then.

A file that is the same need not be read for others to be judged, nor be judged itself, unless one that is not the same has a say in
what it asked.
"""

from __future__ import annotations

from binascii import crc32

from linter.engine.asked import few, scope_of
from linter.engine.filing import folder_of, is_hook, pod_labels
from linter.engine.report import records
from linter.engine.report.record_shape import is_kept_file
from linter.engine.report.suppress import annotations_of, comments_of
from linter.engine.run.files import CheckedFile, Waiting
from linter.engine.run.kept import KeptObject, as_checked
from linter.engine.told import fact_named, name_of, nothing_of
from linter.engine.words import words_of
from linter.kube.kinds import is_builtin
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from linter.engine.asked import Key
    from linter.engine.checking import Found, RuleSet
    from linter.engine.run.kept import Reader
    from linter.engine.told import Fact
    from linter.loading.resource import Resource
    from linter.loading.source import Source


class KeptFile(NamedTuple):
    """What is kept of one file."""

    name: str
    key: str
    """What tells its content, and the options it was checked with, from others."""
    scope: str
    """What the inventory is called that it is applied with."""
    skipped: str | None
    """Why it is not judged."""
    is_quiet: bool
    """Whether nothing was found in it, and nothing in it suppresses findings."""
    objects: list[list[Any]]
    """Its objects, each what `KeptObject` has."""
    asked: list[int]
    """What was asked for them, as numbers: two questions may share one, then one is asked again in vain."""
    found: list[list[Any]]
    """What was found of each that waits."""


class Earlier(NamedTuple):
    """What an earlier run left."""

    facts: list[str]
    """The facts that its objects tell."""
    files: list[KeptFile]
    lines: list[str]
    """The same as text, to be kept again."""


def read(text: str) -> Earlier:
    """Return what `write` has written.

    Raises:
        LookupError, TypeError, ValueError: It is something else.
    """
    first, *lines = text.split("\n")
    facts = records.from_text(first)
    files = records.from_text(f"[{','.join(lines)}]")
    if type(facts) is not list or set(map(type, facts)) != {str} or not all(map(is_kept_file, files)):
        raise ValueError(text)
    for name in facts:
        fact_named(name)
    return Earlier(facts, [KeptFile(*each) for each in files], lines)


def write(facts: Sequence[str], lines: Iterable[str]) -> str:
    """Return the text that is kept."""
    return "\n".join((records.to_text(facts), *lines))


def line_of(
    source: Source,
    key: str,
    scope: str,
    checked: CheckedFile,
    asked: set[Key],
    found: Mapping[int, Sequence[Found]],
    facts: Sequence[Fact],
) -> str:
    """Return the line that is kept of a file.

    Args:
        source: The file.
        key: Its key.
        scope: What the inventory is called that it is applied with.
        checked: What it holds, and what was found in it alone.
        asked: What was asked for it.
        found: What was found of each that waits, by the identity of the object.
        facts: The facts that its objects are to tell.
    """
    waiting = [each.resource for each in checked.waiting]
    waits = set(map(id, waiting))
    found_of = (found[id(resource)] for resource in waiting)
    packed = [records.pack_found(each, checked) if each else [] for each in found_of]
    is_quiet = not (checked.found or any(packed) or _suppresses(checked))
    objects = [_kept(each, facts, waits=id(each) in waits) for each in checked.resources]
    numbers = sorted({number(each) for each in few(asked)})
    kept = KeptFile(source.name, key, scope, checked.skipped, is_quiet, objects, numbers, packed)
    return records.to_text(kept)


def told_again(kept: KeptFile, checked: CheckedFile, facts: Sequence[Fact]) -> str:
    """Return the line of a file for which nothing was asked, whose objects are to tell other facts."""
    objects = [
        _kept(resource, facts, waits=waits)
        for resource, (*_, waits) in zip(checked.resources, kept.objects, strict=True)
    ]
    return records.to_text(kept._replace(objects=objects))


def _suppresses(checked: CheckedFile) -> bool:
    return any(True for document in checked.documents for _ in comments_of(document)) or any(
        True for resource in checked.resources for _ in annotations_of(resource)
    )


def _kept(resource: Resource, facts: Sequence[Fact], *, waits: bool) -> list[Any]:
    told = {}
    for fact in facts:
        value = fact(resource)
        if value != nothing_of(fact):
            told[name_of(fact)] = value
    return [
        *KeptObject(
            resource.document.index,
            list(resource.root),
            resource.api_version,
            resource.kind,
            resource.namespace,
            resource.name,
            resource.partly_known,
            told,
            waits,
        )
    ]


def number(key: Key) -> int:
    """Return the number that stands for a question."""
    return crc32("\n".join(map(str, key)).encode("utf-8", "surrogatepass"))


def facts_of(asked: Iterable[str]) -> list[str]:
    """Return the names of the facts that objects are to tell: those that every inventory needs, and those that were asked for."""
    return sorted({*_OF_PODS, *asked})


def light(kept: KeptFile, source: Source, reader: Reader, told: frozenset[str]) -> CheckedFile:
    """Return a checked file in which objects know what is kept of them. What nobody has asked yet is read when it is asked.

    Args:
        kept: What is kept of the file.
        source: The file.
        reader: Reads it when somebody asks.
        told: The names of the facts that its objects tell.
    """
    documents, resources = as_checked(kept.objects, source, reader, told)
    waiting = [
        Waiting(resource, (), ()) for resource, each in zip(resources, kept.objects, strict=True) if each[-1]
    ]
    return CheckedFile(documents, resources, [], waiting, kept.skipped)


def with_known(kept: KeptFile, checked: CheckedFile, rules: RuleSet) -> CheckedFile:
    """Return a checked file with what is known of the objects that wait.

    Raises:
        LookupError, TypeError, ValueError: What is kept is of another file.
    """
    waiting = [
        each._replace(known=records.unpack_found(found, checked, rules))
        for each, found in zip(checked.waiting, kept.found, strict=True)
    ]
    return checked._replace(waiting=waiting)


def touched(resources: Iterable[tuple[Resource, str]], facts: Sequence[str]) -> set[int]:
    """Return the numbers of the questions in which resources have a say.

    Args:
        resources: Each with the name of the inventory that it is applied with.
        facts: The facts by which resources are looked for.
    """
    told = [fact_named(name) for name in facts if name not in _OF_PODS]
    return {
        number((scope, *words))
        for resource, own in resources
        for words in words_of(resource, told)
        for scope in {"", own, scope_of("", folder_of(resource)), scope_of(own, folder_of(resource))}
    }


_OF_PODS = frozenset({name_of(pod_labels), name_of(is_hook)})


def is_custom(kept: KeptFile) -> bool:
    """Tell whether there are custom resources in a file: what judges them may stand elsewhere."""
    return any(
        api_version and kind and not is_builtin(api_version) for _, _, api_version, kind, *_ in kept.objects
    )
