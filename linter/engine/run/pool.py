"""Checks files, in several processes where that pays, with the same result in the same order as in one."""

from __future__ import annotations

from itertools import chain, groupby

from linter.engine.run.batches import Piece, batches_of, jobs_for

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
    from typing import Any

    from linter.engine.rule_set import RuleSet
    from linter.engine.run.files import CheckedFile
    from linter.loading.limits import Limits
    from linter.loading.source import Source
    from linter.loading.yaml.reader import Part

    Check = Callable[[Source, Part | None], CheckedFile]
    """Checks a file, or a part of one."""


def check_all(
    sources: Sequence[Source],
    check: Check,
    rules: RuleSet,
    limits: Limits,
    wanted: int | None,
    *,
    with_text: bool,
) -> Generator[tuple[CheckedFile, str | None]]:
    """Yield the checked files in the order of the sources, beside each the text of its record where that is asked for.

    Args:
        sources: What to check.
        check: Checks one source, or a part of it.
        rules: The rules that `check` applies.
        limits: The bounds on one source.
        wanted: How many processes were asked for; None: as many as pay.
        with_text: Whether the texts are needed.
    """
    jobs = jobs_for(sources, wanted)
    if jobs > 1:
        batches = batches_of(sources, jobs, limits)
        yield from _check_in_workers(batches, check, rules, limits, jobs, with_text=with_text)
        return
    for source in sources:
        checked = check(source, None)
        yield checked, _text(checked, source) if with_text else None


def _check_in_workers(
    batches: Sequence[Sequence[Piece]],
    check: Check,
    rules: RuleSet,
    limits: Limits,
    jobs: int,
    *,
    with_text: bool,
) -> Iterator[tuple[CheckedFile, str | None]]:
    """Yield the checked files of the batches, as `check_all` does."""
    from linter.engine.report.records import file_text
    from linter.engine.run.files import joined
    from linter.engine.run.handover import take_over

    results = chain.from_iterable(_results(batches, check, jobs, with_text=with_text))
    for _, pieces in groupby(chain.from_iterable(batches), lambda piece: piece.number):
        parts: list[CheckedFile] = []
        texts: list[str] = []
        first = 0
        for (_, source, _), (handed_over, text) in zip(pieces, results, strict=False):
            part = take_over(handed_over, source, rules, first)
            first += len(part.documents)
            parts.append(part)
            texts.append(text)
        checked = parts[0] if len(parts) == 1 else joined(parts, source, limits)
        if checked is None:
            checked = check(source, None)
            yield checked, _text(checked, source) if with_text else None
        else:
            yield checked, file_text(checked.skipped, texts) if with_text else None


def _results(
    batches: Sequence[Sequence[Piece]], check: Check, jobs: int, *, with_text: bool
) -> Iterator[Iterable[tuple[tuple[Any, ...], str]]]:
    """Yield what was found in each batch: of each piece what is handed over, and the text of its record.

    The first batch is checked here, before the workers start: what that loads (the YAML reader, rules, what kinds hold) they need not
    load again, each for itself. So is what a worker leaves undone, since it was killed or stopped, and what it fails at, which takes
    the run down with its message.
    """
    import marshal

    from linter.engine.report.records import pack_part, to_text
    from linter.engine.run.handover import hand_over
    from linter.engine.run.workers import in_workers

    def packed(batch: Sequence[Piece]) -> bytes:
        results = []
        for _, source, part in batch:
            checked = check(source, part)
            text = to_text(pack_part(checked, source)) if with_text else ""
            results.append((hand_over(checked, source), text))
        return marshal.dumps(results)

    done = chain((packed(batches[0]),), in_workers(batches[1:], packed, jobs))
    for batch, data in zip(batches, done, strict=True):
        # Nobody but the worker writes there.
        yield marshal.loads(packed(batch) if data is None else data)  # noqa: S302  as above


def _text(checked: CheckedFile, source: Source) -> str:
    from linter.engine.report.records import file_text, pack_part, to_text

    return file_text(checked.skipped, [to_text(pack_part(checked, source))])
