"""The GitLab component: its scripts run here as a job of GitLab's runs them, with the image's paths led to this checkout."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from .conftest import WEB

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Service

    Job = Callable[..., tuple[int, str]]

ROOT = Path(__file__).parents[2]
TEMPLATE = (ROOT / "templates" / "podplan.yml").read_text("utf-8")
HEADER, _, BODY = TEMPLATE.partition("\n---\n")
INPUTS: dict[str, dict[str, Any]] = YAML(typ="safe").load(HEADER)["spec"]["inputs"]
INTERPOLATION = re.compile(r"\$\[\[ inputs\.([\w-]+) \]\]")


def jobs(**given: Any) -> dict[str, Any]:
    """Return the jobs with the inputs filled in, as GitLab does it: in the text of each value."""

    def fill(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: fill(each) for key, each in value.items()}
        if isinstance(value, list):
            return [fill(each) for each in value]
        if not isinstance(value, str):
            return value
        return INTERPOLATION.sub(lambda match: _text(given.get(match[1], INPUTS[match[1]]["default"])), value)

    return dict(fill(YAML(typ="safe").load(BODY)))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.fixture
def job(repository: Path, installed: Path, service: Service) -> Job:
    def run(name: str, given: dict[str, Any], **more: str) -> tuple[int, str]:
        asked = jobs(**given)
        wanted = asked[name]
        variables = {
            **asked.get(wanted.get("extends"), {}).get("variables", {}),
            **wanted.get("variables", {}),
        }
        known = {
            "CI_PROJECT_DIR": str(repository),
            "CI_MERGE_REQUEST_DIFF_BASE_SHA": "HEAD",
            "CI_API_V4_URL": service.url,
            "CI_PROJECT_ID": "1",
            "CI_MERGE_REQUEST_IID": "5",
        }
        filled = {
            key: re.sub(r"\$(\w+)", lambda match: known[match[1]], value) for key, value in variables.items()
        }
        (script,) = wanted["script"]
        script = script.replace("/opt/podplan/ci/", f"{ROOT}/packaging/ci/").replace(
            "/opt/podplan/bin/python", str(installed)
        )
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=repository,
            env={**os.environ, **known, **filled, "PODPLAN_PYTHON": str(installed), "PODPLAN_CACHE_DIR": "", **more},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout

    return run


def test_inputs_reach_the_scripts_through_variables_alone() -> None:
    for name, each in jobs().items():
        assert "$[[" not in str(YAML(typ="safe").load(BODY)[name].get("script", "")), each
    assert set(INTERPOLATION.findall(BODY)) == INPUTS.keys()


def test_a_merge_request(job: Job, repository: Path, service: Service) -> None:
    (repository / "k8s" / "web.yaml").write_text(WEB.replace("1.24", "1.25"))
    status, log = job("podplan", {"paths": "k8s/\n"})
    assert status == 0, log
    for name in ("podplan-quality.json", "podplan-junit.xml", "podplan-lint.md"):
        assert (repository / name).exists()
    status, log = job("podplan-plan", {"paths": "k8s/\n"})
    assert status == 0, log
    assert "scale up new 0 → 1" in log
    assert "<svg" in (repository / "podplan-plan" / "files.html").read_text("utf-8")
    status, log = job("podplan-comment", {"paths": "k8s/\n"}, PODPLAN_TOKEN=str(repository))
    assert (status, log) == (0, "podplan: the comment was made\n")
    assert "**1 rolls out**" in service.comments[0]["body"]


@pytest.fixture
def called(job: Job, installed: Path, tmp_path: Path) -> Callable[..., list[str]]:
    """Run a job with a stand-in for podplan; return how that was called."""
    installed.write_text(
        "#!/bin/sh\n"
        f'echo "$* [$PODPLAN_CACHE_DIR] $PODPLAN_TOKEN" >> {tmp_path}/called\n'
        "exit ${STATUS:-0}\n"
    )

    def run(name: str, status: int = 0, **given: Any) -> list[str]:
        code, _ = job(
            name,
            {key.replace("_", "-"): value for key, value in given.items()},
            PODPLAN_TOKEN="x" * 8,
            STATUS=str(status),
        )
        lines = (tmp_path / "called").read_text("utf-8").replace(str(tmp_path), "TEMP").splitlines()
        (tmp_path / "called").unlink()
        return [str(code), *(line.removeprefix("-I -m linter ") for line in lines)]

    return run


def test_what_reaches_podplan(called: Callable[..., list[str]]) -> None:
    given = {
        "paths": "k8s/\nmore files/\n", "kustomize": "overlays/a", "helm": "my chart", "values": "a.yaml", "config": "b.yaml",
        "baseline": "known.json", "isolated": True, "cache": True, "fail_on": "warning",
    }  # fmt: skip
    common = "--kubernetes-version=1.37 --config=b.yaml --isolated"
    status, lint = called("podplan", 1, **given)
    assert status == "1"
    assert lint == (
        f"lint {common} --no-python-rules --kustomize=overlays/a --helm=my chart --values=a.yaml --baseline=known.json "
        "--format gitlab=podplan-quality.json --format junit=podplan-junit.xml --format markdown=podplan-lint.md --format text "
        "--fail-on=warning -- k8s/ more files/ [TEMP/repository/.podplan-cache] "
    )
    status, *plans = called("podplan-plan", **given)
    assert status == "0"
    assert [line.split(f"plan update --since=HEAD {common} --format markdown --output podplan-plan.md.part ")[1] for line in plans] == [
        "-- k8s/ more files/ [] ", "--kustomize=overlays/a [] ", "--helm=my chart --values=a.yaml [] ",
    ]  # fmt: skip


def test_a_cache_that_the_merge_request_brings_is_none(
    called: Callable[..., list[str]], repository: Path
) -> None:
    (repository / ".podplan-cache").mkdir()
    (repository / ".podplan-cache" / "entries").write_text("")
    subprocess.run(["git", "add", "--force", ".podplan-cache"], cwd=repository, check=True)
    _, lint = called("podplan", cache=True)
    assert " --no-cache " in lint


@pytest.mark.parametrize(
    ("status", "fail_on_plan", "code"), [(0, True, "0"), (1, True, "1"), (1, False, "0"), (3, False, "3")]
)
def test_what_fails(called: Callable[..., list[str]], status: int, code: str, *, fail_on_plan: bool) -> None:
    assert called("podplan-plan", status, fail_on_plan=fail_on_plan)[0] == code


def test_jobs_run_where_they_are_wanted() -> None:
    asked = jobs(plan=False, comment=True)
    assert asked["podplan-plan"]["rules"] == [
        {"if": '"false" == "true" && $CI_PIPELINE_SOURCE == "merge_request_event"'}
    ]
    assert asked["podplan-comment"]["rules"][0]["if"].startswith('"true" == "true"')
