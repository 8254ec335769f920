"""The fields of the pod spec itself: its containers, names, policies, gates, host namespaces and operating system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linter.engine.rule import Context, Problem, rule
from linter.kube import names
from linter.kube.pods import POD
from linter.kube.suggest import not_supported, quote
from linter.path import FieldPath, Key, format_path

from .checks import faulty, judged_pod, one_of_these, required
from .metadata import label_problems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from linter.kube.pods import Pod
    from linter.loading.resource import Resource

_DNS_POLICIES = frozenset({"ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"})
_RESTART_POLICIES = frozenset({"Always", "OnFailure", "Never"})
_PREEMPTION_POLICIES = frozenset({"PreemptLowerPriority", "Never"})


@rule("pod-containers")
def pod_containers(resource: Resource, context: Context) -> Iterator[Problem]:
    """A pod template has at least one container, and no ephemeral ones.

    A pod without containers does nothing, and the API server refuses it. Ephemeral containers are for debugging: they
    are added to a running pod with `kubectl debug` and can't be part of a template.

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
          containers: []
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
    ```
    """
    pod = judged_pod(resource, context)
    if pod is None:
        return
    if not pod.spec.get("containers"):
        yield required((*POD, "containers"), "The pod template has no containers; it needs at least one.")
    if pod.spec.get("ephemeralContainers"):
        yield Problem(
            (*POD, "ephemeralContainers"),
            "A pod template can't hold ephemeral containers; add them to a running pod with `kubectl debug`.",
            "Forbidden",
        )


@rule("pod-policies", needs={"restartPolicy", "dnsPolicy", "preemptionPolicy", "activeDeadlineSeconds"})
def pod_policies(resource: Resource, context: Context) -> Iterator[Problem]:
    """The policies of a pod have values that Kubernetes knows.

    `restartPolicy`, `dnsPolicy` and `preemptionPolicy` take one of a few words, with their capital letters;
    `activeDeadlineSeconds` is a number from 1 to 2147483647.

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
          dnsPolicy: clusterFirst
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
          dnsPolicy: ClusterFirst
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    if pod is None:
        return
    spec = pod.spec
    yield from one_of_these(
        (*POD, "restartPolicy"), "restartPolicy", spec.get("restartPolicy"), _RESTART_POLICIES
    )
    yield from one_of_these((*POD, "dnsPolicy"), "dnsPolicy", spec.get("dnsPolicy"), _DNS_POLICIES)
    if "preemptionPolicy" in spec:
        path = (*POD, "preemptionPolicy")
        if not spec["preemptionPolicy"]:
            yield required(
                path, "preemptionPolicy is empty; leave it out, or write PreemptLowerPriority or Never."
            )
        else:
            yield from one_of_these(path, "preemptionPolicy", spec["preemptionPolicy"], _PREEMPTION_POLICIES)
    deadline = spec.get("activeDeadlineSeconds")
    if deadline is not None and not 1 <= deadline <= 2147483647:
        yield Problem(
            (*POD, "activeDeadlineSeconds"), f"{quote(deadline)} is out of range: 1 to 2147483647.", "Invalid"
        )


_NAME_FIELDS: dict[str, Callable[[str], names.Faults]] = {
    "nodeName": names.dns_subdomain,
    "priorityClassName": names.dns_subdomain,
    "hostname": names.dns_label,
    "subdomain": names.dns_label,
}


@rule(
    "pod-names",
    needs={*_NAME_FIELDS, "serviceAccountName", "serviceAccount", "runtimeClassName", "hostnameOverride"},
)
def pod_names(resource: Resource, context: Context) -> Iterator[Problem]:
    """The names in a pod spec are well formed.

    `serviceAccountName`, `nodeName`, `priorityClassName` and `runtimeClassName` are names of objects: lower-case
    letters, digits, `-` and `.`. `hostname` and `subdomain` become parts of a DNS name and hold no dots.
    `hostnameOverride` is a DNS name of at most 64 bytes, and goes neither with `hostNetwork` nor with
    `setHostnameAsFQDN`.

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
          serviceAccountName: Web_Server
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
          serviceAccountName: web-server
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    if pod is None:
        return
    spec = pod.spec
    for field, check in _NAME_FIELDS.items():
        if name := spec.get(field):
            yield from faulty((*POD, field), field, name, check(name))
    if account := spec.get("serviceAccountName"):
        # serviceAccount is the old name of the field; the finding belongs where it was written.
        field = "serviceAccountName"
        written = field if _written_spec(resource).get(field) else "serviceAccount"
        faults = names.dns_subdomain(account)
        yield from faulty((*POD, written), field, account, faults, format_path((*POD, field)))
    if "runtimeClassName" in spec:
        name = spec["runtimeClassName"]
        yield from faulty((*POD, "runtimeClassName"), "runtimeClassName", name, names.dns_subdomain(name))
    if "hostnameOverride" in spec:
        yield from _hostname_override(pod)


def _written_spec(resource: Resource) -> dict[str, Any]:
    spec: dict[str, Any] = resource.manifest["spec"]["template"]["spec"]
    return spec


def _hostname_override(pod: Pod) -> Iterator[Problem]:
    path = (*POD, "hostnameOverride")
    name = pod.spec["hostnameOverride"]
    for other in ("setHostnameAsFQDN", "hostNetwork"):
        if pod.spec.get(other):
            yield Problem(path, f"hostnameOverride can't be set together with {other}.", "Forbidden")
    if names.byte_length(name) > 64:
        yield Problem(path, f"hostnameOverride {quote(name)} is longer than 64 bytes.", "TooLong")
    yield from faulty(path, "hostnameOverride", name, names.dns_subdomain(name))


@rule("pod-gates", needs={"readinessGates", "schedulingGates"})
def pod_gates(resource: Resource, context: Context) -> Iterator[Problem]:
    """Readiness gates and scheduling gates have well-formed names, and no scheduling gate stands there twice.

    A gate is named like a label key: an optional prefix and `/`, then letters, digits, `-`, `_` and `.`.

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
          schedulingGates:
          - name: example.com/quota checked
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
          schedulingGates:
          - name: example.com/quota-checked
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    if pod is None:
        return
    for index, gate in enumerate(pod.spec.get("readinessGates") or ()):
        kind = gate.get("conditionType") or ""
        path = (*POD, "readinessGates", index, "conditionType")
        yield from faulty(path, "The condition type", kind, names.qualified_name(kind))
    seen: set[str] = set()
    for index, gate in enumerate(pod.spec.get("schedulingGates") or ()):
        name = gate.get("name") or ""
        path = (*POD, "schedulingGates", index)
        yield from faulty(path, "The scheduling gate", name, names.qualified_name(name))
        if name in seen:
            yield Problem(path, f"The scheduling gate {quote(name)} stands there twice.", "Duplicate")
        seen.add(name)


@rule("node-selector", needs={"nodeSelector"})
def node_selector(resource: Resource, context: Context) -> Iterator[Problem]:
    """The node selector holds well-formed labels.

    No node can have a label that breaks the rules for labels, so that such a pod could never run.

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
          nodeSelector:
            disk type: ssd
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
          nodeSelector:
            disktype: ssd
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    if pod is not None and (selector := pod.spec.get("nodeSelector")):
        path = (*POD, "nodeSelector")
        yield from label_problems(selector, path, format_path(path))


@rule("host-namespaces", needs={"hostNetwork", "hostPID", "hostUsers"})
def host_namespaces(resource: Resource, context: Context) -> Iterator[Problem]:
    """The settings that share namespaces with the node fit together.

    - On the network of the node (`hostNetwork`) a container port is a port of the node: `hostPort` is the same as
      `containerPort`, or left out.
    - `shareProcessNamespace` and `hostPID` exclude each other.
    - A pod in a user namespace of its own (`hostUsers: false`) can't use the node's network, process or IPC namespace,
      nor raw block devices.

    ```yaml bad
    apiVersion: apps/v1
    kind: DaemonSet
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          hostNetwork: true
          containers:
          - name: web
            image: nginx:1.27
            ports:
            - containerPort: 80
              hostPort: 8080
    ```

    ```yaml good
    apiVersion: apps/v1
    kind: DaemonSet
    metadata:
      name: web
    spec:
      selector:
        matchLabels: {app: web}
      template:
        metadata:
          labels: {app: web}
        spec:
          hostNetwork: true
          containers:
          - name: web
            image: nginx:1.27
            ports:
            - containerPort: 80
    ```
    """
    pod = judged_pod(resource, context)
    if pod is None:
        return
    spec = pod.spec
    if spec.get("hostNetwork"):
        for container in pod.containers:
            if container.is_regular:
                yield from _host_network_ports(container.spec.get("ports") or (), container.path)
    if spec.get("hostPID") and spec.get("shareProcessNamespace"):
        yield Problem(
            (*POD, "shareProcessNamespace"),
            "shareProcessNamespace and hostPID can't both be true.",
            "Invalid",
            format_path((*POD, "securityContext", "shareProcessNamespace")),
        )
    if spec.get("hostUsers") is False:
        # Two of these paths are spelled with a capital letter by the API server.
        for field, spelled in (
            ("hostNetwork", "hostNetwork"),
            ("hostPID", "HostPID"),
            ("hostIPC", "HostIPC"),
        ):
            if spec.get(field):
                yield Problem(
                    (*POD, field),
                    f"{field} can't be true in a pod with `hostUsers: false`.",
                    "Forbidden",
                    format_path((*POD, spelled)),
                )
        for container in pod.containers:
            if container.spec.get("volumeDevices"):
                yield Problem(
                    (*container.path, "volumeDevices"),
                    "A pod with `hostUsers: false` can't use raw block devices.",
                    "Forbidden",
                )


def _host_network_ports(ports: tuple[dict[str, object], ...], path: FieldPath) -> Iterator[Problem]:
    for index, port in enumerate(ports):
        host, inside = port.get("hostPort"), port.get("containerPort") or 0
        if host and host != inside:
            yield Problem(
                (*path, "ports", index, "hostPort"),
                f"With hostNetwork the hostPort must be the containerPort ({inside}), not {host}; or leave it out.",
                "Invalid",
            )


_WINDOWS_POD = (
    "appArmorProfile", "seLinuxOptions", "seccompProfile", "fsGroup", "fsGroupChangePolicy", "sysctls", "runAsUser",
    "runAsGroup", "supplementalGroups", "supplementalGroupsPolicy", "seLinuxChangePolicy",
)  # fmt: skip
_WINDOWS_CONTAINER = (
    "appArmorProfile", "seLinuxOptions", "seccompProfile", "capabilities", "readOnlyRootFilesystem", "privileged",
    "allowPrivilegeEscalation", "procMount", "runAsUser", "runAsGroup",
)  # fmt: skip


@rule("pod-os", needs={"os"})
def pod_os(resource: Resource, context: Context) -> Iterator[Problem]:
    """The operating system is `linux` or `windows`, and no field belongs to the other one.

    With `os.name: windows` the security settings of Linux are refused (users and groups as numbers, SELinux, seccomp,
    AppArmor, capabilities …), with `linux` the `windowsOptions`. Without `os` nothing of this is checked, and the
    kubelet ignores what it has no use for.

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
          os:
            name: windows
          securityContext:
            runAsUser: 1000
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
          os:
            name: windows
          securityContext:
            windowsOptions:
              runAsUserName: ContainerUser
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    if pod is None or "os" not in pod.spec:
        return
    name = pod.spec["os"].get("name") or ""
    match name:
        case "":
            yield required((*POD, "os", "name"), "The operating system has no name; write linux or windows.")
        case "linux":
            yield from _only_for_windows(pod)
        case "windows":
            yield from _only_for_linux(pod)
        case _:
            path = (*POD, "os", "name")
            message = not_supported("The operating system", name, ("linux", "windows"))
            yield Problem(path, message, "NotSupported", format_path((*POD, "os")))


def _only_for_windows(pod: Pod) -> Iterator[Problem]:
    for path, security in _security_contexts(pod):
        if "windowsOptions" in security:
            yield Problem(
                (*path, "windowsOptions"),
                "windowsOptions can't be set for a pod with `os.name: linux`.",
                "Forbidden",
            )


def _only_for_linux(pod: Pod) -> Iterator[Problem]:
    spec = pod.spec
    paths: list[FieldPath] = [(*POD, field) for field in ("hostPID", "hostIPC") if spec.get(field)]
    paths += [(*POD, field) for field in ("hostUsers", "shareProcessNamespace") if field in spec]
    for path, security in _security_contexts(pod):
        fields = _WINDOWS_POD if path[:-1] == POD else _WINDOWS_CONTAINER
        # Of the lists an empty one counts as set, but for sysctls.
        paths += [
            (*path, field)
            for field in fields
            if field in security and (field, security[field]) != ("sysctls", [])
        ]
    for path in paths:
        yield Problem(path, f"{path[-1]} can't be set for a pod with `os.name: windows`.", "Forbidden")


def _security_contexts(pod: Pod) -> Iterator[tuple[FieldPath, dict[str, object]]]:
    yield (*POD, "securityContext"), pod.security_context
    for container in pod.containers:
        if "securityContext" in container.spec:
            yield (*container.path, "securityContext"), container.spec["securityContext"]


_RETIRED_NODE_LABELS = {
    "beta.kubernetes.io/arch": "use `kubernetes.io/arch`",
    "beta.kubernetes.io/os": "use `kubernetes.io/os`",
    "failure-domain.beta.kubernetes.io/region": "use `topology.kubernetes.io/region`",
    "failure-domain.beta.kubernetes.io/zone": "use `topology.kubernetes.io/zone`",
    "beta.kubernetes.io/instance-type": "use `node.kubernetes.io/instance-type`",
    "app.kubernetes.io/created-by": "it no longer means anything",
    "scheduler.alpha.kubernetes.io/preferAvoidPods": "use taints and tolerations",
    "node-role.kubernetes.io/master": "use `node-role.kubernetes.io/control-plane`",
}


def retired_node_label(label: str) -> str | None:
    """Say what to use instead of a deprecated node label; None for any other label."""
    instead = _RETIRED_NODE_LABELS.get(label)
    return instead and f"The node label `{label}` is deprecated; {instead}."


@rule(
    "deprecated-node-label",
    severity="warning",
    needs={"nodeSelector", "topologySpreadConstraints", "nodeAffinity"},
)
def deprecated_node_label(resource: Resource, context: Context) -> Iterator[Problem]:
    """A pod is placed by node labels that are not deprecated.

    New nodes may no longer carry the old labels, and the pod then finds no place. This looks at the node selector, at
    node affinity and at the topology keys of spread constraints; the message names the label to use instead.

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
          nodeSelector:
            beta.kubernetes.io/os: linux
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
          nodeSelector:
            kubernetes.io/os: linux
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    if pod is None:
        return
    for label in pod.spec.get("nodeSelector") or ():
        if message := retired_node_label(label):
            yield Problem((*POD, "nodeSelector", Key(label)), message, at_key=True)
    for index, constraint in enumerate(pod.spec.get("topologySpreadConstraints") or ()):
        if message := retired_node_label(constraint.get("topologyKey") or ""):
            yield Problem((*POD, "topologySpreadConstraints", index, "topologyKey"), message)
    affinity = (pod.spec.get("affinity") or {}).get("nodeAffinity") or {}
    here = (*POD, "affinity", "nodeAffinity")
    needed = "requiredDuringSchedulingIgnoredDuringExecution"
    wanted = "preferredDuringSchedulingIgnoredDuringExecution"
    terms: list[tuple[FieldPath, dict[str, list[dict[str, str]]]]] = [
        ((*here, needed, "nodeSelectorTerms", index), term)
        for index, term in enumerate((affinity.get(needed) or {}).get("nodeSelectorTerms") or ())
    ]
    terms += [
        ((*here, wanted, index, "preference"), term.get("preference") or {})
        for index, term in enumerate(affinity.get(wanted) or ())
    ]
    for path, term in terms:
        for number, expression in enumerate(term.get("matchExpressions") or ()):
            if message := retired_node_label(expression.get("key") or ""):
                yield Problem((*path, "matchExpressions", number, "key"), message)


@rule("image-pull-secrets", severity="warning", needs={"imagePullSecrets"})
def image_pull_secrets(resource: Resource, context: Context) -> Iterator[Problem]:
    """Each image pull secret has a name, and stands there once.

    An entry without a name does nothing; a repeated one may be lost when the manifest is applied.

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
          imagePullSecrets:
          - name: registry
          - name: registry
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
          imagePullSecrets:
          - name: registry
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    if pod is None:
        return
    seen: set[str] = set()
    for index, secret in enumerate(pod.spec.get("imagePullSecrets") or ()):
        name = secret.get("name") or ""
        path = (*POD, "imagePullSecrets", index, "name")
        if not name:
            yield Problem(path, "The image pull secret has no name, so that it does nothing.")
        # The API server tells of repeated entries without a name as well.
        if name in seen:
            yield Problem(path, f"The image pull secret {quote(name)} stands there twice.")
        seen.add(name)


@rule("negative-grace-period", severity="warning", needs={"terminationGracePeriodSeconds"})
def negative_grace_period(resource: Resource, context: Context) -> Iterator[Problem]:
    """The grace period of a pod is not negative.

    A negative `terminationGracePeriodSeconds` counts as 1: the containers get one second to stop.

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
          terminationGracePeriodSeconds: -1
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
          terminationGracePeriodSeconds: 30
          containers:
          - name: web
            image: nginx:1.27
    ```
    """
    pod = judged_pod(resource, context)
    if pod is not None and pod.spec.get("terminationGracePeriodSeconds", 0) < 0:
        yield Problem(
            (*POD, "terminationGracePeriodSeconds"),
            "A negative grace period counts as 1 second; write the seconds that the containers need to stop.",
        )
