"""How long a lifecycle hook of a container takes, as far as it says so."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from linter.path import FieldPath

_SLEEP = r"(?:^|[\s;&|({/\"'])sleep\s+([0-9]+(?:\.[0-9]+)?)([smhd]?)(?![\w.])"
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def least_duration(hook: Mapping[str, Any]) -> tuple[float, FieldPath]:
    """Return how many seconds a hook takes at least, and where that stands; a negative number where it is not known."""
    if "sleep" in hook:
        return hook["sleep"].get("seconds") or 0, ("sleep", "seconds")
    command = " ".join((hook.get("exec") or {}).get("command") or ())
    # Several of them may be alternatives: the longest one is waited for in any case where they are steps.
    sleeps = [float(number) * _UNITS[unit] for number, unit in re.findall(_SLEEP, command, re.ASCII)]
    return max(sleeps, default=-1), ("exec", "command")


def outlasts(hook: Mapping[str, Any], grace: int) -> float | None:
    """Return how long a preStop hook takes where that is all the time that a pod has to stop; None where it is not.

    Args:
        hook: The hook.
        grace: terminationGracePeriodSeconds.
    """
    seconds, _ = least_duration(hook)
    # A sleep hook beyond the grace period is refused by the API server.
    if seconds < grace or ("sleep" in hook and seconds > grace) or grace < 0:
        return None
    return seconds
