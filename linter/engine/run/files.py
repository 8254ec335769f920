"""One file, checked as far as it goes without the others."""

from __future__ import annotations

from linter.engine.checking import Found, check_document, check_resource
from linter.engine.own_rules import TOO_MANY_FINDINGS
from linter.engine.rule import Problem
from linter.kube.kinds import is_builtin
from linter.light_typing import NamedTuple
from linter.loading.yaml.reader import hold_anything, read_documents, read_part, resources_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.apiserver.server import Server
    from linter.engine.rule import Context, Rule
    from linter.engine.rule_set import RuleSet
    from linter.loading.document import Document
    from linter.loading.limits import Limits
    from linter.loading.resource import Resource
    from linter.loading.source import Source
    from linter.loading.yaml.reader import Part


class Waiting(NamedTuple):
    """A resource that has something to be asked once all resources are known."""

    resource: Resource
    rules: tuple[Rule, ...] | None
    """The rules that need to know; None: all of them (a custom resource, whose definition may stand elsewhere)."""
    known: tuple[Found, ...] | None = None
    """What they find, where an earlier run has asked them and nothing that they asked for is another; None: they are to be asked."""


class CheckedFile(NamedTuple):
    """What one file holds, and what was found in it alone."""

    documents: list[Document]
    resources: list[Resource]
    found: list[Found]
    waiting: list[Waiting]
    skipped: str | None
    """Why it is not judged although it was found: nothing in it is meant as a manifest."""
    values: int = 0
    """Of a part of a file: how many values it holds."""


def check_file(
    source: Source,
    part: Part | None = None,
    *,
    rules: RuleSet,
    server: Server,
    context: Context,
    limits: Limits,
) -> CheckedFile:
    """Read a file, or a part of one, and apply the rules that can do without the others. The context has no inventory yet."""
    if part is None:
        documents, values = read_documents(source, limits=limits), 0
        skipped = _skip_reason(source, documents)
        if skipped is not None:
            return CheckedFile(documents, [], [], [], skipped)
    else:
        documents, values = read_part(source, part, limits)
    resources: list[Resource] = []
    found: list[Found] = []
    waiting: list[Waiting] = []
    for document in documents:
        found += check_document(document, rules, context)
        for resource in resources_of(document):
            if len(found) > limits.findings:
                break
            resources.append(resource)
            if resource.api_version and resource.kind and not is_builtin(resource.api_version):
                waiting.append(Waiting(resource, None))
                continue
            put_off: list[Rule] = []
            found += check_resource(resource, rules, server, context, put_off)
            if put_off:
                waiting.append(Waiting(resource, tuple(put_off)))
            resource.forget()
        if len(found) > limits.findings:
            message = f"There are more than {limits.findings} findings in this file; the rest is not reported. Fix these first."
            found[limits.findings :] = [Found(TOO_MANY_FINDINGS, Problem((), message), document, None)]
            break
    return CheckedFile(documents, resources, found, waiting, None, values)


def joined(parts: Sequence[CheckedFile], source: Source, limits: Limits) -> CheckedFile | None:
    """Return the check of a file, given those of its parts; None where only the whole tells: with its limits, and whether it is judged."""
    checked = concatenated(parts)
    if (
        checked.values > limits.values
        or len(checked.found) > limits.findings
        or not hold_anything(checked.documents)
        or _skip_reason(source, checked.documents) is not None
    ):
        return None
    return checked


def concatenated(parts: Sequence[CheckedFile]) -> CheckedFile:
    """Return what the parts of a file hold, one behind the other."""
    if len(parts) == 1:
        return parts[0]
    return CheckedFile(
        [document for part in parts for document in part.documents],
        [resource for part in parts for resource in part.resources],
        [found for part in parts for found in part.found],
        [waiting for part in parts for waiting in part.waiting],
        None,
        sum(part.values for part in parts),
    )


def _skip_reason(source: Source, documents: Sequence[Document]) -> str | None:
    if source.explicit:
        return None
    from linter.loading.recognition import skip_reason

    return skip_reason(documents)
