"""Build the parts of a control plane from Go modules, into a cache folder."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from conformance.errors import BuildError, MissingToolsError
from conformance.releases import MODULE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from linter.version import KubeVersion

API_SERVER: Final = "kube-apiserver"
CONTROLLER_MANAGER: Final = "kube-controller-manager"
SCHEDULER: Final = "kube-scheduler"

TOOLS: Final = {
    "go": "the Go toolchain, which builds Kubernetes and asks for its releases: https://go.dev/dl/",
    "openssl": "it makes the key that service account tokens are signed with",
}
"""What a recording needs, and what for; etcd is built where it is missing."""
_ETCD: Final = "go.etcd.io/etcd"
_ETCD_MAIN: Final = """package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() { etcdmain.Main(os.Args) }
"""


class Programs(NamedTuple):
    """Where the programs of a control plane are."""

    etcd: Path
    parts: dict[str, Path]
    """By name: kube-apiserver and what else was built."""


def cache_folder() -> Path:
    """Return the folder that built programs are kept in."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "podplan" / "kubernetes"


def require_tools(names: Iterable[str] = TOOLS) -> None:
    """Check that programs are there that are not built here.

    Raises:
        MissingToolsError: Names all that are missing, and what they are for.
    """
    missing = [f"  {name}: {TOOLS[name]}" for name in names if shutil.which(name) is None]
    if missing:
        raise MissingToolsError("\n".join(["These programs are needed and not on PATH:", *missing]))


def build(release: KubeVersion, names: Sequence[str], cache: Path) -> Programs:
    """Build the named parts of a release and, if there is none on PATH, etcd; what the cache holds is not built again.

    A first build of all three parts takes some fifteen minutes on two cores.

    Raises:
        BuildError: A module could not be fetched, or a part not be built.
    """
    folder = cache / str(release)
    folder.mkdir(parents=True, exist_ok=True)
    parts = {name: folder / name for name in names}
    missing = [name for name, program in parts.items() if not program.exists()]
    etcd = shutil.which("etcd")
    if missing or not (etcd or (folder / "etcd").exists()):
        source = _source(release, folder)
        for name in missing:
            _build_part(release, name, source, folder)
        if etcd is None and not (folder / "etcd").exists():
            _build_etcd(source, folder)
    return Programs(Path(etcd) if etcd else folder / "etcd", parts)


def _source(release: KubeVersion, folder: Path) -> str:
    """Fetch the module of Kubernetes and return its go.mod."""
    answer = json.loads(_go("mod", "download", "-json", f"{MODULE}@v{release}", folder=folder))
    return Path(answer["GoMod"]).read_text(encoding="utf-8")


def _build_part(release: KubeVersion, name: str, source: str, folder: Path) -> None:
    package = f"{MODULE}/cmd/{name}"
    module = folder / "src" / name
    module.mkdir(parents=True, exist_ok=True)
    (module / "go.mod").write_text("\n".join(module_lines(release, source)) + "\n", encoding="utf-8")
    (module / "tools.go").write_text(f'//go:build tools\n\npackage build\n\nimport _ "{package}"\n', "utf-8")
    _go("mod", "tidy", folder=module)
    version = "k8s.io/component-base/version"
    flags = {"gitVersion": f"v{release}", "gitMajor": str(release.major), "gitMinor": str(release.minor)}
    stamp = " ".join(["-s -w", *(f"-X {version}.{key}={value}" for key, value in flags.items())])
    _build_program(folder / name, package, "-ldflags", stamp, folder=module)


def module_lines(release: KubeVersion, source: str) -> Iterator[str]:
    """Yield the go.mod of a module that can build a part of Kubernetes.

    Kubernetes names its own staging modules by their folder, which only its own checkout has; of release 1.MINOR.PATCH
    they are published as 0.MINOR.PATCH.

    Args:
        release: The release of Kubernetes.
        source: The go.mod of Kubernetes itself.
    """
    language = re.search(r"^go (\S+)$", source, re.MULTILINE)
    if language is None:
        raise BuildError(f"The go.mod of {MODULE} {release} does not name a version of Go.")
    staging = sorted(set(re.findall(r"(\S+)(?: v\S+)? => \./staging/", source)))
    yield from ["module build", "", f"go {language[1]}", "", f"require {MODULE} v{release}", "", "replace ("]
    yield from (f"\t{module} => {module} v0.{release.minor}.{release.patch}" for module in staging)
    yield ")"


def _build_etcd(source: str, folder: Path) -> None:
    version = re.search(rf"{re.escape(_ETCD)}/client/v3 (v\S+)", source)
    if version is None:
        raise BuildError(
            "The go.mod of Kubernetes does not say which etcd it works with; install etcd yourself."
        )
    module = folder / "src" / "etcd"
    module.mkdir(parents=True, exist_ok=True)
    (module / "go.mod").write_text(f"module build\n\nrequire {_ETCD}/server/v3 {version[1]}\n", "utf-8")
    (module / "main.go").write_text(_ETCD_MAIN, encoding="utf-8")
    _go("mod", "tidy", folder=module)
    _build_program(folder / "etcd", ".", folder=module)


def _build_program(target: Path, package: str, *flags: str, folder: Path) -> None:
    """Build under another name first: an interrupted build leaves nothing that looks built."""
    unfinished = target.with_suffix(".unfinished")
    _go("build", "-trimpath", *flags, "-o", str(unfinished), package, folder=folder)
    unfinished.replace(target)


def _go(*arguments: str, folder: Path) -> str:
    environment = {**os.environ, "GOFLAGS": "-mod=mod", "GOWORK": "off"}
    done = subprocess.run(  # noqa: S603  the arguments are made here
        ["go", *arguments],  # noqa: S607  go is looked up on PATH on purpose
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        reason = done.stderr.strip() or done.stdout.strip()
        raise BuildError(f"go {' '.join(arguments[:2])} failed in {folder}:\n" + reason[-2000:])
    return done.stdout
