"""`python -m linter` is the command `podplan`."""

from linter.cli.main import main

main()
