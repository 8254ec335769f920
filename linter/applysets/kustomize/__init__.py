"""A kustomize of our own: builds kustomizations in process, and knows of each value what wrote it.

It agrees with kustomize 5.8.2 by value. What runs programs or lies elsewhere is refused by its name.
"""

from linter.applysets.kustomize.build import Build, Builder, BuiltObject, build
from linter.applysets.kustomize.errors import KustomizeError, UnsupportedError
from linter.applysets.kustomize.places import Origin

__all__ = ["Build", "Builder", "BuiltObject", "KustomizeError", "Origin", "UnsupportedError", "build"]
