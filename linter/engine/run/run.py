"""The run: sources → checked files → what needs all of them → findings → report."""

from __future__ import annotations

from collections import Counter
from functools import partial

from linter.engine.report.finding import Report
from linter.engine.report.scope import Names
from linter.engine.run.inputs import sort_out
from linter.loading.discovery import Skipped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from linter.applysets.revision import RevisionFiles
    from linter.engine.checking import Found
    from linter.engine.config.options import LintOptions
    from linter.engine.inventory import Inventory
    from linter.engine.registry import Asked
    from linter.engine.report.finding import Finding, Suppressed
    from linter.engine.rule import Context, Rule
    from linter.engine.rule_set import RuleSet
    from linter.engine.run.again import Again
    from linter.engine.run.files import CheckedFile, Waiting
    from linter.engine.run.inputs import Inputs
    from linter.engine.run.servers import Servers
    from linter.engine.run.stored import Stored
    from linter.loading.document import Document
    from linter.loading.known_files import KnownFiles
    from linter.loading.resource import Resource
    from linter.loading.source import Source, Unreadable


def run(
    sources: Iterable[Source | Unreadable | Skipped],
    options: LintOptions,
    at: RevisionFiles | None = None,
    stored: Stored | None = None,
) -> Report:
    """Check everything.

    Args:
        sources: What is to be checked, as `linter.loading.discovery` yields it.
        options: What is asked for.
        at: The files of the git revision that the sources are of; None: they are on disk.
        stored: The cache, where it is open already; it is closed in the end.

    Raises:
        UnknownRuleError: `select` or `ignore` names what does not exist.
        SchemaLocationError: A schema of a custom resource cannot be read.
        ChangedMeanwhileError: A file that was known was written to while the run went on.
    """
    stored = stored or open_stored(options)
    if stored is None:
        return check(sort_out(sources, options, at), options)
    try:
        inputs = sort_out(sources, options, at)
        report = stored.report(inputs)
        if report is None:
            from linter.engine.run.stored import leaves_files

            again = None
            # What a revision held is asked for once, and would be in the way of what there is now.
            if at is None and leaves_files(inputs, options):
                from linter.engine.run.again import Again

                again = Again(inputs.sources, stored, options.limits)
            report = check(inputs, options, stored, again)
            stored.keep_report(inputs, report)
        stored.keep_known_files()
        stored.keep_files()
        for finding in (*report.findings, *(each.finding for each in report.suppressed)):
            # Whoever shows it later shows the lines that were judged.
            _ = finding.source.text
        return report
    finally:
        stored.close()


def run_known(
    paths: Sequence[str],
    read: Callable[[KnownFiles | None], Iterable[Source | Unreadable | Skipped]],
    options: LintOptions,
) -> Report:
    """Check everything; files that an earlier run knew are not read where their text is not needed.

    Args:
        paths: What is to be checked.
        read: Reads it, with what is known of files.
        options: What is asked for.

    Raises:
        UnknownRuleError, SchemaLocationError: As `run` does.
    """
    stored = open_stored(options)
    files = None if stored is None else stored.known_files(paths)
    if files is None:
        return run(read(None), options, stored=stored)
    from linter.loading.known_files import ChangedMeanwhileError

    try:
        return run(read(files), options, stored=stored)
    except ChangedMeanwhileError:
        return run(read(None), options)


def open_stored(options: LintOptions) -> Stored | None:
    """Open the cache for a run; None where nothing may be taken from it."""
    # What a chart renders to follows from more than the files that are found.
    if not options.cache or options.render_charts:
        return None
    from linter.engine.run.stored import Stored, may_be_stored

    if not may_be_stored(options):
        return None
    from linter.engine.run.cache import Cache

    return Stored(Cache(), options)


def check(
    inputs: Inputs, options: LintOptions, stored: Stored | None = None, again: Again | None = None
) -> Report:
    """Check the files one by one, then what needs all of them, and make findings of what was found.

    Args:
        inputs: What there is to check.
        options: What is asked for; the cache of its choice is left aside.
        stored: The results of files that are known, and where those of others are kept.
        again: What an earlier run of these files has left, and what this one leaves.

    Raises:
        UnknownRuleError: `select` or `ignore` names what does not exist.
        SchemaLocationError: A schema of a custom resource cannot be read.
    """
    from linter.apiserver.server import Server
    from linter.engine.registry import choose
    from linter.engine.report.build import build_findings
    from linter.engine.rule_set import RuleSet
    from linter.engine.run.scopes import inventories
    from linter.engine.run.servers import Servers
    from linter.engine.run.sets import check_sets, faults_of
    from linter.engine.run.statuses import status_of

    rules = choose(options.select, options.ignore, options.custom_rules)
    if options.timings is not None:
        from linter.engine.timing import timed

        rules = [timed(rule, options.timings) for rule in rules]
    rule_set = RuleSet(rules, options.timings)
    skipped = list(inputs.skipped)
    documents: list[Document] = []
    resources: list[Resource] = []
    found: list[Found] = []
    waiting: list[Waiting] = []
    files = 0
    # What is found in a single file is the report, and `again` knows what is found in each.
    by_file = stored if again is None and len(inputs.sources) > 1 else None
    check_some = partial(check_files, rules=rule_set, options=options, stored=by_file)
    all_checked = check_some(inputs.sources) if again is None else again.check(check_some, rule_set)
    for source, checked in zip(inputs.sources, all_checked, strict=True):
        if checked.skipped is not None:
            skipped.append(Skipped(source.name, checked.skipped))
            continue
        files += 1
        if options.progress is not None:
            options.progress(files + len(skipped), len(inputs.sources) + len(inputs.skipped))
        documents += checked.documents
        resources += checked.resources
        found += checked.found
        waiting += checked.waiting
    context = context_of(options)
    sets = () if inputs.sets is None else inputs.sets.sets
    built = check_sets(sets, rule_set, Server(options.version), context, stored)
    if again is None:
        scopes = inventories(resources, built.resources, sets)
    else:
        scopes = inventories(resources, built.resources, sets, again.asked, again.scopes)
    resources += built.resources
    found += built.found
    found += faults_of(inputs.sets, rule_set)
    servers = Servers(scopes.run, options.schema_locations, options.version)
    for scope, these in scopes.of_files(waiting):
        found += _check_rest(these, rule_set, context._replace(inventory=scope), servers, None, again)
    if again is not None:
        again.keep()
    for scope, these, apply_set in zip(scopes.sets, built.waiting, sets, strict=True):
        rest = _check_rest(these, rule_set, context._replace(inventory=scope), servers, scope)
        found += (each._replace(builds=(apply_set.name,)) for each in rest)
    inventories_of_sets = {
        id(resource): scope
        for scope, apply_set in zip(scopes.sets, sets, strict=True)
        for resource in apply_set.resources
    }
    statuses = [status_of(each, servers, inventories_of_sets.get(id(each))) for each in resources]
    if options.judged is not None:
        options.judged.extend(scopes.judged(resources, statuses, sets))
    counts = Counter(statuses)
    findings, suppressed = build_findings(found, documents, resources, rules, options, context, inputs.sets)
    return Report(
        version=options.version,
        findings=findings,
        suppressed=suppressed,
        unreadable=tuple(inputs.unreadable),
        skipped=tuple(skipped),
        files=files + inputs.built_from,
        resources=len(resources),
        outdated=_outdated(findings, suppressed, documents, rules, options),
        unbuilt=() if inputs.sets is None else inputs.sets.skipped,
        by_schema=counts["schema"] + servers.unasked,
        unchecked=counts["unchecked"],
        unasked=servers.unasked,
    )


def context_of(options: LintOptions) -> Context:
    """Return the context in which files are checked one by one."""
    from linter.engine.checking import NOT_YET
    from linter.engine.rule import Context

    return Context(
        version=options.version,
        inventory=NOT_YET,
        nodes=options.nodes,
        options=options.rule_options,
        namespace=options.namespace,
    )


def check_files(
    sources: Sequence[Source], rules: RuleSet, options: LintOptions, stored: Stored | None
) -> Iterator[CheckedFile]:
    """Yield the check of every file, in order: from the cache, from worker processes, or made here."""
    from linter.apiserver.server import Server
    from linter.engine.run.files import check_file
    from linter.engine.run.pool import check_all

    check = partial(
        check_file,
        rules=rules,
        server=Server(options.version),
        context=context_of(options),
        limits=options.limits,
    )
    known = {} if stored is None else stored.files(sources, rules)
    missing = [source for number, source in enumerate(sources) if number not in known]
    made = check_all(missing, check, rules, options.limits, options.jobs, with_text=stored is not None)
    for number in range(len(sources)):
        if number in known:
            yield known.pop(number)
            continue
        checked, text = next(made)
        if stored is not None and text is not None:
            stored.keep_file(sources[number], text)
        yield checked
    made.close()
    if stored is not None:
        stored.keep_files()


def _check_rest(
    waiting: Sequence[Waiting],
    rules: RuleSet,
    context: Context,
    servers: Servers,
    apply_set: Inventory | None,
    again: Again | None = None,
) -> Iterator[Found]:
    """Yield what is found in the resources that had to wait for the others."""
    from linter.engine.checking import apply_put_off, check_resource
    from linter.engine.registry import loaded

    asked: dict[tuple[int, ...], tuple[Asked, ...]] = {}
    for resource, put_off, known in waiting:
        if known is not None:
            yield from known
            continue
        if again is not None:
            again.ask_for(resource.document.source.name)
        if put_off is None:
            found = check_resource(resource, rules, servers.of(resource, apply_set), context)
        else:
            # Few sets of rules wait, of many objects each.
            key = tuple(map(id, put_off))
            if key not in asked:
                asked[key] = loaded(put_off)
            found = apply_put_off(asked[key], resource, context)
        if again is not None:
            found = again.note(resource, found)
        yield from found


def _outdated(
    findings: Iterable[Finding],
    suppressed: Iterable[Suppressed],
    documents: Iterable[Document],
    rules: Iterable[Rule],
    options: LintOptions,
) -> int:
    if not options.baseline:
        return 0
    from linter.engine.registry import with_custom
    from linter.engine.report.baseline import outdated

    names = Names(options.root)
    found = {finding.fingerprint for finding in findings}
    found.update(each.finding.fingerprint for each in suppressed)
    files = {names.of(document.source.name) for document in documents}
    active = {rule.id for rule in rules}
    return outdated(options.baseline, found, files, active, with_custom(options.custom_rules), options.root)
