"""The Pod Security Standards: what a Namespace's labels ask, and what of it a pod violates."""
