"""How grave a finding is to a code scanning service: only rules about security have a number there."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final


SECURITY_SEVERITY: Final = {
    "default-service-account": "3.0",
    "docker-sock": "8.8",
    "drop-capabilities": "5.5",
    "env-var-secret": "6.0",
    "exposed-services": "4.0",
    "host-ipc": "7.1",
    "host-network": "7.1",
    "host-pid": "7.5",
    "low-user-group-id": "5.0",
    "no-read-only-root-fs": "4.0",
    "no-seccomp-profile": "4.5",
    "non-isolated-pod": "4.0",
    "privilege-escalation-container": "7.0",
    "privileged-container": "8.8",
    "read-secret-from-env-var": "3.5",
    "run-as-non-root": "6.5",
    "sensitive-host-mounts": "8.0",
    "ssh-port": "4.0",
    "unsafe-proc-mount": "6.5",
    "unsafe-sysctls": "6.0",
    "writable-host-mount": "7.5",
}
"""By rule, on the scale of CVSS: above 9 critical, from 7 high, from 4 medium, below it low. A judgement: what a pod that is
broken into gains from it. GitHub reads the numbers as text (`security-severity`)."""
