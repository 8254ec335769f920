"""Files that are no complete manifests: Helm templates and Kustomize's patches. They are skipped, with the reason."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.source import Source

KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_YTT = re.compile(r"^#@|:\s#@\s", re.MULTILINE)
_CONTROL = re.compile(r"\{\{-|-\}\}|\{\{\s*(?:if|range|with|include|define|template|end|else|block|/\*)\b")


def skip_reason(source: Source) -> str | None:
    """Tell why a file is not linted, or None for one that is."""
    path = source.path
    if path is None:
        return None
    if "{{" in source.text and (chart_of(path) is not None or _is_template(source)):
        return "Helm template (render it first: helm template … | podplan lint -)"
    if "#@" in source.text and _YTT.search(source.text):
        return "ytt template (render it first: ytt -f … | podplan lint -)"
    name = path.name
    if name in KUSTOMIZATIONS:
        return "Kustomize configuration"
    if name == "Chart.yaml" or (name.startswith("values") and (path.parent / "Chart.yaml").exists()):
        return "Helm chart configuration"
    if kustomization := patched_by(path):
        return f"Kustomize patch (listed in {kustomization})"
    return None


def _is_template(source: Source) -> bool:
    """Tell a template from a manifest that holds one as text (a ConfigMap of alerts): the template is hardly ever YAML."""
    if not _CONTROL.search(source.text):
        return False
    from linter.loading.reader import read_documents

    return any(problem.rule == "yaml-syntax" for each in read_documents(source) for problem in each.problems)


def chart_of(path: Path) -> Path | None:
    """Return the Helm chart whose `templates` folder holds the file."""
    for folder in path.parents:
        if folder.name == "templates" and (folder.parent / "Chart.yaml").exists():
            return folder.parent
    return None


def patched_by(path: Path) -> str | None:
    """Return the kustomization that lists the file as a patch. Looked for in the file's folder and those above it."""
    absolute = path.absolute()
    for folder in list(absolute.parents)[:8]:
        listed = _listed(folder)
        if listed is not None and absolute in listed[1]:
            return listed[0]
        if (folder / ".git").exists():
            break
    return None


@lru_cache(maxsize=4096)
def _listed(folder: Path) -> tuple[str, frozenset[Path]] | None:
    """Return the name of a folder's kustomization and the files that it lists as patches or configuration."""
    for name in KUSTOMIZATIONS:
        file = folder / name
        try:
            if not file.is_file():
                continue
            text = file.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        from linter.loading.composer import ComposeError, compose

        try:
            value = compose(text).value
        except ComposeError:
            return None  # the kustomization itself is not ours to judge
        return name, frozenset(Path(_normal(folder / each)) for each in _patches(value))
    return None


def _normal(path: Path) -> str:
    import os

    return os.path.normpath(path)


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
