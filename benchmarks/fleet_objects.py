"""What the repositories of a synthetic fleet are made of: apps with their objects, some with a defect, and how a repository lays them out."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from benchmarks.repository import DAEMON, RICH, SMALL, STATEFUL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

OVERLAYS = ("staging", "production")

SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: {name}
  namespace: {namespace}
spec:
  selector:
    app.kubernetes.io/name: {name}
  ports:
  - name: http
    port: 80
    targetPort: {port}
"""
BUDGET = """\
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {name}
  namespace: {namespace}
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app.kubernetes.io/name: {name}
"""
AUTOSCALER = """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {name}
  namespace: {namespace}
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {name}
  minReplicas: 2
  maxReplicas: 10
  metrics:
  - type: Resource
    resource:
      name: memory
      target:
        type: AverageValue
        averageValue: 200Mi
"""
CONFIGURATION = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: {name}
  namespace: {namespace}
data:
  app.properties: |
    level=info
    pool.size={number}
    timeout=30s
"""
ACCOUNT = """\
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {name}
  namespace: {namespace}
"""
CRON_JOB = """\
apiVersion: batch/v1
kind: CronJob
metadata:
  name: {name}-report
  namespace: {namespace}
spec:
  schedule: "{number} 3 * * *"
  jobTemplate:
    spec:
      backoffLimit: 2
      template:
        spec:
          restartPolicy: Never
          containers:
          - name: report
            image: registry.example.com/{name}-report:2.0.{number}
"""
_PATCH = """\
apiVersion: apps/v1
kind: {kind}
metadata:
  name: {name}
spec:
  template:
    spec:
      containers:
      - name: {container}
        env:
        - name: STAGE
          value: {stage}
"""


class Object(NamedTuple):
    """An object of an app, as text."""

    file: str
    """The name of its file."""
    text: str


class App(NamedTuple):
    """A workload and what belongs to it."""

    name: str
    kind: str
    """Of the workload."""
    container: str
    """The name of its container."""
    objects: list[Object]


class Defect(NamedTuple):
    """What is wrong in some apps: a text of an object, and what stands there instead."""

    file: str
    before: str
    after: str


_HOST_PORT = "containerPort: 8080\n          hostPort: 8080"
DEFECTS = (
    Defect("deployment.yaml", "  replicas:", "  replica:"),
    Defect("deployment.yaml", "memory: 128Mi", "memory: 128MiB"),
    Defect("deployment.yaml", "memory: 128Mi", "memory: 512Mi"),
    Defect("deployment.yaml", "containerPort: 8080", "containerPort: 80800"),
    Defect("deployment.yaml", "path: /ready, port: http", "path: /ready, port: htpp"),
    Defect("deployment.yaml", ":1.4.", ":latest #"),
    Defect("deployment.yaml", "maxUnavailable: 0", "maxUnavailable: 100%"),
    Defect("deployment.yaml", "containerPort: 8080", _HOST_PORT),
    Defect("deployment.yaml", "kind: Deployment\n", "kind: Deployment\n\t"),
    Defect(
        "deployment.yaml",
        "  replicas:",
        "  # podplan: ignore[unknown-field] because it is on its way out\n  replica:",
    ),
    Defect(
        "deployment.yaml",
        "  template:\n    metadata:\n      labels:\n        app.kubernetes.io/name: ",
        "  template:\n    metadata:\n      labels:\n        app.kubernetes.io/name: new-",
    ),
    Defect(
        "statefulset.yaml",
        "  serviceName:",
        "  updateStrategy: {rollingUpdate: {maxUnavailable: 2}}\n  serviceName:",
    ),
    Defect(
        "statefulset.yaml",
        "  serviceName:",
        "  updateStrategy: {rollingUpdate: {partition: 50}}\n  serviceName:",
    ),
    Defect("statefulset.yaml", "{port: db}", "{port: 5433}"),
    Defect("daemonset.yaml", "maxUnavailable: 10%", "maxUnavailable: 100%"),
    Defect(
        "daemonset.yaml",
        "    rollingUpdate:\n      maxUnavailable: 10%",
        "    rollingUpdate:\n      maxSurge: 1\n      maxUnavailable: 0",
    ),
    Defect("budget.yaml", "policy/v1\n", "policy/v1beta1\n"),
    Defect("budget.yaml", "maxUnavailable: 1", "maxUnavailable: 0"),
    Defect("budget.yaml", "maxUnavailable: 1", "minAvailable: 100%"),
    Defect("autoscaler.yaml", "autoscaling/v2\n", "autoscaling/v2beta2\n"),
    Defect("autoscaler.yaml", "minReplicas: 2", "minReplicas: 20"),
    Defect("cronjob.yaml", "batch/v1\n", "batch/v1beta1\n"),
    Defect("cronjob.yaml", "restartPolicy: Never", "restartPolicy: Always"),
    Defect("service.yaml", "targetPort: http", "targetPort: web"),
    Defect("service.yaml", "port: 80\n", "port: 80\n    nodePort: 30080\n"),
)
"""Each is of an object as this module writes it: what the API server refuses or no longer serves, what blocks a drain or a rollout, what
behaves otherwise in another version of Kubernetes, and what is no YAML."""


def make_app(random: Random, name: str, most: int, defects: float) -> App:
    """Return an app of at most as many objects.

    Args:
        random: What chooses.
        name: Of the app, and of all that belongs to it.
        most: How many objects it may have, at least 1.
        defects: How probable a defect is.
    """
    chance = random.random()
    if chance < 0.15 and most > 1:
        kind, container, texts = "StatefulSet", "db", _split(STATEFUL)
    elif chance < 0.2:
        kind, container, texts = "DaemonSet", "agent", [("daemonset.yaml", DAEMON)]
    else:
        kind, container, texts = "Deployment", "app", _deployment(random)
    if random.random() < 0.15:
        texts.append(("cronjob.yaml", CRON_JOB))
    values = {
        "name": name,
        "namespace": "{namespace}",
        "replicas": 2 + random.randrange(5),
        "number": random.randrange(50),
    }
    port = "http" if "name: http" in texts[0][1] else "8080"
    objects = [Object(file, text.format(**values, port=port)) for file, text in texts[:most]]
    if random.random() < defects:
        objects = _with_defect(random, objects)
    return App(name, kind, container, objects)


def _split(text: str) -> list[tuple[str, str]]:
    service, workload = text.split("---\n")
    return [("statefulset.yaml", workload), ("headless.yaml", service)]


def _deployment(random: Random) -> list[tuple[str, str]]:
    rich = random.random() < 0.9
    texts = [("deployment.yaml", RICH if rich else SMALL), ("service.yaml", SERVICE)]
    if rich:
        texts += [("configmap.yaml", CONFIGURATION), ("serviceaccount.yaml", ACCOUNT)]
    if random.random() < 0.5:
        texts.append(("budget.yaml", BUDGET))
    if random.random() < 0.25:
        texts[0] = texts[0][0], texts[0][1].replace("  replicas: {replicas}\n", "")
        texts.append(("autoscaler.yaml", AUTOSCALER))
    return texts


def _with_defect(random: Random, objects: list[Object]) -> list[Object]:
    """Return the objects with one defect, of those that these objects can have."""
    fitting = [
        (number, each)
        for number, (file, text) in enumerate(objects)
        for each in DEFECTS
        if each.file == file and each.before in text
    ]
    if not fitting:
        return objects
    broken, defect = random.choice(fitting)
    return [
        Object(file, text.replace(defect.before, defect.after, 1)) if number == broken else Object(file, text)
        for number, (file, text) in enumerate(objects)
    ]


Written = tuple[str, str, int]
"""Path, content, and how many manifests it holds."""


def plain(random: Random, app: App, namespace: str) -> Iterator[Written]:
    """Yield the files of an app in a plain folder: one for each object, or one for all."""
    texts = [(file, text.replace("{namespace}", namespace)) for file, text in app.objects]
    if random.random() < 0.4:
        yield f"k8s/{app.name}.yaml", "---\n".join(text for _, text in texts), len(texts)
        return
    for file, text in texts:
        yield f"k8s/{app.name}/{file}", text, 1


def overlaid(random: Random, app: App, namespace: str) -> Iterator[Written]:
    """Yield the files of an app as a base with overlays: each has its namespace, an image or replicas, and most a patch."""
    folder = f"apps/{app.name}"
    for file, text in app.objects:
        yield f"{folder}/base/{file}", text.replace("  namespace: {namespace}\n", ""), 1
    names = ", ".join(file for file, _ in app.objects)
    yield f"{folder}/base/kustomization.yaml", f"resources: [{names}]\n", 0
    for stage in OVERLAYS:
        lines = ["resources: [../../base]", f"namespace: {namespace}-{stage}"]
        lines.append(f"labels: [{{pairs: {{stage: {stage}}}}}]")
        lines.append(
            f"images: [{{name: registry.example.com/{app.name}, newTag: 1.{random.randrange(9)}.0}}]"
        )
        if "\n  replicas:" in app.objects[0].text and random.random() < 0.5:
            lines.append(f"replicas: [{{name: {app.name}, count: {2 + random.randrange(4)}}}]")
        if random.random() < 0.6:
            lines.append("patches: [{path: patch.yaml}]")
            patch = _PATCH.format(kind=app.kind, name=app.name, container=app.container, stage=stage)
            yield f"{folder}/overlays/{stage}/patch.yaml", patch, 0
        yield f"{folder}/overlays/{stage}/kustomization.yaml", "\n".join(lines) + "\n", 0


def code_owners(random: Random, team: str) -> str:
    """Return a CODEOWNERS: one team for all, and for some of the apps another, or nobody."""
    lines = [f"*  {team}"]
    for app in range(random.randrange(4)):
        owners = random.choice(["@acme/sre", "@acme/databases", "@acme/security @acme/sre", ""])
        lines.append(f"app-{app}/  {owners}".rstrip())
    return "\n".join(lines) + "\n"
