"""What pods name: ConfigMaps, Secrets, their keys, ServiceAccounts and claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.rules.wiring.conftest import Check

NEAR = "reference-near-miss"
KEY = "reference-key-missing"


def pod(
    spec: str = "",
    container: str = "",
    *,
    kind: str = "Deployment",
    namespace: str = "default",
    name: str = "web",
) -> str:
    spec = f"{{{spec}{', ' if spec else ''}containers: [{{name: web, image: 'nginx:1.25'{container}}}]}}"
    return (
        f"---\napiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: {name}, namespace: {namespace}}}\n"
        f"spec: {{selector: {{matchLabels: {{app: web}}}}, template: {{metadata: {{labels: {{app: web}}}}, spec: {spec}}}}}\n"
    )


def thing(kind: str, name: str, body: str = "", namespace: str = "default") -> str:
    return f"---\napiVersion: v1\nkind: {kind}\nmetadata: {{name: {name}, namespace: {namespace}}}\n{body}"


WAYS = [
    ("ConfigMap", "", ", envFrom: [{configMapRef: {name: NAME}}]", "containers[0].envFrom[0].configMapRef.name"),
    ("Secret", "", ", envFrom: [{secretRef: {name: NAME}}]", "containers[0].envFrom[0].secretRef.name"),
    ("ConfigMap", "", ", env: [{name: A, valueFrom: {configMapKeyRef: {name: NAME, key: k}}}]",
     "containers[0].env[0].valueFrom.configMapKeyRef.name"),
    ("Secret", "", ", env: [{name: A, valueFrom: {secretKeyRef: {name: NAME, key: k}}}]",
     "containers[0].env[0].valueFrom.secretKeyRef.name"),
    ("ConfigMap", "volumes: [{name: v, configMap: {name: NAME}}]", "", "volumes[0].configMap.name"),
    ("Secret", "volumes: [{name: v, secret: {secretName: NAME}}]", "", "volumes[0].secret.secretName"),
    ("ConfigMap", "volumes: [{name: v, projected: {sources: [{configMap: {name: NAME}}]}}]", "",
     "volumes[0].projected.sources[0].configMap.name"),
    ("Secret", "volumes: [{name: v, projected: {sources: [{secret: {name: NAME}}]}}]", "",
     "volumes[0].projected.sources[0].secret.name"),
    ("PersistentVolumeClaim", "volumes: [{name: v, persistentVolumeClaim: {claimName: NAME}}]", "",
     "volumes[0].persistentVolumeClaim.claimName"),
    ("Secret", "imagePullSecrets: [{name: NAME}]", "", "imagePullSecrets[0].name"),
    ("ServiceAccount", "serviceAccountName: NAME", "", "serviceAccountName"),
    ("ServiceAccount", "serviceAccount: NAME", "", "serviceAccount"),
    ("Secret", "initContainers: [{name: i, image: 'a:1', envFrom: [{secretRef: {name: NAME}}]}]", "",
     "initContainers[0].envFrom[0].secretRef.name"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "spec", "container", "field"), WAYS)
def test_every_way_to_name_something(found: Check, kind: str, spec: str, container: str, field: str) -> None:
    body = "data: {k: djE=}\n" if kind in {"ConfigMap", "Secret"} else ""
    text = pod(spec, container)
    (finding,) = found(NEAR, text.replace("NAME", "settngs"), thing(kind, "settings", body))
    assert finding.field == f"spec.template.spec.{field}"
    assert finding.range.line == 5
    assert (
        finding.message
        == f"The run defines no {kind} `settngs` in namespace default. Did you mean `settings`?"
    )
    assert found(NEAR, text.replace("NAME", "settings"), thing(kind, "settings", body)) == []
    assert found(NEAR, text.replace("NAME", "settings")) == []


def env_from(name: str, more: str = "") -> str:
    return pod("", f", envFrom: [{{configMapRef: {{name: {name}{more}}}}}]")


@pytest.mark.parametrize(
    ("written", "defined", "near"),
    [
        ("web-conifg", "web-config", True),  # letters changed places
        ("web-confg", "web-config", True),  # one too few
        ("web-configg", "web-config", True),  # one too many
        ("web-konfig", "web-config", True),  # another one
        ("webconfig", "web-config", True),
        ("web.config", "web-config", True),
        ("web-config", "web-config-extra", False),
        ("api-config", "web-config", False),
        ("web-config-1", "web-config-2", False),
        ("web-config-v1", "web-config", False),  # two letters
        ("web", "wet", False),  # too short to tell
    ],
)
def test_spellings(places: Check, written: str, defined: str, near: bool) -> None:  # noqa: FBT001  a case
    assert len(places(NEAR, env_from(written) + thing("ConfigMap", defined))) == near
    assert len(places(NEAR, env_from(defined) + thing("ConfigMap", written))) == near


def test_what_is_used_under_its_own_name_is_not_meant(places: Check) -> None:
    text = env_from("web-setings") + thing("ConfigMap", "web-settings")
    assert len(places(NEAR, text)) == 1
    used = pod("", ", envFrom: [{configMapRef: {name: web-settings}}]", name="other")
    assert places(NEAR, text + used) == []


def test_a_secret_of_an_ingress_is_used(places: Check) -> None:
    text = pod("", ", envFrom: [{secretRef: {name: web-tl}}]") + thing("Secret", "web-tls")
    assert len(places(NEAR, text)) == 1
    ingress = "---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a}\nspec: {tls: [{secretName: web-tls}]}\n"
    assert places(NEAR, text + ingress) == []


def test_another_namespace(messages: Check) -> None:
    (message,) = messages(NEAR, env_from("web"), thing("ConfigMap", "web", namespace="shop"))
    assert message == (
        "The run defines no ConfigMap `web` in namespace default. ConfigMap shop/web (1.yaml) is in another namespace, "
        "where these pods can't use it."
    )
    user = pod("", ", envFrom: [{configMapRef: {name: web}}]", namespace="shop")
    assert messages(NEAR, env_from("web"), thing("ConfigMap", "web", namespace="shop"), user) == []


def test_another_kind(messages: Check) -> None:
    (message,) = messages(NEAR, env_from("web") + thing("Secret", "web"))
    assert message.endswith("Secret default/web has that name, but is a Secret.")


def test_optional_ones_may_be_missing(places: Check) -> None:
    assert (
        places(NEAR, env_from("web-setings", ", optional: true") + thing("ConfigMap", "web-settings")) == []
    )


def test_the_default_account_is_there(places: Check) -> None:
    text = pod("serviceAccountName: default") + thing("ServiceAccount", "defaults")
    assert places(NEAR, text) == []


def test_claim_templates_hide_volumes(places: Check) -> None:
    text = pod("volumes: [{name: data, persistentVolumeClaim: {claimName: dat-a}}]", kind="StatefulSet")
    claim = "spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}"
    hidden = text.replace(
        "template: {m", f"volumeClaimTemplates: [{{metadata: {{name: data}}, {claim}}}], template: {{m"
    )
    assert len(places(NEAR, text + thing("PersistentVolumeClaim", "data", claim + "\n"))) == 1
    assert places(NEAR, hidden + thing("PersistentVolumeClaim", "data", claim + "\n")) == []


@pytest.mark.parametrize(
    ("kind", "spec", "container", "field"),
    [
        ("ConfigMap", "", ", env: [{name: A, valueFrom: {configMapKeyRef: {name: cm, key: KEY}}}]",
         "containers[0].env[0].valueFrom.configMapKeyRef.key"),
        ("Secret", "", ", env: [{name: A, valueFrom: {secretKeyRef: {name: cm, key: KEY}}}]",
         "containers[0].env[0].valueFrom.secretKeyRef.key"),
        ("ConfigMap", "volumes: [{name: v, configMap: {name: cm, items: [{key: KEY, path: p}]}}]", "",
         "volumes[0].configMap.items[0].key"),
        ("Secret", "volumes: [{name: v, secret: {secretName: cm, items: [{key: KEY, path: p}]}}]", "",
         "volumes[0].secret.items[0].key"),
        ("Secret", "volumes: [{name: v, projected: {sources: [{secret: {name: cm, items: [{key: KEY, path: p}]}}]}}]", "",
         "volumes[0].projected.sources[0].secret.items[0].key"),
    ],
)  # fmt: skip
def test_every_way_to_name_a_key(found: Check, kind: str, spec: str, container: str, field: str) -> None:
    config = thing(kind, "cm", "data: {log-level: djE=}\n")
    (finding,) = found(KEY, pod(spec, container).replace("KEY", "loglevel") + config)
    assert finding.field == f"spec.template.spec.{field}"
    assert finding.range.line == 5
    assert finding.message == f"{kind} default/cm has no key `loglevel`. Did you mean `log-level`?"
    assert found(KEY, pod(spec, container).replace("KEY", "log-level") + config) == []


def key_ref(kind: str, more: str = "") -> str:
    return pod("", f", env: [{{name: A, valueFrom: {{{kind}KeyRef: {{name: cm, key: k{more}}}}}}}]")


@pytest.mark.parametrize(
    ("kind", "body", "count"),
    [
        ("ConfigMap", "data: {x: a}\n", 1),
        ("ConfigMap", "data: {k: a}\n", 0),
        ("ConfigMap", "binaryData: {k: djE=}\n", 0),
        ("ConfigMap", "data: {x: a}\nbinaryData: {k: djE=}\n", 0),
        ("ConfigMap", "", 0),
        ("ConfigMap", "data: {}\n", 0),
        ("ConfigMap", "data: null\n", 0),
        ("Secret", "stringData: {k: a}\n", 0),
        ("Secret", "stringData: {x: a}\n", 1),
        ("Secret", "type: kubernetes.io/service-account-token\ndata: {x: djE=}\n", 0),
    ],
)
def test_keys_that_are_held(places: Check, kind: str, body: str, count: int) -> None:
    text = key_ref(kind[0].lower() + kind[1:])
    assert len(places(KEY, text + thing(kind, "cm", body))) == count


def test_optional_keys_may_be_missing(places: Check) -> None:
    config = thing("ConfigMap", "cm", "data: {x: a}\n")
    assert places(KEY, key_ref("configMap", ", optional: true") + config) == []


def test_one_of_two_environments_has_the_key(places: Check) -> None:
    first, second = thing("ConfigMap", "cm", "data: {x: a}\n"), thing("ConfigMap", "cm", "data: {k: a}\n")
    assert places(KEY, key_ref("configMap"), ("a/c.yaml", first), ("b/c.yaml", second)) == []


def test_an_unknown_object_has_unknown_keys(places: Check) -> None:
    assert places(KEY, key_ref("configMap") + thing("ConfigMap", "other", "data: {x: a}\n")) == []


@pytest.mark.parametrize(
    "custom",
    [
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: db-credentials}\n",
        "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: db}\nspec: {target: {name: db-credentials}}\n",
        "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: db}\nspec: {secretName: db-credentials}\n",
    ],
)
def test_a_secret_that_a_custom_resource_makes(places: Check, custom: str) -> None:
    other = "apiVersion: v1\nkind: Secret\nmetadata: {name: db-credential}\n"
    pod = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n"
        "spec: {containers: [{name: a, image: 'a:1', envFrom: [{secretRef: {name: db-credentials}}]}]}\n"
    )
    assert len(places("reference-near-miss", f"{other}---\n{pod}")) == 1
    assert places("reference-near-miss", f"{other}---\n{pod}---\n{custom}") == []
