"""Pods that their Namespace does not admit."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.manifests import dig
from linter.rules.facts.pods import PODS, pods_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.kube.pod_security.policy import Standard
    from linter.loading.resource import Resource


@rule("pod-security-enforced", kinds=PODS, severity="warning", asks_run=True)
def pod_security_enforced(resource: Resource, context: Context) -> Iterator[Problem]:
    """The Namespace enforces a Pod Security Standard that the pods violate, so none of them is ever created.

    The label `pod-security.kubernetes.io/enforce` of a Namespace makes the API server refuse pods that violate a standard, `baseline`
    or `restricted`. It looks at pods alone: the Deployment is taken, with a warning at most, and then its ReplicaSet tries for ever to
    create a pod. Give the containers what the standard asks for (the message names it field by field), or put the workload into
    another namespace.

    Reported where the run holds the Namespace. What a server exempts (namespaces, users, runtime classes) is not known: suppress the
    rule there.

    Source: https://kubernetes.io/docs/concepts/security/pod-security-admission/

    ```yaml bad
    apiVersion: v1
    kind: Namespace
    metadata:
      name: payments
      labels: {pod-security.kubernetes.io/enforce: baseline}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: ledger
      namespace: payments
    spec:
      selector:
        matchLabels: {app: ledger}
      template:
        metadata:
          labels: {app: ledger}
        spec:
          containers:
          - name: ledger
            image: example.org/ledger:2.1
            securityContext: {privileged: true}
    ```

    ```yaml good
    apiVersion: v1
    kind: Namespace
    metadata:
      name: payments
      labels: {pod-security.kubernetes.io/enforce: baseline}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: ledger
      namespace: payments
    spec:
      selector:
        matchLabels: {app: ledger}
      template:
        metadata:
          labels: {app: ledger}
        spec:
          containers:
          - name: ledger
            image: example.org/ledger:2.1
    ```
    """
    standard = _enforced(resource, context)
    if standard is None or standard.level == "privileged":
        return
    from linter.kube.pod_security.policy import describe, violations

    pods = pods_of(resource)
    found = violations(standard, pods.template.get("metadata") or {}, pods.spec, context.version)
    if found:
        what = "this Pod" if resource.kind == "Pod" else f"every pod of this {resource.kind}"
        yield Problem(
            pods.path,
            f"The Namespace {resource.namespace} refuses {what}, which violates {describe(standard, found)}.",
            at_key=True,
        )


def _enforced(resource: Resource, context: Context) -> Standard | None:
    """Return what the Namespace of a resource enforces; None where the run does not say, or says two things."""
    namespaces = context.inventory.named("Namespace", "", resource.namespace)
    if not namespaces:
        return None
    from linter.kube.pod_security.policy import policy_of

    standards = {
        policy_of(labels).enforce
        for namespace in namespaces
        if isinstance(labels := dig(namespace.manifest, "metadata", "labels") or {}, dict)
    }
    return standards.pop() if len(standards) == 1 else None
