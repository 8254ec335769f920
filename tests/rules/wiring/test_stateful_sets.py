"""StatefulSets and their governing Services."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.wiring.conftest import Check

SET = """\
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web
spec:
  serviceName: nginx
  replicas: 3
  selector:
    matchLabels:
      app: nginx
  template:
    metadata:
      labels:
        app: nginx
    spec:
      containers:
      - name: nginx
        image: nginx:1.25
"""
AT_SERVICE_NAME = [(6, 16, "spec.serviceName")]
RULES = (
    "service-name-missing",
    "governing-service-missing",
    "governing-service-unseen",
    "governing-service-not-headless",
    "governing-service-selects-other-pods",
    "governing-service-shared",
)


def service(
    name: str = "nginx", spec: str = "clusterIP: None, selector: {app: nginx}", namespace: str = ""
) -> str:
    where = f", namespace: {namespace}" if namespace else ""
    return f"---\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}{where}}}\nspec: {{{spec}}}\n"


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        pytest.param(service(), None, id="right"),
        pytest.param(service("nginx", "clusterIP: None"), None, id="no-selector"),
        pytest.param("", "governing-service-unseen", id="no-service"),
        pytest.param(service(namespace="shop", name="other"), "governing-service-unseen", id="elsewhere"),
        pytest.param(service("ngnix"), "governing-service-missing", id="misspelt"),
        pytest.param(service(namespace="shop"), "governing-service-missing", id="wrong-namespace"),
        pytest.param(service("nginx", "selector: {app: nginx}, ports: [{port: 80}]"),
                     "governing-service-not-headless", id="cluster-ip"),
        pytest.param(service("nginx", "type: ExternalName, externalName: example.com"),
                     "governing-service-not-headless", id="external-name"),
        pytest.param(service("nginx", "clusterIP: None, selector: {app: web}"),
                     "governing-service-selects-other-pods", id="other-pods"),
        pytest.param(service("nginx", "clusterIP: None, selector: {app: nginx, tier: a}"),
                     "governing-service-selects-other-pods", id="one-pair-too-many"),
    ],
)  # fmt: skip
def test_one_rule_speaks(places: Check, services: str, expected: str | None) -> None:
    said = {rule: places(rule, SET + services) for rule in RULES}
    assert {rule: found for rule, found in said.items() if found} == (
        {expected: AT_SERVICE_NAME} if expected else {}
    )


@pytest.mark.parametrize("value", ["", "  serviceName: ''\n", "  serviceName: null\n"])
def test_service_name_missing(places: Check, value: str) -> None:
    text = SET.replace("  serviceName: nginx\n", value)
    line, column = (6, 16) if value else (5, 1)
    assert places("service-name-missing", text) == [(line, column, "spec.serviceName")]


def test_service_name_missing_knows_the_service(messages: Check) -> None:
    text = SET.replace("  serviceName: nginx\n", "")
    (message,) = messages(
        "service-name-missing", text + service("db", "clusterIP: None, selector: {app: db}") + service()
    )
    assert message.endswith("Service default/nginx selects them: write `serviceName: nginx`.")


def test_governing_service_missing_knows_the_service(messages: Check) -> None:
    (message,) = messages("governing-service-missing", SET + service("headless"))
    assert message.endswith("The headless Service default/headless selects the pods: write `headless`.")


def test_governing_service_missing_knows_the_namespace(messages: Check) -> None:
    (message,) = messages("governing-service-missing", SET, service(namespace="shop"))
    assert message.endswith("Service shop/nginx (1.yaml) is in another namespace.")


def test_not_headless_knows_a_headless_one(messages: Check) -> None:
    text = SET + service("nginx", "selector: {app: nginx}, ports: [{port: 80}]") + service("nginx-pods")
    (message,) = messages("governing-service-not-headless", text)
    assert message.endswith("Name the headless Service default/nginx-pods instead.")


def test_a_custom_kind_called_service_governs_nothing(places: Check) -> None:
    knative = service().replace("apiVersion: v1", "apiVersion: serving.knative.dev/v1")
    assert places("governing-service-unseen", SET + knative) == AT_SERVICE_NAME


def test_a_service_of_another_file(places: Check) -> None:
    for rule in RULES:
        assert places(rule, ("a/set.yaml", SET), ("b/service.yaml", service())) == []


def test_in_a_collection_of_examples_the_service_is_out_of_sight(places: Check) -> None:
    texts = ("a/set.yaml", SET), ("b/other.yaml", service("gateway", "selector: {app: gateway}"))
    assert places("governing-service-missing", *texts) == []
    assert places("governing-service-unseen", *texts) == AT_SERVICE_NAME


class TestShared:
    RULE = "governing-service-shared"
    SECOND = "---\n" + SET.replace("name: web", "name: db")

    def test_the_second_is_reported(self, found: Check) -> None:
        (finding,) = found(self.RULE, service() + "---\n" + SET + self.SECOND)
        assert finding.resource.name == "db"
        assert finding.message.startswith("StatefulSet default/web names the Service `nginx`, too")

    def test_without_the_service(self, places: Check) -> None:
        assert len(places(self.RULE, SET + self.SECOND)) == 1

    def test_one_set_for_two_environments(self, places: Check) -> None:
        assert places(self.RULE, ("a/s.yaml", SET), ("b/s.yaml", SET), service()) == []

    def test_another_namespace(self, places: Check) -> None:
        second = self.SECOND.replace("name: db", "name: db\n  namespace: shop")
        assert places(self.RULE, SET + second) == []

    def test_pods_that_are_not_selected_have_another_problem(self, places: Check) -> None:
        second = self.SECOND.replace("app: nginx", "app: db")
        assert places(self.RULE, SET + second + service()) == []
        assert len(places("governing-service-selects-other-pods", SET + second + service())) == 1


class TestPodNameTooLong:
    RULE = "stateful-pod-name-too-long"

    @pytest.mark.parametrize(
        ("length", "count"), [(1, 0), (52, 0), (53, 1), (63, 1), (64, 0)]
    )  # longer than 63: the API server says so itself
    def test_lengths(self, places: Check, length: int, count: int) -> None:
        text = SET.replace("name: web", f"name: {'a' * length}")
        assert places(self.RULE, text) == [(4, 9, "metadata.name")] * count

    @pytest.mark.parametrize(
        ("length", "fields", "last"),
        [
            (61, "replicas: 10", None),
            (61, "replicas: 11", "-10"),
            (61, "replicas: 3\n  ordinals: {start: 98}", "-100"),
            (60, "replicas: 3\n  ordinals: {start: 97}", None),
        ],
    )
    def test_ordinals(self, messages: Check, length: int, fields: str, last: str | None) -> None:
        text = SET.replace("name: web", f"name: {'a' * length}").replace("replicas: 3", fields)
        (message,) = messages(self.RULE, text)
        assert (f"The pod name `{'a' * length}{last}` is too long" in message) == (last is not None)

    def test_one_too_many_is_not_too_long_for_every_hash(self, messages: Check) -> None:
        for length, shown in ((53, "63: for most revisions no pod can"), (54, "63: no pod can")):
            (message,) = messages(self.RULE, SET.replace("name: web", f"name: {'a' * length}"))
            assert shown in message


class TestPublishNotReadyAddresses:
    RULE = "publish-not-ready-addresses"
    PROBE = "        readinessProbe: {tcpSocket: {port: 80}}\n"

    @pytest.mark.parametrize(
        ("field", "count"),
        [
            ("args: ['--peers=web-0.nginx,web-1.nginx']", 1),
            ("command: [sh, -c, 'join $(POD_NAME).nginx']", 1),
            ("command: [sh, -c, 'join ${HOSTNAME}.nginx']", 1),
            ("env: [{name: PEERS, value: nginx.default.svc.cluster.local}]", 1),
            ("env: [{name: PEERS, value: 'nginx.$(NAMESPACE).svc'}]", 1),
            ("env: [{name: PEERS, value: 'nginx.svc'}]", 1),
            ("args: ['--config=/etc/nginx.conf']", 0),
            ("args: ['web-0.nginx-admin']", 0),
            ("args: ['nginx']", 0),
            ("args: ['my-nginx.default.svc']", 0),
            ("env: [{name: PEERS, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]", 0),
        ],
    )
    def test_who_looks_for_peers(self, places: Check, field: str, count: int) -> None:
        text = service() + "---\n" + SET + self.PROBE + f"        {field}\n"
        assert places(self.RULE, text) == [(5, 1, "spec.publishNotReadyAddresses")] * count

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("replicas: 3", "replicas: 1"),
            ("  replicas: 3\n", ""),
            (PROBE, ""),
            ("clusterIP: None", "clusterIP: None, publishNotReadyAddresses: true"),
            ("clusterIP: None, ", ""),
        ],
    )
    def test_who_needs_no_advice(self, places: Check, old: str, new: str) -> None:
        text = service() + "---\n" + SET + self.PROBE + "        args: ['web-0.nginx']\n"
        assert len(places(self.RULE, text)) == 1
        assert places(self.RULE, text.replace(old, new)) == []
