"""Where the values of variables come from: files of `NAME=value`, and the Flux Kustomizations of the run."""

from __future__ import annotations

import os
import posixpath
import re

from linter.errors import InputError, UnreadableError
from linter.light_typing import NamedTuple
from linter.loading.source import Source
from linter.path import value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

_FLUX = "kustomize.toolkit.fluxcd.io/"
_LINE = r"(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)"


def read_env_file(name: str) -> dict[str, str]:
    """Read a file with a variable on each line, `NAME=value`, as shells and Compose take it.

    Raises:
        InputError: A line is something else.
        UnreadableError: The file cannot be read.
    """
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
    if len(text) > 1 and text[0] in "'\"" and text[-1] == text[0]:
        return text[1:-1]
    return re.sub(r"[ \t]+#.*", "", text)


class Scope(NamedTuple):
    """The variables of what lies below a folder."""

    folder: str
    """A real path."""
    values: Mapping[str, str]


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


def find_variables(sources: Iterable[Source | Any], given: Mapping[str, str]) -> Variables:
    """Find the variables of the Flux Kustomizations among the sources (`postBuild`).

    Source: https://fluxcd.io/flux/components/kustomize/kustomizations/#post-build-variable-substitution

    Args:
        sources: All files of the run.
        given: Variables that hold everywhere, whatever Flux says.
    """
    texts = [source for source in sources if isinstance(source, Source)]
    naming = [source for source in texts if "postBuild" in source.text and _FLUX in source.text]
    if not naming:
        return Variables(given, ())
    maps: dict[tuple[str, str], Mapping[str, Any]] | None = None
    scopes = []
    for source in naming:
        for manifest in _manifests(source):
            if manifest.get("kind") != "Kustomization" or not str(manifest.get("apiVersion")).startswith(
                _FLUX
            ):
                continue
            folder = _folder(source.name, value_at(manifest, ("spec", "path")))
            if folder is None:
                continue
            if maps is None and value_at(manifest, ("spec", "postBuild", "substituteFrom")):
                maps = dict(_config_maps(texts))
            scopes.append(Scope(folder, _values(manifest, maps or {})))
    return Variables(given, tuple(scopes))


def _manifests(source: Source) -> Iterator[dict[str, Any]]:
    from linter.loading.yaml.reader import read_documents

    for document in read_documents(source):
        if isinstance(document.value, dict):
            yield document.value


def _folder(name: str, path: object) -> str | None:
    """Return the folder that a Kustomization applies: its path starts at the root of a repository, which lies around the file."""
    from linter.kube.unknown import has_mark

    if not isinstance(path, str) or has_mark(path) or name == "-":
        return None
    inside = posixpath.normpath(path.lstrip("/"))
    above = os.path.realpath(os.path.dirname(name) or ".")  # noqa: PTH120  text, as realpath's
    while inside != ".":
        folder = os.path.join(above, inside)  # noqa: PTH118  as above
        if os.path.isdir(folder):  # noqa: PTH112  as above
            return os.path.realpath(folder)
        if above == os.path.dirname(above):  # noqa: PTH120  as above
            break
        above = os.path.dirname(above)  # noqa: PTH120  as above
    return None


def _config_maps(sources: Sequence[Source]) -> Iterator[tuple[tuple[str, str], Mapping[str, Any]]]:
    for source in sources:
        if "ConfigMap" not in source.text:
            continue
        for manifest in _manifests(source):
            name, data = value_at(manifest, ("metadata", "name")), manifest.get("data")
            if manifest.get("kind") == "ConfigMap" and isinstance(name, str) and isinstance(data, dict):
                namespace = value_at(manifest, ("metadata", "namespace"))
                yield (namespace if isinstance(namespace, str) else "", name), data


def _values(manifest: Mapping[str, Any], maps: Mapping[tuple[str, str], Mapping[str, Any]]) -> dict[str, str]:
    """Return the variables of one Kustomization: what it says itself wins over what it refers to, the last of that over the first."""
    from linter.kube.unknown import has_mark

    namespace = value_at(manifest, ("metadata", "namespace"))
    references = value_at(manifest, ("spec", "postBuild", "substituteFrom"))
    found: dict[str, Any] = {}
    for reference in references if isinstance(references, list) else ():
        name = reference.get("name") if isinstance(reference, dict) else None
        if isinstance(name, str) and reference.get("kind") == "ConfigMap":
            found |= maps.get((str(namespace), name)) or maps.get(("", name)) or {}
        elif isinstance(name, str):
            found.clear()  # what a Secret says is not known, and it may say it of any variable
    own = value_at(manifest, ("spec", "postBuild", "substitute"))
    found |= own if isinstance(own, dict) else {}
    return {name: _text(value) for name, value in found.items() if not has_mark(_text(value))}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
