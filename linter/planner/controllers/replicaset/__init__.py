"""ReplicaSets: one that stands alone, and those of a Deployment."""
