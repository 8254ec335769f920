"""Feeds lint with recorded manifests in which a few values stand where they do not belong, chosen by a coverage-guided fuzzer."""

from __future__ import annotations

import common
import targets

from linter.loading.yaml.composer import ComposeError, compose


def values() -> list[object]:
    """Return recorded manifests as plain values."""
    found = []
    for each in common.recorded("verdicts-targeted", 3):
        try:
            found.append(compose(each["yaml"]).value)
        except ComposeError:
            continue
    return [value for value in found if isinstance(value, dict)]


if __name__ == "__main__":
    VALUES = values()
    common.run("structured", lambda data: targets.structured(data, VALUES), lambda: ["\x00\x00\x00\x00\x00"])
