"""What the templates of most pods look like: some fields with plain values, of which the API server has nothing to say.

Only what each shape knows is plain. Where one of them has another field, or a value that may be wrong, the validation looks at the whole
template: the shapes repeat what it asks of these fields in every version, and tests hold that it says nothing of what is plain.
"""

from __future__ import annotations

from functools import lru_cache

from linter.apiserver import shapes
from linter.apiserver.meta import are_sound_annotations, are_sound_labels, has_kubernetes_annotations
from linter.apiserver.pod.env import FIELDS
from linter.apiserver.pod.ports import are_apart
from linter.apiserver.pod.resources import are_plain_resources
from linter.apiserver.shapes import Entries, Fields
from linter.kube import names, quantities
from linter.kube.node_labels import retired_node_label

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from linter.apiserver.request import Object, Request
    from linter.apiserver.shapes import Shape


def has_plain_template(request: Request) -> bool:
    """Tell whether nothing is to be said of the pod template of a workload, nor dropped from it; that is asked for three times."""
    if request.has_plain_template is None:
        template = request.spec.get("template")
        request.has_plain_template = template is not None and is_plain_template(template)
    return request.has_plain_template


def is_plain_template(template: Object) -> bool:
    """Tell whether the server takes a pod template as it is, in any version, without a word.

    Args:
        template: The template, with defaults applied.

    Returns:
        False: nobody knows; always without the compiled part.
    """
    if shapes.is_plain is None or not shapes.is_plain(template, TEMPLATE):
        return False
    spec = template["spec"]
    containers = spec["containers"]
    if "initContainers" in spec:
        containers = [*spec["initContainers"], *containers]
        if len({each["name"] for each in containers}) < len(containers):
            return False
    mounts = [
        mount["name"] for each in containers if "volumeMounts" in each for mount in each["volumeMounts"]
    ]
    if mounts and not {volume["name"] for volume in spec.get("volumes", ())}.issuperset(mounts):
        return False
    ports = [port for each in containers if "ports" in each for port in each["ports"]]
    return len(ports) < 2 or are_apart(ports)


def _is_empty(text: str) -> bool:
    return not text


def _label_faults(labels: Object) -> bool:
    return not are_sound_labels(labels)


def _node_label_faults(labels: Object) -> bool:
    return _label_faults(labels) or any(map(retired_node_label, labels))


def _annotation_faults(annotations: Object) -> bool:
    return has_kubernetes_annotations(annotations) or not are_sound_annotations(annotations)


def _adds_administration(capabilities: Collection[str]) -> bool:
    return "CAP_SYS_ADMIN" in capabilities


def _host_path_faults(path: str) -> bool:
    return not path or ".." in path.split("/")


def _resources_faults(resources: Object) -> bool:
    return not are_plain_resources(resources)


@lru_cache(maxsize=256)
def _port_faults(port: int | str) -> object:
    return names.port_name(port) if isinstance(port, str) else not names.is_port_number(port)


@lru_cache(maxsize=256)
def _spread_key_faults(key: str) -> object:
    return names.qualified_name(key) or retired_node_label(key)


@lru_cache(maxsize=256)
def _is_negative(amount: str | float) -> bool:
    return quantities.parse(amount).nanos < 0


_environment_name = lru_cache(maxsize=1024)(names.environment_name_before_relaxation)
_config_key = lru_cache(maxsize=1024)(names.config_key)
_IDS = _SECONDS = range(2**31)

_EXPRESSION = Fields(
    {
        "key": names.qualified_name,
        "operator": frozenset({"In", "NotIn"}),
        "values": Entries(names.label_value),
    },
    ("key", "operator", "values"),
)
_SELECTOR = Fields({"matchLabels": _label_faults, "matchExpressions": Entries(_EXPRESSION)})
_TERM = Fields(
    {"topologyKey": names.qualified_name, "labelSelector": _SELECTOR}, ("topologyKey", "labelSelector")
)
_TERMS = Fields(
    {
        "requiredDuringSchedulingIgnoredDuringExecution": Entries(_TERM),
        "preferredDuringSchedulingIgnoredDuringExecution": Entries(
            Fields({"weight": range(1, 101), "podAffinityTerm": _TERM}, ("weight", "podAffinityTerm"))
        ),
    }
)
_SPREAD = Fields(
    {
        "maxSkew": range(1, 2**31),
        "topologyKey": _spread_key_faults,
        "whenUnsatisfiable": frozenset({"DoNotSchedule", "ScheduleAnyway"}),
        "labelSelector": _SELECTOR,
    },
    ("maxSkew", "topologyKey", "whenUnsatisfiable", "labelSelector"),
)
_SECCOMP = Fields({"type": frozenset({"RuntimeDefault", "Unconfined"})}, ("type",))
_SECURITY: dict[str, Shape] = {
    "runAsNonRoot": None,
    "runAsUser": _IDS,
    "runAsGroup": _IDS,
    "seccompProfile": _SECCOMP,
}
_OF_CONTAINER = Fields(
    {
        **_SECURITY,
        "privileged": bool,
        "allowPrivilegeEscalation": None,
        "readOnlyRootFilesystem": None,
        "capabilities": Fields({"add": _adds_administration, "drop": None}),
    }
)
_OF_POD = Fields(
    {
        **_SECURITY,
        "fsGroup": _IDS,
        "fsGroupChangePolicy": frozenset({"Always", "OnRootMismatch"}),
        "supplementalGroups": Entries(_IDS),
    }
)
_HANDLERS: dict[str, Shape] = {
    "exec": Fields({"command": Entries(None)}, ("command",)),
    "httpGet": Fields(
        {"port": _port_faults, "path": None, "host": None, "scheme": frozenset({"HTTP", "HTTPS"})}, ("port",)
    ),
    "tcpSocket": Fields({"port": _port_faults, "host": None}, ("port",)),
}
_HANDLER = Fields(_HANDLERS, choice=frozenset(_HANDLERS))
_TIMING: dict[str, Shape] = {
    "initialDelaySeconds": _SECONDS,
    "timeoutSeconds": _SECONDS,
    "periodSeconds": _SECONDS,
    "failureThreshold": _SECONDS,
}
_READINESS = Fields({**_HANDLERS, **_TIMING, "successThreshold": _SECONDS}, choice=_HANDLER.choice)
_RESTARTING = Fields(
    {**_HANDLERS, **_TIMING, "successThreshold": frozenset({1})}, ("successThreshold",), _HANDLER.choice
)
_KEY = Fields({"name": names.dns_subdomain, "key": _config_key, "optional": None}, ("name", "key"))
_SOURCES: dict[str, Shape] = {
    "fieldRef": Fields({"fieldPath": FIELDS, "apiVersion": frozenset({"v1"})}, ("fieldPath",)),
    "configMapKeyRef": _KEY,
    "secretKeyRef": _KEY,
}
_VARIABLE = Fields(
    {
        "name": _environment_name,
        "value": None,
        "valueFrom": Fields(_SOURCES, choice=frozenset(_SOURCES)),
    },
    ("name",),
    frozenset({"value", "valueFrom"}),
)
_ALL_VARIABLES = Fields({"name": names.dns_subdomain, "optional": None}, ("name",))
_MOUNT = Fields(
    {"name": None, "mountPath": _is_empty, "readOnly": None, "subPath": names.relative_path},
    ("name", "mountPath"),
)
_INIT_CONTAINER = Fields(
    {
        "name": names.dns_label,
        "image": _is_empty,
        "imagePullPolicy": frozenset({"Always", "IfNotPresent", "Never"}),
        "command": None,
        "args": None,
        "workingDir": None,
        "stdin": None,
        "tty": None,
        "env": Entries(_VARIABLE, ("name",)),
        "envFrom": Entries(
            Fields(
                {"configMapRef": _ALL_VARIABLES, "secretRef": _ALL_VARIABLES},
                choice=frozenset({"configMapRef", "secretRef"}),
            )
        ),
        "resources": _resources_faults,
        "volumeMounts": Entries(_MOUNT, ("mountPath",)),
        "securityContext": _OF_CONTAINER,
        "terminationMessagePath": None,
        "terminationMessagePolicy": frozenset({"FallbackToLogsOnError", "File"}),
    },
    ("name", "image"),
)
_PORT = Fields(
    {
        "name": names.port_name,
        "containerPort": range(1, 65536),
        "protocol": frozenset({"SCTP", "TCP", "UDP"}),
    },
    ("containerPort",),
)
_CONTAINER = _INIT_CONTAINER._replace(
    shapes={
        **_INIT_CONTAINER.shapes,
        "ports": Entries(_PORT),
        "livenessProbe": _RESTARTING,
        "readinessProbe": _READINESS,
        "startupProbe": _RESTARTING,
        "lifecycle": Fields({"postStart": _HANDLER, "preStop": _HANDLER}),
    }
)
_FILES: dict[str, Shape] = {"defaultMode": range(0o1000), "optional": None}
_HOST_PATH_TYPES = frozenset(
    {"", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"}
)
_VOLUME_SOURCES: dict[str, Shape] = {
    "configMap": Fields({"name": _is_empty, **_FILES}, ("name",)),
    "secret": Fields({"secretName": _is_empty, **_FILES}, ("secretName",)),
    "hostPath": Fields({"path": _host_path_faults, "type": _HOST_PATH_TYPES}, ("path",)),
    "emptyDir": Fields({"medium": None, "sizeLimit": _is_negative}),
    "persistentVolumeClaim": Fields({"claimName": _is_empty, "readOnly": None}, ("claimName",)),
}
_VOLUME = Fields({"name": names.dns_label, **_VOLUME_SOURCES}, ("name",), frozenset(_VOLUME_SOURCES))
TEMPLATE = Fields(
    {
        "metadata": Fields(
            {
                "labels": _label_faults,
                "annotations": _annotation_faults,
                "name": None,
                "namespace": None,
                "creationTimestamp": None,
            }
        ),
        "spec": Fields(
            {
                "affinity": Fields({"podAffinity": _TERMS, "podAntiAffinity": _TERMS}),
                "automountServiceAccountToken": None,
                "containers": Entries(_CONTAINER, ("name",)),
                "dnsPolicy": frozenset({"ClusterFirst", "ClusterFirstWithHostNet", "Default"}),
                "enableServiceLinks": None,
                "hostIPC": bool,
                "hostNetwork": bool,
                "hostPID": bool,
                "imagePullSecrets": Entries(Fields({"name": _is_empty}, ("name",)), ("name",)),
                "initContainers": Entries(_INIT_CONTAINER),
                "nodeSelector": _node_label_faults,
                "priorityClassName": names.dns_subdomain,
                "restartPolicy": frozenset({"Always", "Never", "OnFailure"}),
                "schedulerName": None,
                "securityContext": _OF_POD,
                "serviceAccount": None,
                "serviceAccountName": names.dns_subdomain,
                "shareProcessNamespace": None,
                "terminationGracePeriodSeconds": _SECONDS,
                "topologySpreadConstraints": Entries(_SPREAD, ("topologyKey",)),
                "volumes": Entries(_VOLUME, ("name",)),
            },
            ("containers",),
        ),
    },
    ("spec",),
)
"""A pod template, as far as one field is judged for itself or beside its neighbours."""
