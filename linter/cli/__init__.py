"""The command line: one module for each command, loaded when it is called."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and leave with its exit status (design: 0, 1, 2, 3, 70; 130 after Ctrl-C, 143 after SIGTERM)."""
    from linter.cli.front import answer
    from linter.cli.process import end_in_order, open_streams, silence_full_stderr

    open_streams()
    arguments = sys.argv[1:]
    text = answer(arguments)
    if text is not None:
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except OSError:
            from linter.cli.process import silence_stdout

            silence_stdout()
            sys.exit(3)
        sys.exit(0)
    end_in_order()
    import gc

    from linter.cli.errors import guarded

    # A run ends before its garbage would matter; looking for it among all manifests costs a fifth of the time.
    gc.disable()
    status = guarded(arguments)
    silence_full_stderr()
    sys.exit(status)
