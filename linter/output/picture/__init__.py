"""The drawing of a workload's plan, the same on a page and in a file of its own."""
