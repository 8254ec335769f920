"""The scheduler's plugins, each in a module named like it.

A filter that a node alone decides is a function of the pod and the node. What depends on pods of other nodes is a class that
is made for pods which are alike, and told of every pod that comes to a node or leaves it. It marks nodes by what it looks at:
equally marked nodes are judged together.
"""

from __future__ import annotations

from typing import Any

Marks = tuple[Any, ...]
"""What a plugin looks at in a node: equal for nodes that it cannot tell from one another."""
