"""metadata: the object's name, namespace, labels, annotations, owners and finalizers.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.engine.rule import Problem
from linter.kube import names
from linter.kube.suggest import quote
from linter.path import FieldPath, Key

if TYPE_CHECKING:
    from collections.abc import Iterator


ANNOTATIONS_LIMIT = 262144
STANDARD_FINALIZERS = ("kubernetes", "orphan", "foregroundDeletion")


def label_problems(labels: dict[str, str], path: FieldPath, field: str) -> Iterator[Problem]:
    """Check keys and values of labels, or of a plain selector.

    Args:
        labels: The map.
        path: Where it is.
        field: Its field; the API server names no key.
    """
    for key, value in labels.items():
        for fault in names.qualified_name(key):
            yield Problem(
                (*path, Key(key)), f"The label key {quote(key)} {fault}.", "Invalid", field, at_key=True
            )
        for fault in names.label_value(value):
            yield Problem(
                (*path, Key(key)), f"The value {quote(value)} of the label `{key}` {fault}.", "Invalid", field
            )


def annotation_problems(annotations: dict[str, str], path: FieldPath, field: str) -> Iterator[Problem]:
    """Check the keys of annotations and their size altogether; arguments as for labels. Case is free in keys."""
    for key in annotations:
        for fault in names.qualified_name(key.lower()):
            yield Problem(
                (*path, Key(key)), f"The annotation key {quote(key)} {fault}.", "Invalid", field, at_key=True
            )
    size = sum(names.byte_length(key) + names.byte_length(value) for key, value in annotations.items())
    if size > ANNOTATIONS_LIMIT:
        yield Problem(
            path,
            f"The annotations have {size} bytes together; at most {ANNOTATIONS_LIMIT} are allowed.",
            "TooLong",
            field,
        )
