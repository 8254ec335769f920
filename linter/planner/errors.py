"""What a caller of the planner may have to catch."""

from __future__ import annotations

from linter.errors import InputError


class ScenarioError(InputError):
    """A scenario, an option or a state is wrong.

    Attributes:
        path: The field, such as `operations[2].op`; "" for the whole.
        message: What is wrong with it.
    """

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}" if path else message)
        self.path = path
        self.message = message

    def below(self, path: str) -> ScenarioError:
        """Return the same error with its field below another one: `name` below `operations[2]`."""
        return ScenarioError(f"{path}.{self.path}" if self.path else path, self.message)


class SimulationLimitError(Exception):
    """The simulation goes beyond a limit: of rounds, or of pods that are told apart."""


class OperationError(Exception):
    """The operation cannot be carried out: kubectl would refuse before the server sees anything."""
