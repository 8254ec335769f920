"""Rules over objects: what a rule is, which there are, the run, and what becomes of what they find."""
