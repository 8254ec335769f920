"""Environment variables of containers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.engine.rule import Context, Problem, rule
from linter.kube import names
from linter.kube.suggest import did_you_mean, one_of, quote
from linter.path import FieldPath, format_path

from .checks import faulty, judged_containers, judged_pod, required
from .references import field_ref_problems, resource_field_ref_problems
from .volumes import volumes_by_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.loading.resource import Resource

Object = dict[str, Any]

_SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
_ENV_FIELDS = frozenset(
    {
        "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
        "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
    }
)  # fmt: skip


@rule("env-names", needs={"env", "envFrom"})
def env_names(resource: Resource, context: Context) -> Iterator[Problem]:
    """Every environment variable has a name that a process can get.

    Since Kubernetes 1.32 all printable ASCII characters are allowed but `=`; before, letters, digits, `-`, `_` and `.`,
    not beginning with a digit. The same goes for the prefix of `envFrom`.

    ```yaml bad
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
            image: nginx:1.27
            env:
            - name: LOG=LEVEL
              value: info
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
            image: nginx:1.27
            env:
            - name: LOG_LEVEL
              value: info
    ```
    """
    check = names.environment_name if context.version >= (1, 32) else names.environment_name_before_relaxation
    for container in judged_containers(resource, context):
        for index, env in enumerate(container.spec.get("env") or ()):
            path = (*container.path, "env", index, "name")
            if name := env.get("name"):
                yield from faulty(path, "The variable name", name, check(name))
            else:
                yield required(path, "The environment variable has no name.")
        for index, source in enumerate(container.spec.get("envFrom") or ()):
            if prefix := source.get("prefix"):
                path = (*container.path, "envFrom", index, "prefix")
                yield from faulty(path, "The prefix", prefix, check(prefix))


@rule("env-sources", needs={"valueFrom", "envFrom"})
def env_sources(resource: Resource, context: Context) -> Iterator[Problem]:
    """A variable gets its value from one place.

    It has a `value`, or a `valueFrom` with exactly one source. A source names what it refers to: a field of the pod, a
    resource of a container, a key of a ConfigMap or Secret, or a key in a file of an emptyDir volume. An entry of
    `envFrom` has a `configMapRef` or a `secretRef`.

    ```yaml bad
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
            image: nginx:1.27
            env:
            - name: PASSWORD
              value: ""
              valueFrom: {}
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
            image: nginx:1.27
            env:
            - name: PASSWORD
              valueFrom:
                secretKeyRef:
                  name: database
                  key: password
    ```
    """
    for container in judged_containers(resource, context):
        for index, env in enumerate(container.spec.get("env") or ()):
            if "valueFrom" in env:
                yield from _value_from(env, (*container.path, "env", index, "valueFrom"), resource, context)
        for index, source in enumerate(container.spec.get("envFrom") or ()):
            yield from _env_from(source, (*container.path, "envFrom", index))


def _value_from(env: Object, path: FieldPath, resource: Resource, context: Context) -> Iterator[Problem]:
    source = env["valueFrom"]
    given = [each for each in _SOURCES if each in source]
    for kind in given:
        part, here = source[kind], (*path, kind)
        match kind:
            case "fieldRef":
                yield from field_ref_problems(part, here, _ENV_FIELDS)
            case "resourceFieldRef":
                yield from resource_field_ref_problems(part, here, in_volume=False)
            case "fileKeyRef":
                yield from _file_key(part, here, resource, context)
            case _:
                yield from _key_ref(part, here)
    if not given:
        yield Problem(path, f"valueFrom has no source; it needs one of {one_of(_SOURCES)}.", "Invalid")
    elif env.get("value"):
        yield Problem(path, "A variable can't have both value and valueFrom.", "Invalid")
    elif len(given) > 1:
        yield Problem(path, f"valueFrom has {len(given)} sources ({', '.join(given)}); keep one.", "Invalid")


def _key_ref(ref: Object, path: FieldPath) -> Iterator[Problem]:
    name = ref.get("name") or ""
    yield from faulty((*path, "name"), "The name", name, names.dns_subdomain(name))
    if key := ref.get("key"):
        yield from faulty((*path, "key"), "The key", key, names.config_key(key))
    else:
        yield required((*path, "key"), "The reference names no key.")


def _file_key(ref: Object, path: FieldPath, resource: Resource, context: Context) -> Iterator[Problem]:
    if key := ref.get("key"):
        yield from faulty((*path, "key"), "The key", key, names.environment_name(key))
    else:
        yield required((*path, "key"), "The reference names no key.")
    if file := ref.get("path"):
        if ".." in file.split("/"):
            yield Problem(
                (*path, "path"), f"The path {quote(file)} must not have `..` as an element.", "Invalid"
            )
    else:
        yield required((*path, "path"), "The reference names no file.")
    name = ref.get("volumeName") or ""
    here = (*path, "volumeName")
    if name:
        yield from faulty(here, "The volume name", name, names.dns_label(name))
    else:
        yield required(here, "The reference names no volume.")
    pod = judged_pod(resource, context)
    # A volume counts here even if something in it is wrong.
    by_name = volumes_by_name(pod) if pod else {}
    if name not in by_name:
        message = f"There is no volume named {quote(name)} in this pod.{did_you_mean(name, by_name)}"
        yield Problem(here, message, "NotFound")
    elif "emptyDir" not in by_name[name].spec:
        yield Problem(
            here, f"The volume {quote(name)} is no emptyDir; only these can hold the file.", "Invalid"
        )


def _env_from(source: Object, path: FieldPath) -> Iterator[Problem]:
    given = [each for each in ("configMapRef", "secretRef") if each in source]
    for kind in given:
        here = (*path, kind, "name")
        if name := source[kind].get("name"):
            yield from faulty(here, "The name", name, names.dns_subdomain(names.without_trailing_dash(name)))
        else:
            yield required(here, f"The {kind} has no name.")
    if len(given) != 1:
        said = (
            "has both configMapRef and secretRef; split it"
            if given
            else "needs a configMapRef or a secretRef"
        )
        yield Problem(path, f"An entry of envFrom {said}.", "Invalid", format_path(path[:-1]))


@rule("repeated-env", severity="warning", needs={"env"})
def repeated_env(resource: Resource, context: Context) -> Iterator[Problem]:
    """No environment variable is defined twice in a container.

    The later definition hides the earlier one, and one of them may be lost when the manifest is applied. A later one
    that extends the earlier, as in `value: $(PATH):/opt/bin`, is fine.

    ```yaml bad
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
            image: nginx:1.27
            env:
            - name: LOG_LEVEL
              value: info
            - name: LOG_LEVEL
              value: debug
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
            image: nginx:1.27
            env:
            - name: LOG_LEVEL
              value: debug
    ```
    """
    for container in judged_containers(resource, context):
        seen: set[str] = set()
        for index, env in enumerate(container.spec.get("env") or ()):
            name = env.get("name") or ""
            if name in seen:
                reference, value = f"$({name})", env.get("value") or ""
                if "valueFrom" in env or reference not in value or value == reference:
                    message = f"The variable {quote(name)} is defined already; this definition hides the earlier one."
                    yield Problem((*container.path, "env", index), message)
            seen.add(name)
