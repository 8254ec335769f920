"""The run: sources → checked files → what needs all of them → findings; in several processes, with a cache."""
