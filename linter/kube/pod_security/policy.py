"""What the labels of a Namespace ask of its pods, and whether a pod does.

Source: https://kubernetes.io/docs/concepts/security/pod-security-admission/
"""

from __future__ import annotations

import re

from linter.light_typing import NamedTuple, assert_never
from linter.version import KubeVersion

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, Final, Literal

    from linter.kube.pod_security.checks import Check, Violation

    Level = Literal["privileged", "baseline", "restricted"]

LEVELS: Final[tuple[Level, ...]] = ("privileged", "baseline", "restricted")
"""From the one that asks nothing to the strictest."""

PREFIX: Final = "pod-security.kubernetes.io/"
"""What the names of the labels begin with."""


class Standard(NamedTuple):
    """A level in the words of a version; None: of the server's own ("latest")."""

    level: Level = "privileged"
    version: tuple[int, int] | None = None

    def __str__(self) -> str:
        version = "latest" if self.version is None else f"v{self.version[0]}.{self.version[1]}"
        return f"{self.level}:{version}"


class Policy(NamedTuple):
    """What a Namespace asks of its pods.

    Attributes:
        enforce: Pods that violate it are refused.
        warn: Who creates such pods, or workloads that would, is warned.
        audit: Such pods are noted in the audit log.
    """

    enforce: Standard = Standard()
    warn: Standard = Standard()
    audit: Standard = Standard()


def policy_of(labels: Mapping[str, Any]) -> Policy:
    """Return what the labels of a Namespace ask. A level that is none counts as the server counts it.

    Args:
        labels: The labels.
    """
    # Where the labels are wrong, the server enforces the strictest level, and warns of nothing.
    enforce = _standard(labels, "enforce", wrong="restricted")
    warn = _standard(labels, "warn", wrong="privileged")
    is_valid = labels.get(f"{PREFIX}enforce") in LEVELS
    if f"{PREFIX}warn" not in labels and is_valid and enforce.level != "privileged":
        # It warns of what it enforces, unless a label says otherwise.
        version = warn.version if f"{PREFIX}warn-version" in labels else enforce.version
        warn = Standard(enforce.level, version)
    return Policy(enforce, warn, _standard(labels, "audit", wrong="privileged"))


def _standard(labels: Mapping[str, Any], mode: str, *, wrong: Level) -> Standard:
    written = labels.get(f"{PREFIX}{mode}", "privileged")
    level: Level = next((each for each in LEVELS if each == written), wrong)
    match = re.fullmatch(r"v1\.(0|[1-9][0-9]*)", str(labels.get(f"{PREFIX}{mode}-version", "")), re.ASCII)
    return Standard(level, (1, int(match[1])) if match else None)


def violations(
    standard: Standard, metadata: dict[str, Any], spec: dict[str, Any], version: KubeVersion
) -> list[Violation]:
    """Return what of a standard a pod violates, in the server's order.

    Args:
        standard: The standard.
        metadata: The metadata of the pod, or of the pod template.
        spec: Its spec.
        version: The server's version; it knows no later standard than its own.
    """
    from linter.kube.pod_security import baseline, restricted
    from linter.kube.pod_security.checks import checked_pod

    own = KubeVersion(version.major, version.minor)
    pinned = own if standard.version is None else min(own, KubeVersion(*standard.version))
    checks: Sequence[Check]
    match standard.level:
        case "privileged":
            checks = ()
        case "baseline":
            checks = baseline.CHECKS
        case "restricted":
            checks = restricted.checks(pinned)
        case _:
            assert_never(standard.level)
    pod = checked_pod(metadata, spec)
    found = [check(pod, pinned) for check in checks]
    return [each for each in found if each is not None]


def describe(standard: Standard, found: list[Violation]) -> str:
    """Say it as the server does: `PodSecurity "restricted:latest": privileged (…), …`."""
    return f'PodSecurity "{standard}": {", ".join(map(str, found))}'
