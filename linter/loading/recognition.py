"""Which documents are meant as Kubernetes objects: many programs have files with an apiVersion or a kind of their own."""

from __future__ import annotations

import re
from functools import lru_cache

from linter.kube.kinds import is_builtin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from linter.loading.document import Document

# As the API server takes them: a group is a domain, a version and a kind in small letters are labels (RFC 1035).
_KIND = r"[A-Za-z](?:[-A-Za-z0-9]{0,61}[A-Za-z0-9])?"
_API_VERSION = r"(?:[a-z0-9](?:[-.a-z0-9]*[a-z0-9])?/)?[a-z](?:[-a-z0-9]*[a-z0-9])?"

_SAYS_KIND = rf"""(?m)^(?:kind|"kind"):[ \t]*["']?{_KIND}["']?[ \t\r]*(?:#.*)?$|^\s*["{{].*"kind"\s*:"""
_SAYS_API_VERSION = (
    rf"""(?m)^(?:apiVersion|"apiVersion"):[ \t]*["']?{_API_VERSION}["']?[ \t\r]*(?:#.*)?$|"apiVersion"\s*:"""
)

_CONTROL = r"""(?x)
    \{\{-?\s*(?:if|range|with|include|define|template|end|else|block|/\*)\b  # Go, Helm
  | \{%[-+]?\s*(?:if|for|set|block|macro|include|import|extends|raw|endif|endfor)\b  # Jinja
  | <%[-=]?\s  # ERB, EJS
"""
_MARK = r"""(?x)
    \{\{ | \{% | \{\# | <%  # Go, Helm, Jinja, ERB
  | @@?[A-Za-z_][A-Za-z0-9_.-]*@  # autoconf, sed, Maven
  | %%?[A-Z][A-Z0-9_]*%  # sed, Windows
  | \#\{[A-Za-z_.]+\}  # Azure Pipelines, Octopus
"""


def skip_reason(documents: Iterable[Document]) -> str | None:
    """Tell why a file that was found in a folder holds no manifest, or None where it does.

    One manifest in it makes all of it worth a judgement: what else stands there is a manifest with a mistake.
    """
    documents = tuple(documents)
    if any(map(_hides_its_kind, documents)):
        return "encrypted with SOPS"
    if any(document.problems and _is_template(document) for document in documents):
        return "template (render it first)"
    if any(map(may_be_kubernetes, documents)):
        return None
    return "no Kubernetes object (no apiVersion and kind of one)"


def may_be_kubernetes(document: Document) -> bool:
    """Tell whether a document of a file that was found in a folder is meant as a manifest."""
    value = document.value
    if isinstance(value, dict):
        return _is_object(value)
    # A broken file is judged by its text: every manifest says its kind.
    return (
        bool(document.problems)
        and all(re.search(pattern, document.text) for pattern in (_SAYS_KIND, _SAYS_API_VERSION))
        and not _is_template(document)
    )


def _hides_its_kind(document: Document) -> bool:
    """Tell whether SOPS has encrypted all of a file, what it is included."""
    value = document.value
    return (
        isinstance(value, dict)
        and "sops" in value
        and any(str(value.get(name)).startswith("ENC[") for name in ("apiVersion", "kind"))
    )


def _is_object(value: Mapping[str, Any]) -> bool:
    """Tell an object, also one that lacks something, from what another program keeps under these words."""
    api_version, kind = value.get("apiVersion"), value.get("kind")
    has_body = (
        isinstance(value.get("metadata"), dict) or "spec" in value or isinstance(value.get("items"), list)
    )
    if _fits(_API_VERSION, api_version) and _fits(_KIND, kind):
        # Configurations of programs (of kubectl, kubeadm, the scheduler) have neither metadata nor a spec.
        return has_body or _is_known(str(kind))
    if not has_body:
        return False
    if api_version is None and kind is None:
        items = value.get("items")
        return {"metadata", "spec"} <= value.keys() or (
            isinstance(items, list) and any(isinstance(item, dict) and _is_object(item) for item in items)
        )
    # What is wrong with one of them is a mistake where the other one, or the rest, is Kubernetes'.
    return "spec" in value or _is_served(api_version) or (isinstance(kind, str) and _is_known(kind))


def _fits(pattern: str, value: object) -> bool:
    return isinstance(value, str) and _matches(pattern, value)


@lru_cache  # a repository has few kinds
def _matches(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern, text) is not None


def _is_served(api_version: object) -> bool:
    return isinstance(api_version, str) and bool(api_version) and is_builtin(api_version)


def _is_known(kind: str) -> bool:
    from linter.kube.schema import is_kind

    return is_kind(kind)


def _is_template(document: Document) -> bool:
    """Tell a broken document that is broken because a program is to fill it in first."""
    if not any(problem.rule in {"yaml-syntax", "duplicate-key"} for problem in document.problems):
        return False
    if re.search(_CONTROL, document.text):
        return True
    lines = document.text.split("\n")
    for problem in document.problems:
        number = problem.range.line - document.first_line
        if problem.rule == "yaml-syntax" and 0 <= number < len(lines) and re.search(_MARK, lines[number]):
            return True
    return False
