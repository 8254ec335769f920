"""Programs on PATH that podplan asks for what it does not know itself: kubectl, kustomize, helm."""

from __future__ import annotations

from pathlib import Path

from linter.errors import UnreadableError
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Final

TIMEOUT: Final[float] = 300.0
"""How many seconds a program may take. Charts fetch what they depend on, and clusters are far away."""


class ProgramError(UnreadableError):
    """The program could not be started, or did not end in time."""


class Answer(NamedTuple):
    """What a program left."""

    status: int
    stdout: bytes
    stderr: str

    @property
    def reason(self) -> str:
        """The last line of its standard error, which tells why it failed."""
        lines = [line for line in self.stderr.splitlines() if line.strip()]
        return lines[-1] if lines else f"it said nothing, and its exit status was {self.status}"


def run(command: Sequence[str]) -> Answer:
    """Run a program and wait for its end. It gets no input: one that asks for a password ends instead of waiting for ever.

    Args:
        command: The program's path, and its arguments.

    Raises:
        ProgramError: It could not be started, or took longer than TIMEOUT and was killed.
    """
    import subprocess

    name = Path(command[0]).name
    try:
        done = subprocess.run(  # noqa: S603  the user asked for this very program
            command, capture_output=True, check=False, stdin=subprocess.DEVNULL, timeout=TIMEOUT
        )
    except OSError as error:
        raise ProgramError(f"{name} could not be run: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise ProgramError(f"{name} did not end within {TIMEOUT:g} s") from None
    return Answer(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))
