"""The command line: one module for each command, loaded when it is called."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and leave with its exit status (design: 0, 1, 2, 3, 70; 130 after Ctrl-C)."""
    from linter.cli.front import answer

    arguments = sys.argv[1:]
    text = answer(arguments)
    if text is not None:
        sys.stdout.write(text)
        sys.exit(0)
    import gc

    from linter.cli.errors import guarded

    # A run ends before its garbage would matter; looking for it among all manifests costs a fifth of the time.
    gc.disable()
    sys.exit(guarded(arguments))
