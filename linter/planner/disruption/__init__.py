"""Voluntary disruptions: what budgets allow, and what happens to the pods of a node that is drained."""
