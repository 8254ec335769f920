"""From objects and a command to a plan: scenarios are built, played, and what came out is said object by object."""
