"""The command line: one module for each command, loaded when it is called."""

from __future__ import annotations

import sys

COMMANDS = {
    "lint": "Check manifests: what the API server would refuse, what does not fit together, what will hurt.",
    "plan": "Print, pod by pod, what a create, update, scale, restart, undo or delete would do.",
    "rules": "List the rules.",
    "config": "Print the effective configuration, and where each value comes from.",
    "explain": "Explain a rule: why it matters, how to mend it, a bad and a good example.",
    "cache": "Show or clear the cache of earlier runs.",
    "completion": "Print the script that completes podplan's commands in bash, zsh or fish.",
}


def main() -> None:
    """Run the command line and leave with its exit status (design: 0, 1, 2, 3, 70; 130 after Ctrl-C)."""
    from linter.cli.errors import guarded

    sys.exit(guarded(sys.argv[1:]))
