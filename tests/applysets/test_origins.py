"""Each value of a built object knows the file, line and column that wrote it."""

from __future__ import annotations

import pytest

from linter.applysets.files import TextFiles
from linter.applysets.kustomize import Builder, BuiltObject
from linter.applysets.render import render

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 1
  template:
    spec:
      containers:
      - name: app
        image: web:1
        env:
        - name: A
          value: a
"""

FILES = {
    "base/kustomization.yaml": "resources: [web.yaml]\nnamespace: prod\n",
    "base/web.yaml": DEPLOYMENT,
    "over/kustomization.yaml": """\
resources:
- ../base
namePrefix: new-
commonLabels:
  team: core
images:
- name: web
  newTag: "2"
replicas:
- name: web
  count: 3
patches:
- path: patch.yaml
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      paused: true
- target: {kind: Deployment}
  patch: |-
    - op: add
      path: /spec/minReadySeconds
      value: 5
configMapGenerator:
- name: settings
  literals:
  - first=1
  - second=2
  files:
  - app.conf
  envs:
  - vars.env
replacements:
- source: {kind: ConfigMap, name: settings, fieldPath: data.second}
  targets:
  - select: {kind: Deployment}
    fieldPaths: [spec.revisionHistoryLimit]
    options: {create: true}
""",
    "over/patch.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
      - name: app
        env:
        - {name: B, value: b}
""",
    "over/app.conf": "x\ny\n",
    "over/vars.env": "# c\nKEY=v\n",
}


@pytest.fixture(scope="module")
def objects() -> dict[str, BuiltObject]:
    return {each.value["kind"]: each for each in Builder(TextFiles(FILES)).build("over").objects}


CONTAINER = ("spec", "template", "spec", "containers", 0)


@pytest.mark.parametrize(
    ("path", "file", "line", "column"),
    [
        (("kind",), "base/web.yaml", 2, 7),
        (("metadata", "name"), "over/kustomization.yaml", 3, 13),
        (("metadata", "namespace"), "base/kustomization.yaml", 2, 12),
        (("metadata", "labels", "team"), "over/kustomization.yaml", 5, 9),
        (("spec", "replicas"), "over/kustomization.yaml", 11, 10),
        (("spec", "paused"), "over/kustomization.yaml", 20, 15),
        (("spec", "minReadySeconds"), "over/kustomization.yaml", 25, 14),
        (("spec", "revisionHistoryLimit"), "over/kustomization.yaml", 30, 5),
        ((*CONTAINER, "name"), "base/web.yaml", 10, 15),
        ((*CONTAINER, "image"), "over/kustomization.yaml", 8, 11),
        ((*CONTAINER, "env", 0, "value"), "over/patch.yaml", 11, 28),
        ((*CONTAINER, "env", 1, "value"), "base/web.yaml", 14, 18),
    ],
)
def test_a_value_is_where_it_was_written(
    objects: dict[str, BuiltObject], path: tuple[str | int, ...], file: str, line: int, column: int
) -> None:
    origin = objects["Deployment"].origin(path)
    assert (origin.file, origin.range.line, origin.range.column) == (file, line, column)


@pytest.mark.parametrize(
    ("key", "file", "line"),
    [
        ("first", "over/kustomization.yaml", 29),
        ("second", "over/kustomization.yaml", 30),
        ("app.conf", "over/app.conf", 1),
        ("KEY", "over/vars.env", 2),
    ],
)
def test_generated_data_are_in_their_source(
    objects: dict[str, BuiltObject], key: str, file: str, line: int
) -> None:
    origin = objects["ConfigMap"].origin(("data", key))
    assert (origin.file, origin.range.line) == (file, line)


def test_what_is_missing_is_at_its_parent(objects: dict[str, BuiltObject]) -> None:
    origin = objects["Deployment"].origin((*CONTAINER, "resources", "limits"))
    assert (origin.file, origin.range.line) == ("base/web.yaml", 10)


def test_a_key_has_its_own_range(objects: dict[str, BuiltObject]) -> None:
    origin = objects["Deployment"].key_origin((*CONTAINER, "name"))
    assert origin.range[:4] == (10, 9, 10, 13)


def test_a_new_name_in_a_reference_is_where_the_name_is_written() -> None:
    files = {
        "kustomization.yaml": "resources: [all.yaml]\nnameSuffix: -x\n",
        "all.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n---\n"
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {volumes: [{name: v, configMap: {name: c}}]}\n",
    }
    pod = Builder(TextFiles(files)).build(".").objects[1]
    path = ("spec", "volumes", 0, "configMap", "name")
    assert pod.value["spec"]["volumes"][0]["configMap"]["name"] == "c-x"
    assert pod.origin(path).file == "kustomization.yaml"
    assert pod.origin(path).range.line == 2


def test_source_comments_name_file_and_line(objects: dict[str, BuiltObject]) -> None:
    text = render([objects["Deployment"]], source=True)
    assert "  replicas: 3  # over/kustomization.yaml:11\n" in text
    assert "kind: Deployment  # base/web.yaml:2\n" in text
