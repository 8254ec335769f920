"""DaemonSets: the controller, the nodes as it sees them, and what a plan says of them."""
