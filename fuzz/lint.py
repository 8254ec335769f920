"""Feeds lint with what a coverage-guided fuzzer makes of recorded manifests."""

from __future__ import annotations

import common
import targets

if __name__ == "__main__":
    common.run("lint", targets.lint, common.manifests)
