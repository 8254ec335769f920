"""The command line: one module for each command."""


def main() -> None:
    """Entry point."""
