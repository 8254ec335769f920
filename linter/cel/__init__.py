"""CEL as Kubernetes speaks it: https://kubernetes.io/docs/reference/using-api/cel/.

Expressions are parsed (`syntax`), checked before they run (`check/`, `estimate/`) and evaluated (`evaluate`) as cel-go does for the API
server: Kubernetes counts what every step costs and gives up at a limit, has functions of its own, and gives fields the types that schemas
say.
"""
