"""`python -m linter` is the command `podplan`."""

from linter.cli import main

main()
