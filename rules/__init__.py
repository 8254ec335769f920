"""All rules, one folder for each group; index.py lists them."""
