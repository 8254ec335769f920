"""What earlier runs left in the cache for this one: its whole report, and the check of each file."""

from __future__ import annotations

import os

from linter.engine.report import records
from linter.engine.report.record_shape import are_files, are_known_files, is_report
from linter.engine.run.cache import digest, digest_of_text, stable
from linter.engine.run.code_digest import code_digest
from linter.loading.source import STDIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any, Protocol

    from linter.engine.config.options import LintOptions
    from linter.engine.report.finding import Report
    from linter.engine.rule import Rule
    from linter.engine.rule_set import RuleSet
    from linter.engine.run.earlier import Earlier
    from linter.engine.run.files import CheckedFile
    from linter.engine.run.inputs import Inputs
    from linter.loading.known_files import KnownFiles
    from linter.loading.source import Source

    class Entries(Protocol):
        """A place for texts, by key: `linter.engine.run.cache.Cache`, or one of a caller's own."""

        def get(self, keys: Sequence[bytes]) -> Mapping[bytes, str]:
            """Return the texts of the keys that are there and whole."""

        def put(self, entries: Mapping[bytes, str]) -> None:
            """Store texts."""

        def close(self) -> None:
            """Let go of it."""


_PUT_AT_ONCE = 1_000
"""How many files are stored at once."""
FEWEST = 50
"""Of fewer files nothing is left for a next run but what is found in each: to check them takes no longer."""


def may_be_stored(options: LintOptions) -> bool:
    """Tell whether results depend on nothing but files, options and podplan: rules of one's own and schemas may look at anything."""
    return not (options.custom_rules or options.schema_locations)


def leaves_files(inputs: Inputs, options: LintOptions) -> bool:
    """Tell whether a run leaves something of its files for the next one that asks the same of these or others of their folder."""
    return (
        len(inputs.sources) >= FEWEST
        # What kustomizations build is no file, and each object of theirs may be in many.
        and inputs.sets is None
        # Who wants to know how each object was judged, or how long it took, wants all of them.
        and options.judged is None
        and options.timings is None
        and len({source.name for source in inputs.sources}) == len(inputs.sources)
    )


class Stored:
    """The entries of a cache that are about one run.

    Args:
        cache: Where they are kept.
        options: The options of the run.
        code: What tells one state of podplan's code from another, where the caller knows it.
    """

    def __init__(self, cache: Entries, options: LintOptions, code: bytes | None = None) -> None:
        self._cache = cache
        code = self._code = code or code_digest()
        # What one file says of itself depends on these alone; what is made of that then is of the whole run.
        alone = (options.select, options.ignore, options.version, options.nodes, options.rule_options, options.namespace,
                 options.limits)  # fmt: skip
        self._file = digest(b"file", code, stable(alone))
        self._object = digest(b"object", code, stable(alone))
        # Entries of a baseline whose file is gone are reported as outdated: so what is gone is part of the key.
        gone = {
            entry.file
            for entry in (options.baseline or {}).values()
            if not os.path.exists(os.path.join(options.root or "", entry.file))
        }
        self._run = digest(
            b"run",
            code,
            stable(options._replace(jobs=None, timings=None, judged=None, progress=None)),
            stable(gone),
        )
        self._limits = options.limits
        self._files: KnownFiles | None = None
        self._files_key = b""
        self._digests: dict[int, tuple[Source, str]] = {}
        self._run_of: tuple[Inputs, bytes] | None = None
        self._new: dict[bytes, str] = {}

    def known_files(self, paths: Sequence[str]) -> KnownFiles | None:
        """Return what the last run over these paths knew of the files below them; None where that would be of no use.

        Args:
            paths: Files, folders, glob patterns.
        """
        # Elsewhere there is no time of the last change; standard input can be read once alone.
        if os.name != "posix" or STDIN in paths or not any(map(os.path.isdir, paths)):
            return None
        from linter.loading.known_files import KnownFiles, known_files

        where = stable((_current_folder(), paths, self._limits.file_bytes))
        self._files_key = digest(b"files", self._code, where)
        text = self._cache.get([self._files_key]).get(self._files_key)
        try:
            record = None if text is None else records.from_text(text)
        except ValueError:
            record = None  # written by another program
        kept = known_files(record) if record is not None and are_known_files(record) else {}
        self._files = KnownFiles(kept, _text_digest, self._limits)
        return self._files

    def keep_known_files(self) -> None:
        """Store what this run knows of the files, with others: `keep_files` stores what is left."""
        kept = None if self._files is None else self._files.to_keep(self._text_digest_of)
        if kept is not None:
            self._new[self._files_key] = records.to_text(kept)

    def close(self) -> None:
        """Let go of the cache."""
        self._cache.close()

    def report(self, inputs: Inputs) -> Report | None:
        """Return the report of the very same run; None where there is none."""
        key = self._run_key(inputs)
        text = self._cache.get([key]).get(key)
        if text is None:
            return None
        try:
            record = records.from_text(text)
            return records.unpack_report(record, inputs.all_sources()) if is_report(record) else None
        except (LookupError, TypeError, ValueError):
            return None  # written by another program: made anew

    def keep_report(self, inputs: Inputs, report: Report) -> None:
        """Store the report of this run, with others: `keep_files` stores what is left."""
        text = records.to_text(records.pack_report(report, inputs.all_sources()))
        self._new[self._run_key(inputs)] = text

    def files(self, sources: Sequence[Source], rules: RuleSet) -> dict[int, CheckedFile]:
        """Return the checks of the sources that are known, by the number of the source."""
        keys = [self._file_key(source) for source in sources]
        texts = self._cache.get(keys)
        read: dict[int, Any] = {}
        for number, key in enumerate(keys):
            try:
                read[number] = records.from_text(texts[key])
            except (KeyError, ValueError):
                continue  # not known, or written by another program: checked anew
        if not are_files([*read.values()]):
            read = {number: record for number, record in read.items() if are_files([record])}
        known: dict[int, CheckedFile] = {}
        for number, record in read.items():
            try:
                known[number] = records.unpack_file(record, sources[number], rules)
            except (LookupError, TypeError, ValueError):
                continue  # written by another program, too
        return known

    def keep_file(self, source: Source, record: str) -> None:
        """Store the check of a source, with others: `keep_files` stores what is left.

        Args:
            source: The source.
            record: The text of the record of its check.
        """
        self._new[self._file_key(source)] = record
        if len(self._new) == _PUT_AT_ONCE:
            self.keep_files()

    def keep_files(self) -> None:
        """Store what `keep_file` has collected."""
        if self._new:
            self._cache.put(self._new)
            self._new.clear()

    def sound_objects(self, texts: Iterable[str], rules: RuleSet) -> dict[str, tuple[Rule, ...]]:
        """Return the rules that have to wait for the others, of the built objects that are known: nothing was found in them alone.

        Args:
            texts: Objects as text.
            rules: The rules of the run.
        """
        keys = {digest(self._object, text.encode("utf-8", "surrogatepass")): text for text in texts}
        known: dict[str, tuple[Rule, ...]] = {}
        for key, kept in self._cache.get(list(keys)).items():
            try:
                known[keys[key]] = tuple(rules.by_id[rule] for rule in records.from_text(kept))
            except (LookupError, TypeError, ValueError):
                continue  # written by another program: checked anew
        return known

    def keep_sound_object(self, text: str, rest: Iterable[Rule]) -> None:
        """Store that nothing was found in a built object alone, with others: `keep_files` stores what is left.

        Args:
            text: The object, as in `sound_objects`.
            rest: The rules that have to wait for the others.
        """
        key = digest(self._object, text.encode("utf-8", "surrogatepass"))
        self._new[key] = records.to_text([rule.id for rule in rest])
        if len(self._new) == _PUT_AT_ONCE:
            self.keep_files()

    def earlier(self, sources: Sequence[Source]) -> Earlier | None:
        """Return what the last run over these files left, or over others of the same folder; None where there was none."""
        from linter.engine.run import earlier

        key = self._earlier_key(sources)
        text = self._cache.get([key]).get(key)
        if text is None:
            return None
        try:
            return earlier.read(text)
        except (LookupError, TypeError, ValueError):
            return None  # written by another program

    def keep_earlier(self, sources: Sequence[Source], text: str) -> None:
        """Store what this run leaves for the next one, with others: `keep_files` stores what is left."""
        self._new[self._earlier_key(sources)] = text

    def _earlier_key(self, sources: Sequence[Source]) -> bytes:
        names = [source.name for source in sources]
        folder = os.path.commonprefix(names).rpartition("/")[0]  # noqa: RUF071  cut at a slash; names may be absolute and not
        return digest(self._file, b"earlier", stable((_current_folder(), folder)))

    def content_key(self, source: Source) -> str:
        """Return what tells the content of a file from others, and whether it was named; its name does not matter."""
        content = source.text_digest or self._text_digest_of(source)
        if source.problems or source.variables:
            content = digest(content.encode(), stable((source.problems, source.variables))).hex()
        return f"named {content}" if source.explicit else content

    def _file_key(self, source: Source) -> bytes:
        """Return the key of a file by its content; its name does not matter."""
        return digest(self._file, self.content_key(source).encode())

    def _run_key(self, inputs: Inputs) -> bytes:
        """Return the key of a run: all files by name and content, what is not checked, and which kustomizations there are."""
        if self._run_of is not None and self._run_of[0] is inputs:
            return self._run_of[1]
        parts = [self._run, stable(inputs.unreadable), stable(inputs.skipped)]
        if inputs.sets is not None:
            # What is built follows from the files.
            parts += [
                stable([(each.name, each.is_whole) for each in inputs.sets.sets]),
                stable([(each.location.range, *each[1:]) for each in inputs.sets.faults]),
            ]
        # Digests are of one length: where a name ends is told by how long it is.
        named = [
            f"{len(source.name)} {source.name}{self.content_key(source)}" for source in inputs.all_sources()
        ]
        parts.append("".join(named).encode("utf-8", "surrogatepass"))
        self._run_of = inputs, digest(*parts)
        return self._run_of[1]

    def _text_digest_of(self, source: Source) -> str:
        """Return the digest of the text of a source that was read, in hex: several keys are made of it."""
        known = self._digests.get(id(source))
        if known is None:
            known = self._digests[id(source)] = (source, _text_digest(source.text))
        return known[1]


def _text_digest(text: str) -> str:
    return digest_of_text(text.encode("utf-8", "surrogatepass")).hex()


def _current_folder() -> str:
    try:
        return os.getcwd()
    except OSError:  # it is gone
        return ""
