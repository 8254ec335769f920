"""Fixes: which problem has one right answer, what that makes of the text, and whether it made anything worse."""
