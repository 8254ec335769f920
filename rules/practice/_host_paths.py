"""Which folders of a node give control over it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

SENSITIVE = [
    "/",
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/lib64",
    "/proc",
    "/root",
    "/sys",
    "/usr",
    "/var/lib/kubelet",
]

_SOCKETS = ("docker.sock", "containerd.sock", "crio.sock", "cri-dockerd.sock")


def is_sensitive(path: str, sensitive: Sequence[str]) -> bool:
    """Tell whether a path is one of the sensitive folders."""
    return (path.rstrip("/") or "/") in sensitive


def is_runtime_socket(path: str) -> bool:
    """Tell whether a path is the socket of a container runtime."""
    return path.rstrip("/").endswith(_SOCKETS)
