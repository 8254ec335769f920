from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from conformance.build import API_SERVER, SCHEDULER, build, cache_folder, module_lines, require_tools
from conformance.errors import BuildError, MissingToolsError
from linter.version import KubeVersion

if TYPE_CHECKING:
    from pathlib import Path

RELEASE = KubeVersion(1, 38, 2)
SOURCE = """module k8s.io/kubernetes

go 1.26.0

require (
	go.etcd.io/etcd/client/v3 v3.6.5
	k8s.io/api v0.0.0
)

replace (
	k8s.io/api => ./staging/src/k8s.io/api
	k8s.io/client-go v0.0.0 => ./staging/src/k8s.io/client-go
)
"""
# Answers as go does, and notes what it was asked.
GO = """#!/bin/sh
echo "$PWD: $*" >> "{log}"
case "$1 $2" in
"mod download") echo '{{"GoMod": "{source}"}}' ;;
"build "*) while [ "$1" != -o ]; do shift; done; echo built > "$2" ;;
esac
"""


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH that holds nothing but what a test puts there."""
    folder = tmp_path / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setattr("shutil.which", lambda name: str(folder / name) if (folder / name).exists() else None)
    return folder


def script(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def log(tools: Path, tmp_path: Path) -> Path:
    log, source = tmp_path / "go.log", tmp_path / "go.mod"
    source.write_text(SOURCE, encoding="utf-8")
    script(tools / "go", GO.format(log=log, source=source))
    return log


@pytest.mark.usefixtures("tools")
def test_all_missing_tools_are_named_at_once() -> None:
    with pytest.raises(MissingToolsError) as error:
        require_tools()
    assert str(error.value).splitlines() == [
        "These programs are needed and not on PATH:",
        "  go: the Go toolchain, which builds Kubernetes and asks for its releases: https://go.dev/dl/",
        "  openssl: it makes the key that service account tokens are signed with",
    ]


def test_programs_are_kept_where_caches_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "podplan" / "kubernetes"


def test_staging_modules_are_replaced_by_published_ones() -> None:
    assert list(module_lines(RELEASE, SOURCE)) == [
        "module build",
        "",
        "go 1.26.0",
        "",
        "require k8s.io/kubernetes v1.38.2",
        "",
        "replace (",
        "\tk8s.io/api => k8s.io/api v0.38.2",
        "\tk8s.io/client-go => k8s.io/client-go v0.38.2",
        ")",
    ]


def test_a_go_mod_of_another_form_is_refused() -> None:
    with pytest.raises(BuildError, match="does not name a version of Go"):
        list(module_lines(RELEASE, "module x"))


def test_parts_and_an_etcd_are_built_once(log: Path, tmp_path: Path) -> None:
    programs = build(RELEASE, [API_SERVER, SCHEDULER], tmp_path)
    folder = tmp_path / "1.38.2"
    assert programs.etcd == folder / "etcd"
    assert programs.parts == {API_SERVER: folder / API_SERVER, SCHEDULER: folder / SCHEDULER}
    assert all(program.read_text() == "built\n" for program in (programs.etcd, *programs.parts.values()))
    assert "go.etcd.io/etcd/server/v3 v3.6.5" in (folder / "src" / "etcd" / "go.mod").read_text()
    asked = log.read_text().splitlines()
    assert [line.partition(": ")[2].split()[0] for line in asked] == [
        "mod",
        "mod",
        "build",
        "mod",
        "build",
        "mod",
        "build",
    ]
    assert "-X k8s.io/component-base/version.gitVersion=v1.38.2" in asked[2]

    assert build(RELEASE, [API_SERVER, SCHEDULER], tmp_path) == programs
    assert log.read_text().splitlines() == asked


def test_an_etcd_on_the_path_is_taken(log: Path, tools: Path, tmp_path: Path) -> None:
    script(tools / "etcd", "")
    assert build(RELEASE, [API_SERVER], tmp_path).etcd == tools / "etcd"
    assert "src/etcd" not in log.read_text()


def test_what_go_says_of_a_failure_is_passed_on(tools: Path, tmp_path: Path) -> None:
    script(tools / "go", "#!/bin/sh\necho no such version >&2; exit 1\n")
    with pytest.raises(BuildError, match=r"go mod download failed in .*1\.38\.2:\nno such version"):
        build(RELEASE, [API_SERVER], tmp_path)
