"""File modes that are decimal, in all sources of volumes and all kinds that make pods."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Check

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, image: 'a:1'}]\n  volumes:\n  - name: v\n"
RULE = "file-mode-decimal"


@pytest.mark.parametrize(
    ("volume", "field"),
    [
        ("secret: {secretName: s, defaultMode: 400}", "secret.defaultMode"),
        ("configMap: {name: s, defaultMode: 440}", "configMap.defaultMode"),
        ("configMap: {name: s, items: [{key: a, path: a}, {key: b, path: b, mode: 444}]}", "configMap.items[1].mode"),
        ("downwardAPI: {items: [{path: a, fieldRef: {fieldPath: metadata.name}, mode: 500}]}", "downwardAPI.items[0].mode"),
        ("projected: {defaultMode: 400, sources: []}", "projected.defaultMode"),
        ("projected: {sources: [{secret: {name: s, items: [{key: a, path: a, mode: 400}]}}]}", "projected.sources[0].secret.items[0].mode"),
    ],
)  # fmt: skip
def test_reported(volume: str, field: str, found: Check) -> None:
    (finding,) = found(RULE, f"{POD}    {volume}\n")
    assert (finding.range.line, finding.field) == (8, f"spec.volumes[0].{field}")


@pytest.mark.parametrize(
    "mode",
    [
        "0400",
        "256",
        "420",
        "0620",
        "0o620",
        "0x190",
        "493",
        "511",
        "292",
        "123",
        "0",
        "'400'",
        "640",
        "400.0",
    ],
)
def test_silent(mode: str, found: Check) -> None:
    assert found(RULE, f"{POD}    secret: {{secretName: s, defaultMode: {mode}}}\n") == []


def test_the_message(messages: Check) -> None:
    assert messages(RULE, f"{POD}    secret: {{secretName: s, defaultMode: 440}}\n") == [
        "The mode 440 is a decimal number, 0670 in octal digits. Write 0440 (288 in JSON), if that is meant."
    ]


def test_other_kinds_and_other_maps(places: Check) -> None:
    template = "template: {spec: {restartPolicy: Never, containers: [{name: a, image: 'a:1'}], volumes: [{name: v, %s}]}}"
    cron = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec:\n  schedule: '* * * * *'\n  jobTemplate:\n    spec:\n      "
    assert places(RULE, cron + template % "secret: {secretName: s, defaultMode: 400}") == [
        (8, 143, "spec.jobTemplate.spec.template.spec.volumes[0].secret.defaultMode")
    ]
    assert places(RULE, cron + template % "csi: {driver: d, volumeAttributes: {mode: '400'}}") == []
