"""What belongs to a workload itself: numbers, strategies and policies beside the pod template.

Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.apiserver.amounts import amount_fault, effective_amount
from linter.engine.rule import Context, Problem, rule
from linter.kube import gates, names
from linter.kube.suggest import did_you_mean, not_supported, one_of, quote
from linter.path import FieldPath, Key

from .selectors import pod_template_is_judged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource

ROLLBACK = "deprecated.deployment.rollback.to"
STRATEGIES = {
    "Deployment": ("RollingUpdate", "Recreate"),
    "StatefulSet": ("RollingUpdate", "OnDelete"),
    "DaemonSet": ("RollingUpdate", "OnDelete"),
}
MANAGEMENT_POLICIES = ("OrderedReady", "Parallel")
RETENTION_POLICIES = ("Retain", "Delete")
POD_SPEC: FieldPath = ("spec", "template", "spec")


@rule("replicas", kinds={"Deployment", "ReplicaSet", "StatefulSet"}, needs={"replicas", "ordinals"})
def replicas(resource: Resource, context: Context) -> Iterator[Problem]:
    """The number of replicas, and the first ordinal of a StatefulSet, are not negative.

    `spec.replicas: 0` is fine and runs no pod.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      replicas: -1
      selector:
        matchLabels:
          app: web
      template:
        metadata:
          labels:
            app: web
        spec:
          containers:
          - name: web
            image: nginx:1.27
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      replicas: 2
      selector:
        matchLabels:
          app: web
      template:
        metadata:
          labels:
            app: web
        spec:
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    spec = resource.object["spec"]
    yield from _not_negative(spec, ("spec",), "replicas")
    if resource.kind == "StatefulSet" and "ordinals" in spec:
        yield from _not_negative(spec["ordinals"], ("spec", "ordinals"), "start")


@rule("rollout-timing", needs={"minReadySeconds", "progressDeadlineSeconds"})
def rollout_timing(resource: Resource, context: Context) -> Iterator[Problem]:
    """The times of a rollout are not negative, and its deadline leaves time to get ready.

    A new pod counts as available once it has been ready for `minReadySeconds`. A Deployment that makes no progress
    for `progressDeadlineSeconds` (600 if not written) is reported as failed; a deadline that is not longer than
    `minReadySeconds` could never be met.

    Mend it by a shorter `minReadySeconds` or a longer `progressDeadlineSeconds`.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      minReadySeconds: 900
      selector:
        matchLabels:
          app: web
      template:
        metadata:
          labels:
            app: web
        spec:
          containers:
          - name: web
            image: nginx:1.27
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      minReadySeconds: 10
      selector:
        matchLabels:
          app: web
      template:
        metadata:
          labels:
            app: web
        spec:
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    spec = resource.object["spec"]
    yield from _not_negative(spec, ("spec",), "minReadySeconds")
    if resource.kind != "Deployment":
        return
    yield from _not_negative(spec, ("spec",), "progressDeadlineSeconds")
    ready, deadline = spec.get("minReadySeconds", 0), spec["progressDeadlineSeconds"]
    if deadline <= ready:
        written = "progressDeadlineSeconds" in resource.manifest["spec"]
        yield Problem(
            ("spec", "progressDeadlineSeconds" if written else "minReadySeconds"),
            f"progressDeadlineSeconds ({deadline}{'' if written else ' if not written'}) must be greater than "
            f"minReadySeconds ({ready}).",
            "Invalid",
            "spec.progressDeadlineSeconds",
        )


@rule("revision-history-limit", kinds={"Deployment", "DaemonSet"}, needs={"revisionHistoryLimit"})
def revision_history_limit(resource: Resource, context: Context) -> Iterator[Problem]:
    """The number of old revisions to keep is not negative.

    `spec.revisionHistoryLimit` (10 if not written) says how many old revisions are kept for a rollback. With 0 none
    are, and a rollback is impossible.

    ```yaml bad
    apiVersion: apps/v1
    kind: DaemonSet
    metadata:
      name: agent
    spec:
      revisionHistoryLimit: -1
      selector:
        matchLabels:
          app: agent
      template:
        metadata:
          labels:
            app: agent
        spec:
          containers:
          - name: agent
            image: example.com/agent:1.4
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: DaemonSet
    metadata:
      name: agent
    spec:
      revisionHistoryLimit: 5
      selector:
        matchLabels:
          app: agent
      template:
        metadata:
          labels:
            app: agent
        spec:
          containers:
          - name: agent
            image: example.com/agent:1.4
    ```
    """
    yield from _not_negative(resource.object["spec"], ("spec",), "revisionHistoryLimit")


@rule("deployment-strategy", kinds={"Deployment"}, needs={"strategy"})
def deployment_strategy(resource: Resource, context: Context) -> Iterator[Problem]:
    """A Deployment's update strategy is known, and its numbers let the update go on.

    `spec.strategy.type` is RollingUpdate or Recreate; a `rollingUpdate` block has no place beside Recreate. maxSurge
    and maxUnavailable are integers or percentages such as `25%` (a number between quotes is neither), not negative;
    maxUnavailable is at most `100%`. They can't both be 0: the update could then neither add nor remove a pod.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      strategy:
        type: Recreate
        rollingUpdate:
          maxSurge: 1
      selector:
        matchLabels:
          app: web
      template:
        metadata:
          labels:
            app: web
        spec:
          containers:
          - name: web
            image: nginx:1.27
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      strategy:
        type: RollingUpdate
        rollingUpdate:
          maxSurge: 1
          maxUnavailable: 0
      selector:
        matchLabels:
          app: web
      template:
        metadata:
          labels:
            app: web
        spec:
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    strategy = resource.object["spec"]["strategy"]
    rolling = strategy.get("rollingUpdate")
    here: FieldPath = ("spec", "strategy", "rollingUpdate")
    match strategy["type"]:
        case "RollingUpdate":
            yield from _amounts(rolling, here, surge_at_most_all=False)
            unavailable, surge = rolling["maxUnavailable"], rolling["maxSurge"]
            if effective_amount(unavailable) == 0 and effective_amount(surge) == 0:
                yield Problem(
                    (*here, "maxUnavailable"),
                    "maxUnavailable and maxSurge are both 0: an update could neither add nor remove a pod.",
                    "Invalid",
                )
        case "Recreate":
            if rolling is not None:
                yield Problem(
                    here,
                    "The type Recreate takes no rollingUpdate block: delete the block, or use type RollingUpdate.",
                    "Forbidden",
                )
        case other:
            yield _unknown_type(resource.kind, "strategy", other, "NotSupported")


@rule("update-strategy", kinds={"StatefulSet", "DaemonSet"}, needs={"updateStrategy"})
def update_strategy(resource: Resource, context: Context) -> Iterator[Problem]:
    """The update strategy of a StatefulSet or DaemonSet is known, and its numbers fit together.

    `spec.updateStrategy.type` is RollingUpdate or OnDelete. A StatefulSet takes no `rollingUpdate` block beside
    OnDelete, and its partition is not negative.

    A DaemonSet either takes old pods away first (maxUnavailable, 1 if not written) or puts the new pod beside the old
    one first (maxSurge, 0 if not written): exactly one of them is 0. Whoever sets maxSurge has to set
    `maxUnavailable: 0` as well.

    ```yaml bad
    apiVersion: apps/v1
    kind: DaemonSet
    metadata:
      name: agent
    spec:
      updateStrategy:
        type: RollingUpdate
        rollingUpdate:
          maxSurge: 1
      selector:
        matchLabels:
          app: agent
      template:
        metadata:
          labels:
            app: agent
        spec:
          containers:
          - name: agent
            image: example.com/agent:1.4
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: DaemonSet
    metadata:
      name: agent
    spec:
      updateStrategy:
        type: RollingUpdate
        rollingUpdate:
          maxSurge: 1
          maxUnavailable: 0
      selector:
        matchLabels:
          app: agent
      template:
        metadata:
          labels:
            app: agent
        spec:
          containers:
          - name: agent
            image: example.com/agent:1.4
    ```
    """
    strategy = resource.object["spec"]["updateStrategy"]
    rolling = strategy.get("rollingUpdate")
    kind = strategy["type"]
    if kind not in STRATEGIES[resource.kind]:
        reason = "Invalid" if resource.kind == "StatefulSet" else "NotSupported"
        yield _unknown_type(resource.kind, "updateStrategy", kind, reason)
    elif resource.kind == "StatefulSet":
        if rolling is not None:
            yield from _stateful_rolling_update(kind, rolling, context)
    elif kind == "RollingUpdate":
        yield from _daemon_rolling_update(rolling)


@rule("pod-management-policy", kinds={"StatefulSet"}, needs={"podManagementPolicy"})
def pod_management_policy(resource: Resource, context: Context) -> Iterator[Problem]:
    """The pod management policy of a StatefulSet is OrderedReady or Parallel.

    With OrderedReady (if nothing is written) pods come and go one after the other, with Parallel all at once when the
    StatefulSet is scaled.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: db
    spec:
      clusterIP: None
      selector:
        app: db
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata:
      name: db
    spec:
      serviceName: db
      podManagementPolicy: parallel
      selector:
        matchLabels:
          app: db
      template:
        metadata:
          labels:
            app: db
        spec:
          containers:
          - name: db
            image: postgres:16.3
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: db
    spec:
      clusterIP: None
      selector:
        app: db
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata:
      name: db
    spec:
      serviceName: db
      podManagementPolicy: Parallel
      selector:
        matchLabels:
          app: db
      template:
        metadata:
          labels:
            app: db
        spec:
          containers:
          - name: db
            image: postgres:16.3
            readinessProbe:
              tcpSocket:
                port: 5432
    ```
    """
    policy = resource.object["spec"]["podManagementPolicy"]
    if policy not in MANAGEMENT_POLICIES:
        yield Problem(
            ("spec", "podManagementPolicy"),
            not_supported("podManagementPolicy", policy, MANAGEMENT_POLICIES),
            "Invalid",
        )


@rule("claim-retention-policy", kinds={"StatefulSet"}, needs={"persistentVolumeClaimRetentionPolicy"})
def claim_retention_policy(resource: Resource, context: Context) -> Iterator[Problem]:
    """A StatefulSet's policy for its volume claims is Retain or Delete.

    `whenDeleted` and `whenScaled` say what becomes of the PersistentVolumeClaims that the StatefulSet has made:
    Retain (if nothing is written) keeps them with their data, Delete deletes both.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: db
    spec:
      clusterIP: None
      selector:
        app: db
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata:
      name: db
    spec:
      serviceName: db
      persistentVolumeClaimRetentionPolicy:
        whenScaled: Recycle
      selector:
        matchLabels:
          app: db
      template:
        metadata:
          labels:
            app: db
        spec:
          containers:
          - name: db
            image: postgres:16.3
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: db
    spec:
      clusterIP: None
      selector:
        app: db
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata:
      name: db
    spec:
      serviceName: db
      persistentVolumeClaimRetentionPolicy:
        whenScaled: Retain
      selector:
        matchLabels:
          app: db
      template:
        metadata:
          labels:
            app: db
        spec:
          containers:
          - name: db
            image: postgres:16.3
            readinessProbe:
              tcpSocket:
                port: 5432
    ```
    """
    policies = resource.object["spec"]["persistentVolumeClaimRetentionPolicy"]
    for when in ("whenDeleted", "whenScaled"):
        if policies[when] not in RETENTION_POLICIES:
            yield Problem(
                ("spec", "persistentVolumeClaimRetentionPolicy", when),
                not_supported(when, policies[when], RETENTION_POLICIES),
                "NotSupported",
            )


@rule("service-name-syntax", kinds={"StatefulSet"}, needs={"serviceName"})
def service_name_syntax(resource: Resource, context: Context) -> Iterator[Problem]:
    """The service name of a StatefulSet is a DNS label.

    `spec.serviceName` names the headless Service that gives the pods their DNS names. Up to 63 bytes of lower-case
    letters, digits and `-` are allowed.

    ```yaml bad
    apiVersion: apps/v1
    kind: StatefulSet
    metadata:
      name: db
    spec:
      serviceName: db.default
      selector:
        matchLabels:
          app: db
      template:
        metadata:
          labels:
            app: db
        spec:
          containers:
          - name: db
            image: postgres:16.3
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: db
    spec:
      clusterIP: None
      selector:
        app: db
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata:
      name: db
    spec:
      serviceName: db
      selector:
        matchLabels:
          app: db
      template:
        metadata:
          labels:
            app: db
        spec:
          containers:
          - name: db
            image: postgres:16.3
            readinessProbe:
              tcpSocket:
                port: 5432
    ```
    """
    name = resource.object["spec"].get("serviceName")
    if name and context.old is None:
        for fault in names.dns_label(name):
            yield Problem(("spec", "serviceName"), f"The service name {quote(name)} {fault}.", "Invalid")


@rule("template-restart-policy", needs={"restartPolicy"})
def template_restart_policy(resource: Resource, context: Context) -> Iterator[Problem]:
    """Pods of a workload are always restarted.

    Deployment, ReplicaSet, StatefulSet and DaemonSet run pods that never end, so their template takes no other
    `restartPolicy` than Always, which is also what it gets if nothing is written.

    Mend it by deleting the field; for pods that end use a Job.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels:
          app: web
      template:
        metadata:
          labels:
            app: web
        spec:
          restartPolicy: OnFailure
          containers:
          - name: web
            image: nginx:1.27
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels:
          app: web
      template:
        metadata:
          labels:
            app: web
        spec:
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    policy = resource.object["spec"]["template"]["spec"]["restartPolicy"]
    if policy != "Always" and _pod_rules_apply(resource):
        yield Problem(
            (*POD_SPEC, "restartPolicy"),
            f"restartPolicy is {quote(policy)}; pods of a {resource.kind} are always restarted: delete the field.",
            "NotSupported",
        )


@rule("template-active-deadline", needs={"activeDeadlineSeconds"})
def template_active_deadline(resource: Resource, context: Context) -> Iterator[Problem]:
    """Pods of a workload have no active deadline.

    `activeDeadlineSeconds` ends a pod after that time. Deployment, ReplicaSet, StatefulSet and DaemonSet run pods
    that never end, so their template must not have it.

    Mend it by deleting the field; for pods that end use a Job.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels:
          app: web
      template:
        metadata:
          labels:
            app: web
        spec:
          activeDeadlineSeconds: 3600
          containers:
          - name: web
            image: nginx:1.27
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels:
          app: web
      template:
        metadata:
          labels:
            app: web
        spec:
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    if "activeDeadlineSeconds" in resource.object["spec"]["template"]["spec"] and _pod_rules_apply(resource):
        yield Problem(
            (*POD_SPEC, "activeDeadlineSeconds"),
            f"Pods of a {resource.kind} must not end by themselves: delete activeDeadlineSeconds, or use a Job.",
            "Forbidden",
        )


@rule("rollback-annotation", kinds={"Deployment"}, needs={ROLLBACK})
def rollback_annotation(resource: Resource, context: Context) -> Iterator[Problem]:
    """The annotation for a rollback, a relic of old API versions, names no negative revision.

    `deprecated.deployment.rollback.to` carries what once was `spec.rollbackTo`. Nobody needs it in a manifest.

    Mend it by deleting the annotation; `kubectl rollout undo` rolls back.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
      annotations:
        deprecated.deployment.rollback.to: "-1"
    spec:
      selector:
        matchLabels:
          app: web
      template:
        metadata:
          labels:
            app: web
        spec:
          containers:
          - name: web
            image: nginx:1.27
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels:
          app: web
      template:
        metadata:
          labels:
            app: web
        spec:
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    revision = ((resource.object.get("metadata") or {}).get("annotations") or {}).get(ROLLBACK)
    if revision and effective_amount(revision) < 0:
        yield Problem(
            ("metadata", "annotations", Key(ROLLBACK)),
            f"The annotation `{ROLLBACK}` is {quote(revision)}; it must not be negative.",
            "Invalid",
            "spec.rollback.version",
        )


@rule("revision-history-negative", kinds={"StatefulSet"}, severity="warning", needs={"revisionHistoryLimit"})
def revision_history_negative(resource: Resource, context: Context) -> Iterator[Problem]:
    """The number of old revisions that a StatefulSet keeps is not negative.

    The API server takes a negative `spec.revisionHistoryLimit` of a StatefulSet, for the sake of stored objects, and
    warns. Write 0 for none, or delete the field for 10.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: db
    spec:
      clusterIP: None
      selector:
        app: db
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata:
      name: db
    spec:
      serviceName: db
      revisionHistoryLimit: -1
      selector:
        matchLabels:
          app: db
      template:
        metadata:
          labels:
            app: db
        spec:
          containers:
          - name: db
            image: postgres:16.3
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: db
    spec:
      clusterIP: None
      selector:
        app: db
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata:
      name: db
    spec:
      serviceName: db
      revisionHistoryLimit: 3
      selector:
        matchLabels:
          app: db
      template:
        metadata:
          labels:
            app: db
        spec:
          containers:
          - name: db
            image: postgres:16.3
            readinessProbe:
              tcpSocket:
                port: 5432
    ```
    """
    limit = resource.object["spec"]["revisionHistoryLimit"]
    if limit < 0:
        yield Problem(
            ("spec", "revisionHistoryLimit"),
            f"revisionHistoryLimit is {limit}; a negative number of revisions makes no sense.",
        )


def _pod_rules_apply(resource: Resource) -> bool:
    """Tell whether the workload's own demands on its pods are judged: a StatefulSet's always are."""
    return resource.kind == "StatefulSet" or pod_template_is_judged(resource)


def _not_negative(holder: dict[str, Any], path: FieldPath, name: str) -> Iterator[Problem]:
    value = holder.get(name, 0)
    if value < 0:
        yield Problem((*path, name), f"{name} is {value}; it must not be negative.", "Invalid")


def _amounts(rolling: dict[str, Any], path: FieldPath, *, surge_at_most_all: bool) -> Iterator[Problem]:
    for name in ("maxUnavailable", "maxSurge"):
        at_most_all = name == "maxUnavailable" or surge_at_most_all
        if fault := amount_fault(rolling[name], at_most_all=at_most_all):
            yield Problem((*path, name), f"{name} is {quote(rolling[name])}; {fault}.", "Invalid")


def _unknown_type(kind: str, field: str, value: str, reason: str) -> Problem:
    known = STRATEGIES[kind]
    return Problem(
        ("spec", field, "type"),
        f"The type is {quote(value)}; it must be {one_of(known)}.{did_you_mean(value, known)}",
        reason,
        f"spec.{field}",
    )


def _stateful_rolling_update(kind: str, rolling: dict[str, Any], context: Context) -> Iterator[Problem]:
    here: FieldPath = ("spec", "updateStrategy", "rollingUpdate")
    if kind == "OnDelete":
        yield Problem(
            here,
            "The type OnDelete takes no rollingUpdate block: delete the block, or use type RollingUpdate.",
            "Invalid",
        )
        return
    yield from _not_negative(rolling, here, "partition")
    limit = rolling.get("maxUnavailable")
    # With the gate off, the server drops the field before it looks.
    gate = gates.MAX_UNAVAILABLE_STATEFUL_SET
    if limit is None or not gates.enabled(gate, context.version):
        return
    fault = amount_fault(limit)
    if not fault and effective_amount(limit) == 0:
        fault = "it must not be 0"
    if fault:
        yield Problem((*here, "maxUnavailable"), f"maxUnavailable is {quote(limit)}; {fault}.", "Invalid")


def _daemon_rolling_update(rolling: dict[str, Any]) -> Iterator[Problem]:
    here: FieldPath = ("spec", "updateStrategy", "rollingUpdate")
    yield from _amounts(rolling, here, surge_at_most_all=True)
    unavailable = effective_amount(rolling["maxUnavailable"])
    surge = effective_amount(rolling["maxSurge"])
    if unavailable and surge:
        yield Problem(
            (*here, "maxSurge"),
            "maxSurge goes only with `maxUnavailable: 0` (it is 1 where it is not written).",
            "Invalid",
        )
    elif not unavailable and not surge:
        yield Problem(
            (*here, "maxUnavailable"),
            "maxUnavailable and maxSurge are both 0: an update could neither add nor remove a pod.",
            "Required",
        )
