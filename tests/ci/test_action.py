"""The GitHub Action: its steps run here as a runner runs them."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from .conftest import WEB, commit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .conftest import Service

    Act = Callable[..., tuple[int, str, str]]

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = YAML(typ="safe").load((ROOT / "action.yml").read_text("utf-8"))
STEPS: dict[str, dict[str, Any]] = {step["name"]: step for step in ACTION["runs"]["steps"]}


def resolve(variables: Mapping[str, str], known: Mapping[str, str]) -> dict[str, str]:
    """Fill in the expressions of a step's variables."""
    return {
        name: re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda match: known.get(match[1], ""), value)
        for name, value in variables.items()
    }


def shell(
    step: Mapping[str, Any], folder: Path, variables: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a step's script."""
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=folder,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def act(tmp_path: Path, repository: Path, installed: Path) -> Act:
    """Run the steps of the action after the first, which installs; return exit status, log and summary."""
    assert installed.exists()
    summary = tmp_path / "summary"

    def run(*, number: str = "", api: str = "", **given: str) -> tuple[int, str, str]:
        summary.unlink(missing_ok=True)
        known = {f"inputs.{name}": str(each.get("default", "")) for name, each in ACTION["inputs"].items()}
        known["inputs.token"] = "the-token"
        known |= {f"inputs.{name.replace('_', '-')}": value for name, value in given.items()}
        known |= {
            "github.action_path": str(ROOT),
            "github.event.pull_request.number": number,
            "github.workflow": "manifests",
            "github.job": "podplan",
        }
        skipped = {
            "Install podplan": True,
            "Take the cache of earlier runs": True,
            "Plan": not (known["inputs.plan"] == "true" and known["inputs.base"]),
            "Comment": not (known["inputs.comment"] == "true" and number),
        }
        log = ""
        for name, step in STEPS.items():
            if skipped.get(name):
                continue
            output = tmp_path / f"output-{step.get('id')}"
            output.unlink(missing_ok=True)
            done = shell(
                step,
                repository,
                {
                    "GITHUB_ACTIONS": "true",
                    "GITHUB_API_URL": api,
                    "GITHUB_REPOSITORY": "owner/name",
                    "GITHUB_OUTPUT": str(output),
                    "GITHUB_STEP_SUMMARY": str(summary),
                    "RUNNER_TEMP": str(tmp_path),
                    "PODPLAN_CACHE_DIR": str(tmp_path / "users-cache"),
                    **resolve(step["env"], known),
                },
            )
            log += done.stdout
            if done.returncode:
                return done.returncode, log, summary.read_text("utf-8")
            if output.exists():
                pairs = (line.split("=", 1) for line in output.read_text("utf-8").splitlines())
                known |= {f"steps.{step['id']}.outputs.{key}": value for key, value in pairs}
        return 0, log, summary.read_text("utf-8")

    return run


def test_no_input_is_pasted_into_a_script() -> None:
    for step in STEPS.values():
        assert "${{" not in step.get("run", "")
        assert re.search("@[0-9a-f]{40}$", step.get("uses", "@" + "0" * 40))


def test_the_token_is_for_the_comment_alone() -> None:
    named = [name for name, step in STEPS.items() if "token" in str(step.get("env", {})).lower()]
    assert named == ["Comment"]


def test_a_good_change_passes_with_its_plan_and_its_comment(
    act: Act, repository: Path, tmp_path: Path, service: Service
) -> None:
    (repository / "k8s" / "web.yaml").write_text(WEB.replace("1.24", "1.25"))
    sarif = str(tmp_path / "podplan.sarif")
    status, log, summary = act(
        paths="k8s/", base="HEAD", sarif=sarif, comment="true", number="5", api=service.url
    )
    assert status == 0, log
    assert "scale up new 0 → 1" in log
    assert "podplan lint: " in summary
    assert "## podplan: what this change rolls out" in summary
    # The timeline, which a summary shows as text alone.
    picture = summary[summary.index("<summary>Timelines</summary><pre>") :]
    assert re.search(r"now +●●● +3 +3\n", picture)
    uris = re.findall(r'"uri": "([^"]+)"', Path(sarif).read_text("utf-8"))
    assert set(uris) <= {"k8s/web.yaml"}
    assert "<svg" in (tmp_path / "podplan-plan" / "files.html").read_text("utf-8")
    assert "podplan: the comment was made" in log
    (comment,) = service.comments
    assert "podplan lint: " in comment["body"]
    assert "**1 rolls out**" in comment["body"]
    assert service.tokens == {"Bearer the-token"}


def test_a_bad_change_fails_with_annotations(act: Act, repository: Path) -> None:
    (repository / "k8s" / "web.yaml").write_text(WEB.replace("labels: {app: web}", "labels: {app: api}"))
    status, log, summary = act(paths="k8s/\n", base="")
    assert status == 1
    assert "::error file=k8s/web.yaml,line=10," in log
    assert "❌ podplan lint: 1 error" in summary
    assert "rolls out" not in summary


def test_a_refused_update_fails(act: Act, repository: Path) -> None:
    (repository / "k8s" / "web.yaml").write_text(WEB.replace("app: web", "app: site"))
    status, log, summary = act(base="HEAD")
    assert status == 1, log
    assert "<code>spec.selector</code>" in summary or "`spec.selector`" in summary


@pytest.mark.parametrize(
    ("lint", "plan", "fail_on_plan", "status"),
    [
        ("0", "", "true", 0), ("0", "0", "true", 0), ("0", "1", "true", 1), ("0", "1", "false", 0), ("0", "3", "false", 3),
        ("1", "0", "true", 1), ("", "", "true", 70),
    ],
)  # fmt: skip
def test_what_fails(lint: str, plan: str, fail_on_plan: str, status: int, tmp_path: Path) -> None:
    given = {"LINT": lint, "PLAN": plan, "FAIL_ON_PLAN": fail_on_plan}
    assert shell(STEPS["Conclude"], tmp_path, given).returncode == status


def test_an_unknown_base_fails(act: Act) -> None:
    assert act(base="0" * 40)[0] != 0


class TestInputs:
    """What reaches podplan: a stand-in for it writes down how it was called."""

    @pytest.fixture
    def called(self, act: Act, installed: Path, tmp_path: Path) -> Callable[..., list[str]]:
        installed.write_text(
            "#!/bin/sh\n"
            f'echo "$* [$PODPLAN_CACHE_DIR] $GH_TOKEN$GITHUB_TOKEN$PODPLAN_TOKEN" >> {tmp_path}/called\n'
            'for each; do case $each in markdown=*) echo "${each#*=}" | xargs touch;; *.part) touch "$each";; esac; done\n'
            "echo '</pre><b>hostile</b> &'\n"
        )

        def run(**given: str) -> list[str]:
            assert act(**given)[0] == 0
            lines = (tmp_path / "called").read_text("utf-8").replace(str(tmp_path), "TEMP").splitlines()
            return [line.removeprefix("-I -m linter ") for line in lines]

        return run

    def test_all_of_them(self, called: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("GH_TOKEN", "GITHUB_TOKEN", "PODPLAN_TOKEN"):
            monkeypatch.setenv(name, "secret")
        lint, *plans = called(
            paths="k8s/\n\nmore files/\n", kustomize="overlays/a\noverlays/b", helm="my chart", values="a.yaml\n-b.yaml\n",
            config="base/podplan.yaml", baseline="known.json", cache="true", isolated="true", fail_on="warning", base="HEAD",
        )  # fmt: skip
        common = "--kubernetes-version=1.37 --config=base/podplan.yaml --isolated"
        chart = "--helm=my chart --values=a.yaml --values=-b.yaml"
        assert lint == (
            f"lint {common} --no-python-rules --kustomize=overlays/a --kustomize=overlays/b {chart} --baseline=known.json "
            "--format github --format markdown=TEMP/podplan-lint.md --fail-on=warning -- k8s/ more files/ [TEMP/podplan-cache] "
        )
        subjects = ["-- k8s/ more files/", "--kustomize=overlays/a", "--kustomize=overlays/b", chart]
        assert [line for line in plans if "--format" not in line] == [
            f"plan update --since=HEAD {common} {subject} [TEMP/users-cache] " for subject in subjects
        ]
        assert sum("--format markdown" in line for line in plans) == 4
        assert [line.split("podplan-plan/")[1].split(" ")[0] for line in plans if "--format html" in line] == [
            "files.html", "kustomization-1.html", "kustomization-2.html", "chart.html",
        ]  # fmt: skip

    def test_none(self, called: Callable[..., list[str]]) -> None:
        (lint,) = called(plan="false")
        assert "--helm=never --no-cache --format github" in lint
        assert lint.endswith("--fail-on=error -- . [TEMP/users-cache] ")

    def test_what_a_plan_prints_is_text_in_the_summary(
        self, called: Callable[..., list[str]], tmp_path: Path
    ) -> None:
        called(base="HEAD")
        assert "&lt;/pre&gt;&lt;b&gt;hostile&lt;/b&gt; &amp;\n" in (tmp_path / "summary").read_text("utf-8")


TRAPS = ("venv", "pip", "ensurepip", "linter", "json", "yaml", "ruamel", "click", "jsonschema", "sitecustomize", "usercustomize",
         "hatchling", "runpy", "typing", "subprocess", "urllib", "http", "hashlib")  # fmt: skip


class TestOnAHostilePullRequest:
    @pytest.fixture
    def workspace(self, tmp_path: Path) -> Path:
        """A workspace in which every module that could be asked for leaves a trace."""
        folder = tmp_path / "workspace"
        folder.mkdir()
        program = f"open({str(tmp_path / 'executed')!r}, 'w')\n"
        for name in TRAPS[: len(TRAPS) // 2]:
            (folder / f"{name}.py").write_text(program)
        for name in TRAPS[len(TRAPS) // 2 :]:
            (folder / name).mkdir()
            (folder / name / "__init__.py").write_text(program)
            (folder / name / "__main__.py").write_text(program)
        for name in ("pyproject.toml", "setup.py", "setup.cfg", "pip.conf", "hatch_build.py"):
            (folder / name).write_text(program)
        (folder / "podplan.yaml").write_text("python-rules: [trap.py]\n")
        (folder / "trap.py").write_text(program)
        (folder / "charts.yaml").write_text("helm: auto\n")
        (folder / "Chart.yaml").write_text("name: stranger\n")
        (folder / "web.yaml").write_text(WEB)
        for script in (ROOT / "packaging" / "ci").iterdir():
            trap = folder / "packaging" / "ci" / script.name
            trap.parent.mkdir(parents=True, exist_ok=True)
            trap.write_text(f"touch {tmp_path}/executed\n")
        return folder

    @pytest.fixture
    def run(self, workspace: Path, tmp_path: Path) -> Callable[..., str]:
        (tmp_path / "helm").write_text(f"#!/bin/sh\ntouch {tmp_path}/executed\n")
        (tmp_path / "helm").chmod(0o755)
        given = {
            "SOURCE": str(ROOT), "PATHS": ".", "KUBERNETES_VERSION": "1.36", "FAIL_ON": "error", "SARIF": "", "ISOLATED": "false",
            "CONFIG": "", "KUSTOMIZE": "", "HELM": "", "VALUES": "", "BASELINE": "", "CACHE": "false",
            "RUNNER_TEMP": str(tmp_path), "GITHUB_OUTPUT": str(tmp_path / "output"), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
            "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
            # As a workflow may set it, which means well.
            "PYTHONPATH": ".",
        }  # fmt: skip

        def step(name: str, **variables: str) -> str:
            log = shell(STEPS[name], workspace, given | variables).stdout
            assert not (tmp_path / "executed").exists(), log
            return log

        return step

    def test_installing_runs_nothing_of_it(
        self, run: Callable[..., str], workspace: Path, tmp_path: Path
    ) -> None:
        # Making the environment is asked of a stand-in that only tells how it was asked; then pip is called from there.
        (tmp_path / "bin").mkdir()
        for name in ("python3", "pip-python"):
            (tmp_path / "bin" / name).write_text('#!/bin/sh\necho "$(pwd) $* [$PYTHONPATH]"\n')
            (tmp_path / "bin" / name).chmod(0o755)
        (tmp_path / "podplan" / "bin").mkdir(parents=True)
        (tmp_path / "podplan" / "bin" / "python").symlink_to(tmp_path / "bin" / "pip-python")
        log = run("Install podplan", EXTRAS="cel", PATH=f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
        made, locked, built = log.splitlines()
        pip = f"{tmp_path} -I -m pip install --quiet --disable-pip-version-check --no-input"
        assert made == f"{tmp_path} -I -m venv podplan []"
        locks = [f"--requirement {ROOT}/requirements/{name}.lock" for name in ("cel", "build")]
        assert locked == f"{pip} --require-hashes --only-binary :all: {' '.join(locks)} []"
        assert built == f"{pip} --no-deps --no-build-isolation {ROOT} []"
        assert "there is no extra of that name" in run("Install podplan", EXTRAS="../../x")
        assert [path.name for path in workspace.iterdir() if path.name == "__pycache__"] == []

    def test_linting_and_commenting_run_nothing_of_it(
        self, run: Callable[..., str], workspace: Path, installed: Path, tmp_path: Path, service: Service
    ) -> None:
        assert installed.exists()
        # That --isolated reads no configuration is told by its own tests.
        for config, isolated, status in (("", "false", 2), ("charts.yaml", "false", 0)):
            log = run("Lint", CONFIG=config, ISOLATED=isolated)
            assert f"status={status}" in (tmp_path / "output").read_text().splitlines()[-2:], log
        commit(workspace)
        (workspace / "web.yaml").write_text(WEB.replace("1.24", "1.25"))
        assert "scale up new" in run("Plan", BASE="HEAD", ISOLATED="true")
        report = str(tmp_path / "podplan-plan.md")
        log = run(
            "Comment", PODPLAN_TOKEN=str(tmp_path), NUMBER="1", KEY="k", LINT="", PLAN=report,
            GITHUB_API_URL=service.url, GITHUB_REPOSITORY="o/n",
        )  # fmt: skip
        assert "the comment was made" in log
