"""Volumes: every type that there is is judged, and only sound ones can be mounted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from linter.apiserver.errors import Errors
from linter.apiserver.pod.volumes import validate_volumes
from linter.version import DEFAULT

SCHEMAS = json.loads((Path(__file__).parents[3] / "schemas" / "kubernetes.json").read_text("utf-8"))
TYPES = sorted(set(SCHEMAS["definitions"]["core/v1.Volume"]) - {"name"})


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("besides", [{}, {"emptyDir": {}}])
def test_every_type_is_judged(kind: str, besides: dict[str, Any]) -> None:
    errors = Errors(DEFAULT)
    validate_volumes([{"name": "v", kind: {}, **besides}], ("volumes",), errors)
    without_faults = {"emptyDir", "projected", "downwardAPI"}
    assert bool(errors) is not (kind in without_faults and set(besides) <= {kind})


def test_only_what_nothing_is_wrong_with_is_usable() -> None:
    sound: dict[str, Any] = {"name": "a", "emptyDir": {}}
    nameless: dict[str, Any] = {"emptyDir": {}}
    again, bad = {"name": "a", "hostPath": {"path": "/"}}, {"name": "b", "configMap": {}}
    assert validate_volumes([sound, nameless, again, bad], (), Errors(DEFAULT)) == {"a": sound}
