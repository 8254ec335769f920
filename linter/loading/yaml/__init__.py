"""YAML and JSON as kubectl reads them: texts → plain values, with the places of their parts."""
