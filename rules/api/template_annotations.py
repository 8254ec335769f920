"""Labels and annotations of a pod template, and the annotations that mean something to Kubernetes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.engine.rule import Context, Problem, rule
from linter.kube import names
from linter.kube.pods import TEMPLATE
from linter.kube.suggest import quote
from linter.path import FieldPath, Key

from .checks import faulty, judged_pod, stored_pod
from .metadata import annotation_problems, label_problems
from .scheduling import toleration_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.kube.pods import Pod
    from linter.loading.resource import Resource

_ANNOTATIONS: FieldPath = (*TEMPLATE, "metadata", "annotations")
_FIELD = "spec.template.annotations"  # the API server leaves out `metadata` here

_MIRROR = "kubernetes.io/config.mirror"
_TOLERATIONS = "scheduler.alpha.kubernetes.io/tolerations"
_DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"
_SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod"
_SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/"
_APPARMOR = "container.apparmor.security.beta.kubernetes.io/"
_WITHOUT_EFFECT = {
    "scheduler.alpha.kubernetes.io/critical-pod": "set priorityClassName instead",
    "security.alpha.kubernetes.io/sysctls": "set securityContext.sysctls instead",
    "security.alpha.kubernetes.io/unsafe-sysctls": "set securityContext.sysctls instead",
}


@rule("template-labels", needs={"labels"})
def template_labels(resource: Resource, context: Context) -> Iterator[Problem]:
    """The labels of a pod template are well formed.

    A label key is an optional prefix and `/`, then at most 63 letters, digits, `-`, `_` and `.`; a value is empty or at
    most 63 of these characters. Both begin and end with a letter or digit.

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
          labels: {app: web, owner: team a}
        spec:
          containers:
          - name: web
            image: nginx:1.27
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
          labels: {app: web, owner: team-a}
        spec:
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    if pod is not None and (labels := pod.metadata.get("labels")):
        yield from label_problems(labels, (*TEMPLATE, "metadata", "labels"), "spec.template.labels")


@rule("template-annotations", needs={"annotations"})
def template_annotations(resource: Resource, context: Context) -> Iterator[Problem]:
    """The annotations of a pod template are well formed.

    Keys follow the rules for label keys, but may have upper-case prefixes; values are free. All together have at most
    262144 bytes.

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
          annotations:
            built by: ci
        spec:
          containers:
          - name: web
            image: nginx:1.27
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
          annotations:
            built-by: ci
        spec:
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    if pod is not None and pod.annotations:
        yield from annotation_problems(pod.annotations, _ANNOTATIONS, _FIELD)


@rule("reserved-annotations", needs={_MIRROR, _TOLERATIONS, _DELETION_COST})
def reserved_annotations(resource: Resource, context: Context) -> Iterator[Problem]:
    """The annotations that Kubernetes itself reads have values that it can read.

    `controller.kubernetes.io/pod-deletion-cost` is a whole number as text (no `+`, no leading zeros),
    `scheduler.alpha.kubernetes.io/tolerations` a JSON list of tolerations, and `kubernetes.io/config.mirror` only stands
    on pods that the kubelet makes from files.

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
          annotations:
            controller.kubernetes.io/pod-deletion-cost: "+10"
        spec:
          containers:
          - name: web
            image: nginx:1.27
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
          annotations:
            controller.kubernetes.io/pod-deletion-cost: "10"
        spec:
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    if pod is None or not pod.annotations:
        return
    annotations = pod.annotations
    if _MIRROR in annotations and not pod.spec.get("nodeName"):
        yield Problem(
            (*_ANNOTATIONS, Key(_MIRROR)),
            f"`{_MIRROR}` marks pods that the kubelet makes from files; remove it.",
            "Invalid",
            f"{_FIELD}[{_MIRROR}]",
        )
    if text := annotations.get(_TOLERATIONS):
        yield from _tolerations(text)
    cost = annotations.get(_DELETION_COST)
    if cost is not None and not _is_deletion_cost(cost):
        old = stored_pod(context)
        # A bad value that is stored already stays.
        if old is None or _is_deletion_cost(old.annotations.get(_DELETION_COST, "0")):
            yield Problem(
                (*_ANNOTATIONS, Key(_DELETION_COST)),
                f"The deletion cost {quote(cost)} is no whole number from -2147483648 to 2147483647, such as `10`.",
                "Invalid",
                f"{_FIELD}[{_DELETION_COST}]",
            )


def _is_deletion_cost(text: str) -> bool:
    # Only the first character is looked at for leading zeros and signs, so that "-01" passes.
    if text == "0":
        return True
    if not text or text[0] not in "-123456789":
        return False
    digits = text.removeprefix("-")
    return digits.isascii() and digits.isdigit() and -(2**31) <= int(text[:40]) < 2**31


_TOLERATION_TYPES = {"key": str, "operator": str, "value": str, "effect": str, "tolerationseconds": int}
_TOLERATION_FIELDS = {
    name.lower(): name for name in ("key", "operator", "value", "effect", "tolerationSeconds")
}


def _tolerations(text: str) -> Iterator[Problem]:
    path = (*_ANNOTATIONS, Key(_TOLERATIONS))
    items = _parsed_tolerations(text)
    if items is None:
        yield Problem(
            path,
            "The annotation is no JSON list of tolerations; set spec.tolerations instead.",
            "Invalid",
            _FIELD,
        )
        return
    for index, item in enumerate(items):
        base = f"{_FIELD}.{_TOLERATIONS}[{index}]"
        for problem in toleration_problems(item, ()):
            field = problem.field or str(problem.path[-1])
            yield problem._replace(path=path, field=f"{base}.{field}")


def _parsed_tolerations(text: str) -> list[dict[str, Any]] | None:
    """Read the annotation as the API server does: keys in any case, other keys ignored, null for nothing."""
    import json

    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    if value is None:
        return []
    if not isinstance(value, list):
        return None
    items = []
    for each in value:
        item = {}
        for key, part in ({} if each is None else each).items() if isinstance(each, dict | None) else ():
            kind = _TOLERATION_TYPES.get(key.lower())
            if kind is None or part is None:
                continue
            if not isinstance(part, kind) or isinstance(part, bool):
                return None
            if isinstance(part, int) and not -(2**63) <= part < 2**63:
                return None
            item[_TOLERATION_FIELDS[key.lower()]] = part
        if each is not None and not isinstance(each, dict):
            return None
        items.append(item)
    return items


def _refuse(constant: str) -> None:
    raise ValueError(constant)


@rule("profile-annotations", needs={"annotations"})
def profile_annotations(resource: Resource, context: Context) -> Iterator[Problem]:
    """The old seccomp and AppArmor annotations are well formed and agree with the fields.

    A seccomp annotation says `runtime/default`, `docker/default`, `unconfined` or `localhost/` and a relative path; an
    AppArmor annotation names a container of the pod and says `runtime/default`, `unconfined` or `localhost/` and a
    profile. Where the field in `securityContext` is set as well, both must say the same. Use the fields alone.

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
          annotations:
            container.apparmor.security.beta.kubernetes.io/proxy: runtime/default
        spec:
          containers:
          - name: web
            image: nginx:1.27
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
            securityContext:
              appArmorProfile:
                type: RuntimeDefault
    ```
    """
    pod = judged_pod(resource, context)
    if pod is None or not pod.annotations:
        return
    containers = {each.spec.get("name") or "" for each in pod.containers}
    for key, value in pod.annotations.items():
        path = (*_ANNOTATIONS, Key(key))
        if key == _SECCOMP_POD or key.startswith(_SECCOMP_CONTAINER):
            if value in ("runtime/default", "docker/default", "unconfined"):
                continue
            if value.startswith("localhost/"):
                faults = names.relative_path(value.removeprefix("localhost/"))
            else:
                faults = ("is no seccomp profile: `runtime/default`, `unconfined` or `localhost/…`",)
            yield from faulty(path, "The annotation", value, faults, f"{_FIELD}.{key}")
        elif key.startswith(_APPARMOR):
            name = key.removeprefix(_APPARMOR)
            if name not in containers:
                message = f"There is no container {quote(name)} in this pod."
                yield Problem(path, message, "Invalid", f"{_FIELD}[{key}]", at_key=True)
            if (
                value
                and value not in ("runtime/default", "unconfined")
                and not value.startswith("localhost/")
            ):
                faults = ("is no AppArmor profile: `runtime/default`, `unconfined` or `localhost/…`",)
                yield from faulty(path, "The annotation", value, faults, f"{_FIELD}[{key}]")
    yield from _profiles_that_differ(pod)


def _profiles_that_differ(pod: Pod) -> Iterator[Problem]:
    annotations = pod.annotations
    pod_security = pod.security_context
    pod_path = (*TEMPLATE, "spec", "securityContext")
    if (field := pod_security.get("seccompProfile")) and _SECCOMP_POD in annotations:
        defaults = ("runtime/default", "docker/default")
        yield from _match(annotations[_SECCOMP_POD], field, (*pod_path, "seccompProfile"), defaults)
    is_windows = (pod.spec.get("os") or {}).get("name") == "windows"
    for container in pod.containers:
        security = container.spec.get("securityContext") or {}
        path = (*container.path, "securityContext")
        name = container.spec.get("name") or ""
        annotation = annotations.get(_SECCOMP_CONTAINER + name)
        if annotation is not None and (field := security.get("seccompProfile")):
            yield from _match(
                annotation, field, (*path, "seccompProfile"), ("runtime/default", "docker/default")
            )
        annotation = annotations.get(_APPARMOR + name)
        field = security.get("appArmorProfile") or pod_security.get("appArmorProfile")
        if annotation is not None and field and not is_windows:
            yield from _match(annotation, field, (*path, "appArmorProfile"), ("runtime/default",))


def _match(
    annotation: str, field: dict[str, Any], path: FieldPath, defaults: tuple[str, ...]
) -> Iterator[Problem]:
    """Compare an annotation with the field that took its place."""
    match field.get("type"):
        case "Unconfined":
            differs = annotation != "unconfined"
        case "RuntimeDefault":
            differs = annotation not in defaults
        case "Localhost":
            differs = not annotation.startswith("localhost/")
            if not differs and annotation.removeprefix("localhost/") != field.get("localhostProfile"):
                message = f"The annotation says {quote(annotation)}, the field something else; remove the annotation."
                yield Problem((*path, "localhostProfile"), message, "Forbidden")
        case _:
            differs = False
    if differs:
        message = f"The annotation says {quote(annotation)}, the field something else; remove the annotation."
        yield Problem((*path, "type"), message, "Forbidden")


@rule("deprecated-annotations", severity="warning", needs={"annotations"})
def deprecated_annotations(resource: Resource, context: Context) -> Iterator[Problem]:
    """The pod template doesn't rely on annotations that have lost their meaning.

    Fields took the place of these annotations years ago. Most of them do nothing any more: a pod with a seccomp
    annotation alone runs without that profile.

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
          annotations:
            seccomp.security.alpha.kubernetes.io/pod: runtime/default
        spec:
          containers:
          - name: web
            image: nginx:1.27
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
          securityContext:
            seccompProfile:
              type: RuntimeDefault
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    if pod is None or not pod.annotations:
        return
    annotations = pod.annotations
    for key, instead in _WITHOUT_EFFECT.items():
        if key in annotations:
            yield Problem((*_ANNOTATIONS, Key(key)), f"The annotation has no effect; {instead}.", at_key=True)
    if _SECCOMP_POD in annotations and "seccompProfile" not in pod.security_context:
        message = "The annotation has no effect; set securityContext.seccompProfile of the pod instead."
        yield Problem((*_ANNOTATIONS, Key(_SECCOMP_POD)), message, at_key=True)
    for container in pod.containers:
        security = container.spec.get("securityContext") or {}
        name = container.spec.get("name") or ""
        key = _SECCOMP_CONTAINER + name
        if key in annotations and "seccompProfile" not in security:
            message = (
                "The annotation has no effect; set securityContext.seccompProfile of the container instead."
            )
            yield Problem((*_ANNOTATIONS, Key(key)), message, at_key=True)
        key = _APPARMOR + name
        if key in annotations and "appArmorProfile" not in security:
            of_pod = pod.security_context.get("appArmorProfile")
            path: FieldPath = ()
            if of_pod and not any(_match(annotations[key], of_pod, path, ("runtime/default",))):
                continue
            message = (
                "The annotation is deprecated; set securityContext.appArmorProfile of the container instead."
            )
            yield Problem((*_ANNOTATIONS, Key(key)), message, at_key=True)
