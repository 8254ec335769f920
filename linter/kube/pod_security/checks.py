"""What the checks of a Pod Security Standard share: the pod they look at, and how a violation is worded.

Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

from __future__ import annotations

from linter.kube.pods import containers as walk_containers
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from linter.version import KubeVersion

    Check = Callable[["CheckedPod", KubeVersion], "Violation | None"]
    """Looks at a pod by the standard of a version."""

    Object = dict[str, Any]


class Violation(NamedTuple):
    """What a pod does that a standard forbids, as the API server words it: `reason (detail)`."""

    reason: str
    detail: str

    def __str__(self) -> str:
        return f"{self.reason} ({self.detail})"


class CheckedPod(NamedTuple):
    """A pod as checks look at it: its annotations, its spec, its containers (init, regular, ephemeral)."""

    annotations: Mapping[str, str]
    spec: Object
    containers: tuple[Object, ...]

    @property
    def security(self) -> Object:
        """The security context of the pod."""
        return self.spec.get("securityContext") or {}

    @property
    def is_windows(self) -> bool:
        """Whether it says that it runs on Windows."""
        return (self.spec.get("os") or {}).get("name") == "windows"

    @property
    def has_user_namespace(self) -> bool:
        """Whether its users are not those of the node."""
        return self.spec.get("hostUsers") is False

    def named(self, holds: Callable[[Object], bool]) -> list[str]:
        """Return the names of the containers of which something holds."""
        return [str(each.get("name")) for each in self.containers if holds(each)]


def checked_pod(metadata: Object, spec: Object) -> CheckedPod:
    """Return a pod, or a pod template, as checks look at it."""
    containers = tuple(each.spec for each in walk_containers(spec))
    return CheckedPod(metadata.get("annotations") or {}, spec, containers)


def security(container: Object) -> Object:
    """Return the security context of a container."""
    return container.get("securityContext") or {}


def quoted(names: Iterable[str]) -> str:
    """Write names in quotes, one after the other."""
    return ", ".join(f'"{name}"' for name in names)


def plural(noun: str, names: Sequence[str] | set[str]) -> str:
    """Return a noun in the number that goes with the names."""
    return noun if len(names) == 1 else f"{noun}s"


def containers_named(names: Sequence[str]) -> str:
    """Write `container "a"` or `containers "a", "b"`."""
    return f"{plural('container', names)} {quoted(names)}"


def setters(*, pod: bool, containers: Sequence[str]) -> str:
    """Name who sets a field: the pod, containers, or both; "" if neither does."""
    return " and ".join(["pod"] * pod + ([containers_named(containers)] if containers else []))
