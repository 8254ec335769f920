"""What callers may want to catch without loading the parts that raise it."""

from __future__ import annotations


class InputError(Exception):
    """Something that was asked for cannot be: a rule or revision that does not exist."""


class UnreadableError(InputError):
    """Something that was named cannot be read or rendered."""
