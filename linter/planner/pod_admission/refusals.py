"""Why a pod is not created, in the server's words and as facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from linter.planner.quota.refusals import QuotaExceeded, QuotaNeedsAmounts

if TYPE_CHECKING:
    from linter.kube.pod_security.checks import Violation
    from linter.kube.pod_security.policy import Standard


class OutsideLimits(NamedTuple):
    """A LimitRange does not allow the requests or limits of a pod, or the size of a claim.

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


class InvalidWithDefaults(NamedTuple):
    """What LimitRanges give by default makes a pod invalid: a container requests more than its limit.

    Attributes:
        limit_range: The name of the LimitRange that gives it.
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


PodRefusal = QuotaExceeded | QuotaNeedsAmounts | OutsideLimits | InvalidWithDefaults | ViolatesPodSecurity
ObjectRefusal = QuotaExceeded | OutsideLimits


class Refused(NamedTuple):
    """What a controller may not create.

    Attributes:
        refusal: Why.
        noun: What it is, unless it is a pod: `ReplicaSet`, `claim data-db-0`.
    """

    refusal: PodRefusal
    noun: str = ""
