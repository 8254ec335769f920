"""What callers may want to catch without loading the parts that raise it."""

from __future__ import annotations


class InputError(Exception):
    """Something that was asked for cannot be: a rule or revision that does not exist, a faulty configuration.

    The command line prints it and leaves with 2.
    """

    @property
    def messages(self) -> tuple[str, ...]:
        """What is wrong; most errors are about one thing."""
        return (str(self),)


class UnreadableError(InputError):
    """Something that was named cannot be read, rendered or written. The command line leaves with 3."""
