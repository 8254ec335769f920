"""The process from which Spark forks its Python workers, with podplan loaded: no worker loads it again.

Spark runs it by its name (`spark.python.daemon.module`).
"""

from __future__ import annotations

import gc
import importlib
import pkgutil
from contextlib import suppress


def preload() -> None:
    """Load all that judging a repository may need, and judge a small one, which reads the facts of the kinds."""
    import linter

    for package in _PACKAGES:
        _import_all(package)
    linter.lint((), texts=[("warm-up.yaml", _EXAMPLE)])
    # What is there now stays, and is shared with the workers: no collector need look at it, which would copy its pages.
    gc.collect()
    gc.freeze()


_PACKAGES = ("linter.fleet.judging", "linter.fleet.sources", "linter.fleet.spark", "linter.apiserver", "linter.applysets", "linter.engine",
             "linter.kube", "linter.loading", "linter.planner", "linter.rules")  # fmt: skip
_LEFT_OUT = ("generate", "daemon")
"""Scripts, and this module."""


def _import_all(package: str) -> None:
    for found in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
        if found.name.rpartition(".")[2] not in _LEFT_OUT:
            with suppress(ImportError):  # of an extra that is not installed
                importlib.import_module(found.name)


_EXAMPLE = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "nginx:1.25"}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
"""

if __name__ == "__main__":
    from pyspark.daemon import manager

    preload()
    manager()
