"""Objects that fit into the cluster, but not into the annotation of `kubectl apply`."""

from __future__ import annotations

import json

from linter.engine.rule import Problem, rule
from linter.rules.facts.manifests import dig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from linter.engine.rule import Context
    from linter.loading.resource import Resource

_MOST = 256 * 1024
"""What the API server takes in all annotations of an object, in bytes."""
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_MOST_GROWTH = 6
"""How many bytes a character takes at most: `<` is written as \\u003c."""


@rule("too-large-to-apply", kinds={"ConfigMap", "Secret"}, severity="warning")
def too_large_to_apply(resource: Resource, _context: Context) -> Iterator[Problem]:
    """A ConfigMap or Secret is too large for `kubectl apply`, which keeps a copy of it in an annotation.

    Without `--server-side`, `kubectl apply` writes the whole manifest into the annotation
    `kubectl.kubernetes.io/last-applied-configuration`, and the API server takes at most 256 KiB of annotations: the object is
    refused ("metadata.annotations: Too long"), although it may be 1 MiB large. Apply it with `kubectl apply --server-side`, or
    use `kubectl create` and `kubectl replace`; or split it.

    An object that asks Argo CD for server-side apply (`argocd.argoproj.io/sync-options: ServerSideApply=true`) or for `Replace=true`
    is not reported.

    Source: https://kubernetes.io/docs/reference/using-api/server-side-apply/

    ```yaml good
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: dashboard
    data:
      dashboard.json: "{}"
    ```
    """
    # Nearly all manifests are so small that nothing needs to be counted.
    if len(resource.document.text) * _MOST_GROWTH < _MOST:
        return
    annotations = dig(resource.manifest, "metadata", "annotations") or {}
    options = annotations.get("argocd.argoproj.io/sync-options") or ""
    if "ServerSideApply=true" in options or "Replace=true" in options:
        return
    others = {key: value or "" for key, value in annotations.items() if key != _LAST_APPLIED}
    size = sum(len(key.encode()) + len(value.encode()) for key, value in others.items())
    size += len(_LAST_APPLIED) + len(_as_applied(resource.manifest, others))
    if size > _MOST:
        yield Problem(
            ("data",),
            f"`kubectl apply` keeps the manifest in an annotation, and with {size} bytes it does not fit there: the API server takes "
            f"256 KiB ({_MOST} bytes). Use `kubectl apply --server-side`, or kubectl create and replace.",
            at_key=True,
        )


def _as_applied(manifest: dict[str, Any], annotations: dict[str, Any]) -> bytes:
    """Return the annotation's value: the manifest as Go writes JSON, without that annotation itself."""
    metadata = {**manifest["metadata"], "annotations": annotations}
    text = json.dumps(
        {**manifest, "metadata": metadata}, ensure_ascii=False, separators=(",", ":"), sort_keys=True
    )
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return f"{text}\n".encode("utf-8", "surrogatepass")
