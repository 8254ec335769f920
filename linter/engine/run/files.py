"""One file, checked as far as it goes without the others."""

from __future__ import annotations

from linter.engine.checking import Found, check_document, check_resource
from linter.engine.own_rules import TOO_MANY_FINDINGS
from linter.engine.rule import Problem
from linter.kube.kinds import is_builtin
from linter.light_typing import NamedTuple
from linter.loading.recognition import skip_reason
from linter.loading.yaml.reader import read_documents, resources_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.server import Server
    from linter.engine.checking import RuleSet
    from linter.engine.rule import Context, Rule
    from linter.loading.document import Document
    from linter.loading.limits import Limits
    from linter.loading.resource import Resource
    from linter.loading.source import Source


class Waiting(NamedTuple):
    """A resource that has something to be asked once all resources are known."""

    resource: Resource
    rules: tuple[Rule, ...] | None
    """The rules that need to know; None: all of them (a custom resource, whose definition may stand elsewhere)."""


class CheckedFile(NamedTuple):
    """What one file holds, and what was found in it alone."""

    documents: list[Document]
    resources: list[Resource]
    found: list[Found]
    waiting: list[Waiting]
    skipped: str | None
    """Why it is not judged although it was found: nothing in it is meant as a manifest."""


def check_file(
    source: Source, rules: RuleSet, server: Server, context: Context, limits: Limits
) -> CheckedFile:
    """Read a file and apply the rules that can do without the others. The context has no inventory yet."""
    documents = read_documents(source, limits=limits)
    checked = CheckedFile(documents, [], [], [], None if source.explicit else skip_reason(documents))
    if checked.skipped is not None:
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
            message = f"There are more than {limits.findings} findings in this file; the rest is not reported. Fix these first."
            checked.found.append(Found(TOO_MANY_FINDINGS, Problem((), message), document, None))
            break
    return checked
