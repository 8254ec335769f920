"""Counts what podplan finds in checkouts of public repositories: file by file, and in what their kustomizations build.

    python benchmarks/repositories.py CHECKOUT... [--errors]

Prints a row of docs/apply-sets.md for each; with --errors also each error of the second run, to be judged one by one. Nothing of the
checkouts is kept.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any


def lint(checkout: Path, *options: str) -> dict[str, Any]:
    """Return the report on a checkout."""
    command = [
        sys.executable,
        "-m",
        "linter",
        "lint",
        "--no-cache",
        "--format",
        "json",
        "--fail-on",
        "never",
        *options,
    ]
    done = subprocess.run([*command, "."], cwd=checkout, check=False, stdout=subprocess.PIPE)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def row(checkout: Path, *, errors: bool) -> str:
    """Return a row of the table, and with `errors` the errors below it."""
    before, after = lint(checkout, "--no-kustomize"), lint(checkout)
    cells = [checkout.name.replace("+", "/"), str(after["summary"]["resources"])]
    for severity in ("error", "warning"):
        for report in (before, after):
            groups = Counter(each["group"] for each in report["findings"] if each["severity"] == severity)
            cells.append(str(groups.total()))
    lines = [f"| {' | '.join(cells)} |"]
    if errors:
        lines += [
            f"  {each['file']}:{each['line']} {each['rule']}: {each['message']}"
            for each in after["findings"]
            if each["severity"] == "error"
        ]
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkouts", nargs="+", type=Path)
    parser.add_argument("--errors", action="store_true", help="also print each error")
    options = parser.parse_args()
    print("| repository | objects | errors, files | errors, sets | warnings, files | warnings, sets |")
    print("|-|-|-|-|-|-|")
    for checkout in options.checkouts:
        print(row(checkout, errors=options.errors), flush=True)


if __name__ == "__main__":
    main()
