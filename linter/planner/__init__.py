"""Simulates the workload controllers over a cluster state and explains what they would do."""
