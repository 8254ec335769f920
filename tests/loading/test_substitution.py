"""Variables and encrypted values in manifests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from linter.kube.unknown import Unknown
from linter.loading.source import Source
from linter.loading.substitution import expand, fill_in
from linter.loading.yaml.reader import read_documents, resources_of

if TYPE_CHECKING:
    from linter.loading.document import Document

GIVEN = {"NAME": "web", "EMPTY": "", "N": "3"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${NAME}", "web"),
        ("a-${NAME}-b", "a-web-b"),
        ("${OTHER}", None),
        ("${NAME}-${OTHER}", None),
        ("${OTHER:=x}", "x"),
        ("${OTHER:-x}", "x"),
        ("${OTHER-x}", "x"),
        ("${OTHER=x}", "x"),
        ("${OTHER:=}", ""),
        ("${EMPTY:=x}", "x"),
        ("${EMPTY-x}", ""),
        ("${EMPTY}", ""),
        ("${NAME:=x}", "web"),
        ("$NAME:$N", "web:3"),
        ("$OTHER", None),
        ("$NAMES", None),
        ("$${NAME}", "${NAME}"),
        ("${NAME/w/x}", None),
        ("${NAME^^}", None),
        ("{{ .Name }}", None),
    ],
)
def test_expansion(text: str, expected: str | None) -> None:
    assert expand(text, GIVEN) == expected


def test_a_bare_name_is_a_variable_only_where_it_is_given() -> None:
    assert expand("${NAME:=a}$5", {}) == "a$5"


DEPLOYMENT: dict[str, Any] = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "${NAME}", "annotations": {"note": "${NAME:=x}"}},
    "spec": {
        "replicas": "${N}",
        "paused": "${PAUSED:=true}",
        "revisionHistoryLimit": "${LIMIT}",
        "template": {
            "spec": {
                "volumes": "${VOLUMES}",
                "containers": [
                    {
                        "image": "${IMAGE}",
                        "command": ["sh", "-c", "echo ${NAME:-x}"],
                        "env": [{"name": "A", "value": "${N}"}],
                        "resources": {"limits": {"cpu": "${CPU:=500m}", "memory": "${MEMORY}"}},
                    }
                ],
            }
        },
    },
}


def test_filling_in() -> None:
    filled = fill_in(DEPLOYMENT, GIVEN)
    spec = filled["spec"]
    (container,) = spec["template"]["spec"]["containers"]
    assert filled["metadata"] == {"name": "web", "annotations": {"note": "${NAME:=x}"}}
    assert (spec["replicas"], spec["paused"]) == (3, True)
    assert type(spec["revisionHistoryLimit"]) is Unknown
    assert type(spec["template"]["spec"]["volumes"]) is Unknown
    assert container["image"] == "${IMAGE}"
    assert (container["command"][2], container["env"][0]["value"]) == ("echo ${NAME:-x}", "${N}")
    assert container["resources"]["limits"]["cpu"] == "500m"
    assert type(container["resources"]["limits"]["memory"]) is Unknown
    assert DEPLOYMENT["spec"]["replicas"] == "${N}"


def test_a_script_is_not_changed() -> None:
    script = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "data": {"run.sh": "cd ${HOME:=/}\n", "name": "${NAME}"},
    }
    assert fill_in(script, GIVEN) == script


def test_fields_of_a_custom_resource_stay_and_its_metadata_is_filled_in() -> None:
    custom = {"apiVersion": "a.org/v1", "kind": "A", "metadata": {"name": "${NAME}"}, "spec": {"n": "${N}"}}
    assert fill_in(custom, GIVEN) == {**custom, "metadata": {"name": "web"}}


ENCRYPTED = "ENC[AES256_GCM,data:Zm9v,iv:YmFy,tag:YmF6,type:int]"
SOPS = {"mac": ENCRYPTED, "version": "3.8.1"}


def test_an_encrypted_object() -> None:
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "data": {"a": ENCRYPTED},
        "stringData": {"b": ENCRYPTED},
        "sops": SOPS,
    }
    filled = fill_in(secret, {})
    assert filled.keys() == {"apiVersion", "kind", "data", "stringData"}
    assert type(filled["data"]["a"]) is Unknown
    assert filled["stringData"] == {"b": ENCRYPTED}


def test_a_field_of_that_name_that_is_none_of_sops() -> None:
    assert "sops" in fill_in({"apiVersion": "v1", "kind": "Secret", "sops": {"a": "${B}"}}, {})


def documents(text: str) -> list[Document]:
    return read_documents(Source("a.yaml", text, variables=tuple(GIVEN.items())))


def test_resources_say_whether_all_of_them_is_known() -> None:
    text = "kind: Service\nmetadata: {name: a}\n---\nkind: Service\nmetadata: {name: '${NAME}'}\n"
    found = [each for document in documents(text) for each in resources_of(document)]
    assert [(each.name, each.partly_known) for each in found] == [("a", False), ("web", True)]
