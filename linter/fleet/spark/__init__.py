"""Spark: the only part of a fleet that knows it. It hands out repositories, and runs again what was killed; nothing else."""
