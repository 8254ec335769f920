"""Why a quota does not let an object in, in the server's words and as facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from linter.kube.pod_resources import Amounts


class QuotaExceeded(NamedTuple):
    """A ResourceQuota has no room for a pod or another object.

    Attributes:
        quota: Its name.
        requested: What the object asks for, of the resources that are short.
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
            f"requested: {listed(self.requested)}, used: {listed(self.used)}, limited: {listed(self.hard)}"
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


def listed(amounts: Amounts) -> str:
    """Return amounts as the server lists them: pods=1,requests.cpu=500m."""
    return ",".join(f"{name}={amounts[name]}" for name in sorted(amounts))
