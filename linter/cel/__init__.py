"""CEL as Kubernetes speaks it: https://kubernetes.io/docs/reference/using-api/cel/.

cel-expr-python, the reference implementation, parses expressions; it is an extra (`podplan[cel]`). They are evaluated here: Kubernetes counts
what every step costs and gives up at a limit, has functions of its own, and gives fields the types that schemas say, none of which the
library can do.
"""
