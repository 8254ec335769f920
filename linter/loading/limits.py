"""How much the reader takes before it says no."""

from __future__ import annotations

from linter.errors import InputError
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Limits(NamedTuple):
    """Bounds on one source, so that none takes all the time and memory there is. A text over one of them is a finding (`yaml-limits`), not a hang.

    The API server itself takes 3 MiB an object; real manifests nest some 20 levels deep.
    """

    file_bytes: int = 32 * 1024 * 1024
    depth: int = 200
    """How deep mappings and lists may nest, what stands behind aliases included."""
    values: int = 2_000_000
    """How many values (mappings, lists, keys and scalars) one source may hold."""
    documents: int = 20_000
    """How many documents one source may hold."""
    findings: int = 5_000
    """How many findings of one source are reported."""


DEFAULT = Limits()
HIGHEST = Limits(file_bytes=2**31, depth=300, values=10**9, documents=10**9, findings=10**9)
"""What may be asked for: readers and rules go down a manifest by recursion, which ends at some depth."""


def parse_limits(texts: Sequence[str]) -> Limits:
    """Read limits as the command line gives them: `depth=50`.

    Raises:
        InputError: There is no such limit, or the number is out of bounds.
    """
    chosen = {}
    for text in texts:
        name, equals, number = text.partition("=")
        field = name.replace("-", "_")
        if not equals or field not in DEFAULT._fields:
            known = ", ".join(each.replace("_", "-") for each in DEFAULT._fields)
            raise InputError(f"--limit {text}: write NAME=NUMBER; the limits are {known}.")
        highest: int = getattr(HIGHEST, field)
        if len(number) > 18 or not (number.isascii() and number.isdigit()) or not 1 <= int(number) <= highest:
            raise InputError(f"--limit {text}: the number must be one from 1 to {highest}.")
        chosen[field] = int(number)
    return DEFAULT._replace(**chosen)
