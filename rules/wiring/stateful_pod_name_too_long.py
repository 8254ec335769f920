"""StatefulSets whose pods would get names and labels longer than 63 characters."""

from __future__ import annotations

from linter.engine.rule import Context, Problem, rule
from linter.rules.facts.manifests import number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource

_LONGEST_LABEL = 63
# Each pod carries `controller-revision-hash: NAME-HASH` (the hash has up to ten characters) and
# `statefulset.kubernetes.io/pod-name: NAME-ORDINAL`; https://github.com/kubernetes/kubernetes/issues/64023
_LONGEST_NAME = _LONGEST_LABEL - len("-0123456789")


@rule("stateful-pod-name-too-long", kinds={"StatefulSet"}, severity="error")
def stateful_pod_name_too_long(resource: Resource, context: Context) -> Iterator[Problem]:
    """A StatefulSet's name is too long for its pods.

    The API server takes names of up to 63 characters, but the pods get labels that are longer than the name: the
    revision (`controller-revision-hash`, the name, a dash and up to ten characters) and the pod's own name
    (`<name>-<ordinal>`, which is its DNS label, too). A label holds at most 63 characters, so with a name longer than 52
    the controller fails to create any pod. Shorten the name.

    ```yaml bad
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: reporting-warehouse-postgresql-primary-of-the-eu-region}
    spec:
      serviceName: db
      selector: {matchLabels: {app: db}}
      template:
        metadata: {labels: {app: db}}
        spec:
          containers: [{name: db, image: "postgres:16.4"}]
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata: {name: db}
    spec:
      clusterIP: None
      selector: {app: db}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: reporting-warehouse}
    spec:
      serviceName: db
      selector: {matchLabels: {app: db}}
      template:
        metadata: {labels: {app: db}}
        spec:
          containers:
            - name: db
              image: postgres:16.4
              readinessProbe: {tcpSocket: {port: 5432}}
    ```
    """
    length = len(resource.name)
    # Longer than 63 is what the API server refuses itself.
    if not _LONGEST_NAME < length <= _LONGEST_LABEL:
        return
    start = number(resource.manifest, "spec", "ordinals", "start") or 0
    replicas = number(resource.manifest, "spec", "replicas") or 1
    last = f"{resource.name}-{start + replicas - 1}"
    # A quarter of the hashes have nine characters or less.
    revisions = "for most revisions " if length == _LONGEST_NAME + 1 else ""
    message = (
        f"The name has {length} characters. The pods' label `controller-revision-hash` is up to 11 longer, and a label "
        f"holds 63: {revisions}no pod can be created."
    )
    if len(last) > _LONGEST_LABEL:
        message += f" The pod name `{last}` is too long for a DNS label as well."
    yield Problem(("metadata", "name"), f"{message} Use at most {_LONGEST_NAME} characters.")
