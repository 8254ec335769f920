"""A StatefulSet's pod: claim templates count as volumes, and what is said of volumes is put back to where they are written."""

from __future__ import annotations

from typing import Any

import pytest

from linter.apiserver.errors import Errors
from linter.apiserver.pod.stateful import validate_stateful_pod_template, warn_of_stateful_pod_template
from linter.path import FieldPath, format_path
from linter.version import DEFAULT

TEMPLATE: FieldPath = ("spec", "template")
CLAIMS: FieldPath = ("spec", "volumeClaimTemplates")
SOUND = {"restartPolicy": "Always", "dnsPolicy": "ClusterFirst", "containers": [{"name": "web"}]}


def claim(name: str | None) -> dict[str, Any]:
    return {"metadata": {} if name is None else {"name": name}, "spec": {}}


def validated(pod: dict[str, Any], *claims: dict[str, Any]) -> Errors:
    template = {"spec": {**SOUND, **pod}}
    errors = Errors(DEFAULT)
    validate_stateful_pod_template(template, TEMPLATE, list(claims), CLAIMS, errors, manifest=template)
    return errors


def places(errors: Errors) -> list[tuple[str | None, str]]:
    return [(error.field, format_path(error.path)) for error in errors.errors]


def test_claim_templates_stand_before_the_volumes_and_hide_those_of_the_same_name() -> None:
    bad = {"configMap": {"items": [], "defaultMode": -1, "name": "c"}}
    pod = {"volumes": [{"name": "data", **bad}, {"name": "config", **bad}]}
    assert places(validated(pod, claim("data"), claim("logs"), claim("data"))) == [
        (
            "spec.template.spec.volumes[2].configMap.defaultMode",
            "spec.template.spec.volumes[1].configMap.defaultMode",
        )
    ]


@pytest.mark.parametrize(
    ("name", "messages"),
    [
        ("data", []),
        ("Bad", ["The volume name `Bad` must not contain `B`"]),
        (None, ["The claim template has no name."] * 2),
    ],
)
def test_what_is_wrong_with_the_volume_of_a_claim_template_is_its_name(
    name: str | None, messages: list[str]
) -> None:
    errors = validated({}, claim("logs"), claim(name)).errors
    assert [format_path(error.path) for error in errors] == [
        "spec.volumeClaimTemplates[1].metadata.name"
    ] * len(messages)
    assert all(error.message.startswith(message) for error, message in zip(errors, messages, strict=True))
    assert all(error.field and error.field.startswith("spec.template.spec.volumes[1]") for error in errors)


def test_the_controller_gives_the_pods_their_host_names() -> None:
    assert places(validated({"hostname": "Bad", "subdomain": "Bad"})) == []


def test_what_is_elsewhere_stays_where_it_is() -> None:
    assert places(validated({"nodeName": "Bad"}, claim("data"))) == [(None, "spec.template.spec.nodeName")]


def test_warnings_are_put_back_as_well() -> None:
    template = {"spec": {**SOUND, "volumes": [{"name": "old", "gitRepo": {"repository": "r"}}]}}
    errors = Errors(DEFAULT)
    warn_of_stateful_pod_template(template, TEMPLATE, [claim("data")], CLAIMS, errors)
    assert [(each.field, format_path(each.path)) for each in errors.warnings] == [
        ("spec.template.spec.volumes[1].gitRepo", "spec.template.spec.volumes[0].gitRepo")
    ]
