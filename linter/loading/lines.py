"""Lines of a text, as kubectl and editors count them: each ends with a line feed.

YAML also ends lines at a lone carriage return, at U+0085, U+2028 and U+2029, so a place that a YAML parser names has to be
counted anew where a text holds one of these.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate, count
from operator import add

from linter.loading.place import Range

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

# Compiled when first needed, which most runs never do.
_UNUSUAL: Final = "\r(?!\n)|[\x85\u2028\u2029]"
_YAML_BREAK: Final = "\r\n|[\r\n\x85\u2028\u2029]"


@lru_cache(maxsize=8)
def line_starts(text: str) -> Sequence[int]:
    """Return the offset at which each line begins."""
    *before, _ = text.split("\n")
    # The letters of all lines before, and as many line feeds as there are lines: a loop takes four times as long.
    return list(map(add, accumulate(map(len, before), initial=0), count()))


@lru_cache(maxsize=8)
def line_count(text: str) -> int:
    """Return how many lines a text has: `linter.loading.source.Source.line_count`."""
    return text.count("\n") + 1


def offset(starts: Sequence[int], line: int, column: int) -> int:
    """Return where a line and column are, counted from 1, in a text whose lines start there."""
    return starts[min(line, len(starts)) - 1] + column - 1


def line_range(text: str, first: int, last: int) -> list[str]:
    """Return the lines from first to last, counting from 1, without line ends."""
    starts = line_starts(text)
    result = []
    for number in range(max(first, 1), min(last, len(starts)) + 1):
        end = starts[number] - 1 if number < len(starts) else len(text)
        result.append(text[starts[number - 1] : end].removesuffix("\r"))
    # Behind the last line feed there is no line.
    if result and last >= len(starts) and starts[-1] == len(text) and first <= len(starts):
        result.pop()
    return result


def needs_recount(text: str) -> bool:
    """Tell whether YAML counts the lines of a text otherwise."""
    # Both is known of most texts without a look at each letter.
    return (not text.isascii() or "\r" in text) and re.search(_UNUSUAL, text) is not None


def recounted(text: str, range_: Range) -> Range:
    """Turn a place as a YAML parser counts it, from 0, into lines that end with a line feed, from 0."""
    return Range(
        *_recounted(text, range_.line, range_.column), *_recounted(text, range_.end_line, range_.end_column)
    )


def _recounted(text: str, line: int, column: int) -> tuple[int, int]:
    yaml_starts = _yaml_line_starts(text)
    offset = min((yaml_starts[line] if line < len(yaml_starts) else len(text)) + column, len(text))
    starts = line_starts(text)
    found = bisect_right(starts, offset) - 1
    return found, offset - starts[found]


@lru_cache(maxsize=8)
def _yaml_line_starts(text: str) -> Sequence[int]:
    return [0, *(match.end() for match in re.finditer(_YAML_BREAK, text))]


def inside(text: str, range_: Range) -> Range:
    """Return a place, counted from 1, that lies in the text: a parser's marks may stand behind its last character."""
    starts = line_starts(text)

    def held(line: int, column: int) -> tuple[int, int]:
        if line > len(starts):
            line, column = len(starts), len(text) + 1
        end = starts[line] - 1 if line < len(starts) else len(text)
        return line, min(column, end - starts[line - 1] + 1)

    start = held(range_.line, range_.column)
    end = max(start, held(range_.end_line, range_.end_column))
    return Range(*start, *end)
