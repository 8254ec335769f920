"""Why a pod is not created, in the server's words and as facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linter.kube.pod_resources import Amounts
    from linter.kube.pod_security.checks import Violation
    from linter.kube.pod_security.policy import Standard


class QuotaExceeded(NamedTuple):
    """A ResourceQuota has no room for the pod.

    Attributes:
        quota: Its name.
        requested: What the pod asks for, of the resources that are short.
        used: How much of them is used.
        hard: How much there is.
    """

    quota: str
    requested: Amounts
    used: Amounts
    hard: Amounts

    @property
    def message(self) -> str:
        """What the server says."""
        parts = (
            f"requested: {_listed(self.requested)}, used: {_listed(self.used)}, limited: {_listed(self.hard)}"
        )
        return f"exceeded quota: {self.quota}, {parts}"


class QuotaNeedsAmounts(NamedTuple):
    """A ResourceQuota counts something that containers of the pod do not say.

    Attributes:
        quota: Its name.
        missing: The containers by the resource that they must specify, such as `requests.cpu`.
    """

    quota: str
    missing: Mapping[str, tuple[str, ...]]

    @property
    def message(self) -> str:
        """What the server says."""
        parts = "; ".join(f"{name} for: {','.join(self.missing[name])}" for name in sorted(self.missing))
        return f"failed quota: {self.quota}: must specify {parts}"


class OutsideLimits(NamedTuple):
    """A LimitRange does not allow the pod's requests or limits.

    Attributes:
        limit_range: Its name.
        faults: What is wrong, one by one, as the server says it.
    """

    limit_range: str
    faults: tuple[str, ...]

    @property
    def message(self) -> str:
        """What the server says."""
        return self.faults[0] if len(self.faults) == 1 else f"[{', '.join(self.faults)}]"


class ViolatesPodSecurity(NamedTuple):
    """The pod violates the Pod Security Standard that its Namespace enforces."""

    standard: Standard
    violations: tuple[Violation, ...]

    @property
    def message(self) -> str:
        """What the server says."""
        from linter.kube.pod_security.policy import describe

        return f"violates {describe(self.standard, list(self.violations))}"


class Admitted(NamedTuple):
    """How many of the pods that a controller wants it may create, and why not all of them."""

    number: int
    refusal: PodRefusal | None = None


PodRefusal = QuotaExceeded | QuotaNeedsAmounts | OutsideLimits | ViolatesPodSecurity


def _listed(amounts: Amounts) -> str:
    return ",".join(f"{name}={amounts[name]}" for name in sorted(amounts))
