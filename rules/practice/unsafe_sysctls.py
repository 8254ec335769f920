"""Pods that change settings of the kernel."""

from __future__ import annotations

from linter.engine.rule import Problem, rule
from linter.rules.facts.pods import PODS, pod_path

from ._options import option
from ._pods import pod_spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Context
    from linter.loading.resource import Resource

_SAFE = frozenset(
    {
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start", "net.ipv4.ping_group_range", "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_rmem", "net.ipv4.tcp_syncookies", "net.ipv4.tcp_wmem",
    }
)  # fmt: skip


@rule("unsafe-sysctls", kinds=PODS, severity="warning", options={"allowed": []}, needs={"sysctls"})
def unsafe_sysctls(resource: Resource, context: Context) -> Iterator[Problem]:
    """The pod sets a sysctl that is not known to be safe.

    Sysctls outside the safe set reach beyond the pod or can make the node unstable. The kubelet refuses them unless it is told
    to allow them: the pods then fail with SysctlForbidden. Remove it, or allow it on the nodes and say so (option `allowed`).

    Source: https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/

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
          securityContext:
            sysctls:
            - {name: kernel.msgmax, value: "65536"}
          containers:
          - name: web
            image: nginx:1.25
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
            sysctls:
            - {name: net.ipv4.ip_local_port_range, value: 1024 65000}
          containers:
          - name: web
            image: nginx:1.25
    ```
    """
    allowed: list[str] = option(context, "unsafe-sysctls", "allowed", default=[])
    for index, sysctl in enumerate((pod_spec(resource).get("securityContext") or {}).get("sysctls") or ()):
        # The separators / and . mean the same.
        name = (sysctl.get("name") or "").replace("/", ".")
        if name not in _SAFE and name not in allowed:
            yield Problem(
                (*pod_path(resource), "securityContext", "sysctls", index, "name"),
                f"The sysctl {name} is not in the safe set; nodes refuse the pod unless they are told to allow it.",
            )
