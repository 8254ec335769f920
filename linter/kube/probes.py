"""How long probes let a container take to start."""

from __future__ import annotations

from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    Object = dict[str, Any]


def give_up_after(probe: Object) -> int:
    """Return the seconds after which a probe that never succeeds has failed for good.

    The first look is after initialDelaySeconds, the others periodSeconds apart (longer, if the timeout is).
    """
    seconds: int = probe.get("initialDelaySeconds") or 0
    seconds += (probe["failureThreshold"] - 1) * probe["periodSeconds"] + probe["timeoutSeconds"]
    return seconds


def spelled(probe: Object) -> str:
    """Return the numbers behind `give_up_after`."""
    return (
        f"initialDelaySeconds {probe.get('initialDelaySeconds') or 0}, failureThreshold {probe['failureThreshold']}, "
        f"periodSeconds {probe['periodSeconds']}"
    )


def target(probe: Object) -> tuple[str, Any] | None:
    """Return what a probe asks: a port, or the command that it runs."""
    for handler in ("httpGet", "tcpSocket", "grpc"):
        if handler in probe:
            return "port", probe[handler].get("port")
    if "exec" in probe:
        return "exec", tuple(probe["exec"].get("command") or ())
    return None


def asks_the_same(first: Object, second: Object, ports: list[Object]) -> bool:
    """Tell whether two probes depend on the same listener: the same port (by name or number), or the same command."""
    one, other = _resolved(target(first), ports), _resolved(target(second), ports)
    return one is not None and one == other


def _resolved(asked: tuple[str, Any] | None, ports: list[Object]) -> tuple[str, Any] | None:
    if asked is None or asked[0] != "port":
        return asked
    for port in ports:
        if port.get("name") == asked[1]:
            return "port", port.get("containerPort")
    return asked


class Killed(NamedTuple):
    """A container that is restarted before it is expected to answer.

    Attributes:
        name: The probe that restarts it: livenessProbe or startupProbe.
        probe: That probe.
        given_up: After how many seconds it does.
        expected: After how many seconds the readiness probe looks for the first time.
    """

    name: str
    probe: Object
    given_up: int
    expected: int

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return "raise its failureThreshold" if self.name == "startupProbe" else "add a startupProbe"


def killed_before_ready(container: Mapping[str, Any]) -> Killed | None:
    """Tell which probe restarts a container before its readiness probe, of the same listener, expects an answer."""
    readiness = container.get("readinessProbe")
    name = "startupProbe" if "startupProbe" in container else "livenessProbe"
    probe = container.get(name)
    if not readiness or not probe:
        return None
    expected, given_up = readiness.get("initialDelaySeconds") or 0, give_up_after(probe)
    if given_up < expected and asks_the_same(probe, readiness, container.get("ports") or []):
        return Killed(name, probe, given_up, expected)
    return None
