"""NetworkPolicies and Ingresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.wiring.conftest import Check

DEPLOYMENT = """\
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: db}
spec:
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "postgres:16.4"}]}
"""


def policy(spec: str) -> str:
    return f"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: db}}\nspec:\n  {spec}\n"


class TestPolicy:
    RULE = "network-policy-selects-nothing"

    @pytest.mark.parametrize(
        ("selector", "count"),
        [
            ("{matchLabels: {app: db}}", 0),
            ("{matchLabels: {app: web}}", 1),
            ("{matchExpressions: [{key: app, operator: In, values: [web, db]}]}", 0),
            ("{matchExpressions: [{key: app, operator: NotIn, values: [db]}]}", 1),
            ("{}", 0),
            ("null", 0),
        ],
    )
    def test_selectors(self, places: Check, selector: str, count: int) -> None:
        text = policy(f"podSelector: {selector}") + DEPLOYMENT
        assert places(self.RULE, text) == [(5, 16, "spec.podSelector")] * count

    def test_a_lone_policy_is_fine(self, places: Check) -> None:
        assert places(self.RULE, policy("podSelector: {matchLabels: {app: web}}")) == []


class TestPeers:
    RULE = "network-policy-peer-selects-nothing"

    @pytest.mark.parametrize(
        ("rules", "expected"),
        [
            ("ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]",
             [(6, 35, "spec.ingress[0].from[0].podSelector")]),
            ("egress: [{}, {to: [{podSelector: {matchLabels: {app: db}}}, {podSelector: {matchLabels: {app: web}}}]}]",
             [(6, 77, "spec.egress[1].to[1].podSelector")]),
            ("ingress: [{from: [{podSelector: {matchLabels: {app: web}}, namespaceSelector: {}}]}]", []),
            ("ingress: [{from: [{namespaceSelector: {}}]}]", []),
            ("ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]", []),
            ("ingress: [{from: [{podSelector: {}}]}]", []),
            ("ingress: [{}]", []),
        ],
    )  # fmt: skip
    def test_peers(self, places: Check, rules: str, expected: list[tuple[int, int, str]]) -> None:
        assert places(self.RULE, policy(f"podSelector: {{}}\n  {rules}") + DEPLOYMENT) == expected


INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  rules:
  - host: example.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend:
          service:
            name: web
            port:
              number: 80
"""
BACKEND = "spec.rules[0].http.paths[0].backend.service"


def service(
    name: str = "web", ports: str = "{name: http, port: 80, targetPort: 8080}", namespace: str = "default"
) -> str:
    return (
        f"---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: {namespace}}}\n"
        f"spec: {{selector: {{app: web}}, ports: [{ports}]}}\n"
    )


class TestBackendMissing:
    RULE = "ingress-backend-missing"

    @pytest.mark.parametrize(
        ("other", "words"),
        [
            (
                service("webb"),
                "The run defines no Service `web` in namespace default. Did you mean `webb`?",
            ),
            (service("orders"), "It defines `orders`."),
            (service(namespace="shop"), "Service shop/web (1.yaml) is in another namespace."),
        ],
    )
    def test_place_and_words(self, found: Check, other: str, words: str) -> None:
        (finding,) = found(self.RULE, INGRESS, other)
        assert (finding.range.line, finding.range.column, finding.field) == (14, 19, f"{BACKEND}.name")
        assert finding.message.endswith(words)

    def test_fine(self, places: Check) -> None:
        assert places(self.RULE, INGRESS, service()) == []

    def test_a_collection_of_examples_lacks_nothing(self, places: Check) -> None:
        assert places(self.RULE, ("a/web.yaml", INGRESS), ("b/orders.yaml", service("orders"))) == []
        assert len(places(self.RULE, ("a/web.yaml", INGRESS), ("b/web.yaml", service("webb")))) == 1

    def test_a_lone_ingress_is_fine(self, places: Check) -> None:
        assert places(self.RULE, INGRESS) == []

    def test_the_default_backend(self, places: Check) -> None:
        text = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec: {defaultBackend: {service: {name: x, port: {name: http}}}}\n"
        assert places(self.RULE, text + service()) == [(4, 41, "spec.defaultBackend.service.name")]

    def test_what_a_controller_resolves(self, places: Check) -> None:
        text = INGRESS.replace("number: 80", "name: use-annotation")
        assert places(self.RULE, text, service("other")) == []

    def test_other_resources(self, places: Check) -> None:
        text = INGRESS.partition("          service:")[0] + "          resource: {kind: Bucket, name: a}\n"
        assert places(self.RULE, text, service("other")) == []

    def test_the_work_of_an_operator(self, places: Check) -> None:
        custom = (
            "apiVersion: grafana.integreatly.org/v1beta1\nkind: Grafana\nmetadata: {name: web}\nspec: {}\n"
        )
        text = INGRESS.replace("name: web\n            port", "name: web-service\n            port")
        assert len(places(self.RULE, text, service("other"))) == 1
        assert places(self.RULE, text, service("other"), custom) == []


class TestPortUnknown:
    RULE = "ingress-port-unknown"

    @pytest.mark.parametrize(
        ("port", "expected"),
        [
            ("number: 80", []),
            ("name: http", []),
            ("number: 8080", [(16, 23, f"{BACKEND}.port.number")]),
            ("name: web", [(16, 21, f"{BACKEND}.port.name")]),
        ],
    )
    def test_ports(self, places: Check, port: str, expected: list[tuple[int, int, str]]) -> None:
        assert places(self.RULE, INGRESS.replace("number: 80", port), service()) == expected

    def test_words(self, messages: Check) -> None:
        text = INGRESS.replace("number: 80", "number: 8080")
        assert messages(self.RULE, text, service(ports="{name: http, port: 80}, {name: x, port: 81}")) == [
            "Service default/web (1.yaml) has no port `8080`; it has `http` (80), `x` (81)."
        ]

    def test_an_unknown_service_has_unknown_ports(self, places: Check) -> None:
        assert places(self.RULE, INGRESS.replace("number: 80", "number: 8080"), service("other")) == []

    def test_one_of_two_environments_has_it(self, places: Check) -> None:
        texts = [("a/s.yaml", service(ports="{port: 81}")), ("b/s.yaml", service())]
        assert places(self.RULE, INGRESS, *texts) == []
