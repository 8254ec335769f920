"""What Kubernetes defines, as pure functions: defaults, selectors, quantities, names, versions, gates."""
