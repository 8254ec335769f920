"""`python -m linter` is the command `podplan`."""

from linter.cli.start import main

main()
