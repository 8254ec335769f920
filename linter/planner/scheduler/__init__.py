"""Which node a pod comes to, where nodes are given: what the kube-scheduler decides."""
