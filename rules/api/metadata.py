"""metadata: the object's name, namespace, labels, annotations, owners and finalizers.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.engine.rule import Context, Problem, rule
from linter.kube import names
from linter.kube.kinds import JUDGED
from linter.kube.suggest import did_you_mean, quote
from linter.path import FieldPath, Key, format_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from linter.loading.resource import Resource
    from linter.version import KubeVersion

KINDS = frozenset(JUDGED.values())
ANNOTATIONS_LIMIT = 262144
STANDARD_FINALIZERS = ("kubernetes", "orphan", "foregroundDeletion")


def label_problems(labels: dict[str, str], path: FieldPath, field: str) -> Iterator[Problem]:
    """Check keys and values of labels, or of a plain selector.

    Args:
        labels: The map.
        path: Where it is.
        field: Its field; the API server names no key.
    """
    for key, value in labels.items():
        for fault in names.qualified_name(key):
            yield Problem(
                (*path, Key(key)), f"The label key {quote(key)} {fault}.", "Invalid", field, at_key=True
            )
        for fault in names.label_value(value):
            yield Problem(
                (*path, Key(key)), f"The value {quote(value)} of the label `{key}` {fault}.", "Invalid", field
            )


def annotation_problems(annotations: dict[str, str], path: FieldPath, field: str) -> Iterator[Problem]:
    """Check the keys of annotations and their size altogether; arguments as for labels. Case is free in keys."""
    for key in annotations:
        for fault in names.qualified_name(key.lower()):
            yield Problem(
                (*path, Key(key)), f"The annotation key {quote(key)} {fault}.", "Invalid", field, at_key=True
            )
    size = sum(names.byte_length(key) + names.byte_length(value) for key, value in annotations.items())
    if size > ANNOTATIONS_LIMIT:
        yield Problem(
            path,
            f"The annotations have {size} bytes together; at most {ANNOTATIONS_LIMIT} are allowed.",
            "TooLong",
            field,
        )


@rule("object-name", kinds=KINDS)
def object_name(resource: Resource, context: Context) -> Iterator[Problem]:
    """The name of an object has the format that its kind asks for.

    Every object needs `metadata.name`, or `metadata.generateName` to have one made up. Names become parts of URLs,
    host names and pod names, so most kinds take lower-case letters, digits, `-` and `.` only (at most 253 bytes).
    StatefulSets and Services lend their names to DNS records: no dots there, at most 63 bytes; before Kubernetes 1.36
    a Service's name had to begin with a letter. A PodDisruptionBudget takes any name without `/` and `%`.

    Mend it by choosing a name in lower case with `-` between its words.

    ```yaml bad
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata:
      name: web/front
    spec:
      maxUnavailable: 1
      selector:
        matchLabels:
          app: web
    ```

    ```yaml good
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata:
      name: web-front
    spec:
      maxUnavailable: 1
      selector:
        matchLabels:
          app: web
    ```
    """
    metadata = resource.object.get("metadata") or {}
    if context.old is not None:
        return  # an update can't change the name
    if _is_hidden(resource, context):
        return
    check = _name_check(resource.kind, context.version)
    prefix = metadata.get("generateName") or ""
    name = metadata.get("name") or ""
    if prefix:
        for fault in _prefix_faults(resource.kind, prefix, check):
            yield Problem(
                ("metadata", "generateName"), f"The beginning of a name, {quote(prefix)}, {fault}.", "Invalid"
            )
    if name:
        for fault in check(name):
            yield Problem(("metadata", "name"), f"The name {quote(name)} {fault}.", "Invalid")
    elif prefix:
        # The server makes up the name before it looks at it: what it says of the beginning, it says of the name.
        for fault in check(f"{prefix[:58]}abcde"):
            yield Problem(
                ("metadata", "name"), f"The name made from generateName {quote(prefix)} {fault}.", "Invalid"
            )
    else:
        yield Problem(("metadata", "name"), "The object has no name: give it metadata.name.", "Required")


@rule("namespace-name", kinds=KINDS, needs={"namespace"})
def namespace_name(resource: Resource, context: Context) -> Iterator[Problem]:
    """A namespace has the name of a namespace.

    Names of namespaces are DNS labels: at most 63 bytes of lower-case letters, digits and `-`. No namespace can have
    another name, so that the object can never be created.

    ```yaml bad
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata:
      name: web
      namespace: Team.A
    spec:
      maxUnavailable: 1
      selector:
        matchLabels:
          app: web
    ```

    ```yaml good
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata:
      name: web
      namespace: team-a
    spec:
      maxUnavailable: 1
      selector:
        matchLabels:
          app: web
    ```
    """
    namespace = (resource.object.get("metadata") or {}).get("namespace")
    if namespace:
        for fault in names.dns_label(namespace):
            yield Problem(("metadata", "namespace"), f"The namespace {quote(namespace)} {fault}.", "Invalid")


@rule("object-generation", kinds={"Service", "HorizontalPodAutoscaler"}, needs={"generation"})
def object_generation(resource: Resource, context: Context) -> Iterator[Problem]:
    """The generation of an object is not negative.

    The API server counts `metadata.generation` by itself; there is no need to write it into a manifest. For most
    kinds it overwrites what is written; for Services and HorizontalPodAutoscalers it refuses a negative number.

    Mend it by deleting the field.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: database
      generation: -1
    spec:
      type: ExternalName
      externalName: db.example.com
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: database
    spec:
      type: ExternalName
      externalName: db.example.com
    ```
    """
    if context.old is not None or _is_hidden(resource, context):
        return  # an update takes it from the stored object
    generation = (resource.object.get("metadata") or {}).get("generation") or 0
    if generation < 0:
        yield Problem(
            ("metadata", "generation"),
            f"The generation {generation} is negative. The server sets it: delete the field.",
            "Invalid",
        )


@rule("label-syntax", kinds=KINDS, needs={"labels"})
def label_syntax(resource: Resource, context: Context) -> Iterator[Problem]:
    """Keys and values of an object's labels are well formed.

    A key is a name of at most 63 bytes (letters, digits, `-`, `_`, `.`; a letter or digit at both ends), with a DNS
    name and `/` before it if you like. A value is empty or follows the rule for the name. Anything else, e.g. a URL,
    a sentence or an image reference, belongs into an annotation.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: database
      labels:
        owner: Jane Doe
    spec:
      type: ExternalName
      externalName: db.example.com
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: database
      labels:
        owner: jane-doe
    spec:
      type: ExternalName
      externalName: db.example.com
    ```
    """
    labels = (resource.object.get("metadata") or {}).get("labels")
    if labels and not _is_hidden(resource, context):
        yield from label_problems(labels, ("metadata", "labels"), "metadata.labels")


@rule("annotation-syntax", kinds=KINDS, needs={"annotations"})
def annotation_syntax(resource: Resource, context: Context) -> Iterator[Problem]:
    """Keys of an object's annotations are well formed, and the annotations are not too large.

    A key follows the rules for label keys, except that case is free. Values are free text, but all annotations of an
    object together may have 262144 bytes (256 KiB). `kubectl apply` without `--server-side` writes a copy of the
    whole manifest into one more annotation, so that large ones fail earlier than one expects.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: database
      annotations:
        "run book": https://example.com/database
    spec:
      type: ExternalName
      externalName: db.example.com
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: database
      annotations:
        example.com/run-book: https://example.com/database
    spec:
      type: ExternalName
      externalName: db.example.com
    ```
    """
    annotations = (resource.object.get("metadata") or {}).get("annotations")
    if annotations and not _is_hidden(resource, context):
        yield from annotation_problems(annotations, ("metadata", "annotations"), "metadata.annotations")


@rule("owner-references", kinds=KINDS, needs={"ownerReferences"})
def owner_references(resource: Resource, context: Context) -> Iterator[Problem]:
    """Owner references are complete, and at most one owner is the controller.

    A reference needs apiVersion, kind, name and uid of the owner; an Event can't own anything. Controllers write
    them; in a manifest they are mostly left over from an export of a live object, and the uid then belongs to an
    object that is gone: the garbage collector would delete the new object at once.

    Mend it by deleting `metadata.ownerReferences`.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: database
      ownerReferences:
      - apiVersion: apps/v1
        kind: Deployment
        name: operator
        uid: ""
    spec:
      type: ExternalName
      externalName: db.example.com
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: database
    spec:
      type: ExternalName
      externalName: db.example.com
    ```
    """
    references = (resource.object.get("metadata") or {}).get("ownerReferences")
    if not references or _is_hidden(resource, context):
        return
    whole: FieldPath = ("metadata", "ownerReferences")
    field = format_path(whole)
    controllers = 0
    for index, reference in enumerate(references):
        if reference in references[:index]:
            continue  # the server drops repeated entries before it looks
        path = (*whole, index)
        api_version = reference.get("apiVersion") or ""
        version = _version_of(api_version)
        if not version:
            yield Problem(
                (*path, "apiVersion"),
                f"The owner's apiVersion {quote(api_version)} names no version."
                if api_version
                else "The owner has no apiVersion.",
                "Invalid",
                f"{field}.apiVersion",
            )
        for part in ("kind", "name", "uid"):
            if not reference.get(part):
                yield Problem((*path, part), f"The owner has no {part}.", "Invalid", f"{field}.{part}")
        if version == "v1" and api_version in ("v1", "/v1") and reference.get("kind") == "Event":
            yield Problem(path, "An Event can't own an object.", "Invalid", field)
        if reference.get("controller"):
            controllers += 1
            if controllers > 1:
                yield Problem(
                    (*path, "controller"),
                    "Only one owner can be the controller of an object.",
                    "Invalid",
                    field,
                )


@rule("finalizers", kinds=KINDS, needs={"finalizers"})
def finalizers(resource: Resource, context: Context) -> Iterator[Problem]:
    """Finalizers are qualified names.

    A finalizer keeps a deleted object until somebody takes the finalizer away, so its name says who that is:
    `example.com/cleanup`. Without a domain only `kubernetes`, `orphan` and `foregroundDeletion` are known (a
    PodDisruptionBudget takes any name), and the last two contradict each other.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: database
      finalizers:
      - cleanup
    spec:
      type: ExternalName
      externalName: db.example.com
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: database
      finalizers:
      - example.com/cleanup
    spec:
      type: ExternalName
      externalName: db.example.com
    ```
    """
    entries = (resource.object.get("metadata") or {}).get("finalizers")
    if not entries or _is_hidden(resource, context):
        return
    whole: FieldPath = ("metadata", "finalizers")
    # An update of a Service is judged like a new one, for the other kinds only the missing domain counts.
    as_new = context.old is None or resource.kind == "Service"
    for index, entry in enumerate(entries):
        for fault in names.qualified_name(entry) if as_new else ():
            yield Problem(
                (*whole, index), f"The finalizer {quote(entry)} {fault}.", "Invalid", format_path(whole)
            )
        if "/" not in entry and entry not in STANDARD_FINALIZERS and resource.kind != "PodDisruptionBudget":
            yield Problem(
                (*whole, index),
                f"The finalizer {quote(entry)} has no domain; write it as `example.com/{entry or 'name'}`."
                f"{did_you_mean(entry, STANDARD_FINALIZERS)}",
                "Invalid",
            )
    if as_new and "orphan" in entries and "foregroundDeletion" in entries:
        yield Problem(
            whole, "The finalizers `orphan` and `foregroundDeletion` contradict each other.", "Invalid"
        )


@rule("name-no-hostname", kinds={"Deployment", "ReplicaSet"}, severity="warning")
def name_no_hostname(resource: Resource, context: Context) -> Iterator[Problem]:
    """A workload's name makes good host names for its pods.

    The pods of a Deployment or ReplicaSet are named after it, and the pod's name is its host name. A name with dots,
    or with more than 63 bytes, is allowed, but the host name is then cut or read as several DNS labels, which
    surprises programs that look at it.

    ```yaml bad
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web.v1
    spec:
      selector:
        matchLabels:
          app: web
      template:
        metadata:
          labels:
            app: web
        spec:
          containers:
          - name: web
            image: nginx:1.27
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web-v1
    spec:
      selector:
        matchLabels:
          app: web
      template:
        metadata:
          labels:
            app: web
        spec:
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    if context.old is not None:
        return
    metadata = resource.object.get("metadata") or {}
    name = metadata.get("name") or ""
    written = "name"
    if not name and metadata.get("generateName"):
        name, written = f"{metadata['generateName'][:58]}abcde", "generateName"
    if name and names.dns_label(name) and not names.dns_subdomain(name):
        yield Problem(
            ("metadata", written),
            f"The name {quote(metadata[written])} becomes part of the pods' host names, but is no DNS label: "
            "avoid dots and more than 63 bytes.",
            field="metadata.name",
        )


@rule("owner-references-repeated", kinds=KINDS, severity="warning", needs={"ownerReferences"})
def owner_references_repeated(resource: Resource, context: Context) -> Iterator[Problem]:
    """An owner is named once.

    The API server drops owner references that repeat an earlier one, word for word.

    ```yaml bad
    apiVersion: v1
    kind: Service
    metadata:
      name: database
      ownerReferences:
      - {apiVersion: v1, kind: ConfigMap, name: owner, uid: 3f2c}
      - {apiVersion: v1, kind: ConfigMap, name: owner, uid: 3f2c}
    spec:
      type: ExternalName
      externalName: db.example.com
    ```

    ```yaml good
    apiVersion: v1
    kind: Service
    metadata:
      name: database
      ownerReferences:
      - {apiVersion: v1, kind: ConfigMap, name: owner, uid: 3f2c}
    spec:
      type: ExternalName
      externalName: db.example.com
    ```
    """
    references = (resource.object.get("metadata") or {}).get("ownerReferences") or []
    for index, reference in enumerate(references):
        if reference in references[:index]:
            yield Problem(
                ("metadata", "ownerReferences", index),
                "This owner reference repeats an earlier one.",
                field=".metadata.ownerReferences",
            )
            return


def _name_check(kind: str, version: KubeVersion) -> Callable[[str], names.Faults]:
    if kind == "Service":
        return names.dns_label if version >= (1, 36) else names.dns_label_1035
    if kind == "StatefulSet":
        return names.dns_label
    return names.path_segment if kind == "PodDisruptionBudget" else names.dns_subdomain


def _prefix_faults(kind: str, prefix: str, check: Callable[[str], names.Faults]) -> names.Faults:
    if kind == "PodDisruptionBudget":
        return () if prefix in (".", "..") else check(prefix)
    return check(names.without_trailing_dash(prefix))


def _version_of(api_version: str) -> str:
    """Return the version part of an apiVersion, "" where it has none or more than one `/`."""
    parts = api_version.split("/")
    return parts[-1] if len(parts) <= 2 else ""


def _is_hidden(resource: Resource, context: Context) -> bool:
    """Tell whether the server stops before it looks at the metadata.

    A new budget's is only seen after its spec, a Service's after the allocation of addresses and ports.
    """
    if resource.kind == "PodDisruptionBudget" and context.old is None:
        from .budgets import spec_is_faulty

        return spec_is_faulty(resource)
    if resource.kind == "Service":
        from .services import is_refused

        return is_refused(resource, context)
    return False
