"""`podplan plan`: its subcommands are in linter.cli.plan."""

from __future__ import annotations

from linter.cli.plan import command

__all__ = ["command"]
