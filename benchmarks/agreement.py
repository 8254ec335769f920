"""How often does a linter's verdict agree with the recorded API server's?

    python benchmarks/agreement.py [CASES]

Compares podplan, `kubernetes-validate` (the published schemas, strict: what schema checkers see) and, where it is on PATH, kubeconform, on
tests/conformance/verdicts-*.jsonl. CASES takes every n-th case only, to be done sooner.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import linter
from linter.engine.config.options import LintOptions
from linter.version import parse_version

if TYPE_CHECKING:
    from collections.abc import Callable

DATA = Path(__file__).resolve().parents[1] / "tests" / "conformance"
VERSION = parse_version("1.36")
"""What the cases were recorded with."""
OPTIONS = LintOptions(select=("api",), namespace="default", version=VERSION)


def podplan(text: str) -> bool:
    """Tell whether podplan takes a manifest."""
    report = linter.lint((), texts=[("manifest.yaml", text)], options=OPTIONS)
    return not any(finding.severity == "error" for finding in report.findings)


def kubernetes_validate(text: str) -> bool:
    """Tell whether the published JSON Schemas take a manifest."""
    import kubernetes_validate as peer
    import yaml

    try:
        for document in yaml.safe_load_all(text):
            if document is not None:
                peer.validate(document, VERSION.release, strict=True)
    except Exception:  # noqa: BLE001  it raises whatever its parts raise: all of it is a refusal
        return False
    return True


def kubeconform(text: str) -> bool:
    """Tell whether kubeconform takes a manifest."""
    command = ["kubeconform", "-strict", "-kubernetes-version", f"{VERSION.release}.0", "-"]
    return subprocess.run(command, input=text, text=True, capture_output=True, check=False).returncode == 0


def main() -> None:
    """Print a table."""
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    peers: dict[str, Callable[[str], bool]] = {
        "podplan": podplan,
        "kubernetes-validate --strict": kubernetes_validate,
    }
    if shutil.which("kubeconform"):
        peers["kubeconform -strict"] = kubeconform
    print("| linter | random mutations | one rule at a time | valid YAML, invalid object: seen |")
    print("|---|---|---|---|")
    cases: dict[str, list[dict[str, Any]]] = {
        name: [
            json.loads(line) for line in (DATA / f"verdicts-{name}.jsonl").read_text("utf-8").splitlines()
        ][::every]
        for name in ("random", "targeted")
    }
    for name, takes in peers.items():
        agreed = {"random": 0, "targeted": 0}
        invalid = seen = 0
        for kind, rows in cases.items():
            for case in rows:
                verdict = takes(case["yaml"])
                agreed[kind] += verdict == (case["verdict"] == "accept")
                if case.get("code") == 422:
                    invalid += 1
                    seen += not verdict
        shares = [100 * agreed[kind] / len(cases[kind]) for kind in ("random", "targeted")]
        print(
            f"| {name} | {shares[0]:.1f} % | {shares[1]:.1f} % | {100 * seen / invalid:.1f} % |", flush=True
        )


if __name__ == "__main__":
    main()
