"""Which files are read, and which are skipped with a reason."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from linter.loading.default_excludes import Search
from linter.loading.discovery import Skipped, read_all
from linter.loading.limits import DEFAULT
from linter.loading.repository import LEADS_OUT
from linter.loading.source import Source, Unreadable
from linter.loading.templates import skip_reason


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(path: Path, text: str = "a: 1\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def names(*paths: str) -> list[str]:
    return [each.name for each in read_all(paths)]


def test_a_folder_gives_what_is_below_it_in_a_stable_order(project: Path) -> None:
    for name in ("b.yaml", "a.yml", "c.json", "d.txt", "sub/e.YAML", ".hidden/f.yaml", "node_modules/g.yaml"):
        write(project / name)
    assert names(".") == ["a.yml", "b.yaml", "c.json", "sub/e.YAML"]


def test_files_and_globs_and_no_file_twice(project: Path) -> None:
    for name in ("x/a.yaml", "x/y/b.yaml", "c.yaml", "noending"):
        write(project / name)
    assert names("**/*.yaml") == ["c.yaml", "x/a.yaml", "x/y/b.yaml"]
    assert names("x", "x/a.yaml", "./x/../c.yaml", "c.yaml") == ["x/a.yaml", "x/y/b.yaml", "x/../c.yaml"]
    assert names("noending") == ["noending"]


def test_a_file_whose_name_looks_like_a_glob(project: Path) -> None:
    write(project / "[a].yaml")
    assert names("[a].yaml") == ["[a].yaml"]


@pytest.mark.parametrize("path", ["gone.yaml", "*.none", "a\0b", "x" * 5000])
def test_what_does_not_exist_is_unreadable(project: Path, path: str) -> None:
    (found,) = read_all([path])
    assert isinstance(found, Unreadable)
    assert found.message


def test_what_cannot_be_read_is_told_once_however_many_paths_lead_to_it(project: Path) -> None:
    (project / "x").mkdir()
    (project / "x" / "dangling.yaml").symlink_to("gone")
    os.mkfifo(project / "x" / "pipe.yaml")
    told = ["x/dangling.yaml", "x/pipe.yaml"]
    assert names("x", *told) == told
    assert names(*told, "./x", "x") == told


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_no_permission(project: Path) -> None:
    write(project / "a.yaml").chmod(0)
    (found,) = read_all(["a.yaml"])
    assert found == Unreadable("a.yaml", "permission denied")


def test_special_files_and_link_loops_do_not_hang(project: Path) -> None:
    os.mkfifo(project / "pipe.yaml")
    (project / "loop").symlink_to(project)
    (project / "itself.yaml").symlink_to("itself.yaml")
    (project / "dangling.yaml").symlink_to(project / "gone")
    (project / "folder.yaml").mkdir()
    (project / "linked.yaml").symlink_to("folder.yaml")
    (project / ".#a.yaml").symlink_to("me@host.1:2")
    write(project / "a.yaml")
    assert [found if isinstance(found, Unreadable) else found.name for found in read_all(["."])] == [
        "a.yaml",
        Unreadable("dangling.yaml", "is a link that leads nowhere"),
        Unreadable("itself.yaml", "too many levels of symbolic links"),
        Unreadable("pipe.yaml", "is not a regular file"),
    ]
    (found,) = read_all(["pipe.yaml"])
    assert found == Unreadable("pipe.yaml", "is not a regular file")


@pytest.mark.parametrize("paths", [["."], ["k8s"], ["k8s/*.yaml"], ["k8s/out.yaml", "k8s/git.yaml"]])
@pytest.mark.parametrize("with_git", [True, False])
def test_links_that_lead_out_of_the_repository_are_not_followed(
    paths: list[str], *, with_git: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "repository"
    root.mkdir()
    monkeypatch.chdir(root)
    (tmp_path / "secret.yaml").write_text("a: 1\n")
    write(root / "shared/in.yaml")
    (root / ".git").mkdir()
    (root / ".git/config").write_text("a: 1\n")
    if not with_git:
        (root / ".git").rename(root / "folder")
    (root / "k8s").mkdir()
    (root / "k8s/in.yaml").symlink_to("../shared/in.yaml")
    (root / "k8s/out.yaml").symlink_to(tmp_path / "secret.yaml")
    (root / "k8s/git.yaml").symlink_to("../.git/config" if with_git else tmp_path / "secret.yaml")
    refused = {found.name for found in read_all(paths) if found == Unreadable(found.name, LEADS_OUT)}
    read = {found.path for found in read_all(paths) if isinstance(found, Source)}
    assert refused == {"k8s/out.yaml", "k8s/git.yaml"}
    assert read <= {Path("k8s/in.yaml"), Path("shared/in.yaml")}
    # What lies elsewhere by its name is what the user wants.
    assert [type(found) for found in read_all(["../secret.yaml"])] == [Source]


def test_a_folder_that_leads_out_of_the_repository_is_not_entered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "repository"
    (root / ".git").mkdir(parents=True)
    write(tmp_path / "elsewhere/a.yaml")
    (root / "k8s").symlink_to("../elsewhere")
    monkeypatch.chdir(root)
    assert list(read_all(["k8s"])) == [Unreadable("k8s", LEADS_OUT)]
    assert list(read_all(["k8s/a.yaml"])) == [Unreadable("k8s/a.yaml", LEADS_OUT)]
    assert list(read_all(["k8?"])) == [Unreadable("k8s", LEADS_OUT)]


def test_a_name_that_is_not_utf8(project: Path) -> None:
    path = os.fsencode(project) + b"/\xff.yaml"
    with open(path, "w") as file:  # noqa: PTH123  a bytes path
        file.write("a: 1\n")
    (found,) = read_all(["."])
    assert isinstance(found, Source)
    assert found.name == "\\xff.yaml"


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a: {{ b }}\n")))
    (found,) = read_all(["-"])
    assert isinstance(found, Source)
    assert (found.name, found.text) == ("-", "a: {{ b }}\n")


MANIFEST = "apiVersion: v1\nkind: Service\n"


@pytest.mark.parametrize(
    ("files", "name", "reason"),
    [
        ({}, "a.yaml", None),
        ({"chart/Chart.yaml": ""}, "chart/templates/sub/a.yaml", None),
        ({}, "kustomization.yaml", "Kustomize configuration"),
        ({"Chart.yaml": ""}, "Chart.yaml", "Helm chart"),
        ({"Chart.yaml": ""}, "values-prod.yaml", "Helm chart"),
        ({}, "values.yaml", None),
        ({"kustomization.yaml": "patches: [{path: p/a.yaml}]"}, "p/a.yaml", "Kustomize patch"),
        ({"kustomization.yml": "patchesStrategicMerge: [./a.yaml]"}, "a.yaml", "Kustomize patch"),
        ({"o/kustomization.yaml": "patches: [{path: ../base/a.yaml}]"}, "base/a.yaml", None),
        ({"kustomization.yaml": "resources: [a.yaml]"}, "a.yaml", None),
        ({"kustomization.yaml": "patches: ["}, "a.yaml", None),
        ({"kustomization.yaml": "patches: text"}, "a.yaml", None),
    ],
)
def test_what_is_skipped(project: Path, files: dict[str, str], name: str, reason: str | None) -> None:
    for file, text in files.items():
        write(project / file, text)
    path = write(project / name, files.get(name, MANIFEST))
    said = skip_reason(Source(name, path.read_text(), file=str(path)))
    assert (said is None) == (reason is None)
    assert reason is None or (said or "").startswith(reason)


@pytest.mark.parametrize(
    ("name", "text", "skipped"),
    [
        ("chart/templates/a.yaml", "kind: {{ .Values.kind }}\n", True),
        ("a.yaml", "{{- if .Values.on }}\nkind: Service\n{{- end }}\n", True),
        ("a.yaml", "note: {{ .Values.note }}\n", False),
        ("a.yaml", "note: '{{ not a template }}'\n", False),
        ("a.yaml", "alert: |\n  {{ range .Alerts }}x{{ end }}\n", False),
        ("a.yaml", "#@ load('@ytt:data')\nname: #@ data.name\n", True),
    ],
)
def test_helm_templates(project: Path, name: str, text: str, *, skipped: bool) -> None:
    write(project / "chart/Chart.yaml", "")
    path = write(project / name, text)
    found = next(iter(read_all([str(path)])))
    assert isinstance(found, Skipped) == skipped


@pytest.mark.parametrize(
    ("folder", "content"),
    [
        ("vendor", "vendored files"),
        ("a/third_party", "vendored files"),
        ("pkg/health/testdata", "fixtures of tests"),
        ("test-fixtures", "fixtures of tests"),
        ("Tests", "tests"),
        ("e2e", "tests"),
        ("integration-tests", "tests"),
    ],
)
def test_folders_that_are_left_out_by_default(project: Path, folder: str, content: str) -> None:
    write(project / folder / "deep" / "a.yaml")
    write(project / "b.yaml")
    reason = f"{content}, left out by default (name the folder, or --include it)"
    assert [each for each in read_all(["."]) if isinstance(each, Skipped)] == [
        Skipped(f"{folder}/", reason, by_default=True)
    ]
    assert names("b.yaml", f"{folder}/deep/a.yaml") == ["b.yaml", f"{folder}/deep/a.yaml"]
    assert names(folder) == [f"{folder}/deep/a.yaml"]
    assert [each.name for each in read_all(["."], search=Search(default_excludes=False))] == [
        "b.yaml",
        f"{folder}/deep/a.yaml",
    ]


def test_a_named_folder_of_tests_is_searched_with_all_in_it(project: Path) -> None:
    write(project / "tests/fixtures/vendor/a.yaml")
    assert names("tests") == ["tests/fixtures/vendor/a.yaml"]


@pytest.mark.parametrize(
    "folders",
    [
        ("overlays/test",),
        ("environments/test",),
        ("test", "prod"),
        ("k8s/testing", "k8s/Staging"),
        ("latest",),
    ],
)
def test_a_stage_of_that_name_is_searched(project: Path, folders: tuple[str, ...]) -> None:
    for folder in folders:
        write(project / folder / "a.yaml")
    assert names(".") == sorted(f"{folder}/a.yaml" for folder in folders)


def test_included_files_of_folders_that_are_left_out(project: Path) -> None:
    for name in (
        "tests/a.yaml",
        "tests/smoke/b.yaml",
        "tests/smoke/fixtures/c.yaml",
        "vendor/d.yaml",
        "e.yaml",
    ):
        write(project / name)
    search = Search(include=("tests/smoke/",), root=project)
    found = [each.name for each in read_all(["."], search=search) if isinstance(each, Source)]
    assert found == ["e.yaml", "tests/smoke/b.yaml", "tests/smoke/fixtures/c.yaml"]


def test_links_to_files_and_folders_read_nothing_twice(project: Path) -> None:
    write(project / "a" / "x.yaml")
    (project / "b.yaml").symlink_to(project / "a" / "x.yaml")
    (project / "c").symlink_to(project / "a")
    assert names(".") == ["b.yaml"]
    assert names("c", ".") == ["c/x.yaml"]


def test_a_suffix_alone_is_a_hidden_file(project: Path) -> None:
    write(project / ".yaml")
    write(project / ".a.yaml")
    assert names(".") == [".a.yaml"]


def test_a_kustomization_that_changes_is_read_anew(project: Path) -> None:
    write(project / "kustomization.yaml", "patches: [{path: a.yaml}]")
    write(project / "a.yaml", MANIFEST)
    assert all(isinstance(each, Skipped) for each in read_all(["."]))
    write(project / "kustomization.yaml", "resources: [a.yaml]")
    assert [isinstance(each, Skipped) for each in read_all(["."])] == [False, True]


def test_a_patch_is_found_by_detours(project: Path) -> None:
    write(project / "o" / "kustomization.yaml", "patches: [{path: ./p/../a.yaml}]")
    write(project / "o" / "a.yaml", MANIFEST)
    (found,) = read_all(["o/../o/a.yaml"])
    assert isinstance(found, Skipped)


def test_a_file_larger_than_allowed_is_not_read(project: Path) -> None:
    write(project / "a.yaml", "a: 12345\n")
    (large,) = read_all(["a.yaml"], limits=DEFAULT._replace(file_bytes=8))
    (fitting,) = read_all(["a.yaml"], limits=DEFAULT._replace(file_bytes=9))
    assert isinstance(large, Source)
    assert isinstance(fitting, Source)
    assert (large.text, fitting.text) == ("", "a: 12345\n")


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="a file of unknown size is needed")  # noqa: PTH110  a string is enough
def test_a_file_whose_size_the_system_does_not_tell() -> None:
    (found,) = read_all(["/proc/self/status"])
    assert isinstance(found, Source)
    assert found.text.startswith("Name:")


def test_sources_are_keys_of_tables() -> None:
    assert {Source("a", "b"): 1}[Source("a", "b")] == 1
