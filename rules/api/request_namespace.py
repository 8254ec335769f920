"""The namespace that requests go to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.engine.rule import Context, Problem, rule
from linter.kube.kinds import JUDGED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource

_KINDS = {kind for _, kind in JUDGED}


@rule("request-namespace", kinds=_KINDS, needs={"namespace"})
def request_namespace(resource: Resource, context: Context) -> Iterator[Problem]:
    """The manifest names another namespace than the request goes to.

    `kubectl apply -n team-a` refuses a manifest that says `namespace: team-b`. Judged only where the namespace is known:
    `podplan lint --namespace team-a`. Drop the namespace from the manifest, or apply it where it belongs.

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
      namespace: team-b
    spec:
      clusterIP: None
    ```
    """
    written = resource.object.get("metadata", {}).get("namespace")
    if context.namespace is not None and written and written != context.namespace:
        yield Problem(
            ("metadata", "namespace"),
            f"The object says namespace `{written}`, but the request goes to `{context.namespace}`.",
            "Invalid",
        )
