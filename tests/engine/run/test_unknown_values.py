"""Nothing is found about values that are not known, and all else is."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

import linter
from linter.engine.config.options import LintOptions
from linter.loading.source import Source
from linter.loading.yaml.reader import read_documents

if TYPE_CHECKING:
    from collections.abc import Iterator

GOOD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 3
  revisionHistoryLimit: 3
  minReadySeconds: 5
  progressDeadlineSeconds: 300
  strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 30
      nodeSelector: {kubernetes.io/os: linux}
      securityContext: {runAsNonRoot: true, runAsUser: 1000}
      containers:
      - name: web
        image: example.org/web:1.0
        imagePullPolicy: IfNotPresent
        args: [--port, "8080"]
        env: [{name: A, value: b}]
        envFrom: [{configMapRef: {name: settings}}]
        ports: [{name: http, containerPort: 8080, protocol: TCP}]
        resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 64Mi}}
        readinessProbe: {httpGet: {path: /, port: http, scheme: HTTP}, periodSeconds: 5, timeoutSeconds: 2}
        lifecycle: {preStop: {sleep: {seconds: 5}}}
        volumeMounts: [{name: data, mountPath: /data, readOnly: true}]
      volumes: [{name: data, configMap: {name: settings, defaultMode: 0440}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {a: b}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: ClusterIP
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: http, protocol: TCP}]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: front}
spec:
  minReplicas: 2
  maxReplicas: 5
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: front}
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: front}
spec:
  selector: {matchLabels: {app: front}}
  template:
    metadata: {labels: {app: front}}
    spec: {containers: [{name: front, image: "front:1", resources: {requests: {cpu: 100m}}}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  ingressClassName: nginx
  tls: [{hosts: [web.example.org], secretName: tls}]
  rules:
  - host: web.example.org
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}}]}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], storageClassName: fast, resources: {requests: {storage: 1Gi}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: clean}
spec:
  schedule: "0 3 * * *"
  timeZone: Etc/UTC
  concurrencyPolicy: Forbid
  suspend: false
  jobTemplate:
    spec:
      completions: 3
      parallelism: 1
      backoffLimit: 3
      template: {spec: {restartPolicy: Never, containers: [{name: clean, image: "clean:1"}]}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress]
  ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 8080, protocol: TCP}]}]
"""
OBJECTS: list[dict[str, Any]] = [document.value for document in read_documents(Source("a", GOOD))]


def lint(objects: list[Any], **options: Any) -> list[tuple[str, str | None]]:
    text = "---\n".join(json.dumps(each) + "\n" for each in objects)
    report = linter.lint((), texts=[("a.yaml", text)], options=LintOptions(**options))
    return [(finding.rule, finding.field) for finding in report.findings]


def scalars(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from scalars(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from scalars(each, (*path, index))
    elif path not in {("apiVersion",), ("kind",)}:
        yield path


def with_value(number: int, path: tuple[Any, ...], new: str) -> list[dict[str, Any]]:
    objects = copy.deepcopy(OBJECTS)
    value: Any = objects[number]
    for step in path[:-1]:
        value = value[step]
    value[path[-1]] = new
    return objects


def test_the_objects_are_good() -> None:
    assert lint(OBJECTS) == []


@pytest.mark.parametrize("number", range(len(OBJECTS)), ids=[each["kind"] for each in OBJECTS])
@pytest.mark.parametrize("mark", ["${VALUE}", "x-${VALUE}.y", "{{ .Value }}"])
def test_no_value_is_judged_that_is_not_known(number: int, mark: str) -> None:
    wrong = {
        (path, *found) for path in scalars(OBJECTS[number]) for found in lint(with_value(number, path, mark))
    }
    assert wrong == set()


@pytest.mark.parametrize("number", range(len(OBJECTS)), ids=[each["kind"] for each in OBJECTS])
def test_nothing_is_judged_of_a_struct_that_is_not_known(number: int) -> None:
    structs = {path[:end] for path in scalars(OBJECTS[number]) for end in range(1, len(path))}
    found = {(path, *each) for path in structs for each in lint(with_value(number, path, "${VALUE}"))}
    assert found == set()


@pytest.mark.parametrize(
    ("number", "path", "other", "rule"),
    [
        (0, ("spec", "replicas"), ("spec", "selector", "matchLabels", "app"), "selector-mismatch"),
        (0, ("metadata", "name"), ("spec", "minReadySeconds"), "wrong-type"),
        (7, ("metadata", "name"), ("spec", "accessModes", 0), "persistent-volume-claim"),
        (
            6,
            ("spec", "rules", 0, "host"),
            ("spec", "rules", 0, "http", "paths", 0, "pathType"),
            "ingress-path",
        ),
        (2, ("spec", "ports", 0, "port"), ("spec", "type"), "service-type"),
    ],
)
def test_the_rest_of_the_object_is_judged(
    number: int, path: tuple[Any, ...], other: tuple[Any, ...], rule: str
) -> None:
    objects = with_value(number, path, "${VALUE}")
    value: Any = objects[number]
    for step in other[:-1]:
        value = value[step]
    value[other[-1]] = "wrong"
    assert rule in {found for found, _ in lint(objects)}


def test_a_misspelt_field_is_one_whatever_its_value() -> None:
    objects = copy.deepcopy(OBJECTS[:2])
    objects[0]["spec"]["replcas"] = "${N}"
    assert lint(objects) == [("unknown-field", "spec.replcas")]


def test_defaults_are_judged() -> None:
    found = lint(with_value(7, ("spec", "accessModes", 0), "${MODE:=Often}"))
    assert found == [("persistent-volume-claim", "spec.accessModes")]
    assert lint(with_value(7, ("spec", "accessModes", 0), "${MODE:=ReadWriteMany}")) == []
    found = lint(with_value(0, ("spec", "replicas"), "${REPLICAS:=-1}"), select=("api",))
    assert found == [("replicas", "spec.replicas")]


def test_a_service_whose_pods_may_be_there_under_a_name_that_is_not_known() -> None:
    objects = copy.deepcopy(OBJECTS[:3])
    objects[0]["spec"]["template"]["metadata"]["labels"] = {"app": "${APP}"}
    objects[0]["spec"]["selector"]["matchLabels"] = {"app": "${APP}"}
    assert lint(objects) == []


def test_the_same_variable_is_the_same_value() -> None:
    objects = copy.deepcopy(OBJECTS[:3])
    objects[0]["spec"]["template"]["metadata"]["labels"] = {"app": "${APP}"}
    objects[0]["spec"]["selector"]["matchLabels"] = {"app": "${APP}"}
    objects[0]["spec"]["template"]["spec"]["containers"][0].pop("readinessProbe")
    objects[2]["spec"]["selector"] = {"app": "${APP}"}
    assert lint(objects, select=("api", "wiring")) == []


ENCRYPTED = """\
apiVersion: v1
kind: Secret
metadata: {name: db}
data:
    password: ENC[AES256_GCM,data:Zm9v,iv:YmFy,tag:YmF6,type:str]
    port: ENC[AES256_GCM,data:Zm9v,iv:YmFy,tag:YmF6,type:int]
sops:
    age: [{recipient: age1qqq, enc: xxx}]
    mac: ENC[AES256_GCM,data:Zm9v,iv:YmFy,tag:YmF6,type:str]
    version: 3.8.1
"""
USER = """\
---
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers:
  - name: a
    image: a:1
    env: [{name: P, valueFrom: {secretKeyRef: {name: db, key: passwort}}}]
"""


def test_an_encrypted_secret_is_there_with_its_keys() -> None:
    report = linter.lint((), texts=[("a.yaml", ENCRYPTED)])
    assert report.findings == ()
    report = linter.lint((), texts=[("a.yaml", ENCRYPTED + USER)])
    assert [finding.rule for finding in report.findings] == ["reference-key-missing"]
    report = linter.lint((), texts=[("a.yaml", ENCRYPTED + USER.replace("passwort", "password"))])
    assert report.findings == ()


def test_other_mistakes_of_an_encrypted_secret() -> None:
    report = linter.lint((), texts=[("a.yaml", ENCRYPTED.replace("data:\n", "dta:\n"))])
    assert [(finding.rule, finding.field) for finding in report.findings] == [("unknown-field", "dta")]


@pytest.mark.parametrize("labels", ["{}", "{labels: {app: web}}"])
def test_a_selector_that_is_not_known_may_match_any_labels(labels: str) -> None:
    good = GOOD.partition("---\n")[0]
    text = good.replace("selector: {matchLabels: {app: web}}", "selector: ${SELECTOR}")
    text = text.replace("metadata: {labels: {app: web}}\n    spec", f"metadata: {labels}\n    spec")
    assert text.count("app: web") < good.count("app: web")
    report = linter.lint((), texts=[("a.yaml", text)], options=LintOptions(select=("api",)))
    assert report.findings == ()
