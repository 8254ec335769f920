"""Fetches the sources of libyaml into native/libyaml/: those that ruamel.yaml.clib brings along, which podplan reads with otherwise.

The same sources mean the same behaviour, so the release is pinned, with its hash, in libyaml.txt.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
TARGET = HERE / "libyaml"
FILES = (
    "LICENSE",
    "api.c",
    "config.h",
    "parser.c",
    "reader.c",
    "scanner.c",
    "yaml.h",
    "yaml_private.h",
)


def main() -> None:
    """Fetch the sources, unless they are there."""
    if all((TARGET / name).exists() for name in FILES):
        return
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
        ]
        command += ["--no-binary", ":all:", "--require-hashes", "-r", str(HERE / "libyaml.txt"), "-d", folder]
        subprocess.run(command, check=True)  # noqa: S603  the words stand here
        (archive,) = Path(folder).glob("*.tar.gz")
        TARGET.mkdir(exist_ok=True)
        with tarfile.open(archive) as sources:
            root = archive.name.removesuffix(".tar.gz")
            members = {member.name.partition("/")[2]: member for member in sources.getmembers()}
            for name in FILES:
                content = sources.extractfile(members[name])
                if content is None:
                    sys.exit(f"{root} has no {name}")
                (TARGET / name).write_bytes(content.read())


if __name__ == "__main__":
    main()
