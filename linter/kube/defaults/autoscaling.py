"""Defaults of HorizontalPodAutoscalers."""

from __future__ import annotations

from linter.kube.defaults.fill import fill, with_spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.kube.defaults.fill import Object


def default_autoscaler_v1(obj: Object) -> Object:
    """Return a HorizontalPodAutoscaler of autoscaling/v1 with defaults."""
    return with_spec(obj, _spec_v1)


def default_autoscaler(obj: Object) -> Object:
    """Return a HorizontalPodAutoscaler of autoscaling/v2 with defaults."""
    return with_spec(obj, _spec)


def _spec_v1(spec: Object) -> Object:
    return fill(spec, minReplicas=1)


def _spec(spec: Object) -> Object:
    spec = _spec_v1(spec)
    if not spec.get("metrics"):
        target = {"type": "Utilization", "averageUtilization": 80}
        spec["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    if "behavior" in spec:
        behavior = spec["behavior"]
        percent = {"type": "Percent", "value": 100, "periodSeconds": 15}
        pods = {"type": "Pods", "value": 4, "periodSeconds": 15}
        spec["behavior"] = {
            **behavior,
            "scaleUp": fill(
                behavior.get("scaleUp") or {},
                stabilizationWindowSeconds=0,
                selectPolicy="Max",
                policies=[pods, percent],
            ),
            "scaleDown": fill(behavior.get("scaleDown") or {}, selectPolicy="Max", policies=[percent]),
        }
    return spec
