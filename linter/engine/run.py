"""The run: sources → checked files → what needs all of them → findings → report."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from linter.engine.cache import Cache, code_digest, digest, stable
from linter.engine.finding import Report
from linter.engine.scoping import Names, fitting
from linter.loading.discovery import Skipped
from linter.loading.source import Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from linter.apiserver.server import Server
    from linter.engine.checking import Found, RuleSet
    from linter.engine.custom_resources import CustomSchemas
    from linter.engine.files import CheckedFile, Waiting
    from linter.engine.finding import Finding, Suppressed
    from linter.engine.options import LintOptions
    from linter.engine.rule import Context, Rule
    from linter.loading.document import Document
    from linter.loading.resource import Resource


_PUT_AT_ONCE = 1_000
"""How many files are stored in the cache at once."""


class _Input(NamedTuple):
    """What there is to check, and what is not checked, in the order of the paths."""

    sources: list[Source]
    unreadable: list[Unreadable]
    skipped: list[Skipped]


def run(sources: Iterable[Source | Unreadable | Skipped], options: LintOptions) -> Report:
    """Check everything.

    Args:
        sources: What is to be checked, as `linter.loading.discovery` yields it.
        options: What is asked for.

    Raises:
        UnknownRuleError: `select` or `ignore` names what does not exist.
        SchemaLocationError: A schema of a custom resource cannot be read.
    """
    given = _sorted_out(sources, options)
    if not options.cache or options.custom_rules or options.schema_locations:
        return _check(given, options, None)
    cache = Cache()
    try:
        return _with_cache(given, options, cache)
    finally:
        cache.close()


def _sorted_out(sources: Iterable[Source | Unreadable | Skipped], options: LintOptions) -> _Input:
    given = _Input([], [], [])
    names = Names(options.root)
    for source in sources:
        pattern = fitting(names.of(source.name), options.exclude) if options.exclude else None
        if pattern is not None:
            given.skipped.append(Skipped(source.name, f"excluded by the pattern {pattern}"))
        elif isinstance(source, Unreadable):
            given.unreadable.append(source)
        elif isinstance(source, Skipped):
            given.skipped.append(source)
        else:
            given.sources.append(source._replace(explicit=False) if options.manifests_only else source)
    return given


def _with_cache(given: _Input, options: LintOptions, cache: Cache) -> Report:
    """Return the report of the very same run where there is one, else make it of the files that are known."""
    from linter.engine import stored_report

    code = code_digest()
    keys = _Keys(code, options)
    whole = keys.of_run(given)
    text = cache.get([whole]).get(whole)
    if text is not None:
        try:
            return stored_report.unpack(text, given.sources)
        except (LookupError, TypeError, ValueError):
            pass  # written by another program: made anew
    report = _check(given, options, (cache, keys))
    cache.put({whole: stored_report.pack(report, given.sources)})
    return report


class _Keys:
    """The cache's keys of this run."""

    def __init__(self, code: bytes, options: LintOptions) -> None:
        # What one file says of itself depends on these alone; how it is judged then is of the whole run.
        alone = (options.select, options.ignore, options.version, options.nodes, options.rule_options, options.namespace,
                 options.limits)  # fmt: skip
        self._file = digest(b"file", code, stable(alone))
        # Entries of a baseline whose file is gone are told: so what is gone is part of the key.
        gone = {
            entry.file
            for entry in (options.baseline or {}).values()
            if not ((options.root or Path()) / entry.file).exists()
        }
        self._run = digest(
            b"run", code, stable(options._replace(jobs=None, timings=None, progress=None)), stable(gone)
        )

    def of_file(self, source: Source) -> bytes:
        """Return the key of a file by its content; its name does not matter."""
        return digest(self._file, b"1" if source.explicit else b"0", _content(source))

    def of_run(self, given: _Input) -> bytes:
        """Return the key of a run: all files by name and content, and what is not checked."""
        parts = [self._run, stable(given.unreadable), stable(given.skipped)]
        for source in given.sources:
            parts += [
                source.name.encode("utf-8", "surrogatepass"),
                b"1" if source.explicit else b"0",
                _content(source),
            ]
        return digest(*parts)


def _content(source: Source) -> bytes:
    return source.text.encode("utf-8", "surrogatepass") + stable(source.problems)


def _check(given: _Input, options: LintOptions, cache: tuple[Cache, _Keys] | None) -> Report:
    """Check the files one by one, then what needs all of them, and judge what was found."""
    from linter.apiserver.server import Server
    from linter.engine.checking import RuleSet
    from linter.engine.inventory import Inventory
    from linter.engine.judging import judge
    from linter.engine.registry import choose

    rules = choose(options.select, options.ignore, options.custom_rules)
    if options.timings is not None:
        from linter.engine.timing import timed

        rules = [timed(rule, options.timings) for rule in rules]
    rule_set = RuleSet(rules, options.timings)
    skipped = list(given.skipped)
    documents: list[Document] = []
    resources: list[Resource] = []
    found: list[Found] = []
    waiting: list[Waiting] = []
    files = 0
    for source, checked in zip(
        given.sources, _check_files(given.sources, rule_set, options, cache), strict=True
    ):
        if not checked.is_kubernetes and not source.explicit:
            skipped.append(Skipped(source.name, "no Kubernetes object (no apiVersion, no kind)"))
            continue
        files += 1
        if options.progress is not None:
            options.progress(files + len(skipped), len(given.sources) + len(given.skipped))
        documents += checked.documents
        resources += checked.resources
        found += checked.found
        waiting += checked.waiting
    context = _context(options)
    context = context._replace(inventory=Inventory(resources))
    server = Server(options.version, _custom_schemas(context, options.schema_locations))
    found += _check_rest(waiting, rule_set, context, server)
    unchecked = sum(
        each.rules is None and server.kind_status(each.resource.api_version, each.resource.kind) == "skipped"
        for each in waiting
    )
    findings, suppressed = judge(found, documents, resources, rules, options, context)
    return Report(
        version=options.version,
        findings=findings,
        suppressed=suppressed,
        unreadable=tuple(given.unreadable),
        skipped=tuple(skipped),
        files=files,
        resources=len(resources),
        outdated=_outdated(findings, suppressed, documents, rules, options),
        unchecked=unchecked,
    )


def _context(options: LintOptions) -> Context:
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


def _check_files(
    sources: Sequence[Source], rules: RuleSet, options: LintOptions, cache: tuple[Cache, _Keys] | None
) -> Iterator[CheckedFile]:
    """Yield every file's check: from the cache, from worker processes, or made here."""
    from linter.apiserver.server import Server
    from linter.engine.files import check_file, flatten, packed, unflatten, unpacked
    from linter.engine.parallel import check_in_parallel, jobs_for

    check = partial(
        check_file,
        rules=rules,
        server=Server(options.version),
        context=_context(options),
        limits=options.limits,
    )
    known: dict[int, CheckedFile] = {}
    keys: list[bytes] = []
    if cache is not None:
        keys = [cache[1].of_file(source) for source in sources]
        texts = cache[0].get(keys)
        for number, key in enumerate(keys):
            if key in texts:
                try:
                    known[number] = unflatten(unpacked(texts[key]), sources[number], rules)
                except (LookupError, TypeError, ValueError):
                    continue  # written by another program: checked anew
    missing = [number for number in range(len(sources)) if number not in known]
    rest = missing[1:]
    jobs = jobs_for(len(rest), options.jobs)
    # The workers start when the first of the rest is asked for. The first file of all is checked before, in this process: what
    # that loads (the YAML reader, rules, what kinds hold) they need not load again, each for itself.
    others = (
        check_in_parallel([sources[number] for number in rest], check, jobs, pack=cache is not None)
        if jobs > 1
        else None
    )
    new: dict[bytes, str] = {}
    for number, source in enumerate(sources):
        if number in known:
            yield known.pop(number)
            continue
        if others is not None and number != missing[0]:
            flat, text = next(others)
            checked = unflatten(flat, source, rules)
        else:
            checked = check(source)
            text = None if cache is None else packed(flatten(checked, source))
        if cache is not None and text is not None:
            new[keys[number]] = text
            if len(new) == _PUT_AT_ONCE:
                cache[0].put(new)
                new.clear()
        yield checked
    if cache is not None and new:
        cache[0].put(new)
    if others is not None:
        others.close()


def _check_rest(
    waiting: Sequence[Waiting], rules: RuleSet, context: Context, server: Server
) -> Iterator[Found]:
    """Yield what is found in the resources that had to wait for the others."""
    from linter.engine.checking import apply_put_off, check_resource

    for resource, put_off in waiting:
        if put_off is None:
            yield from check_resource(resource, rules, server, context)
        else:
            yield from apply_put_off(put_off, resource, context)


def _custom_schemas(context: Context, locations: Sequence[str]) -> CustomSchemas | None:
    """Return the schemas of custom resources: of the definitions in the run, and from the locations."""
    definitions = [each.manifest for each in context.inventory.of_kind("CustomResourceDefinition")]
    if not definitions and not locations:
        return None
    from linter.engine.custom_resources import CustomSchemas

    return CustomSchemas(definitions, locations, context.version)


def _outdated(
    findings: Iterable[Finding],
    suppressed: Iterable[Suppressed],
    documents: Iterable[Document],
    rules: Iterable[Rule],
    options: LintOptions,
) -> int:
    if not options.baseline:
        return 0
    from linter.engine.baseline import outdated
    from linter.engine.registry import with_custom

    names = Names(options.root)
    found = {finding.fingerprint for finding in findings}
    found.update(each.finding.fingerprint for each in suppressed)
    files = {names.of(each.source.name) for each in documents}
    active = {rule.id for rule in rules}
    return outdated(options.baseline, found, files, active, with_custom(options.custom_rules), options.root)
