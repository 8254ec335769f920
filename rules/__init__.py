"""All rules, one folder for each group; found by walking this package."""
