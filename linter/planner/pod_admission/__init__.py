"""Would the API server let a controller create a pod: limits, Pod Security, quotas."""

KINDS = frozenset({"ResourceQuota", "LimitRange", "Namespace"})
"""The kinds of objects that say what is asked of pods."""
