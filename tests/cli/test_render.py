"""`podplan render`: what is printed, what is said of what cannot be, and the exit status."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from linter.loading.source import Source
from linter.loading.yaml.reader import read_documents

from .calling import call

CONFIG_MAP = """\
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings  # of the shop
data:
  level: info
"""
BUILT = """\
apiVersion: v1
data:
  level: debug
kind: ConfigMap
metadata:
  name: prod-settings
"""
STAGING = BUILT.replace("debug", "info").replace("prod-", "staging-")
FILES = {
    "shop/base/kustomization.yaml": "resources: [settings.yaml]\n",
    "shop/base/settings.yaml": CONFIG_MAP,
    "shop/overlays/prod/kustomization.yaml": """\
resources: [../../base]
namePrefix: prod-
patches:
- path: level.yaml
""",
    "shop/overlays/prod/level.yaml": CONFIG_MAP.replace("info", "debug"),
    "shop/overlays/staging/kustomization.yaml": "resources: [../../base]\nnamePrefix: staging-\n",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "root"
    root.mkdir()
    monkeypatch.chdir(root)
    write(root, FILES)
    return root


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


def render(*arguments: str, stdin: bytes = b"", status: int = 0) -> tuple[str, list[str]]:
    """Return what is printed, and the lines of standard error."""
    done = call("render", *arguments, stdin=stdin)
    assert done.returncode == status, done.stderr
    return done.stdout, done.stderr.splitlines()


# --- kustomizations ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "shop/overlays/prod",
        "shop/overlays/prod/",
        "shop/overlays/prod/kustomization.yaml",
        "shop/overlays/p*",
    ],
)
def test_a_kustomization_is_built(path: str) -> None:
    assert render(path) == (BUILT, [])


def test_a_kustomization_of_the_current_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".git").mkdir()
    monkeypatch.chdir(folder / "shop/overlays/prod")
    for path in (".", "kustomization.yaml", str(folder / "shop/overlays/prod")):
        assert render(path) == (BUILT, [])


def test_the_source_of_each_value_is_shown_as_seen_from_the_current_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".git").mkdir()
    monkeypatch.chdir(folder / "shop/overlays")
    printed, _ = render("--source", "prod")
    assert printed == (
        "apiVersion: v1  # ../base/settings.yaml:1\n"
        "data:\n"
        "  level: debug  # prod/level.yaml:6\n"
        "kind: ConfigMap  # ../base/settings.yaml:2\n"
        "metadata:\n"
        "  name: prod-settings  # prod/kustomization.yaml:2\n"
    )


def test_the_document_shows_what_is_printed() -> None:
    shown = (Path(__file__).parents[2] / "docs/render.md").read_text("utf-8")
    printed, _ = render("--source", "shop/overlays/prod")
    assert f"$ podplan render --source shop/overlays/prod\n{printed}```\n" in shown


def test_below_a_folder_those_are_built_that_no_other_uses() -> None:
    assert render(".") == (f"# shop/overlays/prod\n{BUILT}---\n# shop/overlays/staging\n{STAGING}", [])


def test_what_is_named_is_built_even_if_others_use_it() -> None:
    printed, _ = render("shop/base", "shop/overlays/prod", "shop/base")
    assert printed == BUILT.replace("prod-", "").replace("debug", "info") + "---\n" + BUILT


def test_a_kustomization_that_builds_nothing_leaves_no_trace(folder: Path) -> None:
    write(folder, {"none/kustomization.yaml": "resources: []\n"})
    assert render("none", "shop/overlays/prod") == (BUILT, [])


@pytest.mark.parametrize(
    ("kustomization", "message"),
    [
        ("resources:\n- gone.yaml\n", "a/kustomization.yaml:2:3: gone.yaml does not exist."),
        (
            "resources:\n- https://example.com/x?ref=v1\n",
            "a/kustomization.yaml:2:3: https://example.com/x?ref=v1 lies elsewhere, and nothing is fetched.",
        ),
        ("resources: [../shop/base, broken.yaml]\n", "a/broken.yaml:3:1: "),
        ("resources: [\n", "a/kustomization.yaml:2:1: "),
        ("", "a/kustomization.yaml:1:1: "),
        (f"resources: [{'x' * 5000}]\n", "a/kustomization.yaml:1:13: "),
        ('resources: ["x\\0y"]\n', "a/kustomization.yaml:1:13: "),
        ("helmCharts: [{name: x}]\n", "a/kustomization.yaml:1:"),
        ("resources: [../a]\n", "a/kustomization.yaml:1:13: "),
        (
            "resources: [../../outside]\n",
            "a/kustomization.yaml:1:13: ../../outside lies outside of the repository (without git: of the current folder).",
        ),
        (
            "configMapGenerator:\n- name: a\n  files: [link]\n",
            "a/kustomization.yaml:3:11: link lies outside of the repository (without git: of the current folder).",
        ),
    ],
)
def test_what_cannot_be_built_is_said_with_its_place(folder: Path, kustomization: str, message: str) -> None:
    write(folder, {"a/kustomization.yaml": kustomization, "a/broken.yaml": "a: b\nc: [\n"})
    write(folder.parent, {"outside/kustomization.yaml": "namePrefix: x\n", "outside/secret": "x"})
    (folder / "a/link").symlink_to(folder.parent / "outside/secret")
    printed, errors = render("a", "shop/overlays/prod", status=3)
    assert printed == BUILT
    (error,) = errors
    assert error.startswith(f"podplan: {message}")
    assert error.endswith(" Not built: a.")


def test_one_mistake_in_several_builds_is_said_once(folder: Path) -> None:
    write(folder, {"shop/base/kustomization.yaml": "resources: [setings.yaml]\n"})
    printed, (error,) = render(".", status=3)
    assert printed == ""
    message, _, builds = error.partition(" Not built: ")
    assert message == "podplan: shop/base/kustomization.yaml:1:13: setings.yaml does not exist."
    assert builds == "shop/overlays/prod, shop/overlays/staging."


def test_kustomizations_that_use_one_another_are_refused(folder: Path) -> None:
    write(
        folder,
        {"c/a/kustomization.yaml": "resources: [../b]\n", "c/b/kustomization.yaml": "resources: [../a]\n"},
    )
    printed, errors = render("c", status=3)
    assert printed == ""
    assert [error.rpartition(" Not built: ")[2] for error in errors] == ["c/a."]


def test_outside_of_a_repository_and_of_the_current_folder_nothing_else_is_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "elsewhere").mkdir()
    monkeypatch.chdir(folder / "elsewhere")
    assert render("../shop/base")[0] == BUILT.replace("prod-", "").replace("debug", "info")
    _, errors = render("../shop/overlays/prod", status=3)
    assert errors[0].startswith(
        "podplan: ../shop/overlays/prod/kustomization.yaml:1:13: ../../base lies outside"
    )


# --- manifests -----------------------------------------------------------------------------------------------------

PLAIN = f"{CONFIG_MAP}---\n# second\n{CONFIG_MAP}"


def test_manifests_are_printed_as_they_are(folder: Path) -> None:
    write(
        folder, {"plain/a.yaml": PLAIN, "plain/b.yaml": f"---\n{CONFIG_MAP}", "plain/values.yaml": "a: 1\n"}
    )
    assert render("plain") == (f"{PLAIN}---\n{CONFIG_MAP}", [])
    assert render("plain/b.yaml", "plain/a.yaml") == (f"---\n{CONFIG_MAP}---\n{PLAIN}", [])
    assert render("-", stdin=PLAIN.rstrip().encode()) == (PLAIN, [])


def test_the_lines_of_manifests(folder: Path) -> None:
    write(folder, {"a.yaml": PLAIN})
    printed, _ = render("--source", "a.yaml")
    assert printed.partition("---\n")[2] == (
        "apiVersion: v1  # a.yaml:9\n"
        "data:\n"
        "  level: info  # a.yaml:14\n"
        "kind: ConfigMap  # a.yaml:10\n"
        "metadata:\n"
        "  name: settings  # a.yaml:12\n"
    )


def test_json_becomes_yaml(folder: Path) -> None:
    write(folder, {"a.json": '{"kind": "A", "apiVersion": "v1"}\n{"kind": "B", "apiVersion": "v1"}'})
    assert render("a.json")[0] == "apiVersion: v1\nkind: A\n---\napiVersion: v1\nkind: B\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [\n", "a.yaml:2:1: "),
        ("kind: A\nkind: B\n", "a.yaml:2:1: "),
        (f"{CONFIG_MAP}---\n- a\n", "a.yaml:8:1: The document is not an object"),
        ("# nothing\n", "a.yaml:1:1: There is no object in this file"),
    ],
)
def test_what_is_not_a_manifest_is_refused(folder: Path, text: str, message: str) -> None:
    write(folder, {"a.yaml": text})
    printed, errors = render("a.yaml", "shop/overlays/prod", status=3)
    assert printed == BUILT
    assert [error.startswith(f"podplan: {message}") for error in errors] == [True], errors


def test_templates_are_left_out_of_a_folder_and_refused_where_they_are_named(folder: Path) -> None:
    write(
        folder,
        {
            "a/template.yaml": "{{- if .Values.on }}\nkind: A\napiVersion: v1\n{{- end }}\n",
            "a/b.yaml": CONFIG_MAP,
        },
    )
    assert render("a") == (CONFIG_MAP, [])
    printed, (error,) = render("a/template.yaml", status=3)
    assert printed == ""
    assert error.startswith("podplan: a/template.yaml: Helm template")


@pytest.mark.parametrize(("path", "why"), [("gone", "does not exist"), ("g*", "matches no file")])
def test_what_is_not_there(path: str, why: str) -> None:
    assert render(path, status=3) == ("", [f"podplan: {path}: {why}"])


# --- the command line ----------------------------------------------------------------------------------------------


def test_a_path_is_needed() -> None:
    _, errors = render(status=2)
    assert errors[-1] == "Error: Missing argument 'PATH...'."


def test_a_reader_that_has_enough_is_no_error(folder: Path) -> None:
    write(folder, {"a.yaml": CONFIG_MAP + "".join(f"  key{number}: x\n" for number in range(20_000))})
    process = subprocess.Popen(
        [sys.executable, "-m", "linter", "render", "a.yaml", "shop"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == b"apiVersion: v1\n"
    process.stdout.close()
    assert (process.stderr.read(), process.wait()) == (b"", 0)
    process.stderr.close()


def test_programs_get_utf_8_whatever_the_terminal_speaks(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, {"a.yaml": CONFIG_MAP.replace("info", "größer ☃ 😀")})
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    done = subprocess.run(
        [sys.executable, "-m", "linter", "render", "a.yaml"], capture_output=True, check=True
    )
    (document,) = read_documents(Source("-", done.stdout.decode("utf-8")))
    assert document.value["data"] == {"level": "größer ☃ 😀"}
