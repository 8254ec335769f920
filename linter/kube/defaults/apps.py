"""Defaults of Deployment, ReplicaSet, StatefulSet and DaemonSet."""

from __future__ import annotations

from linter.kube.defaults.fill import fill, fill_zero, with_spec
from linter.kube.defaults.pods import default_template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.kube.defaults.fill import Object


def _with_template(spec: Object) -> Object:
    return {**spec, "template": default_template(spec.get("template") or {})}


def default_deployment(obj: Object) -> Object:
    """Return a Deployment with defaults."""
    return with_spec(obj, _deployment_spec)


def _deployment_spec(spec: Object) -> Object:
    spec = fill(_with_template(spec), replicas=1, revisionHistoryLimit=10, progressDeadlineSeconds=600)
    strategy = fill_zero(spec.get("strategy") or {}, type="RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        strategy["rollingUpdate"] = fill(
            strategy.get("rollingUpdate") or {}, maxUnavailable="25%", maxSurge="25%"
        )
    spec["strategy"] = strategy
    return spec


def default_replica_set(obj: Object) -> Object:
    """Return a ReplicaSet with defaults."""
    return with_spec(obj, _replica_set_spec)


def _replica_set_spec(spec: Object) -> Object:
    return fill(_with_template(spec), replicas=1)


def default_stateful_set(obj: Object) -> Object:
    """Return a StatefulSet with defaults."""
    return with_spec(obj, _stateful_set_spec)


def _stateful_set_spec(spec: Object) -> Object:
    spec = fill(_with_template(spec), replicas=1, revisionHistoryLimit=10)
    spec = fill_zero(spec, podManagementPolicy="OrderedReady")
    strategy = dict(spec.get("updateStrategy") or {})
    if not strategy.get("type"):
        strategy["type"] = "RollingUpdate"
        strategy.setdefault("rollingUpdate", {})
    # With the type written and no block, the block stays absent: the revision of a lost pod then depends on it.
    if strategy["type"] == "RollingUpdate" and "rollingUpdate" in strategy:
        strategy["rollingUpdate"] = fill(strategy["rollingUpdate"], partition=0)
    spec["updateStrategy"] = strategy
    spec["persistentVolumeClaimRetentionPolicy"] = fill_zero(
        spec.get("persistentVolumeClaimRetentionPolicy") or {}, whenDeleted="Retain", whenScaled="Retain"
    )
    if claims := spec.get("volumeClaimTemplates"):
        from linter.kube.defaults.claims import default_claim_spec

        spec["volumeClaimTemplates"] = [with_spec(claim, default_claim_spec) for claim in claims]
    return spec


def default_daemon_set(obj: Object) -> Object:
    """Return a DaemonSet with defaults."""
    return with_spec(obj, _daemon_set_spec)


def _daemon_set_spec(spec: Object) -> Object:
    spec = fill(_with_template(spec), revisionHistoryLimit=10)
    strategy = fill_zero(spec.get("updateStrategy") or {}, type="RollingUpdate")
    if strategy["type"] == "RollingUpdate":
        strategy["rollingUpdate"] = fill(strategy.get("rollingUpdate") or {}, maxUnavailable=1, maxSurge=0)
    spec["updateStrategy"] = strategy
    return spec
