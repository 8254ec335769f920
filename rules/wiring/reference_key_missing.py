"""Keys that a ConfigMap or Secret of the run does not have."""

from __future__ import annotations

from linter.engine.rule import Context, Problem, rule
from linter.kube.suggest import did_you_mean, quote
from linter.rules.facts.manifests import describe, dig, text
from linter.rules.facts.pods import PODS

from ._references import NAMING_KEYS, references

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource


@rule("reference-key-missing", kinds=PODS, severity="error", needs=NAMING_KEYS)
def reference_key_missing(resource: Resource, context: Context) -> Iterator[Problem]:
    """A pod needs a key that the ConfigMap or Secret does not have.

    The container is not started (CreateContainerConfigError), or the volume is not mounted. Correct the key, add it to
    the object, or mark the reference `optional: true`.

    Nothing is reported of an object without any data, which something else fills.

    ```yaml bad
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: web}
    data: {log-level: info}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: nginx:1.25
              env:
                - name: LOG_LEVEL
                  valueFrom: {configMapKeyRef: {name: web, key: loglevel}}
    ```

    ```yaml good
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: web}
    data: {log-level: info}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers:
            - name: web
              image: nginx:1.25
              env:
                - name: LOG_LEVEL
                  valueFrom: {configMapKeyRef: {name: web, key: log-level}}
    ```
    """
    for reference in references(resource):
        if not reference.keys:
            continue
        objects = context.inventory.named(reference.kind, resource.namespace, reference.name)
        held = [_keys(each) for each in objects]
        if not held or not all(held):
            continue
        known = set().union(*held)
        for key, path in reference.keys:
            if key not in known:
                message = f"{describe(objects[0], resource)} has no key {quote(key)}.{did_you_mean(key, sorted(known))}"
                yield Problem(path, message)


def _keys(config: Resource) -> set[str]:
    """Return the keys of a ConfigMap or Secret; none where something else fills it."""
    if text(config.manifest, "type") == "kubernetes.io/service-account-token":
        return set()
    found: set[str] = set()
    for field in ("data", "stringData", "binaryData"):
        if isinstance(data := dig(config.manifest, field), dict):
            found.update(data)
    return found
