"""The same host and path in two Ingresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .conftest import Check

RULE = "ingress-path-twice"


def ingress(
    name: str,
    path: str = "/",
    *,
    host: str = "shop.example.org",
    path_type: str = "Prefix",
    ingress_class: str = "ingressClassName: nginx, ",
    metadata: str = "",
) -> str:
    return (
        f"apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: {name}{metadata}}}\nspec: {{{ingress_class}rules: [{{host: {host},\n"
        f"  http: {{paths: [{{path: {path}, pathType: {path_type}, backend: {{service: {{name: shop, port: {{number: 80}}}}}}}}]}}}}]}}\n---\n"
    )


SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: shop}\nspec: {type: ExternalName, externalName: shop.example.com}\n"


def test_the_later_one_is_reported(found: Check) -> None:
    (finding,) = found(RULE, ingress("old") + ingress("new"))
    assert (finding.range.line, finding.range.column) == (11, 25)
    assert finding.message == (
        "Ingress default/old has shop.example.org/ already, in the same class: the controller ignores one of them. "
        "Give the path to one Ingress."
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (ingress("old", "/a"), ingress("new", "/a/")),
        (ingress("old", "/a", path_type="Exact"), ingress("new", "/a", path_type="Exact")),
        (ingress("old", ingress_class=""), ingress("new", ingress_class="")),
        (
            ingress("old"),
            ingress("new", ingress_class="", metadata=", annotations: {kubernetes.io/ingress.class: nginx}"),
        ),
        (ingress("old", host="'*.example.org'"), ingress("new", host="'*.example.org'")),
        (
            ingress("old"),
            ingress("new", metadata=", annotations: {nginx.ingress.kubernetes.io/rewrite-target: /}"),
        ),
    ],
)
def test_reported(first: str, second: str, found: Check) -> None:
    assert len(found(RULE, first + second)) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (ingress("old"), ingress("old")),
        (ingress("old"), ingress("new", "/a")),
        (ingress("old"), ingress("new", host="other.example.org")),
        (ingress("old"), ingress("new", path_type="Exact")),
        (ingress("old"), ingress("new", ingress_class="ingressClassName: internal, ")),
        (ingress("old"), ingress("new", metadata=", namespace: other")),
        (
            ingress("old"),
            ingress("new", metadata=", annotations: {nginx.ingress.kubernetes.io/canary: 'true'}"),
        ),
        (
            ingress("old", ingress_class="ingressClassName: alb, "),
            ingress("new", ingress_class="ingressClassName: alb, "),
        ),
        (
            ingress("old"),
            ingress("new", metadata=", annotations: {traefik.ingress.kubernetes.io/router.entrypoints: web}"),
        ),
        (ingress("old", host="__HOST__"), ingress("new", host="__HOST__")),
    ],
)
def test_silent(first: str, second: str, found: Check) -> None:
    assert found(RULE, first + second) == []


def test_two_files_of_a_folder_need_the_services(found: Check) -> None:
    files = (("a/old.yaml", ingress("old")), ("a/new.yaml", ingress("new")))
    assert found(RULE, *files) == []
    assert len(found(RULE, *files, ("a/service.yaml", SERVICE))) == 1


def test_two_folders(found: Check) -> None:
    assert found(RULE, ("a/i.yaml", ingress("old")), ("b/i.yaml", ingress("new")), ("s.yaml", SERVICE)) == []
