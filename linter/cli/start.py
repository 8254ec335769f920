"""Where the command starts: from here on Ctrl-C and SIGTERM end it with their own exit status, and without a word.

What takes time to load is loaded after that. Importing this module is starting the command; nothing else imports it.
"""

from __future__ import annotations

import gc

from linter.cli.bytecode import load_bytecode_at_once
from linter.cli.signals import end_at_once

end_at_once()
load_bytecode_at_once()
# A run ends before its garbage would matter; looking for it, among all manifests in the end, costs a fifth of the time.
gc.disable()

from linter.cli.main import main  # noqa: E402  after the signals are seen to

__all__ = ["main"]
