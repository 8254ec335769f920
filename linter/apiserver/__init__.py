"""The API server as a library: would it take an object, and what does it say where it would not?

One function for each struct of the API, with its path as an argument, called once for each object in the server's order.
`server.py` is the way in, `kinds.py` the one place where a kind is added.
"""
