"""JSON Schemas by Kubernetes version, and constraints on top of them."""
