"""The run: sources → documents → resources → rules → findings → gate → report."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linter.engine.finding import Finding, Report, ResourceId, Suppressed
from linter.engine.fingerprint import Fingerprints
from linter.engine.fixes import repair_of
from linter.engine.gate import Gate
from linter.engine.inventory import Inventory
from linter.engine.own_rules import INTERNAL_ERROR, UNUSED_IGNORE
from linter.engine.registry import CUSTOM, choose, with_custom
from linter.engine.rule import Context, Path, Problem, format_path
from linter.engine.scoping import Names, fitting
from linter.engine.suppression import annotations_of, comments_of
from linter.kube.kinds import JUDGED, is_builtin
from linter.loading.discovery import Skipped
from linter.loading.document import Range
from linter.loading.reader import read_documents, resources_of
from linter.loading.source import Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from linter.engine.custom_resources import CustomSchemas
    from linter.engine.decoding import Decoder
    from linter.engine.options import LintOptions
    from linter.engine.rule import Rule, Severity
    from linter.engine.suppression import Suppression
    from linter.loading.document import Document
    from linter.loading.resource import Resource


class _Found(NamedTuple):
    """A problem with the rule that found it, before it has a place."""

    rule: Rule
    problem: Problem
    document: Document
    resource: Resource | None


class _Loaded(NamedTuple):
    documents: list[Document]
    resources: list[Resource]
    unreadable: list[Unreadable]
    skipped: list[Skipped]
    files: int


def run(sources: Iterable[Source | Unreadable | Skipped], options: LintOptions) -> Report:
    """Check everything.

    Args:
        sources: What is to be checked, as `linter.loading.discovery` yields it.
        options: What is asked for.

    Raises:
        UnknownRuleError: `select` or `ignore` names what does not exist.
    """
    rules = choose(options.select, options.ignore, options.custom_rules)
    loaded = _load(_without_excluded(sources, options))
    context = Context(
        version=options.version,
        inventory=Inventory(loaded.resources),
        nodes=options.nodes,
        options=options.rule_options,
    )
    found = list(_check(loaded, rules, context, options.schema_locations))
    findings, suppressed = _judge(found, loaded, rules, options, context)
    return Report(
        version=options.version,
        findings=findings,
        suppressed=suppressed,
        unreadable=tuple(loaded.unreadable),
        skipped=tuple(loaded.skipped),
        files=loaded.files,
        resources=len(loaded.resources),
        outdated=_outdated(findings, suppressed, loaded, rules, options),
    )


def _outdated(
    findings: Iterable[Finding],
    suppressed: Iterable[Suppressed],
    loaded: _Loaded,
    rules: Iterable[Rule],
    options: LintOptions,
) -> int:
    if not options.baseline:
        return 0
    from linter.engine.baseline import outdated

    names = Names(options.root)
    found = {finding.fingerprint for finding in findings}
    found.update(each.finding.fingerprint for each in suppressed)
    files = {names.of(each.source.name) for each in loaded.documents}
    active = {rule.id for rule in rules}
    return outdated(options.baseline, found, files, active, with_custom(options.custom_rules), options.root)


def _without_excluded(
    sources: Iterable[Source | Unreadable | Skipped], options: LintOptions
) -> Iterator[Source | Unreadable | Skipped]:
    names = Names(options.root)
    for source in sources:
        pattern = fitting(names.of(source.name), options.exclude)
        yield source if pattern is None else Skipped(source.name, f"excluded by the pattern {pattern}")


def _load(sources: Iterable[Source | Unreadable | Skipped]) -> _Loaded:
    loaded = _Loaded([], [], [], [], 0)
    files = 0
    for source in sources:
        if isinstance(source, Unreadable):
            loaded.unreadable.append(source)
        elif isinstance(source, Skipped):
            loaded.skipped.append(source)
        else:
            documents = read_documents(source)
            if not source.explicit and not any(map(_may_be_kubernetes, documents)):
                loaded.skipped.append(Skipped(source.name, "no Kubernetes object (no apiVersion, no kind)"))
                continue
            files += 1
            for document in documents:
                loaded.documents.append(document)
                loaded.resources.extend(resources_of(document))
    return loaded._replace(files=files)


def _may_be_kubernetes(document: Document) -> bool:
    """Tell whether a document of a file that was found in a folder is meant as a manifest."""
    value = document.value
    if isinstance(value, dict):
        return bool({"apiVersion", "kind"} & value.keys()) or {"metadata", "spec"} <= value.keys()
    # A broken file is judged by its text: every manifest says its kind.
    return bool(document.problems) and "kind:" in document.text and "apiVersion:" in document.text


def _check(
    loaded: _Loaded, rules: Sequence[Rule], context: Context, schema_locations: Sequence[str]
) -> Iterator[_Found]:
    """Yield what the rules find, resource by resource, stage by stage as the API server proceeds."""
    from linter.engine.decoding import Decoder

    decoder = Decoder(context.version, _custom_schemas(context, schema_locations))
    rule_set = RuleSet(rules)
    for document in loaded.documents:
        for rule in rule_set.document_rules:
            yield from _apply(rule, document, document, None, context)
    for resource in loaded.resources:
        yield from check_resource(resource, rule_set, decoder, context)


def _custom_schemas(context: Context, locations: Sequence[str]) -> CustomSchemas | None:
    """Return the schemas of custom resources: of the definitions in the run, and from the locations."""
    definitions = [each.manifest for each in context.inventory.of_kind("CustomResourceDefinition")]
    if not definitions and not locations:
        return None
    from linter.engine.custom_resources import CustomSchemas

    return CustomSchemas(definitions, locations, context.version)


class RuleSet:
    """The chosen rules, by stage and kind."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.document_rules: list[Rule] = []
        self.decode_rules: list[Rule] = []
        self._validate_rules: list[Rule] = []
        self._by_kind: dict[tuple[str, bool], tuple[Rule, ...]] = {}
        for rule in rules:
            if rule.scope == "document":
                self.document_rules.append(rule)
            elif rule.stage == "decode":
                self.decode_rules.append(rule)
            else:
                self._validate_rules.append(rule)
        # The server warns only about what it takes, so its warnings are asked last.
        self._validate_rules.sort(key=lambda rule: rule.group == "api" and rule.severity != "error")

    def rules_for(self, kind: str, *, judged: bool) -> tuple[Rule, ...]:
        """Return the rules that look at resources of a kind; those of group api look at judged kinds alone."""
        key = (kind, judged)
        if key not in self._by_kind:
            self._by_kind[key] = tuple(
                rule
                for rule in self._validate_rules
                if (rule.kinds is None or kind in rule.kinds) and (judged or rule.group != "api")
            )
        return self._by_kind[key]


def check_resource(resource: Resource, rules: RuleSet, decoder: Decoder, context: Context) -> list[_Found]:
    """Return what the rules find in one resource."""
    decoded = decoder.problems(resource.api_version, resource.kind, resource.manifest)
    resource.memo["decode"] = decoded
    found: list[_Found] = []
    for rule in rules.decode_rules:
        found += _apply(rule, resource, resource.document, resource, context)
    if not resource.api_version or not resource.kind:
        return found
    if any(each.rule != "deprecated-api" for each in decoded):
        return found  # does not decode: the server looks no further, and the rules could not trust the types
    if not is_builtin(resource.api_version):
        for rule in rules.rules_for(resource.kind, judged=False):
            if rule.group == CUSTOM:
                found += _apply(rule, resource, resource.document, resource, context)
        return found
    judged = (resource.api_version, resource.kind) in JUDGED
    api_errors = bool(resource.document.problems)
    for rule in rules.rules_for(resource.kind, judged=judged):
        if rule.group == "api":
            if resource.document.problems:
                continue  # a repeated key is refused while decoding, too
            if rule.severity != "error" and api_errors:
                continue  # the server warns only about what it takes
        new = _apply(rule, resource, resource.document, resource, context)
        api_errors = api_errors or (rule.group == "api" and bool(new))
        found += new
    return found


def _apply(
    rule: Rule, subject: Document | Resource, document: Document, resource: Resource | None, context: Context
) -> list[_Found]:
    try:
        return [_Found(rule, problem, document, resource) for problem in rule.check(subject, context)]
    except Exception as error:  # noqa: BLE001  a bug in one rule must not take the run down
        problem = Problem((), f"The rule `{rule.id}` failed: {_describe(error)}")
        return [_Found(INTERNAL_ERROR, problem, document, resource)]


def _describe(error: Exception) -> str:
    import traceback

    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({last.name}, line {last.lineno})"


def _judge(
    found: Iterable[_Found],
    loaded: _Loaded,
    rules: Sequence[Rule],
    options: LintOptions,
    context: Context,
) -> tuple[tuple[Finding, ...], tuple[Suppressed, ...]]:
    gate = Gate(
        _suppressions(loaded), (rule.id for rule in rules), with_custom(options.custom_rules), options
    )
    number = {id(document): index for index, document in enumerate(loaded.documents)}
    maker = _FindingMaker(options, context)
    reported: list[tuple[int, Finding]] = []
    suppressed: list[tuple[int, Suppressed]] = []
    for each in found:
        finding, lines = maker.make(each)
        place = number[id(each.document)]
        hidden = gate.suppressor(finding, each.document, each.resource.root if each.resource else None, lines)
        if hidden is None:
            reported.append((place, finding))
        else:
            suppressed.append((place, hidden))
    for suppression, message in gate.unused():
        line, column, end = suppression.at
        problem = Problem((), message, at=Range(line, column, line, end))
        place = number[id(suppression.document)]
        finding, _ = maker.make(_Found(UNUSED_IGNORE, problem, suppression.document, None))
        hidden = gate.by_options(finding)
        if hidden is None:
            reported.append((place, finding))
        else:
            suppressed.append((place, hidden))
    reported.sort(key=lambda pair: (pair[0], pair[1].range, pair[1].rule, pair[1].message))
    suppressed.sort(key=lambda pair: (pair[0], pair[1].finding.range, pair[1].finding.rule))
    return tuple(finding for _, finding in reported), tuple(each for _, each in suppressed)


def _suppressions(loaded: _Loaded) -> Iterator[Suppression]:
    for document in loaded.documents:
        yield from comments_of(document)
    for resource in loaded.resources:
        yield from annotations_of(resource)


class _FindingMaker:
    """Makes findings of problems: where, how severe, how to mend."""

    def __init__(self, options: LintOptions, context: Context) -> None:
        self._options = options
        self._context = context
        self._names = Names(options.root)
        self._fingerprints = Fingerprints()

    def make(self, found: _Found) -> tuple[Finding, frozenset[int]]:
        """Return the finding, and the lines at which a comment may stand to suppress it."""
        rule, problem, document, resource = found
        root: Path = () if resource is None else resource.root
        path: Path = (*root, *problem.path)
        if problem.at is not None:
            place, key_line = problem.at, problem.at.line
        else:
            key = document.positions.key(path)
            place = key if problem.at_key else document.positions.value(path)
            key_line = key.line
        who = None
        if resource is not None:
            who = ResourceId(resource.api_version, resource.kind, resource.namespace, resource.name)
        field = problem.field
        if field is None and problem.path:
            field = format_path(problem.path)
        name = self._names.of(document.source.name)
        repair = repair_of(rule, problem, resource, self._context) if resource is not None else None
        finding = Finding(
            rule=rule.id,
            group=rule.group,
            severity=self._severity(rule, name),
            message=problem.message,
            source=document.source,
            range=place,
            resource=who,
            field=field,
            reason=problem.reason,
            fixable=repair is not None,
            fingerprint=self._fingerprints.make(rule.id, name, who, field, problem.message),
            repair=repair,
        )
        return finding, frozenset({place.line, key_line})

    def _severity(self, rule: Rule, name: str) -> Severity:
        severity = self._options.severity.get(rule.id, rule.severity)
        for settings in self._options.per_path:
            if rule.id in settings.severity and fitting(name, (settings.pattern,)):
                severity = settings.severity[rule.id]
        return severity
