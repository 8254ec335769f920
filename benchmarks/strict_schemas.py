"""Writes the schemas that kubeconform is measured with: strict ones, each in one file, as it downloads them by default.

    python benchmarks/strict_schemas.py FOLDER
    kubeconform -strict -schema-location 'FOLDER/{{.ResourceKind}}{{.KindSuffix}}.json' …

They are made of the definitions that kubernetes-validate carries, with every reference replaced by what it names, so that neither a
network nor a file of all definitions stands in the peer's way.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from linter.version import DEFAULT

LOCATION = "{{.ResourceKind}}{{.KindSuffix}}.json"
"""How kubeconform's -schema-location names the files below the folder."""

_KINDS = (
    "deployment-apps-v1", "statefulset-apps-v1", "daemonset-apps-v1", "service-v1", "configmap-v1",
    "poddisruptionbudget-policy-v1", "horizontalpodautoscaler-autoscaling-v2",
)  # fmt: skip


def write_schemas(folder: Path) -> None:
    """Write the schemas of the kinds that are measured with, of podplan's default version.

    Args:
        folder: Where to; it is made.

    Raises:
        FileNotFoundError: The installed kubernetes-validate does not know the version.
    """
    import kubernetes_validate

    release = f"v{DEFAULT.release}.0-local-strict"
    source = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema" / release
    definitions = json.loads((source / "_definitions.json").read_text("utf-8"))["$defs"]
    folder.mkdir(parents=True, exist_ok=True)
    for kind in _KINDS:
        schema = json.loads((source / f"{kind}.json").read_text("utf-8"))
        # Its address would be asked for what a reference names.
        del schema["$id"]
        (folder / f"{kind}.json").write_text(json.dumps(_expanded(schema, definitions)), "utf-8")


def _expanded(schema: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_expanded(entry, definitions) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    schema = dict(schema)
    if reference := schema.pop("$ref", None):
        schema = definitions[reference.rpartition("/")[2]] | schema
    return {key: _expanded(value, definitions) for key, value in schema.items()}


def main() -> None:
    """Write what the command line asks for."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    write_schemas(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
