"""Writes realistic repositories of manifests to measure on.

    python benchmarks/repository.py FOLDER FILES [--small | --messy]

Every file is valid and, unless it is messy, clean. A rich file is a Deployment of about 1.7 kB (probes, resources, security context, volumes,
affinity, a second container); every tenth is a StatefulSet with its Service, a DaemonSet, or a budget with an autoscaler.
A small file is a Deployment of about 400 bytes. Messy ones are rich ones that share a namespace and the label `app: web`, by which
all of them select: each has findings. The same arguments always write the same files.
"""

from __future__ import annotations

import sys
from pathlib import Path

SMALL = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  namespace: {namespace}
  labels:
    app.kubernetes.io/name: {name}
spec:
  replicas: {replicas}
  selector:
    matchLabels:
      app.kubernetes.io/name: {name}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {name}
    spec:
      containers:
      - name: app
        image: registry.example.com/{name}:1.4.{number}
"""

RICH = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  namespace: {namespace}
  labels:
    app.kubernetes.io/name: {name}
    app.kubernetes.io/part-of: shop
spec:
  replicas: {replicas}
  selector:
    matchLabels:
      app.kubernetes.io/name: {name}
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 25%
      maxUnavailable: 0
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {name}
      annotations:
        prometheus.io/scrape: "true"
    spec:
      serviceAccountName: {name}
      securityContext:
        runAsNonRoot: true
        fsGroup: 2000
        seccompProfile:
          type: RuntimeDefault
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
          - weight: 100
            podAffinityTerm:
              topologyKey: kubernetes.io/hostname
              labelSelector:
                matchLabels:
                  app.kubernetes.io/name: {name}
      containers:
      - name: app
        image: registry.example.com/{name}:1.4.{number}
        ports:
        - name: http
          containerPort: 8080
        env:
        - name: LOG_LEVEL
          value: info
        - name: POD_IP
          valueFrom:
            fieldRef:
              fieldPath: status.podIP
        resources:
          requests: {{cpu: 100m, memory: 128Mi}}
          limits: {{memory: 256Mi}}
        readinessProbe:
          httpGet: {{path: /ready, port: http}}
        livenessProbe:
          httpGet: {{path: /live, port: http}}
          periodSeconds: 20
        volumeMounts:
        - name: config
          mountPath: /etc/app
      - name: proxy
        image: registry.example.com/proxy:2.1.0
        ports:
        - name: metrics
          containerPort: 9090
      volumes:
      - name: config
        configMap:
          name: {name}
"""

STATEFUL = """\
apiVersion: v1
kind: Service
metadata:
  name: {name}
  namespace: {namespace}
spec:
  clusterIP: None
  publishNotReadyAddresses: true
  selector:
    app.kubernetes.io/name: {name}
  ports:
  - name: db
    port: 5432
    targetPort: db
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {name}
  namespace: {namespace}
spec:
  serviceName: {name}
  replicas: {replicas}
  selector:
    matchLabels:
      app.kubernetes.io/name: {name}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {name}
    spec:
      containers:
      - name: db
        image: registry.example.com/db:16.{number}
        ports:
        - name: db
          containerPort: 5432
        readinessProbe:
          tcpSocket: {{port: db}}
        volumeMounts:
        - name: data
          mountPath: /var/lib/db
  volumeClaimTemplates:
  - metadata:
      name: data
    spec:
      accessModes: [ReadWriteOnce]
      resources:
        requests:
          storage: 10Gi
"""

DAEMON = """\
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: {name}
  namespace: {namespace}
spec:
  selector:
    matchLabels:
      app.kubernetes.io/name: {name}
  updateStrategy:
    type: RollingUpdate
    rollingUpdate:
      maxUnavailable: 10%
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {name}
    spec:
      tolerations:
      - operator: Exists
      containers:
      - name: agent
        image: registry.example.com/agent:3.{number}
        volumeMounts:
        - name: logs
          mountPath: /var/log
          readOnly: true
      volumes:
      - name: logs
        hostPath:
          path: /var/log
          type: Directory
"""


def write(folder: Path, files: int, *, small: bool = False, messy: bool = False) -> int:
    """Write a repository and return its size in bytes.

    Args:
        folder: Where to; folders below it hold 100 files each.
        files: How many.
        small: Small manifests instead of rich ones.
        messy: One namespace, and one label by which everything selects.
    """
    total = 0
    for number in range(files):
        text = SMALL if small else {3: STATEFUL, 7: DAEMON}.get(number % 10, RICH)
        if messy:
            text = text.replace("app.kubernetes.io/name: {name}", "app: web")
        text = text.format(
            name=f"app-{number}",
            namespace="shop" if messy else f"team-{number // 100}",
            replicas=2 + number % 5,
            number=number % 50,
        )
        path = folder / f"team-{number // 100}" / f"app-{number}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        total += len(text)
    return total


def main() -> None:
    """Write what the command line asks for."""
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    size = write(
        Path(sys.argv[1]), int(sys.argv[2]), small="--small" in sys.argv, messy="--messy" in sys.argv
    )
    print(f"{sys.argv[2]} files, {size} bytes")


if __name__ == "__main__":
    main()
