"""Deployments: the controller, how it sizes its ReplicaSets, and what it writes into the status."""
