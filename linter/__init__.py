"""podplan: a static linter and rollout planner for Kubernetes workload manifests.

`linter.lint` and `linter.plan` are the Python interface; the command line uses nothing else.
"""

from pathlib import Path

__version__ = "0.1.0"

# In a wheel the folders rules/ and schemas/ lie inside this package. In a checkout they stand at the
# repository's root, beside this package: put the root on the package's path, so that `linter.rules` and
# `linter.schemas` are importable from there too.
if not (Path(__file__).parent / "rules").is_dir():
    __path__.append(str(Path(__file__).parent.parent))
