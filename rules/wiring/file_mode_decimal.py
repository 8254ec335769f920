"""File modes that are decimal and look octal."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.kube import file_modes
from linter.rules.facts.manifests import dig
from linter.rules.facts.pods import PODS, pod_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from linter.engine.rule import Context
    from linter.loading.resource import Resource
    from linter.path import FieldPath


@rule("file-mode-decimal", kinds=PODS, severity="warning", needs=file_modes.FIELDS)
def file_mode_decimal(resource: Resource, _context: Context) -> Iterator[Problem]:
    """A file mode is written without the zero in front, so it is a decimal number and gives other rights.

    `defaultMode: 400` is the mode 0620: its owner and group may write the file, and the group cannot read it. What is meant is 0400, and
    YAML takes that as an octal number; JSON knows none, so that there it is 256. Numbers that stand for a usual mode in decimal (420 is
    0644) are not reported, and neither is what has a zero in front.

    Source: https://kubernetes.io/docs/concepts/configuration/secret/#secret-files-permissions

    ```yaml bad
    apiVersion: v1
    kind: Pod
    metadata:
      name: db
    spec:
      containers:
      - name: db
        image: postgres:16.2
        volumeMounts:
        - {name: key, mountPath: /key}
      volumes:
      - name: key
        secret:
          secretName: db-key
          defaultMode: 400
    ```

    ```yaml good
    apiVersion: v1
    kind: Pod
    metadata:
      name: db
    spec:
      containers:
      - name: db
        image: postgres:16.2
        volumeMounts:
        - {name: key, mountPath: /key}
      volumes:
      - name: key
        secret:
          secretName: db-key
          defaultMode: 0400
    ```
    """
    path = (*pod_path(resource), "volumes")
    for at, mode in _modes(dig(resource.manifest, *path), path):
        meant = file_modes.meant_by(str(mode))
        if meant is None or meant == mode or not file_modes.is_file_mode(mode):
            continue
        document = resource.document
        # An octal 0620 reads as the same number.
        if document.text_at(document.positions.value((*resource.root, *at))) == str(mode):
            yield Problem(
                at,
                f"The mode {mode} is a decimal number, {file_modes.in_octal(mode)} in octal digits. "
                f"Write {file_modes.spelled(meant)}, if that is meant.",
            )


def _modes(value: Any, path: FieldPath) -> Iterator[tuple[FieldPath, int]]:
    """Yield the file modes of volumes, wherever they stand in their sources."""
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from _modes(each, (*path, index))
    elif isinstance(value, dict):
        for key, each in value.items():
            if key in file_modes.FIELDS and isinstance(each, int):
                yield (*path, key), each
            elif key not in _WITHOUT_MODES:
                yield from _modes(each, (*path, key))


_WITHOUT_MODES = {"csi", "flexVolume", "ephemeral"}
"""Volumes with maps of their own."""
