"""Rules that podplan does not bring along: Python modules, YAML with CEL, ValidatingAdmissionPolicies."""
