"""The command line: one module for each command in `commands`, loaded when it is called."""
