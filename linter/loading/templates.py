"""Files that are not complete manifests: Helm templates and Kustomize's patches. They are skipped, with the reason."""

from __future__ import annotations

import os
from itertools import islice

from linter.light_typing import NamedTuple
from linter.loading.repository import upwards

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from linter.loading.source import Source

KUSTOMIZATION = "Kustomize configuration"
"""Why a kustomization is no manifest."""
KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_YTT = r"(?m)^#@|:\s#@\s"
_CONTROL = r"\{\{-|-\}\}|\{\{\s*(?:if|range|with|include|define|template|end|else|block|/\*)\b"


_LEVELS = 8
"""How many folders above a file are asked for a kustomization."""


class _Patches(NamedTuple):
    """A kustomization, and the files that it lists as patches or configuration, with absolute names."""

    name: str
    files: frozenset[str]


def skip_reason(source: Source, folders: Folders | None = None) -> str | None:
    """Tell why a file is not linted, or None for one that is.

    Args:
        source: The file.
        folders: What is known of folders already, where many files are asked about.
    """
    path = source.file
    if path is None:
        return None
    folders = folders or Folders()
    if signs := source.signs:
        if "{{" in signs and (folders.are_templates(path) or _is_template(source)):
            return "Helm template (render it first: helm template … | podplan lint -)"
        if "#@" in signs and _is_ytt(source.text):
            return "ytt template (render it first: ytt -f … | podplan lint -)"
    # As os.path.split, which costs more than all else here.
    folder, slash, name = path.rpartition(os.sep)
    folder = folder or slash
    if name in KUSTOMIZATIONS:
        return KUSTOMIZATION
    if name == "Chart.yaml" or (name.startswith("values") and folders.is_chart(folder)):
        return "Helm chart configuration"
    if kustomization := folders.patched_by(folder, name):
        return f"Kustomize patch (listed in {kustomization})"
    return None


def _is_ytt(text: str) -> bool:
    import re

    return re.search(_YTT, text) is not None


def _is_template(source: Source) -> bool:
    """Tell a template from a manifest that holds one as text (a ConfigMap of alerts): the template is hardly ever YAML."""
    import re

    if not re.search(_CONTROL, source.text):
        return False
    from linter.loading.yaml.reader import read_documents

    return any(problem.rule == "yaml-syntax" for each in read_documents(source) for problem in each.problems)


class Folders:
    """What folders say of the files below them. Each folder is asked once: to be kept for one run."""

    def __init__(self) -> None:
        self._charts: dict[str, bool] = {}
        self._patches: dict[str, _Patches | None] = {}
        self._above: dict[str, tuple[str, list[_Patches]]] = {}

    def is_chart(self, folder: str) -> bool:
        """Tell whether a folder is a Helm chart."""
        known = self._charts.get(folder)
        if known is None:
            known = self._charts[folder] = os.path.exists(os.path.join(folder, "Chart.yaml"))
        return known

    def are_templates(self, path: str) -> bool:
        """Tell whether a file stands below the `templates` folder of a Helm chart."""
        folder = os.path.dirname(path)
        while name := os.path.basename(folder):
            folder = os.path.dirname(folder)
            if name == "templates" and self.is_chart(folder):
                return True
        return False

    def patched_by(self, folder: str, name: str) -> str | None:
        """Return the kustomization that lists a file as a patch: one in its folder or above it."""
        known = self._above.get(folder)
        if known is None:
            known = self._above[folder] = self._kustomizations_above(folder)
        absolute, kustomizations = known
        for each in kustomizations:
            if os.path.join(absolute, name) in each.files:
                return each.name
        return None

    def _kustomizations_above(self, folder: str) -> tuple[str, list[_Patches]]:
        absolute = os.path.abspath(folder)  # links stay as they are, `..` does not
        found = []
        for current in islice(upwards(absolute), _LEVELS):
            if current not in self._patches:
                self._patches[current] = _listed(current)
            patches = self._patches[current]
            if patches is not None:
                found.append(patches)
            if os.path.exists(os.path.join(current, ".git")):
                break
        return absolute, found


def _listed(folder: str) -> _Patches | None:
    """Return what a folder's kustomization lists as patches or configuration."""
    from linter.loading.source import read_text

    for name in KUSTOMIZATIONS:
        file = os.path.join(folder, name)
        try:
            if not os.path.isfile(file):
                continue
            text = read_text(file)
        except (OSError, UnicodeDecodeError):
            continue
        from linter.loading.yaml.composer import ComposeError, compose

        try:
            value = compose(text).value
        except ComposeError:
            return None  # the kustomization itself is not ours to judge
        return _Patches(
            name, frozenset(os.path.normpath(os.path.join(folder, each)) for each in _patches(value))
        )
    return None


def _patches(value: Any) -> Iterator[str]:
    if not isinstance(value, dict):
        return
    for field in ("patches", "patchesJson6902"):
        for each in _list(value.get(field)):
            if isinstance(each, dict) and isinstance(each.get("path"), str):
                yield each["path"]
    for field in (
        "patchesStrategicMerge",
        "configurations",
        "transformers",
        "validators",
        "generators",
        "crds",
    ):
        for each in _list(value.get(field)):
            if isinstance(each, str) and "\n" not in each:
                yield each
    for each in _list(value.get("replacements")):
        if isinstance(each, dict) and isinstance(each.get("path"), str):
            yield each["path"]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
