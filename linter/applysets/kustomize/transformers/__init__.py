"""What a kustomization changes in its resources: a module for each field that says so."""
