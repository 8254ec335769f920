"""One file, checked as far as it goes without the others; and the same as text, for worker processes and the cache."""

from __future__ import annotations

import json
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from linter.engine.checking import Found, check_document, check_resource
from linter.engine.own_rules import TOO_MANY_FINDINGS
from linter.engine.rule import Fix, Problem
from linter.kube.kinds import is_builtin
from linter.loading.document import Document, LoadProblem, Range
from linter.loading.reader import may_be_kubernetes, read_documents, resources_of
from linter.path import format_path

if TYPE_CHECKING:
    from linter.apiserver.server import Server
    from linter.engine.checking import RuleSet
    from linter.engine.rule import Context, Rule
    from linter.loading.limits import Limits
    from linter.loading.resource import Resource
    from linter.loading.source import Source


class Waiting(NamedTuple):
    """A resource that has something to be asked once all resources are known."""

    resource: Resource
    rules: tuple[Rule, ...] | None
    """The rules that need to know; None: all of them (a custom resource, whose definition may stand elsewhere)."""


class CheckedFile(NamedTuple):
    """What one file holds, and what could be said of it alone."""

    documents: list[Document]
    resources: list[Resource]
    found: list[Found]
    waiting: list[Waiting]
    is_kubernetes: bool
    """Whether anything in it is meant as a manifest."""


def check_file(
    source: Source, rules: RuleSet, server: Server, context: Context, limits: Limits
) -> CheckedFile:
    """Read a file and apply the rules that can do without the others. The context has no inventory yet."""
    documents = read_documents(source, limits=limits)
    checked = CheckedFile(documents, [], [], [], any(map(may_be_kubernetes, documents)))
    if not checked.is_kubernetes and not source.explicit:
        return checked
    for document in documents:
        checked.found.extend(check_document(document, rules, context))
        for resource in resources_of(document):
            if len(checked.found) > limits.findings:
                break
            checked.resources.append(resource)
            if resource.api_version and resource.kind and not is_builtin(resource.api_version):
                checked.waiting.append(Waiting(resource, None))
                continue
            put_off: list[Rule] = []
            checked.found.extend(check_resource(resource, rules, server, context, put_off))
            if put_off:
                checked.waiting.append(Waiting(resource, tuple(put_off)))
            resource.forget()
        if len(checked.found) > limits.findings:
            del checked.found[limits.findings :]
            message = f"There are more than {limits.findings} findings in this file; the rest is not told. Mend these first."
            checked.found.append(Found(TOO_MANY_FINDINGS, Problem((), message), document, None))
            break
    return checked


def flatten(checked: CheckedFile, source: Source) -> list[Any]:
    """Return a checked file as plain lists, mappings, texts and numbers."""
    numbers = {id(resource): number for number, resource in enumerate(checked.resources)}
    count = Counter(id(resource.document) for resource in checked.resources)
    documents = {id(document): number for number, document in enumerate(checked.documents)}
    return [
        [
            [
                each.first_line,
                None if each.text == source.text else each.text,
                each.value,
                _plain(each.problems),
            ]
            for each in checked.documents
        ],
        [count[id(each)] for each in checked.documents],
        [
            [
                each.rule.id,
                documents[id(each.document)],
                None if each.resource is None else numbers[id(each.resource)],
                _plain(_packed(each.problem)),
            ]
            for each in checked.found
        ],
        [
            [numbers[id(each.resource)], None if each.rules is None else [rule.id for rule in each.rules]]
            for each in checked.waiting
        ],
        checked.is_kubernetes,
    ]


def _plain(value: Any) -> Any:
    """Return what is left of named tuples and the like in JSON: problems are few, so nobody need spell out their parts."""
    return json.loads(json.dumps(value)) if value else []


def unflatten(flat: list[Any], source: Source, rules: RuleSet) -> CheckedFile:
    """Make a checked file of its plain values.

    Raises:
        LookupError, TypeError, ValueError: They are not what `flatten` makes of this source with these rules.
    """
    raw_documents, counts, raw_found, raw_waiting, is_kubernetes = flat
    documents = [
        Document(
            source, number, first_line, source.text if text is None else text, value, _problems(problems)
        )
        for number, (first_line, text, value, problems) in enumerate(raw_documents)
    ]
    resources = [
        resource
        for document, count in zip(documents, counts, strict=True)
        for resource in islice(resources_of(document), count)
    ]
    found = [
        Found(
            rules.by_id[rule],
            _unpacked(problem),
            documents[document],
            None if resource is None else resources[resource],
        )
        for rule, document, resource, problem in raw_found
    ]
    waiting = [
        Waiting(resources[number], None if ids is None else tuple(rules.by_id[each] for each in ids))
        for number, ids in raw_waiting
    ]
    return CheckedFile(documents, resources, found, waiting, is_kubernetes)


def packed(flat: list[Any]) -> str:
    """Return the plain values of a checked file as JSON, for the cache."""
    return json.dumps(flat, separators=(",", ":"))


def unpacked(text: str) -> list[Any]:
    """Return the plain values that a JSON text holds.

    Raises:
        ValueError: It is no JSON.
    """
    return json.loads(text)  # type: ignore[no-any-return]


def _problems(raw: list[Any]) -> tuple[LoadProblem, ...]:
    return tuple(
        LoadProblem(rule, message, Range(*place), reason, field)
        for rule, message, place, reason, field in raw
    )


def _packed(problem: Problem) -> list[Any]:
    # The spelling of the field depends on keys that plain text no longer tells from names: settled here.
    field = problem.field or (format_path(problem.path) if problem.path else None)
    return [problem.path, problem.message, problem.reason, field, problem.at_key, problem.at, problem.fix]


def _unpacked(raw: list[Any]) -> Problem:
    path, message, reason, field, at_key, at, fix = raw
    return Problem(
        tuple(path),
        message,
        reason,
        field,
        at_key,
        None if at is None else Range(*at),
        None if fix is None else Fix(fix[0], tuple(fix[1]), fix[2]),
    )
