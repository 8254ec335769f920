"""Fingerprints: what a finding is called in baselines and in the services that track findings."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from hashlib import _Hash as HASH

    from linter.engine.report.finding import ResourceId
    from linter.engine.report.mistakes import Mistake


class Fingerprints:
    """Makes fingerprints that survive moved lines, and that tell equal findings of one run apart."""

    def __init__(self) -> None:
        self._sha256 = _sha256()
        self._seen: dict[str, int] = {}
        self._mistakes: dict[Mistake, str] = {}

    def make(
        self,
        rule: str,
        file: str,
        resource: ResourceId | None,
        field: str | None,
        message: str,
        mistake: Mistake | None = None,
    ) -> str:
        """Return 32 hexadecimal digits.

        They depend on the rule, the file, the resource and the field; where there is no field, on the message. A finding
        that repeats another in all of these gets a number, in order of appearance; findings of one mistake are equal.
        """
        if mistake is None:
            return self._made(rule, file, resource, field, message)
        if mistake not in self._mistakes:
            self._mistakes[mistake] = self._made(rule, file, resource, field, message)
        return self._mistakes[mistake]

    def _made(
        self, rule: str, file: str, resource: ResourceId | None, field: str | None, message: str
    ) -> str:
        key = "\0".join((rule, file, str(resource), field or message))
        count = self._seen.get(key, 0)
        self._seen[key] = count + 1
        if count:
            key += f"\0{count}"
        return self._sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _sha256() -> Callable[[bytes], HASH]:
    """Return hashlib's own SHA-256, without OpenSSL, which takes longer to load than the fingerprints of most runs to make."""
    name = "_sha2" if sys.version_info >= (3, 12) else "_sha256"
    try:
        sha256: Callable[[bytes], HASH] = __import__(name).sha256
    except ImportError:  # a Python that is built without it
        from hashlib import sha256
    return sha256
