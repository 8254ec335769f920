"""One module for each command: its options for click, and what it prints."""
