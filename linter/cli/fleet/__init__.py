"""`podplan fleet`: what it can be asked for, and what it says."""
