"""Plans of what kustomizations build: each apply set by itself, and of a change only those that it touches."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from linter.cli.app import app
from linter.errors import UnreadableError

if TYPE_CHECKING:
    from pathlib import Path

WEB = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n"
    "    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: 'nginx:1.27'}]}\n"
)
FILES = {
    "base/kustomization.yaml": "resources: [web.yaml]\n",
    "base/web.yaml": WEB,
    "prod/kustomization.yaml": "resources: [../base]\nreplicas: [{name: web, count: 3}]\n",
    "staging/kustomization.yaml": "resources: [../base]\n",
    "other/plain.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n",
}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a git repository, which is the current folder."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path, FILES)
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.invalid"]
    for command in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "-m", "start"]):
        subprocess.run(["git", *identity, *command], check=True, capture_output=True)
    return tmp_path


def plan(*arguments: str, status: int = 0) -> Any:
    """Return the plan as JSON, and what is said on standard error."""
    done = CliRunner().invoke(app, ["plan", *arguments, "--format", "json"])
    assert done.exit_code == status, done.output
    return json.loads(done.stdout), done.stderr


def planned(value: Any) -> list[tuple[str | None, str, str, int]]:
    return [
        (each.get("apply_set"), each["name"], each["differences"][0]["field"], each["strategy"]["replicas"])
        for each in value["workloads"]
    ]


def test_a_changed_base_shows_in_every_kustomization_that_uses_it(folder: Path) -> None:
    write(folder, {"base/web.yaml": WEB.replace("1.27", "1.28")})
    value, said = plan("update", "--since", "HEAD")
    field = "spec.template.spec.containers[web].image"
    assert planned(value) == [("prod", "web", field, 3), ("staging", "web", field, 1)]
    assert said == "podplan: planned what 2 kustomizations build; --kustomize DIR plans one alone\n"


def test_kustomizations_that_a_change_does_not_touch_are_left_out(folder: Path) -> None:
    write(
        folder,
        {
            "prod/kustomization.yaml": FILES["prod/kustomization.yaml"]
            + "images: [{name: nginx, newTag: '2'}]\n"
        },
    )
    value, said = plan("update", "--since", "HEAD")
    assert [each[0] for each in planned(value)] == ["prod"]
    assert {each.get("apply_set") for each in value["changes"]} == {None, "prod"}
    assert said == "podplan: planned what prod builds; --kustomize DIR plans one alone\n"


def test_the_text_names_the_apply_set(folder: Path) -> None:
    write(folder, {"base/web.yaml": WEB.replace("1.27", "1.28")})
    done = CliRunner().invoke(app, ["plan", "update", "--since", "HEAD"])
    assert [line.split(" · ")[0] for line in done.stdout.splitlines() if line.startswith("Deployment")] == [
        "Deployment default/web (prod)",
        "Deployment default/web (staging)",
    ]


def test_a_kustomization_that_can_no_longer_be_built(folder: Path) -> None:
    write(folder, {"base/kustomization.yaml": "resources: [wbe.yaml]\n"})
    done = CliRunner().invoke(app, ["plan", "update", "--since", "HEAD"])
    assert done.exit_code == 1
    assert "base/kustomization.yaml:1:13: wbe.yaml does not exist." in str(done.exception)


def test_one_that_could_not_be_built_then_is_left_out(folder: Path) -> None:
    write(folder, {"base/kustomization.yaml": "resources: [wbe.yaml]\n"})
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.invalid"]
    subprocess.run(["git", *identity, "commit", "--quiet", "-am", "break"], check=True, capture_output=True)
    write(folder, {"base/kustomization.yaml": FILES["base/kustomization.yaml"]})
    value, said = plan("update", "--since", "HEAD")
    assert planned(value) == []
    assert "base/kustomization.yaml:1:13: wbe.yaml does not exist. prod is left out.\n" in said


def test_a_kustomization_that_is_new_or_gone(folder: Path) -> None:
    write(folder, {"new/kustomization.yaml": "resources: [../base]\n"})
    (folder / "staging" / "kustomization.yaml").unlink()
    value, _ = plan("update", "--since", "HEAD")
    assert [(each["apply_set"], each["change"]) for each in value["changes"] if "apply_set" in each] == [
        ("new", "created"),
        ("staging", "deleted"),
    ]


@pytest.mark.parametrize("path", ["prod", "prod/kustomization.yaml"])
def test_other_commands_take_a_kustomization(folder: Path, path: str) -> None:
    value, _ = plan("create", path)
    assert [(each["name"], each["strategy"]["replicas"]) for each in value["workloads"]] == [("web", 3)]


def test_from_one_kustomization_to_another(folder: Path) -> None:
    value, _ = plan("update", "staging", "prod")
    assert [(each["change"], each["name"]) for each in value["changes"]] == [("scale", "web")]


def test_who_names_a_file_means_the_file(folder: Path) -> None:
    value, _ = plan("create", "base/web.yaml")
    assert [(each["name"], each["strategy"]["replicas"]) for each in value["workloads"]] == [("web", 1)]


def test_several_kustomizations_in_a_folder(folder: Path) -> None:
    done = CliRunner().invoke(app, ["plan", "create", "."])
    assert "there are several kustomizations: prod, staging. Name one of them." in str(done.exception)


VARIABLES = {
    "plain.yaml": WEB.replace("spec:\n", "spec:\n  replicas: ${COUNT}\n", 1),
    "old.yaml": WEB.replace("1.27", "1.26"),
    "base/web.yaml": WEB.replace("spec:\n", "spec:\n  replicas: ${COUNT}\n", 1),
    "prod/kustomization.yaml": "resources: [../base]\n",
    "cluster.env": "COUNT=4\n",
}


@pytest.mark.parametrize(
    "arguments",
    [
        ("create", "plain.yaml"),
        ("create", "prod"),
        ("restart", "plain.yaml"),
        ("set-image", "plain.yaml", "web=nginx:1.25"),
        ("update", "old.yaml", "plain.yaml"),
        ("update", "--since", "HEAD", "."),
    ],
    ids=" ".join,
)
def test_variables_have_the_values_of_env_files(folder: Path, arguments: tuple[str, ...]) -> None:
    write(folder, VARIABLES)
    counts = {each["strategy"]["replicas"] for each in plan(*arguments)[0]["workloads"]}
    assert counts == {1}
    counts = {
        each["strategy"]["replicas"] for each in plan(*arguments, "--env-file", "cluster.env")[0]["workloads"]
    }
    assert counts == {4}


def test_a_plan_takes_the_env_files_of_the_configuration(folder: Path) -> None:
    write(folder, {**VARIABLES, ".podplan.yaml": "env-file: [cluster.env]\n"})
    value, _ = plan("create", "plain.yaml")
    assert [each["strategy"]["replicas"] for each in value["workloads"]] == [4]


def test_an_env_file_that_is_not_there_is_an_error(folder: Path) -> None:
    write(folder, VARIABLES)
    done = CliRunner().invoke(app, ["plan", "create", "plain.yaml", "--env-file", "gone.env"])
    assert isinstance(done.exception, UnreadableError)
    assert str(done.exception) == "gone.env: no such file or directory (variables)"
