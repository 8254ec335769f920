"""The main job on the tutorial's manifests: lint them, and plan what the tutorial does with them.

Several of the files define the same objects (three times the Deployment nginx-deployment), as a tutorial's do: each is looked at alone.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
IMAGE = "nginx=nginx:1.25"

LINT = [
    ("A ReplicaSet, a Deployment, a StatefulSet with its headless Service, a DaemonSet", [
        ["lint", "examples/rs-nginx.yaml"],
        ["lint", "examples/nginx-deploy.yaml"],
        ["lint", "examples/nginx-deploy-recreate.yaml"],
        ["lint", "examples/nginx-sts.yaml"],
        ["lint", "examples/nginx-ds.yaml"],
    ]),
    ("The two mistakes of the tutorial: no apiVersion; a nodeSelector that matches no node", [
        ["lint", "examples/nginx-deploy-rolling.yaml"],
        ["lint", "examples/nginx-ds-selector.yaml", "--nodes", "examples/nodes.yaml"],
    ]),
]  # fmt: skip

PLANS = [
    ("ReplicaSet: created, scaled from 3 to 5, and healing itself", [
        ["plan", "create", "examples/rs-nginx.yaml"],
        ["plan", "scale", "examples/rs-nginx.yaml", "--replicas", "5"],
        ["plan", "delete-pod", "examples/rs-nginx.yaml", "any"],
    ]),
    ("Deployment: created, updated, rolled back, scaled", [
        ["plan", "create", "examples/nginx-deploy.yaml"],
        ["plan", "set-image", "examples/nginx-deploy.yaml", IMAGE],
        ["plan", "undo", "examples/nginx-deploy.yaml", "<examples/nginx-deploy.yaml with nginx:1.25>"],
        ["plan", "scale", "examples/nginx-deploy.yaml", "--replicas", "5"],
    ]),
    ("Deployment: 6 replicas with maxSurge 3 and maxUnavailable 1 (its apiVersion mended), and Recreate", [
        ["plan", "set-image", "<examples/nginx-deploy-rolling.yaml with its apiVersion>", IMAGE],
        ["plan", "set-image", "examples/nginx-deploy-recreate.yaml", IMAGE],
    ]),
    ("StatefulSet: created in order, scaled up and down, updated from the highest ordinal", [
        ["plan", "create", "examples/nginx-sts.yaml"],
        ["plan", "scale", "examples/nginx-sts.yaml", "--replicas", "5"],
        ["plan", "scale", "<examples/nginx-sts.yaml with 8 replicas>", "--replicas", "1"],
        ["plan", "set-image", "examples/nginx-sts.yaml", IMAGE],
    ]),
    ("DaemonSet: one pod on each of five nodes; with a nodeSelector on two of them; a node that joins and leaves", [
        ["plan", "create", "examples/nginx-ds.yaml", "--nodes", "examples/nodes.yaml"],
        ["plan", "create", "<examples/nginx-ds-selector.yaml with disktype: ssd>", "--nodes", "examples/nodes.yaml"],
        ["plan", "scenario", "examples/node-joins-and-leaves.yaml"],
    ]),
]  # fmt: skip


def mended(note: str) -> str:
    """Return a file of the examples with what the note says."""
    name = note.strip("<>").split()[0]
    text = (ROOT / name).read_text("utf-8")
    if "apiVersion" in note:
        return text.replace("kind: Deployment", "apiVersion: apps/v1\nkind: Deployment", 1)
    if "replicas" in note:
        return text.replace("replicas: 2", "replicas: 8")
    if "disktype" in note:
        return text.replace("cloud: study", "disktype: ssd")
    return text.replace(
        "image: registry.cn-zhangjiakou.aliyuncs.com/taosweet/nginx:1.24.0-alpine", "image: nginx:1.25"
    )


def run(arguments: list[str]) -> int:
    """Show a command and run it. A mended file goes through standard input."""
    sys.stdout.write(f"\n$ podplan {' '.join(arguments)}\n")
    sys.stdout.flush()
    notes = [each for each in arguments if each.startswith("<")]
    words = ["-" if each in notes else each for each in arguments]
    text = mended(notes[0]) if notes else ""
    done = subprocess.run(  # noqa: S603  podplan itself
        [sys.executable, "-m", "linter", *words], cwd=ROOT, input=text, encoding="utf-8", check=False
    )
    return done.returncode


def main() -> None:
    """Run it all. The two mistakes are found (exit status 1), everything else is clean and completes."""
    unexpected = []
    for title, commands in [*LINT, *PLANS]:
        sys.stdout.write(f"\n\n# {title}\n")
        for arguments in commands:
            wanted = 1 if arguments == ["lint", "examples/nginx-deploy-rolling.yaml"] else 0
            if run(arguments) != wanted:
                unexpected.append(" ".join(arguments))
    if unexpected:
        sys.exit("\nThis did not end as it should: " + "; ".join(unexpected))


if __name__ == "__main__":
    main()
