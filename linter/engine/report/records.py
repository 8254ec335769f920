"""Reports and checked files as records: plain lists, mappings, texts and numbers, for the cache and for worker processes.

What a record says of sources, documents and resources is kept by their numbers: its reader has them already.
"""

from __future__ import annotations

from collections import Counter
from itertools import islice

from linter.engine.report.finding import Finding, Report, ResourceId, Suppressed
from linter.light_json import dumps, loads
from linter.loading.discovery import Skipped
from linter.loading.place import Range
from linter.loading.source import Unreadable
from linter.version import KubeVersion

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from linter.engine.checking import Found
    from linter.engine.report.places import ProblemPlace
    from linter.engine.rule import Problem
    from linter.engine.rule_set import RuleSet
    from linter.engine.run.files import CheckedFile
    from linter.loading.document import Document
    from linter.loading.place import LoadProblem
    from linter.loading.resource import Resource
    from linter.loading.source import Source
    from linter.path import FieldPath


def to_text(record: Any) -> str:
    """Return a record as JSON."""
    return dumps(record)


def from_text(text: str) -> Any:
    """Return the record that a JSON text holds.

    Raises:
        ValueError: It is not JSON.
    """
    return loads(text)


# --- reports -------------------------------------------------------------------------------------------------------


def pack_report(report: Report, sources: Sequence[Source]) -> dict[str, Any]:
    """Return the record of a report. Fixes are left out: a run that fixes is not cached."""
    numbers = {id(source): number for number, source in enumerate(sources)}
    return {
        "version": report.version,
        "findings": [_pack_finding(finding, numbers) for finding in report.findings],
        "suppressed": [
            [_pack_finding(suppressed.finding, numbers), suppressed.by, suppressed.reason]
            for suppressed in report.suppressed
        ],
        "unreadable": report.unreadable,
        "skipped": report.skipped,
        "files": report.files,
        "resources": report.resources,
        "outdated": report.outdated,
        "unbuilt": report.unbuilt,
        "by_schema": report.by_schema,
        "unchecked": report.unchecked,
        "unasked": report.unasked,
    }


def unpack_report(record: dict[str, Any], sources: Sequence[Source]) -> Report:
    """Make a report of its record.

    Raises:
        LookupError, TypeError, ValueError: The record is not what `pack_report` makes.
    """
    return Report(
        version=KubeVersion(*record["version"]),
        findings=tuple(_unpack_finding(finding, sources) for finding in record["findings"]),
        suppressed=tuple(
            Suppressed(_unpack_finding(finding, sources), by, reason)
            for finding, by, reason in record["suppressed"]
        ),
        unreadable=tuple(Unreadable(*parts) for parts in record["unreadable"]),
        skipped=tuple(Skipped(*parts) for parts in record["skipped"]),
        files=record["files"],
        resources=record["resources"],
        outdated=record["outdated"],
        unbuilt=tuple(Skipped(*parts) for parts in record["unbuilt"]),
        by_schema=record["by_schema"],
        unchecked=record["unchecked"],
        unasked=record["unasked"],
    )


def _pack_finding(finding: Finding, numbers: dict[int, int]) -> list[Any]:
    return [
        finding.rule,
        finding.group,
        finding.severity,
        finding.message,
        numbers[id(finding.source)],
        finding.range,
        finding.resource,
        finding.field,
        finding.reason,
        finding.fixable,
        finding.fingerprint,
        finding.builds,
    ]


def _unpack_finding(record: list[Any], sources: Sequence[Source]) -> Finding:
    (
        rule,
        group,
        severity,
        message,
        number,
        range_,
        resource,
        field,
        reason,
        fixable,
        fingerprint,
        builds,
    ) = record
    return Finding(
        rule=rule,
        group=group,
        severity=severity,
        message=message,
        source=sources[number],
        range=Range(*range_),
        resource=None if resource is None else ResourceId(*resource),
        field=field,
        reason=reason,
        fixable=fixable,
        fingerprint=fingerprint,
        builds=tuple(builds),
    )


# --- checked files -------------------------------------------------------------------------------------------------


def pack_file(checked: CheckedFile, source: Source) -> list[Any]:
    """Return the record of a checked file: why it is not judged, and the records of its parts (one here)."""
    return [checked.skipped, [pack_part(checked, source)]]


def file_text(skipped: str | None, parts: Iterable[str]) -> str:
    """Return the record of a checked file as `to_text` does, made of the texts of its parts' records."""
    return f"[{to_text(skipped)},[{','.join(parts)}]]"


def unpack_file(record: list[Any], source: Source, rules: RuleSet) -> CheckedFile:
    """Make a checked file of its record.

    Raises:
        LookupError, TypeError, ValueError: The record is not what `pack_file` makes of this source with these rules.
    """
    from linter.engine.run.files import concatenated

    skipped, raw_parts = record
    parts: list[CheckedFile] = []
    first = 0
    for raw in raw_parts:
        parts.append(unpack_part(raw, source, rules, first))
        first += len(parts[-1].documents)
    return concatenated(parts)._replace(skipped=skipped)


def pack_part(checked: CheckedFile, source: Source) -> list[Any]:
    """Return the record of a checked file, or of a part of one, without why it is not judged."""
    resources = {_place(resource): number for number, resource in enumerate(checked.resources)}
    counts = Counter(id(resource.document) for resource in checked.resources)
    return [
        [_pack_document(document, source, counts[id(document)]) for document in checked.documents],
        pack_found(checked.found, checked),
        [
            [resources[_place(resource)], None if rules is None else [rule.id for rule in rules]]
            for resource, rules, _ in checked.waiting
        ],
    ]


def unpack_part(record: list[Any], source: Source, rules: RuleSet, first: int = 0) -> CheckedFile:
    """Make a checked file of what `pack_part` returned.

    Args:
        record: The record.
        source: The file.
        rules: The rules that it was checked by.
        first: The number of the part's first document in the file.

    Raises:
        LookupError, TypeError, ValueError: The record is not what `pack_part` makes of this source with these rules.
    """
    from linter.engine.run.files import CheckedFile, Waiting
    from linter.loading.document import Document
    from linter.loading.yaml.reader import resources_of

    raw_documents, raw_found, raw_waiting = record
    documents: list[Document] = []
    resources: list[Resource] = []
    for number, (first_line, place, value, problems, is_marked, count) in enumerate(raw_documents, first):
        text = source.text if place is None else source.text[place[0] : place[1]]
        document = Document(
            source,
            number,
            first_line,
            text,
            value,
            tuple(map(unpack_load_problem, problems)),
            is_marked=is_marked,
        )
        documents.append(document)
        if count:
            resources += islice(resources_of(document), count)
    waiting = [
        Waiting(resources[number], None if ids is None else tuple(rules.by_id[rule_id] for rule_id in ids))
        for number, ids in raw_waiting
    ]
    found = [_unpack_found(raw, documents, resources, rules) for raw in raw_found]
    return CheckedFile(documents, resources, found, waiting, None)


def pack_found(found: Sequence[Found], checked: CheckedFile) -> list[list[Any]]:
    """Return the records of what was found in a checked file."""
    from linter.engine.report.places import places_of

    documents = {id(document): number for number, document in enumerate(checked.documents)}
    resources = {_place(resource): number for number, resource in enumerate(checked.resources)}
    return [
        _pack_found(each, place, documents, resources)
        for each, place in zip(found, places_of(found), strict=True)
    ]


def unpack_found(record: list[list[Any]], checked: CheckedFile, rules: RuleSet) -> tuple[Found, ...]:
    """Return what `pack_found` has packed.

    Raises:
        LookupError, TypeError, ValueError: The record is not what it makes of this file with these rules.
    """
    return tuple(_unpack_found(each, checked.documents, checked.resources, rules) for each in record)


def _pack_document(document: Document, source: Source, resources: int) -> list[Any]:
    # Nothing of a manifest is kept that its reader can do without: it has the source.
    place = place_of(document, source)
    return [
        document.first_line, place, document.value, plain(document.problems), document.is_marked, resources
    ]  # fmt: skip


def place_of(document: Document, source: Source) -> list[int] | None:
    """Return where the text of a document begins and ends in its source; None where it is all of it."""
    if document.text == source.text:
        return None
    from linter.loading.lines import line_starts

    start = source.text.index(document.text, line_starts(source.text)[document.first_line - 1])
    return [start, start + len(document.text)]


def unpack_load_problem(record: list[Any]) -> LoadProblem:
    """Return what the reader found wrong with a document, given its record."""
    from linter.loading.place import LoadProblem

    rule, message, range_, reason, field = record
    return LoadProblem(rule, message, Range(*range_), reason, field)


def _place(resource: Resource) -> tuple[int, FieldPath]:
    """Return what tells a resource of a file from the others."""
    return id(resource.document), resource.root


def _pack_found(
    found: Found,
    place: ProblemPlace,
    documents: dict[int, int],
    resources: dict[tuple[int, FieldPath], int],
) -> list[Any]:
    resource = found.resource
    # An object whose kind has the wrong capitals is judged as it was meant, too.
    about = None if resource is None else [resources[_place(resource)], resource.kind]
    return [
        found.rule.id, documents[id(found.document)], about, plain(_pack_problem(found.problem)),
        [*place.location.range, place.key_line],
    ]  # fmt: skip


def _unpack_found(
    record: list[Any], documents: Sequence[Document], resources: Sequence[Resource], rules: RuleSet
) -> Found:
    from linter.engine.checking import Found
    from linter.engine.report.places import ProblemPlace
    from linter.loading.document import Location

    rule, of_document, about, problem, (*range_, key_line) = record
    document = documents[of_document]
    resource = None
    if about is not None:
        number, kind = about
        resource = resources[number]
        if resource.kind != kind:
            resource = resource.as_kind(kind)
    place = ProblemPlace(Location(document.source, Range(*range_)), key_line)
    return Found(rules.by_id[rule], _unpack_problem(problem), document, resource, place=place)


def _pack_problem(problem: Problem) -> list[Any]:
    from linter.path import format_path

    # How the server spells the field depends on which steps are keys of free maps, which plain text no longer tells.
    field = problem.field or (format_path(problem.path) if problem.path else None)
    return [problem.path, problem.message, problem.reason, field, problem.at_key, problem.at, problem.fix]


def _unpack_problem(record: list[Any]) -> Problem:
    from linter.engine.rule import Fix, Problem

    path, message, reason, field, at_key, at, fix = record
    return Problem(
        tuple(path),
        message,
        reason,
        field,
        at_key,
        None if at is None else Range(*at),
        None if fix is None else Fix(fix[0], tuple(fix[1]), fix[2]),
    )


def plain(value: Any) -> Any:
    """Return a value as JSON keeps it: marshal, which carries records between processes, takes no named tuples."""
    if not value:
        return []
    return loads(dumps(value))
