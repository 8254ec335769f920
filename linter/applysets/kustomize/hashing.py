"""The hash that kustomize puts behind the name of a generated ConfigMap or Secret."""

from __future__ import annotations

from linter.applysets.kustomize.errors import UnsupportedError
from linter.applysets.kustomize.nodes import Mapping, plain, raw_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from linter.applysets.kustomize.resource import Resource

# Vowels and digits that look like letters are taken out, so that no words come out.
_SPELLING = str.maketrans({"0": "g", "1": "h", "3": "k", "a": "m", "e": "t"})
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def content_hash(resource: Resource) -> str:
    """Return the hash of what a ConfigMap or Secret holds; neither its name nor its labels count.

    Raises:
        UnsupportedError: It is neither.
    """
    import hashlib
    import json

    node = resource.node
    kind = resource.id.gvk.kind
    # The name would count, but kustomize looks for it at a field that does not exist.
    content: dict[str, Any] = {"kind": kind, "name": "", "data": _content(node, "data")}
    match kind:
        case "ConfigMap":
            optional = "binaryData"
        case "Secret":
            optional = "stringData"
            content["type"] = raw_text(node.entries.get("type"))
        case _:
            raise UnsupportedError(
                "hash", f"A hash for the name of a {kind} is not computed here.", resource.source
            )
    if type(node.entries.get(optional)) is Mapping:
        content[optional] = _content(node, optional)
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10].translate(_SPELLING)


def _content(node: Mapping, name: str) -> Any:
    found = node.entries.get(name)
    if found is None:
        return ""
    return plain(found) if type(found) is Mapping else raw_text(found)
