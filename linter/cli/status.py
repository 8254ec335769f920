"""Exit statuses."""

from __future__ import annotations

OK = 0
FINDINGS = 1
USAGE = 2
UNREADABLE = 3
BUG = 70
INTERRUPTED = 130
TERMINATED = 143

BUG_MESSAGE = "this is a bug in podplan; please report it with the lines above and, if you can, the manifest."
