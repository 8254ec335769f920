"""Fingerprints: what a finding is called in baselines and in the services that track findings."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linter.engine.report.finding import ResourceId


class Fingerprints:
    """Makes fingerprints that survive moved lines, and that tell equal findings of one run apart."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def make(self, rule: str, file: str, resource: ResourceId | None, field: str | None, message: str) -> str:
        """Return 32 hexadecimal digits.

        They depend on the rule, the file, the resource and the field; where there is no field, on the message. A finding
        that repeats another in all of these gets a number, in order of appearance.
        """
        import hashlib

        key = "\0".join((rule, file, str(resource), field or message))
        count = self._seen.get(key, 0)
        self._seen[key] = count + 1
        if count:
            key += f"\0{count}"
        return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]
