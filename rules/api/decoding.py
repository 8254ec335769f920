"""Manifests that the API server can't read: kinds, fields and types that it does not know.

The engine leaves the decoder's answer in `resource.memo["decode"]`; each rule passes on its part of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.engine.rule import Context, Problem, rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource


def _found_by_decoder(resource: Resource, rule_id: str) -> Iterator[Problem]:
    for each in resource.memo["decode"]:
        if each.rule == rule_id:
            yield each.problem


@rule("wrong-type", kinds=None, stage="decode")
def wrong_type(resource: Resource, context: Context) -> Iterator[Problem]:
    """A value is not of its field's type.

    The API server refuses the whole object. Usual causes: a number in quotes where a number is wanted; a number or one
    of `yes`, `no`, `on`, `off`, `true`, `false` without quotes where text is wanted (environment variables, labels,
    annotations, arguments); a list item without its `- `, or a `- ` too many; a number beyond 32 bits.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      clusterIP: None
      ports:
        - port: "80"
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      clusterIP: None
      ports:
        - port: 80
    ```
    """
    yield from _found_by_decoder(resource, "wrong-type")


@rule("unknown-field", kinds=None, stage="decode")
def unknown_field(resource: Resource, context: Context) -> Iterator[Problem]:
    """A field does not exist, or not in this place, or not in this version of Kubernetes.

    kubectl and every other client that asks for strict reading is refused; the others lose the field without a word,
    which is worse. Names of fields are case-sensitive. Look at the indentation, too: a field that stands too far to the
    left or to the right belongs to another object.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      clusterIP: None
      publishNotReadyAddress: true
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      clusterIP: None
      publishNotReadyAddresses: true
    ```
    """
    yield from _found_by_decoder(resource, "unknown-field")


@rule("missing-field", kinds=None, stage="decode")
def missing_field(resource: Resource, context: Context) -> Iterator[Problem]:
    """A field that must be there is absent.

    Which fields that are is said by the kind's schema: for a custom resource by its CustomResourceDefinition. For Kubernetes' own
    kinds the rules about the field's topic mostly say it instead.

    ```yaml bad
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata:
      name: backups.example.com
    spec:
      group: example.com
      scope: Namespaced
      names: {kind: Backup, plural: backups}
      versions:
      - name: v1
        served: true
        storage: true
        schema:
          openAPIV3Schema:
            type: object
            properties:
              spec:
                type: object
                required: [target]
                properties:
                  target: {type: string}
    ---
    apiVersion: example.com/v1
    kind: Backup
    metadata:
      name: nightly
    spec: {}
    ```

    ```yaml good
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata:
      name: backups.example.com
    spec:
      group: example.com
      scope: Namespaced
      names: {kind: Backup, plural: backups}
      versions:
      - name: v1
        served: true
        storage: true
        schema:
          openAPIV3Schema:
            type: object
            properties:
              spec:
                type: object
                required: [target]
                properties:
                  target: {type: string}
    ---
    apiVersion: example.com/v1
    kind: Backup
    metadata:
      name: nightly
    spec:
      target: s3://backups
    ```
    """
    yield from _found_by_decoder(resource, "missing-field")


@rule("malformed-quantity", kinds=None, stage="decode")
def malformed_quantity(resource: Resource, context: Context) -> Iterator[Problem]:
    """An amount of CPU, memory or anything else can't be read.

    An amount is a number with one of the suffixes `m` (thousandths), `k`, `M`, `G`, `T`, `P`, `E` (powers of 1000),
    `Ki`, `Mi`, `Gi`, `Ti`, `Pi`, `Ei` (powers of 1024), an exponent (`1e3`), or nothing behind it. There is no `B` for
    bytes, no blank before the suffix, and upper and lower case matter: `1Gi`, not `1GB` or `1gi`.

    ```yaml bad
    apiVersion: v1
    kind: ResourceQuota
    metadata:
      name: team
    spec:
      hard:
        limits.memory: 10GB
    ```

    ```yaml good
    apiVersion: v1
    kind: ResourceQuota
    metadata:
      name: team
    spec:
      hard:
        limits.memory: 10Gi
    ```
    """
    yield from _found_by_decoder(resource, "malformed-quantity")


@rule("malformed-value", kinds=None, stage="decode")
def malformed_value(resource: Resource, context: Context) -> Iterator[Problem]:
    """A text has the wrong form for its field: a time, base64, or one of two old annotations that hold a number.

    Times are written as `2024-01-31T12:00:00Z`. The `data` of a Secret is base64; plain text goes into `stringData`.

    ```yaml bad
    apiVersion: v1
    kind: Secret
    metadata:
      name: login
    data:
      password: not encoded
    ```

    ```yaml good
    apiVersion: v1
    kind: Secret
    metadata:
      name: login
    stringData:
      password: not encoded
    ```
    """
    yield from _found_by_decoder(resource, "malformed-value")


@rule("unknown-kind", kinds=None, stage="decode")
def unknown_kind(resource: Resource, context: Context) -> Iterator[Problem]:
    """There is no such kind in this API group and version.

    kubectl answers "no matches for kind". Look for a slip in `apiVersion` or `kind` (both are case-sensitive), or for
    the two not belonging together. Custom resources are not meant: their groups have a name of their own.

    ```yaml bad
    apiVersion: v1
    kind: Deployment
    metadata:
      name: web
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          containers:
            - name: web
              image: example.com/web:1.4
    ```
    """
    yield from _found_by_decoder(resource, "unknown-kind")


@rule("removed-api", kinds=None, stage="decode")
def removed_api(resource: Resource, context: Context) -> Iterator[Problem]:
    """This version of Kubernetes no longer serves this API version.

    The message says which one to use instead. Fields may have moved: compare the manifest with the
    [migration guide](https://kubernetes.io/docs/reference/using-api/deprecation-guide/).

    ```yaml bad
    apiVersion: batch/v1beta1
    kind: CronJob
    metadata:
      name: report
    spec:
      schedule: "0 4 * * *"
      jobTemplate:
        spec:
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: report
                  image: example.com/report:1.4
    ```

    ```yaml good
    apiVersion: batch/v1
    kind: CronJob
    metadata:
      name: report
    spec:
      schedule: "0 4 * * *"
      jobTemplate:
        spec:
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: report
                  image: example.com/report:1.4
    ```
    """
    yield from _found_by_decoder(resource, "removed-api")


@rule("deprecated-api", kinds=None, stage="decode", severity="warning")
def deprecated_api(resource: Resource, context: Context) -> Iterator[Problem]:
    """This API version still works, but will be removed.

    The API server warns of it at each request. Use the stable version while both are there.

    ```yaml bad
    apiVersion: v1
    kind: Endpoints
    metadata:
      name: database
    subsets:
      - addresses: [{ip: 192.0.2.7}]
        ports: [{port: 5432}]
    ```

    ```yaml good
    apiVersion: discovery.k8s.io/v1
    kind: EndpointSlice
    metadata:
      name: database-1
      labels: {kubernetes.io/service-name: database}
    addressType: IPv4
    endpoints:
      - addresses: [192.0.2.7]
    ports: [{port: 5432}]
    ```
    """
    yield from _found_by_decoder(resource, "deprecated-api")


@rule("custom-resource", kinds=None, stage="decode")
def custom_resource(resource: Resource, context: Context) -> Iterator[Problem]:
    """A custom resource holds a value that its CustomResourceDefinition rules out.

    The definition is taken from the manifests of the run. Ranges, lengths, patterns and allowed values are checked;
    validation rules in CEL are not.

    ```yaml bad
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata:
      name: backups.example.com
    spec:
      group: example.com
      scope: Namespaced
      names: {kind: Backup, plural: backups}
      versions:
        - name: v1
          served: true
          storage: true
          schema:
            openAPIV3Schema:
              type: object
              properties:
                spec:
                  type: object
                  properties:
                    keep: {type: integer, minimum: 1}
    ---
    apiVersion: example.com/v1
    kind: Backup
    metadata:
      name: nightly
    spec:
      keep: 0
    ```

    ```yaml good
    apiVersion: apiextensions.k8s.io/v1
    kind: CustomResourceDefinition
    metadata:
      name: backups.example.com
    spec:
      group: example.com
      scope: Namespaced
      names: {kind: Backup, plural: backups}
      versions:
        - name: v1
          served: true
          storage: true
          schema:
            openAPIV3Schema:
              type: object
              properties:
                spec:
                  type: object
                  properties:
                    keep: {type: integer, minimum: 1}
    ---
    apiVersion: example.com/v1
    kind: Backup
    metadata:
      name: nightly
    spec:
      keep: 7
    ```
    """
    yield from _found_by_decoder(resource, "custom-resource")
