"""The kinds of the group apps: Deployment, ReplicaSet, StatefulSet and DaemonSet."""
