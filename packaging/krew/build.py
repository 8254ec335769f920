"""Build the archives of the kubectl plugin, one a platform, and krew's manifest of them, into dist/krew/: `make krew`.

An archive holds podplan and what requirements/run.lock names. Compiled modules have the version of Python in their names, so that
those for several versions lie side by side and each Python takes its own.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from linter.release import REPOSITORY, __version__  # noqa: E402  of this checkout

HERE = ROOT / "packaging" / "krew"
TARGET = ROOT / "dist" / "krew"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = {
    "linux-amd64": ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
    "linux-arm64": ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"),
    "darwin-amd64": (
        "macosx_10_15_x86_64",
        "macosx_10_13_x86_64",
        "macosx_10_12_x86_64",
        "macosx_10_9_x86_64",
    ),
    "darwin-arm64": ("macosx_11_0_arm64",),
}
"""By the platform, as krew calls it: those for which wheels are built, best first."""


def main() -> None:
    """Build all archives, and the manifest with their digests."""
    TARGET.mkdir(parents=True, exist_ok=True)
    digests = {}
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        pip("wheel", "--no-deps", "--no-build-isolation", f"--wheel-dir={work}", str(ROOT))
        (wheel,) = work.glob("*.whl")
        lock = work / "run.lock"
        lock.write_text(without_markers((ROOT / "requirements" / "run.lock").read_text("utf-8")), "utf-8")
        for platform, tags in PLATFORMS.items():
            folder = work / platform
            assemble(folder, wheel, lock, tags)
            archive = TARGET / f"kubectl-podplan-v{__version__}-{platform}.tar.gz"
            pack(folder, archive)
            digests[platform] = hashlib.sha256(archive.read_bytes()).hexdigest()
    template = (HERE / "podplan.yaml").read_text("utf-8")
    (TARGET / "podplan.yaml").write_text(fill(template, __version__, digests), "utf-8")


def without_markers(lock: str) -> str:
    """Return a lock file that pip installs whole: it would judge markers by the Python that it runs with itself."""
    return re.sub(r"(?m)^(\S+==\S+) ; [^\\\n]*", r"\1 ", lock)


def assemble(folder: Path, wheel: Path, lock: Path, tags: tuple[str, ...]) -> None:
    """Put into a folder what an archive holds."""
    packages = folder / "site-packages"
    for python in PYTHONS:
        target = folder / python
        pip(
            "install", "--quiet", f"--target={target}", "--no-deps", "--no-compile", "--only-binary=:all:", "--require-hashes",
            "--implementation=cp", f"--python-version={python}", *(f"--platform={tag}" for tag in tags),
            f"--requirement={lock}",
        )  # fmt: skip
        shutil.copytree(target, packages, dirs_exist_ok=True)
        shutil.rmtree(target)
    pip("install", "--quiet", f"--target={packages}", "--upgrade", "--no-deps", "--no-compile", str(wheel))
    shutil.rmtree(packages / "bin", ignore_errors=True)  # programs for the Python that built it
    for name in ("kubectl-podplan", "run.py"):
        shutil.copy(HERE / name, folder / name)
    shutil.copy(ROOT / "LICENSE", folder / "LICENSE")


def pack(folder: Path, archive: Path) -> None:
    """Write a folder as an archive: the same folder always gives the same bytes."""
    with archive.open("wb") as file, gzip.GzipFile("", "wb", mtime=0, fileobj=file) as zipped:  # noqa: SIM117  read in this order
        with tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for path in sorted(each for each in folder.rglob("*") if each.is_file()):
                entry = tar.gettarinfo(path, path.relative_to(folder).as_posix())
                entry.uid = entry.gid = entry.mtime = 0
                entry.uname = entry.gname = ""
                entry.mode = 0o755 if path.name == "kubectl-podplan" else 0o644
                with path.open("rb") as content:
                    tar.addfile(entry, content)


def fill(template: str, version: str, digests: dict[str, str]) -> str:
    """Return the manifest for a version, given the SHA-256 of each platform's archive."""
    values = {"VERSION": version, "REPOSITORY": REPOSITORY, **digests}
    return re.sub(r"@([A-Za-z0-9-]+)@", lambda match: values[match[1]], template).split("\n", 1)[1]


def pip(*arguments: str) -> None:
    """Run pip.

    Raises:
        subprocess.CalledProcessError: It failed, with its words on standard error.
    """
    command = [sys.executable, "-I", "-m", "pip", "--disable-pip-version-check", *arguments]
    subprocess.run(command, check=True, cwd="/")


if __name__ == "__main__":
    main()
