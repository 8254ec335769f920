"""What an expression may cost at most, before it runs: as cel-go and k8s.io/apiserver estimate it."""
