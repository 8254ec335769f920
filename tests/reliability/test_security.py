"""Nothing from a manifest, configuration or repository is executed or fetched, and nothing is written."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from linter.cli.lint.request import FORMATS
from linter.cli.main import guarded as run
from linter.cli.plan.request import FORMATS as PLAN_FORMATS

from .running import DEPLOYMENT, SERVICE, UNKNOWN_FIELD, podplan
from .strategies import recorded_scenarios, recorded_texts

if TYPE_CHECKING:
    from pathlib import Path


# --- nothing is executed, nothing is fetched -----------------------------------------------------------------------

# Stops at every event of Python's audit hooks (https://docs.python.org/3/library/audit_events.html) that leaves the process.
GUARD = """
import json, os, sys
LEAVES = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "pty.", "webbrowser.", "urllib.",
          "ftplib.", "http.", "smtplib.", "ctypes.", "os.startfile", "shutil.", "tempfile.", "sqlite3.", "os.remove", "os.rename", "os.rmdir",
          "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.chown", "os.kill")
def guard(event, arguments):
    if event.startswith(LEAVES):
        raise RuntimeError(f"leaves the process: {event} {arguments}")
    if event == "open" and isinstance(arguments[0], (str, bytes)) and arguments[2] & (os.O_WRONLY | os.O_RDWR):
        raise RuntimeError(f"writes: {arguments}")
from linter.cli.main import guarded
sys.addaudithook(guard)
print(json.dumps([guarded(each) for each in json.loads(sys.argv[1])]))
"""


def guarded(*commands: list[str], cwd: Path) -> tuple[list[int], str, str]:
    """Run several commands in one process; return their exit statuses, what was written, and what was said."""
    # Python itself writes .pyc files; nothing else may be written.
    done = subprocess.run(
        [sys.executable, "-B", "-c", GUARD, json.dumps(commands)], cwd=cwd, capture_output=True, text=True, check=False, timeout=120
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    out, _, statuses = done.stdout.rstrip("\n").rpartition("\n")
    return json.loads(statuses), out, done.stderr


ACTIVE = """\
a: !!python/object/apply:os.system ["touch executed"]
---
!!python/object/new:subprocess.Popen [["touch", "executed"]]
---
apiVersion: v1
kind: Service
metadata: {name: !!python/name:os.system , annotations: {a: !!js/function "x", b: !include /etc/passwd, c: "$(touch executed)", d: "`touch executed`"}}
spec: {externalName: "http://127.0.0.1:1/", type: ExternalName}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  group: example.com
  names: {kind: Thing, plural: things}
  scope: Namespaced
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {a: {"$ref": "http://127.0.0.1:1/x"}}}}}
---
apiVersion: example.com/v1
kind: Thing
metadata: {name: a}
a: {b: 1}
---
{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "$schema": "http://127.0.0.1:1/", "data": {"a": "{{ 7*7 }}"}}
"""


def test_linting_neither_executes_nor_fetches_nor_writes(tmp_path: Path) -> None:
    (tmp_path / "active.yaml").write_text(ACTIVE)
    for number, text in enumerate(recorded_texts()[::160]):
        (tmp_path / f"{number}.yaml").write_text(text)
    before = sorted(tmp_path.iterdir())
    commands = [
        [
            "lint",
            "--no-cache",
            "--jobs",
            "1",
            "--select",
            "api,wiring,rollout,practice",
            "--format",
            form,
            ".",
        ]
        for form in FORMATS
    ]
    statuses, _, said = guarded(*commands, ["lint", "--no-cache", "--diff", "."], cwd=tmp_path)
    assert statuses == [1] * (len(FORMATS) + 1)
    assert "leaves the process" not in said
    assert sorted(tmp_path.iterdir()) == before


def test_planning_neither_executes_nor_fetches_nor_writes(tmp_path: Path) -> None:
    (tmp_path / "scenarios.jsonl").write_text("\n".join(map(json.dumps, recorded_scenarios()[::10])))
    (tmp_path / "a.yaml").write_text(DEPLOYMENT)
    (tmp_path / "b.yaml").write_text(DEPLOYMENT.replace("web:1", "$(touch executed)"))
    (tmp_path / "active.yaml").write_text(ACTIVE)
    before = sorted(tmp_path.iterdir())
    commands = [["plan", "scenario", "scenarios.jsonl", "--format", form] for form in PLAN_FORMATS]
    commands += [["plan", "update", "a.yaml", "b.yaml", "--format", form] for form in PLAN_FORMATS]
    commands += [["plan", "create", "active.yaml"]]
    statuses, out, said = guarded(*commands, cwd=tmp_path)
    assert set(statuses) <= {0, 1, 3}
    assert "leaves the process" not in said
    assert "$(touch executed)" in out
    assert sorted(tmp_path.iterdir()) == before


def test_the_guard_sees_what_it_must_not_let_pass(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SERVICE)
    commands = [
        ["lint", "--no-cache", "--since", "HEAD", "a.yaml"],
        ["lint", "--no-cache", "--format", "json=out", "a.yaml"],
        ["lint", "a.yaml"],
    ]
    statuses, _, said = guarded(*commands, cwd=tmp_path)
    assert statuses == [70, 70, 70]
    assert "leaves the process: subprocess.Popen" in said
    assert said.count("RuntimeError: leaves the process: ") == len(commands)
    assert not (tmp_path / "out").exists()


def test_python_rules_beside_the_manifests_are_not_run(tmp_path: Path) -> None:
    (tmp_path / "podplan.yaml").write_text("python-rules: [evil]\n")
    (tmp_path / "evil.py").write_text("open('executed', 'w')\n")
    (tmp_path / "a.yaml").write_text(SERVICE)
    for arguments in (("lint", "."), ("config", "."), ("rules",), ("plan", "create", "a.yaml")):
        done = podplan(*arguments, cwd=tmp_path)
        assert not (tmp_path / "executed").exists(), arguments
    assert b"add --config" in podplan("lint", ".", cwd=tmp_path).stderr
    assert done.returncode in {0, 1, 2}
    # Named explicitly, they are.
    podplan("lint", ".", "--config", "podplan.yaml", cwd=tmp_path)
    assert (tmp_path / "executed").exists()


def test_modules_beside_the_manifests_are_not_imported(tmp_path: Path) -> None:
    """`python -m` looks for modules in the current folder first; the installed command does not."""
    for name in ("json", "yaml", "rules", "schemas", "jsonschema", "sitecustomize", "click"):
        (tmp_path / f"{name}.py").write_text("open('executed', 'w')\n")
    (tmp_path / "a.yaml").write_text(SERVICE)
    program = "import sys; sys.path[:] = [each for each in sys.path if each]; sys.argv[0] = 'podplan'\n"
    program += "from linter.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-P", "-c", program, "lint", "."], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert not (tmp_path / "executed").exists()


# --- git -----------------------------------------------------------------------------------------------------------


def git(folder: Path, *arguments: str) -> None:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "a.yaml").write_text(DEPLOYMENT)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "a.yaml")
    git(tmp_path, "commit", "-q", "-m", "first")
    (tmp_path / "a.yaml").write_text(DEPLOYMENT.replace("web:1", "web:2"))
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("kustomize", "helm"):
        (programs / name).write_text(RENDERER)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


SINCE = [
    ("lint", "--since"),
    ("plan", "update", "--since"),
    ("lint", "--kustomize", ".", "--since"),
    ("plan", "update", "--kustomize", ".", "--since"),
    ("plan", "update", "--helm", ".", "--since"),
]
RENDERER = '#!/bin/sh\nfor last; do :; done\nexec cat "$last/a.yaml"\n'
"""In place of kustomize and helm: it writes what stands in the folder that it was given last."""


REVISIONS = ["--output=executed", "-oexecuted", "--help", "--upload-pack=touch executed", "--exec=touch executed", "-c",
             "HEAD\n--output=executed", "$(touch executed)", ":(exclude)*", "HEAD:a.yaml", "@{u}", "..", "/etc/passwd", ""]  # fmt: skip


@pytest.mark.parametrize("command", SINCE, ids=" ".join)
def test_revisions_are_never_options(
    command: tuple[str, ...],
    repository: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(repository)
    before = {path.name for path in repository.iterdir()}
    for revision in REVISIONS:
        assert run([*command, revision]) == 2, revision
        assert "revision" in capsys.readouterr().err, revision
    assert {path.name for path in repository.iterdir()} == before


@pytest.mark.parametrize("command", SINCE, ids=" ".join)
def test_nothing_that_a_repository_configures_is_run(command: tuple[str, ...], repository: Path) -> None:
    trap = repository / "trap"
    trap.write_text(f"#!/bin/sh\ntouch '{repository}/executed'\ncat\n")
    trap.chmod(0o755)
    hooks = repository / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for hook in (
        "post-checkout",
        "post-index-change",
        "fsmonitor-watchman",
        "pre-auto-gc",
        "reference-transaction",
    ):
        (hooks / hook).symlink_to(trap)
    settings = {
        "core.fsmonitor": trap,
        "core.hooksPath": hooks,
        "core.pager": trap,
        "core.editor": trap,
        "core.sshCommand": trap,
        "diff.external": trap,
        "diff.trap.command": trap,
        "diff.trap.textconv": trap,
        "pager.diff": trap,
        "gpg.program": trap,
        "log.showSignature": "true",
        "filter.trap.clean": trap,
        "filter.trap.smudge": trap,
        "filter.trap.required": "true",
        "filter.other = 1.process": trap,
    }  # fmt: skip
    for name, value in settings.items():
        git(repository, "config", name, str(value))
    (repository / ".gitattributes").write_text("*.yaml diff=trap filter=trap\n*.yml filter=other\n")
    done = podplan(*command, "HEAD", cwd=repository)
    assert done.returncode == 0, done.stderr.decode()
    assert not (repository / "executed").exists()


def trap_of(repository: Path) -> Path:
    """Return a program that leaves a trace in the repository."""
    trap = repository / "trap"
    trap.write_text(f"#!/bin/sh\ntouch '{repository}/executed'\ncat\n")
    trap.chmod(0o755)
    return trap


@pytest.mark.parametrize("command", SINCE, ids=" ".join)
def test_no_filter_that_only_smudges_is_run(command: tuple[str, ...], repository: Path) -> None:
    """`git archive` smudges what it writes, and a driver may have nothing but a smudge command."""
    (repository / ".gitattributes").write_text("* filter=trap\n")
    git(repository, "add", ".gitattributes")
    git(repository, "commit", "-q", "-m", "attributes")
    git(repository, "config", "filter.trap.smudge", str(trap_of(repository)))
    done = podplan(*command, "HEAD", cwd=repository)
    assert done.returncode == 0, done.stderr.decode()
    assert not (repository / "executed").exists()


@pytest.mark.parametrize("command", SINCE, ids=" ".join)
def test_no_filter_of_a_submodule_is_run(command: tuple[str, ...], repository: Path) -> None:
    """To tell whether a submodule has changed, git compares its files, with the filters that its own configuration names."""
    origin = repository / "origin"
    origin.mkdir()
    (origin / "b.yaml").write_text(SERVICE)
    (origin / ".gitattributes").write_text("*.yaml filter=trap\n")
    git(origin, "init", "-q")
    git(origin, "add", "-A")
    git(origin, "commit", "-q", "-m", "first")
    git(repository, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(origin), "sub")
    git(repository, "commit", "-q", "-m", "submodule")
    git(repository / "sub", "config", "filter.trap.clean", str(trap_of(repository)))
    (repository / "sub" / "b.yaml").write_text(SERVICE.replace("clusterIP", "type"))  # as long as before
    for setting in ("diff.submodule=diff", "submodule.recurse=true", "status.submoduleSummary=true"):
        git(repository, "config", *setting.split("="))
    done = podplan(*command, "HEAD", cwd=repository)
    assert b"executed" not in done.stderr
    assert not (repository / "executed").exists()


@pytest.mark.parametrize("command", SINCE, ids=" ".join)
def test_no_embedded_bare_repository_is_taken_for_the_repository(
    command: tuple[str, ...], repository: Path
) -> None:
    """A folder of the work tree can look like a bare repository, with a configuration that names programs."""
    embedded = repository / "k8s"
    git(repository, "clone", "-q", "--bare", str(repository), str(embedded))
    for name in ("core.fsmonitor", "core.sshCommand", "filter.trap.clean", "filter.trap.smudge"):
        git(embedded, "config", name, str(trap_of(repository)))
    git(embedded, "config", "core.bare", "false")
    git(embedded, "config", "core.worktree", str(repository))
    (embedded / "a.yaml").write_text(DEPLOYMENT)
    done = podplan(*command, "HEAD", cwd=embedded)
    assert done.returncode == 2
    assert b"safe.bareRepository" in done.stderr
    assert not (repository / "executed").exists()


@pytest.mark.parametrize("command", SINCE, ids=" ".join)
def test_what_a_partial_clone_lacks_is_not_fetched(command: tuple[str, ...], repository: Path) -> None:
    git(repository, "config", "uploadpack.allowFilter", "true")
    partial = repository / "partial"
    git(
        repository, "clone", "-q", "--filter=blob:none", "--no-checkout", f"file://{repository}", str(partial)
    )
    # The program that a lazy fetch would run.
    git(partial, "config", "protocol.ext.allow", "always")
    git(partial, "config", "remote.origin.url", f"ext::sh -c touch% {repository}/executed")
    (partial / "a.yaml").write_text(DEPLOYMENT)
    done = podplan(*command, "HEAD", cwd=partial)
    assert done.returncode == 2
    assert b"partial clone" in done.stderr
    assert not (repository / "executed").exists()


@pytest.mark.parametrize("option", ["--kustomize", "--helm"])
def test_no_folder_is_an_option_of_what_renders_it(option: str, repository: Path) -> None:
    folder = repository / "--post-renderer=touch"
    folder.mkdir()
    (folder / "a.yaml").write_text(UNKNOWN_FIELD)
    done = podplan("lint", "--no-cache", f"{option}={folder.name}", "--format", "json", cwd=repository)
    assert [each["rule"] for each in json.loads(done.stdout)["findings"]] == ["unknown-field"]


# --- paths ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["sarif", "gitlab", "github"])
def test_paths_in_reports_stay_inside_the_project(form: str, tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / ".git").mkdir(parents=True)
    (project / "k8s").mkdir()
    bad = SERVICE.replace("clusterIP", "typo: 1, clusterIP")
    (project / "k8s/in.yaml").write_text(bad)
    (tmp_path / "outside.yaml").write_text(bad)
    (project / "k8s/link.yaml").symlink_to("../../outside.yaml")
    done = podplan("lint", "--format", form, "../project/k8s", cwd=project)
    places = re.findall(r'(?:"uri": "|"path": "|file=)([^",]+)', done.stdout.decode())
    named = {place for place in places if place.endswith(".yaml")}
    # A link that leads out of it is not followed; GitLab is told findings alone.
    assert named == ({"k8s/in.yaml"} if form == "gitlab" else {"k8s/in.yaml", "k8s/link.yaml"})
    assert done.returncode == 3
    assert b"k8s/link.yaml: is a link that leads out of the repository" in done.stderr


WRITING = [
    ("lint", "--fix", "link.yaml"),
    ("lint", "--fix", "."),
    ("lint", "--format", "json=link.yaml", "a.yaml"),
    ("lint", "--format", "html=folder/new.html", "a.yaml"),
    ("lint", "--write-baseline", "link.yaml", "a.yaml"),
    ("plan", "create", "a.yaml", "--output", "link.yaml"),
    ("plan", "create", "a.yaml", "--format", "json", "--output", "folder/new.json"),
]


@pytest.mark.parametrize("command", WRITING, ids=" ".join)
def test_nothing_is_written_through_a_link_of_a_stranger(command: tuple[str, ...], tmp_path: Path) -> None:
    project = tmp_path / "project"
    outside = tmp_path / "outside"
    (project / ".git").mkdir(parents=True)
    outside.mkdir()
    (project / "a.yaml").write_text(DEPLOYMENT)
    (outside / "file.yaml").write_text(DEPLOYMENT.replace("replicas: 3", "replicas: '3'"))
    before = (outside / "file.yaml").read_text()
    assert before != DEPLOYMENT
    (project / "link.yaml").symlink_to("../outside/file.yaml")
    (project / "folder").symlink_to("../outside")
    done = podplan(*command, cwd=project)
    assert done.returncode == 3
    assert b"leads out of the repository" in done.stderr
    assert [(each.name, each.read_text()) for each in outside.iterdir()] == [("file.yaml", before)]


# --- the configuration of a stranger -------------------------------------------------------------------------------

BROKEN = SERVICE.replace("clusterIP", "typo: 1, clusterIP")
OFF = "ignore: [api, wiring, rollout]\n"


def test_isolated_runs_take_no_configuration_from_beside_the_manifests(tmp_path: Path) -> None:
    (tmp_path / "podplan.yaml").write_text(OFF + "kubernetes-version: '1.0'\n")
    (tmp_path / "a.yaml").write_text(BROKEN)
    (tmp_path / "web.yaml").write_text(DEPLOYMENT)
    (tmp_path / "own").mkdir()
    (tmp_path / "own/config.yaml").write_text("severity: {unknown-field: warning}\n")
    assert podplan("lint", ".", cwd=tmp_path).returncode == 2
    assert podplan("lint", "--isolated", ".", cwd=tmp_path).returncode == 1
    named = podplan("lint", "--isolated", "--config", "own/config.yaml", ".", cwd=tmp_path)
    assert (named.returncode, b"warning" in named.stdout) == (0, True)
    assert podplan("plan", "create", "web.yaml", cwd=tmp_path).returncode == 2
    assert podplan("plan", "create", "--isolated", "web.yaml", cwd=tmp_path).returncode == 0


def test_no_configuration_is_taken_from_above_the_repository(tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / ".git").mkdir(parents=True)
    (project / "k8s").mkdir()
    (project / "k8s/a.yaml").write_text(BROKEN)
    (tmp_path / "podplan.yaml").write_text(OFF)
    for arguments in (("k8s",), (".",), ("k8s/a.yaml",)):
        assert podplan("lint", *arguments, cwd=project).returncode == 1
    (project / "podplan.yaml").write_text(OFF)
    assert podplan("lint", "k8s", cwd=project).returncode == 0


def test_a_configuration_that_leads_out_of_the_repository_is_refused(tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / ".git").mkdir(parents=True)
    (tmp_path / "elsewhere.yaml").write_text(OFF)
    (project / "podplan.yaml").symlink_to("../elsewhere.yaml")
    done = podplan("lint", ".", cwd=project)
    assert done.returncode == 2
    assert done.stderr.startswith(b"podplan: podplan.yaml: is a link that leads out of the repository")
    assert podplan("lint", "--config", "podplan.yaml", ".", cwd=project).returncode == 0


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("baseline: ../secret.json", "../secret.json lies outside"),
        ("nodes: link.yaml", "link.yaml lies outside"),
        ("policies: [in.yaml, /etc/passwd]", "/etc/passwd lies outside"),
        ("policies: [folder/]", "folder/ lies outside"),
        ("custom-rules: [../*.yaml]", "../*.yaml lies outside"),
        ("baseline: pipe", "pipe is not a regular file"),
        ("custom-rules: [pipe]", "pipe is not a regular file"),
    ],
)
def test_a_configuration_names_files_of_the_repository_alone(
    setting: str, message: str, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    (project / ".git").mkdir(parents=True)
    for name in ("secret.json", "secret.yaml"):
        (tmp_path / name).write_text("secret")
    (project / "a.yaml").write_text(SERVICE)
    (project / "link.yaml").symlink_to("../secret.yaml")
    (project / "folder").symlink_to("..")
    os.mkfifo(project / "pipe")
    (project / "podplan.yaml").write_text(setting)
    commands = [("lint", "a.yaml"), ("config",)]
    if setting.startswith("nodes"):
        commands.append(("plan", "create", "a.yaml"))
    for command in commands:
        done = podplan(*command, cwd=project)
        assert done.returncode == 2, command
        assert done.stderr.startswith(b"podplan: podplan.yaml:1:1: " + message.encode()), done.stderr


def test_rules_in_python_can_be_refused_altogether(tmp_path: Path) -> None:
    (tmp_path / "named.yaml").write_text("python-rules: [evil.py]\n")
    (tmp_path / "evil.py").write_text("open('executed', 'w')\n")
    (tmp_path / "a.yaml").write_text(SERVICE)
    done = podplan("lint", "--no-python-rules", "--config", "named.yaml", "a.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert b"--no-python-rules" in done.stderr
    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize(
    ("arguments", "status", "runs"),
    [
        (["."], 2, False),
        (["--helm", "never", "."], 0, False),
        (["--isolated", "."], 0, False),
        (["--config", "podplan.yaml", "--helm", "never", "."], 0, False),
        (["--config", "podplan.yaml", "--fix", "."], 0, False),
        (["--config", "podplan.yaml", "."], 0, True),
        (["--helm", "auto", "."], 0, True),
        (["--isolated", "--helm=auto", "."], 0, True),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_no_configuration_that_nobody_names_has_helm_run(
    arguments: list[str], status: int, *, runs: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/helm").write_text(f"#!/bin/sh\ntouch {tmp_path}/executed\n")
    (tmp_path / "bin/helm").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}/bin{os.pathsep}{os.environ['PATH']}")
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "podplan.yaml").write_text("helm: auto\n")
    (folder / "Chart.yaml").write_text("name: stranger\n")
    (folder / "a.yaml").write_text(DEPLOYMENT)
    done = podplan("lint", *arguments, cwd=folder)
    assert done.returncode == status, done.stderr
    assert (tmp_path / "executed").exists() is runs
    if status:
        assert done.stderr.startswith(b"podplan: podplan.yaml:1:1: Charts are rendered only"), done.stderr


@pytest.mark.parametrize(
    "command",
    [("lint", "--since", "HEAD", "k8s"), ("plan", "update", "--since", "HEAD", "k8s")],
    ids=" ".join,
)
def test_a_change_of_the_configuration_is_reported(command: tuple[str, ...], tmp_path: Path) -> None:
    def changed() -> str:
        done = podplan(*command, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        found = re.search(rb"the configuration is not what it was at HEAD: (.*?)\. It decides", done.stderr)
        return found[1].decode() if found else ""

    (tmp_path / "k8s").mkdir()
    (tmp_path / "k8s/a.yaml").write_text(DEPLOYMENT)
    (tmp_path / "policy").mkdir()
    (tmp_path / "podplan.yaml").write_text("baseline: baseline.json\npolicies: [policy]\n")
    (tmp_path / "baseline.json").write_text('{"version": 1, "findings": []}')
    (tmp_path / "policy/a.yaml").write_text(POLICY)
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'podplan-user'\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "first")
    assert changed() == ""
    (tmp_path / "podplan.yaml").write_bytes((tmp_path / "podplan.yaml").read_bytes().replace(b"\n", b"\r\n"))
    assert changed() == ""
    (tmp_path / "baseline.json").write_text('{"version": 1,  "findings": []}')
    (tmp_path / "policy/b.yaml").write_text("{}")
    assert changed() == "baseline.json, policy/b.yaml"
    git(tmp_path, "checkout", "-q", ".")
    (tmp_path / "policy/b.yaml").unlink()
    (tmp_path / "k8s/.podplan.yaml").write_text("ignore: [api]\n")
    assert changed() == "k8s/.podplan.yaml"
    (tmp_path / "k8s/.podplan.yaml").unlink()
    (tmp_path / "podplan.yaml").unlink()
    assert changed() == "podplan.yaml"


POLICY = """\
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: few}
spec:
  matchConstraints: {resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]}
  validations: [{expression: object.spec.replicas < 50}]
"""
