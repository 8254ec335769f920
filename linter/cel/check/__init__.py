"""What can be said of an expression before it runs: whether names, fields and types fit, and of which type its value is.

As cel-go's checker does it for the API server.
"""
