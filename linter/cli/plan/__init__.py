"""What the subcommands of `podplan plan` have in common."""
