"""The scheduler's plugins, each in a module named like it.

A filter that a node alone decides is a function of the pod and the node. One that depends on the pods around is a class
that is made for pods which are alike, and told of every pod that comes to a node or leaves it.
"""
