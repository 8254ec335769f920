"""apiextensions.k8s.io: custom resource definitions."""
