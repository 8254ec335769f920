"""Where the values of variables come from: files of `NAME=value`, and the Flux Kustomizations of the run."""

from __future__ import annotations

import os

from linter.errors import InputError, UnreadableError
from linter.light_typing import NamedTuple
from linter.loading.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from linter.loading.flux import Scope

_LINE = r"(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)"


def read_env_file(name: str) -> dict[str, str]:
    """Read a file with a variable on each line, `NAME=value`, as shells and Compose take it.

    Raises:
        InputError: A line is something else.
        UnreadableError: The file cannot be read.
    """
    import re

    from linter.loading.source import read_text

    try:
        text = read_text(name)
    except OSError as error:
        raise UnreadableError(f"{name}: {(error.strerror or str(error)).lower()} (variables)") from None
    except UnicodeDecodeError:
        raise InputError(f"{name} is not UTF-8 text.") from None
    found = {}
    for number, line in enumerate(text.splitlines(), 1):
        written = line.strip()
        if not written or written.startswith("#"):
            continue
        match = re.fullmatch(_LINE, written)
        if match is None:
            raise InputError(f"{name}:{number}: write NAME=value; this line is something else.")
        found[match[1]] = _unquoted(match[2].strip())
    return found


def _unquoted(text: str) -> str:
    import re

    if len(text) > 1 and text[0] in "'\"" and text[-1] == text[0]:
        return text[1:-1]
    return re.sub(r"[ \t]+#.*", "", text)


class Variables(NamedTuple):
    """The values of variables in a run."""

    given: Mapping[str, str]
    """Those that hold everywhere."""
    scopes: tuple[Scope, ...]

    def of(self, path: str) -> tuple[tuple[str, str], ...]:
        """Return the names and values that hold in a file or folder.

        Args:
            path: The path, relative to the current folder or absolute.
        """
        if not self.scopes:
            return tuple(self.given.items())
        real = f"{os.path.realpath(path)}{os.sep}"
        around = [scope for scope in self.scopes if real.startswith(f"{scope.folder}{os.sep}")]
        nearest = max((len(scope.folder) for scope in around), default=0)
        found = [scope.values for scope in around if len(scope.folder) == nearest]
        # Several Kustomizations may apply one folder, each with values of its own.
        shared = {
            name: value
            for values in found[:1]
            for name, value in values.items()
            if all(other.get(name) == value for other in found)
        }
        return tuple({**shared, **self.given}.items())


def find_variables(sources: Sequence[Source | Any], given: Mapping[str, str]) -> Variables:
    """Find the variables of the Flux Kustomizations among the sources (`postBuild`).

    Source: https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution

    Args:
        sources: All files of the run.
        given: Variables that hold everywhere, whatever Flux says.
    """
    naming = [source for source in sources if isinstance(source, Source) and "postBuild" in source.signs]
    if not naming:
        return Variables(given, ())
    from linter.loading.flux import scopes_of

    texts = [source for source in sources if isinstance(source, Source)]
    return Variables(given, tuple(scopes_of(naming, texts)))
