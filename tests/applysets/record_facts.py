"""Writes linter/applysets/kustomize/facts.json from the source of a kustomize release.

    python tests/applysets/record_facts.py FOLDER_OF_GO_MODULES

The folder is `$(go env GOMODCACHE)/sigs.k8s.io/kustomize` after `go install sigs.k8s.io/kustomize/kustomize/v5@v5.8.2`.
"""

import gzip
import json
import re
import sys
from pathlib import Path
from typing import Any

from linter.applysets.kustomize.schema import compacted

API, KYAML = "api@v0.21.2", "kyaml@v0.21.2"
FACTS = Path(__file__).parents[2] / "linter" / "applysets" / "kustomize" / "facts.json"
FIELD_SPECS = "namePrefix nameSuffix commonLabels templateLabels volumeClaimTemplateLabels commonAnnotations namespace varReference images replicas"


def main(modules: Path) -> None:
    bundle = json.loads(
        gzip.decompress(next((modules / KYAML).glob("openapi/kubernetesapi/data/*.gz")).read_bytes())
    )
    structs, kinds = compacted(bundle["definitions"])
    # Names are needed inside the file alone; numbers keep it small.
    numbers = {name: str(number) for number, name in enumerate(sorted(structs), 1)} | {"": ""}
    facts = {
        "cluster_scoped": cluster_scoped((modules / KYAML / "openapi" / "openapi.go").read_text()),
        "kinds": {kind: numbers[name] for kind, name in sorted(kinds.items())},
        "structs": {
            numbers[name]: {
                field: (numbers[struct], keys) for field, (struct, keys) in sorted(fields.items())
            }
            for name, fields in sorted(structs.items())
        },
        "field_specs": field_specs(modules / API / "internal" / "konfig" / "builtinpluginconsts"),
    }
    lines = ",\n".join(
        f"{json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}" for key, value in facts.items()
    )
    FACTS.write_text("{\n" + lines + "\n}\n", encoding="utf-8")


def cluster_scoped(source: str) -> list[str]:
    table = re.findall(r'\{APIVersion: "([^"]+)", Kind: "([^"]+)"\}:\s*false', source)
    return sorted(f"{api_version} {kind}" for api_version, kind in table)


def field_specs(folder: Path) -> dict[str, Any]:
    """Return the default configuration of the transformers: lists of (group, version, kind, path, create)."""
    from ruamel.yaml import YAML

    constants: dict[str, str] = {}
    for file in sorted(folder.glob("*.go")):
        for name, first, more in re.findall(r"(\w+) *= *`([^`]*)`((?: \+ \w+)*)", file.read_text()):
            constants[name] = first + "".join(f" + {each}" for each in re.findall(r"\w+", more))
        for name, one in re.findall(r"const (\w+) = `([^`]*)` \+ ", file.read_text()):
            constants.setdefault(name, one)

    def expanded(text: str) -> str:
        return re.sub(r" \+ (\w+)", lambda match: expanded(constants[match[1]]), text)

    result: dict[str, Any] = {}
    for text in constants.values():
        loaded = YAML(typ="safe", pure=True).load(expanded(text))
        if isinstance(loaded, dict):
            result |= loaded
    flat = {name: [spec(each) for each in result[name]] for name in FIELD_SPECS.split()}
    references = [
        [
            each.get("group", ""),
            each.get("version", ""),
            each["kind"],
            [spec(one) for one in each["fieldSpecs"]],
        ]
        for each in result["nameReference"]
    ]
    return {**flat, "nameReference": references}


def spec(entry: dict[str, Any]) -> list[Any]:
    return [
        entry.get("group", ""),
        entry.get("version", ""),
        entry.get("kind", ""),
        entry["path"],
        bool(entry.get("create")),
    ]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
