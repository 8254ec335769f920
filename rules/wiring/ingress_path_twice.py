"""Ingresses that want the same requests."""

from __future__ import annotations

from posixpath import dirname

from linter.engine.filing import identity
from linter.engine.rule import Problem, rule
from linter.kube.names import dns_subdomain, wildcard_subdomain
from linter.light_typing import NamedTuple
from linter.rules.facts.manifests import describe, dig, items, text
from linter.rules.facts.memo import once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.inventory import Inventory
    from linter.engine.rule import Context
    from linter.loading.resource import Resource
    from linter.path import FieldPath

_CLASS_ANNOTATION = "kubernetes.io/ingress.class"
_OWN_BALANCER = ("alb", "gce", "azure")
"""Classes whose controllers give each Ingress a load balancer of its own: two of them never meet."""
_TELLS_APART = ("canary", "router.", "conditions", "methods", "headers", "match", "group", "weight", "acme.")
"""Parts of annotations by which controllers tell requests apart, besides host and path."""


class _Route(NamedTuple):
    folder: str
    """Another folder may be for another cluster, or an example of its own."""
    namespace: str
    ingress_class: str
    host: str
    path: str
    exact: bool


@rule("ingress-path-twice", kinds={"Ingress"}, severity="warning", needs={"host"})
def ingress_path_twice(resource: Resource, context: Context) -> Iterator[Problem]:
    """Two Ingresses of one class want the same host and path.

    The controller takes one of them and ignores the other, without an error that anybody sees in the manifests; which one may depend on
    their age, so that a cluster that is built anew behaves otherwise. Give the path to one of them.

    Ingresses in different namespaces or folders are not compared, and those of two files only where the run defines their Services
    (else each may be an example of its own); nor are those that a controller tells apart by other means: canaries, routers and
    entry points of Traefik, methods and headers, classes whose controllers give each Ingress an address of its own (alb, gce).

    ```yaml bad
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata:
      name: shop
    spec:
      ingressClassName: nginx
      rules:
      - host: shop.example.org
        http:
          paths:
          - {path: /, pathType: Prefix, backend: {service: {name: shop, port: {number: 80}}}}
    ---
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata:
      name: shop-new
    spec:
      ingressClassName: nginx
      rules:
      - host: shop.example.org
        http:
          paths:
          - {path: /, pathType: Prefix, backend: {service: {name: shop-new, port: {number: 80}}}}
    ```

    ```yaml good
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata:
      name: shop
    spec:
      ingressClassName: nginx
      rules:
      - host: shop.example.org
        http:
          paths:
          - {path: /, pathType: Prefix, backend: {service: {name: shop, port: {number: 80}}}}
    ---
    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata:
      name: shop-new
    spec:
      ingressClassName: nginx
      rules:
      - host: shop.example.org
        http:
          paths:
          - {path: /new, pathType: Prefix, backend: {service: {name: shop-new, port: {number: 80}}}}
    ```
    """
    for path, route in _routes(resource):
        first = _first(context.inventory).get(route)
        if first is None or identity(first) == identity(resource):
            continue
        of_one_file = first.document.source.name == resource.document.source.name
        if of_one_file or all(_has_services(each, context.inventory) for each in (first, resource)):
            yield Problem(
                path,
                f"{describe(first, resource)} has {route.host}{route.path} already, in the same class: the controller ignores one of "
                "them. Give the path to one Ingress.",
            )


@once
def _first(inventory: Inventory) -> dict[_Route, Resource]:
    """Return the first Ingress of the run that has a route."""
    found: dict[_Route, Resource] = {}
    for ingress in inventory.of_kind("Ingress"):
        for _, route in _routes(ingress):
            found.setdefault(route, ingress)
    return found


def _routes(ingress: Resource) -> list[tuple[FieldPath, _Route]]:
    """Return the hosts and paths of an Ingress that no other may have, each with its place."""
    annotations = dig(ingress.manifest, "metadata", "annotations") or {}
    ingress_class = text(ingress.manifest, "spec", "ingressClassName") or text(annotations, _CLASS_ANNOTATION)
    if ingress_class.startswith(_OWN_BALANCER) or any(
        part in str(key) for key in annotations for part in _TELLS_APART
    ):
        return []
    found: list[tuple[FieldPath, _Route]] = []
    for number, each in items(ingress.manifest, "spec", "rules"):
        for index, entry in items(each, "http", "paths"):
            host, path = text(each, "host"), text(entry, "path") or "/"
            exact = text(entry, "pathType") == "Exact"
            # What a script puts in later (`__HOST__`) is no host yet.
            if host and not (dns_subdomain(host) and wildcard_subdomain(host)):
                folder = dirname(ingress.document.source.name)
                route = _Route(
                    folder, ingress.namespace, ingress_class, host, path if exact else _folded(path), exact
                )
                found.append((("spec", "rules", number, "http", "paths", index, "path"), route))
    return found


def _has_services(ingress: Resource, inventory: Inventory) -> bool:
    """Tell whether the run defines the Services behind an Ingress."""
    names = [
        text(entry, "backend", "service", "name")
        for _, each in items(ingress.manifest, "spec", "rules")
        for _, entry in items(each, "http", "paths")
    ]
    return all(inventory.named("Service", ingress.namespace, name) for name in names)


def _folded(path: str) -> str:
    """Return a prefix in one spelling: `/shop` and `/shop/` match the same."""
    return path.rstrip("/") or "/"
