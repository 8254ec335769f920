"""`podplan lint`: what it is asked for, and what it does. None of it needs click."""
