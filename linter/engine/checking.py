"""One resource: what the API server says of it, step by step, then what the rules find, as far as possible without the others."""

from __future__ import annotations

from itertools import islice

from linter.apiserver.errors import MOST_ERRORS
from linter.apiserver.request import Request, Stored
from linter.engine.own_rules import INTERNAL_ERROR, TOO_MANY_FINDINGS
from linter.engine.registry import loaded
from linter.engine.rule import Problem, problem_of
from linter.kube.defaults.apply import apply_defaults
from linter.kube.kinds import is_builtin
from linter.kube.unknown import UnknownValueError, has_unknown_relations, known
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any, NoReturn, ParamSpec, TypeVar

    from linter.apiserver.errors import Error
    from linter.apiserver.server import Server
    from linter.engine.registry import Asked
    from linter.engine.report.places import ProblemPlace
    from linter.engine.rule import Context, Rule
    from linter.engine.rule_set import RuleSet
    from linter.loading.document import Document
    from linter.loading.resource import Resource

    Arguments = ParamSpec("Arguments")
    Answer = TypeVar("Answer")


class Found(NamedTuple):
    """A problem with the rule that found it, before it is a finding."""

    rule: Rule
    problem: Problem
    document: Document
    resource: Resource | None
    builds: tuple[str, ...] = ()
    """The kustomizations that build the resource so."""
    place: ProblemPlace | None = None
    """Where it stands, where that has been looked up."""


class NeedsTheRunError(BaseException):
    """A rule asked for the inventory where there is none yet. No rule may catch it, so it is no Exception."""


class _NotYet:
    """Stands for the inventory while files are checked one by one."""

    def __getattr__(self, name: str) -> NoReturn:
        raise NeedsTheRunError(name)


NOT_YET: Any = _NotYet()
"""The inventory of a context in which files are checked one by one: a rule that asks for it is put off."""


_ENOUGH = MOST_ERRORS + 1  # problems of one rule tell that there are too many


def check_document(document: Document, rules: RuleSet, context: Context) -> list[Found]:
    """Return what is wrong with the text of a document."""
    # Nothing of this is about a sound mapping but the items of a List.
    value = document.value
    if not document.problems and isinstance(value, dict) and "items" not in value:
        return []
    from linter.engine.documents import document_problems

    found = _chosen(document_problems(document), rules, document, None)
    return found + _ask(loaded(rules.document_rules), document, document, None, context)


def check_resource(
    resource: Resource,
    rules: RuleSet,
    server: Server,
    context: Context,
    put_off: list[Rule] | None = None,
) -> list[Found]:
    """Return what the API server says of one resource and what the rules find in it.

    Args:
        resource: The resource.
        rules: The rules.
        server: The API server.
        context: What else the rules may know.
        put_off: Where the context has no inventory yet: an empty list, which gets the rules that ask for it.
    """
    found, errors = _decode(resource, rules, server)
    # A repeated key is refused while decoding, too.
    undecodable = any(problem.reason is not None for problem in resource.document.problems)
    is_validated = (
        rules.asks_server and not undecodable and server.judges(resource.api_version, resource.kind)
    )
    if errors and any(error.reason is not None for error in errors):
        if (meant := _as_meant(resource, server)) is not None:
            # What else is wrong is the same whatever the capitals of the kind. Rules that ask for the run find it another time.
            found += check_resource(meant, rules, server, context, None if put_off is None else [])
        if is_validated and is_builtin(resource.api_version):
            found += _validate_the_rest(resource, errors, rules, server, context)
        return found  # the rules could not trust the types
    if is_validated:
        found += _validate(resource, rules, server, context)
    to_ask = rules.to_ask(resource, with_nodes=context.nodes is not None)
    found += _ask(to_ask.at_once, resource, resource.document, resource, context, put_off)
    if put_off is None:
        return found + apply_put_off(loaded(to_ask.with_the_run), resource, context)
    put_off += to_ask.with_the_run
    if resource.partly_known and has_unknown_relations(resource.manifest):
        put_off.clear()  # what is not known of an object cannot be held against others
    return found


def _as_meant(resource: Resource, server: Server) -> Resource | None:
    """Return a resource whose kind has wrong capitals alone as it was meant."""
    from linter.apiserver.decode import respelled_kind

    kind = respelled_kind(resource.api_version, resource.kind, server.version)
    return None if kind is None else resource.as_kind(kind)


def _decode(resource: Resource, rules: RuleSet, server: Server) -> tuple[list[Found], tuple[Error, ...]]:
    """Return what the API server says when it reads a resource, as findings and as it says it."""
    manifest = known(resource.manifest) if resource.partly_known else resource.manifest
    errors = _timed(resource, rules, server.decode, manifest)
    if not errors:
        return [], errors
    from linter.engine.partly_known import about_known
    from linter.engine.written import as_written

    reported = (
        (error.rule, as_written(problem_of(error), resource)) for error in about_known(errors, resource)
    )
    found = _chosen(reported, rules, resource.document, resource)
    return found, errors


def _validate_the_rest(
    resource: Resource, errors: Sequence[Error], rules: RuleSet, server: Server, context: Context
) -> list[Found]:
    """Return what the API server will say once the unknown fields are gone, save what may follow from them."""
    from linter.engine.unknown_fields import follows_from, without_unknown

    rest = without_unknown(resource, errors)
    if rest is None:
        return []
    unknown = [error.path for error in errors if error.reason is not None]
    return [
        each._replace(resource=resource)
        for each in _validate(rest, rules, server, context)
        if each.problem.reason is not None and not any(follows_from(each.problem, field) for field in unknown)
    ]


def _validate(resource: Resource, rules: RuleSet, server: Server, context: Context) -> list[Found]:
    """Return what the API server says of a resource that decodes."""
    try:
        errors = _timed(resource, rules, _asked, resource, server, context)
    except Exception as error:  # noqa: BLE001  a bug in one kind's validation must not take the run down
        problem = Problem((), f"The validation of {resource.kind} failed: {_describe(error)}")
        return [Found(INTERNAL_ERROR, problem, resource.document, resource)]
    if not errors:
        return []
    from linter.engine.partly_known import about_known

    reported = ((each.rule, problem_of(each)) for each in about_known(errors, resource))
    return _chosen(reported, rules, resource.document, resource)


def _asked(resource: Resource, server: Server, context: Context) -> Sequence[Error]:
    """Return what the API server refuses of a resource that decodes, or else what it warns of."""
    old = None if context.old is None else Stored(context.old.manifest, context.old.object)
    manifest = known(resource.manifest) if resource.partly_known else resource.manifest
    object_ = apply_defaults(manifest) if resource.partly_known else resource.object
    request = Request(context.version, manifest, object_, old, context.namespace)
    answer = server.validate(request)
    errors = answer.errors or answer.warnings
    if not errors or manifest is resource.manifest:
        return errors
    from linter.engine.partly_known import whatever_it_is

    return whatever_it_is(errors, resource, server, request)


def _timed(
    resource: Resource, rules: RuleSet, ask: Callable[Arguments, Answer], *arguments: Arguments.args,
    **named: Arguments.kwargs,
) -> Answer:  # fmt: skip
    """Return what the API server answers, with a note of the time where somebody asks for it."""
    if rules.timings is None:
        return ask(*arguments, **named)
    from linter.engine.timing import measured

    with measured(f"what the API server says of {resource.kind or 'objects without a kind'}", rules.timings):
        return ask(*arguments, **named)


def _chosen(
    reported: Iterable[tuple[str, Problem]], rules: RuleSet, document: Document, resource: Resource | None
) -> list[Found]:
    """Return the problems whose rules are chosen, not more than MOST_ERRORS of each."""
    found: list[Found] = []
    counts: dict[str, int] = {}
    for rule_id, problem in reported:
        rule = rules.by_id.get(rule_id)
        if rule is None:
            continue
        counts[rule_id] = count = counts.get(rule_id, 0) + 1
        if count <= MOST_ERRORS:
            found.append(Found(rule, problem, document, resource))
        elif count == MOST_ERRORS + 1:
            found.append(Found(TOO_MANY_FINDINGS, Problem((), _too_many(rule)), document, resource))
    return found


def _too_many(rule: Rule) -> str:
    return f"The rule `{rule.id}` finds more than {MOST_ERRORS} problems here; the rest is not reported. Fix these first."


def _ask(
    rules: Iterable[Asked],
    subject: Document | Resource,
    document: Document,
    resource: Resource | None,
    context: Context,
    put_off: list[Rule] | None = None,
) -> list[Found]:
    """Return what rules find in a document or a resource: nearly always nothing, which costs no more than the rules themselves."""
    found: list[Found] = []
    for rule, check in rules:
        try:
            problems = [*islice(check(subject, context), _ENOUGH)]
        except NeedsTheRunError:
            if put_off is None:
                raise
            put_off.append(rule)
        except UnknownValueError:
            continue
        except Exception as error:  # noqa: BLE001  a bug in one rule must not take the run down
            problem = Problem((), f"The rule `{rule.id}` failed: {_describe(error)}")
            found.append(Found(INTERNAL_ERROR, problem, document, resource))
        else:
            if problems:
                found += _sure(rule, problems, document, resource)
    return found


def _sure(rule: Rule, problems: list[Problem], document: Document, resource: Resource | None) -> list[Found]:
    """Return the problems of a rule that are no matter of what is not known, not more than MOST_ERRORS."""
    from linter.engine.partly_known import is_unsure

    found = [Found(rule, each, document, resource) for each in problems if not is_unsure(each, resource)]
    if len(found) > MOST_ERRORS:
        found[MOST_ERRORS:] = [Found(TOO_MANY_FINDINGS, Problem((), _too_many(rule)), document, resource)]
    return found


def apply_put_off(rules: Iterable[Asked], resource: Resource, context: Context) -> list[Found]:
    """Return what rules find that were put off until the inventory was there."""
    return _ask(rules, resource, resource.document, resource, context)


def _describe(error: Exception) -> str:
    import traceback

    last: Any = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({last.name}, line {last.lineno})"
