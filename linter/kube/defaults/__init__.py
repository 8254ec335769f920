"""The defaults that the API server applies before it validates: one module for each group of kinds, `apply.py` is the way in."""
