"""The volumes of a pod as its containers find them: by name, the claim templates of a StatefulSet among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linter.kube.pods import Volume

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from linter.apiserver.request import Object
    from linter.path import FieldPath


class PodVolumes(NamedTuple):
    """The volumes of a pod by name."""

    known: Mapping[str, Object]
    """Every volume, whether something is wrong with it or not."""
    usable: Mapping[str, Object]
    """Those that nothing is wrong with: for the API server there are no others to mount."""


def list_volumes(
    pod_spec: Object, path: FieldPath, claim_templates: Sequence[Object], claim_templates_path: FieldPath
) -> Iterator[Volume]:
    """Walk the volumes of a pod in the order in which the API server has them.

    The claim templates of a StatefulSet count as volumes: they stand before the others, and hide those of the same name.

    Args:
        pod_spec: The pod spec.
        path: Where it stands.
        claim_templates: The claim templates of the StatefulSet whose pod it is; else none.
        claim_templates_path: Where they stand.
    """
    indexes: dict[str, int] = {}
    for index, claim in enumerate(claim_templates):
        indexes.setdefault((claim.get("metadata") or {}).get("name") or "", index)
    for number, (name, index) in enumerate(indexes.items()):
        source = {"name": name, "persistentVolumeClaim": {"claimName": name}}
        written = (*claim_templates_path, index, "metadata")
        yield Volume(source, written, (*path, "volumes", number), is_claim_template=True)
    number = len(indexes)
    for index, volume in enumerate(pod_spec.get("volumes") or ()):
        if (volume.get("name") or "") not in indexes:
            yield Volume(volume, (*path, "volumes", index), (*path, "volumes", number))
            number += 1
