"""Variables that use others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Check

RULE = "variable-before-definition"


def pod(env: str, rest: str = "") -> str:
    return (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    image: a:1\n"
        f"{rest}    env: [{env}]\n"
    )


def test_each_name_that_comes_later(messages: Check) -> None:
    text = pod(
        "{name: URL, value: 'http://$(HOST):$(PORT)/'}, {name: HOST, value: db}, {name: PORT, value: '1'}"
    )
    assert messages(RULE, text) == [
        "`$(HOST)` stays as it is written: HOST is defined below. Put it above URL.",
        "`$(PORT)` stays as it is written: PORT is defined below. Put it above URL.",
    ]


def test_the_place(places: Check) -> None:
    text = pod(
        "{name: URL, value: 'a $(HOST)'}, {name: HOST, valueFrom: {fieldRef: {fieldPath: status.podIP}}}"
    )
    assert places(RULE, text) == [(8, 30, "spec.containers[0].env[0].value")]


@pytest.mark.parametrize(
    ("env", "rest"),
    [
        ("{name: HOST, value: db}, {name: URL, value: 'http://$(HOST)/'}", ""),
        ("{name: URL, value: 'http://$$(HOST)/'}, {name: HOST, value: db}", ""),
        ("{name: URL, value: 'http://${HOST}/'}, {name: HOST, value: db}", ""),
        ("{name: URL, value: 'http://$(HOST)/'}", ""),
        ("{name: NOW, value: '$(date +%s)'}", ""),
        ("{name: PATH, value: '/opt/bin:$(PATH)'}", ""),
        ("{name: HOST, value: a}, {name: URL, value: '$(HOST)'}, {name: HOST, value: b}", ""),
        ("{name: URL, value: '$(HOST)'}, {name: HOST, value: b}", "    envFrom: [{configMapRef: {name: c}}]\n"),
        ("{name: URL, value: '$(DB_SERVICE_HOST)'}, {name: DB_SERVICE_HOST, value: b}", ""),
        ("{name: URL, value: '$(DB_PORT_80_TCP)'}, {name: DB_PORT_80_TCP, value: b}", ""),
    ],
)  # fmt: skip
def test_silent(env: str, rest: str, found: Check) -> None:
    assert found(RULE, pod(env, rest)) == []


def test_three_dollars_are_one_and_a_reference(found: Check) -> None:
    assert len(found(RULE, pod("{name: A, value: '$$$(B)'}, {name: B, value: b}"))) == 1


def test_containers_do_not_share_variables(found: Check) -> None:
    other = "  - {name: b, image: 'b:1', env: [{name: URL, value: '$(HOST)'}]}\n"
    assert found(RULE, pod("{name: HOST, value: db}") + other) == []


def test_init_containers_of_a_cron_job(places: Check) -> None:
    text = (
        "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\nspec:\n  schedule: '* * * * *'\n  jobTemplate: {spec: {template: {spec: {\n"
        "    restartPolicy: Never, containers: [{name: a, image: 'a:1'}],\n"
        "    initContainers: [{name: i, image: 'a:1', env: [{name: A, value: $(B)}, {name: B, value: b}]}]}}}}\n"
    )
    assert places(RULE, text) == [
        (8, 69, "spec.jobTemplate.spec.template.spec.initContainers[0].env[0].value")
    ]
