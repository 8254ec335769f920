"""Odd and recorded manifests come out the same, checked here, by other processes, or taken from the cache file by file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from linter.engine.config.options import LintOptions
from linter.engine.report import records
from linter.engine.run.run import run
from linter.loading.discovery import read_all
from linter.output.json import render

if TYPE_CHECKING:
    from linter.engine.report.finding import Report

CONFORMANCE = Path(__file__).parents[2] / "conformance"
ODD = {
    "typed-list.yaml": "apiVersion: v1\nkind: ConfigMapList\nitems:\n- metadata: {name: a}\n- metadata: {name: a}\n  data: {b: 1}\n",
    "list.yaml": "apiVersion: v1\nkind: List\nitems:\n- kind: Service\n  apiVersion: v1\n  spec: {ports: [{port: 0}]}\n- 3\n",
    "several.yaml": "kind: Service\n---\n# podplan: ignore[object-name]\napiVersion: v1\nkind: Service\nspec: {type: X}\n---\n- a\n",
    "broken.yaml": "apiVersion: v1\nkind: Service\nspec: {\n",
    "repeated.yaml": "apiVersion: v1\nkind: Service\nkind: Service\nmetadata: {name: a}\n",
    "aliases.yaml": 'apiVersion: v1\nkind: Service\nmetadata: &m {name: a, labels: {a: "b\\u00e9"}}\nspec: *m\n',
    "custom.yaml": "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t}\nspec: {count: three}\n",
    "definition.yaml": (
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.com}\n"
        "spec:\n  group: example.com\n  scope: Namespaced\n  names: {kind: Thing, plural: things}\n  versions:\n"
        "  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n"
        "        properties: {spec: {type: object, properties: {count: {type: integer}}}}\n"
    ),
    "notes.yaml": "a: 1\n",
    "numbers.json": '{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x"}, "spec": {"ports": [{"port": -1.0}]}}',
    "latin.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: \xe9}\n",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PODPLAN_CACHE_DIR", str(tmp_path / ".cache"))
    cases = (CONFORMANCE / "verdicts-random.jsonl").read_text("utf-8").splitlines()[::40]
    cases += (CONFORMANCE / "verdicts-targeted.jsonl").read_text("utf-8").splitlines()[::150]
    for number, case in enumerate(map(json.loads, cases)):
        place = tmp_path / f"team-{number % 7}"
        place.mkdir(exist_ok=True)
        (place / f"{number}.yaml").write_text(case["yaml"], "utf-8", newline="")
    for name, text in ODD.items():
        (tmp_path / name).write_bytes(text.encode("latin-1"))
    return tmp_path


def lint(*, jobs: int = 1, cache: bool = False) -> Report:
    options = LintOptions(select=("api", "wiring", "rollout", "practice"))
    return run(read_all(["."]), options._replace(jobs=jobs, cache=cache))


def test_any_number_of_processes_finds_the_same(folder: Path) -> None:
    expected = lint()
    assert len({finding.rule for finding in expected.findings}) > 40
    assert {finding.source.name for finding in expected.findings} > {*ODD} - {"notes.yaml", "definition.yaml"}
    for jobs in (2, 3):
        assert render(lint(jobs=jobs)) == render(expected), jobs
    assert sorted(folder.iterdir())


def test_files_that_are_known_are_told_as_before(folder: Path) -> None:
    for jobs in (2, 1):
        lint(jobs=jobs, cache=True)
        # A file more is another run: of all others the entries are taken, whichever process made them.
        (folder / f"service-{jobs}.yaml").write_text("apiVersion: v1\nkind: Service\nmetadata: {name: a}\n")
        expected = render(lint())
        assert render(lint(jobs=1, cache=True)) == expected
        (folder / f"service-{jobs}.yaml").unlink()
        for path in sorted(folder.rglob("*.yaml")):
            path.write_bytes(path.read_bytes() + f"\n# for {jobs}\n".encode())


def test_what_a_worker_fails_at_fails_in_the_run_itself(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def die(*_arguments: object) -> None:
        raise MemoryError

    monkeypatch.setattr(records, "pack_file", die)
    with pytest.raises(MemoryError):
        lint(jobs=2)
    assert capfd.readouterr().err == ""
    assert sorted(folder.iterdir())


def test_workers_that_die_leave_the_work_to_the_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = render(lint())
    parent = os.getpid()
    pack = records.pack_file

    def die_in_workers(*arguments: Any) -> Any:
        if os.getpid() != parent:
            os._exit(9)
        return pack(*arguments)

    monkeypatch.setattr(records, "pack_file", die_in_workers)
    assert render(lint(jobs=2)) == expected


def test_without_room_for_workers_the_run_does_it_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    expected = render(lint())
    monkeypatch.setattr(os, "fork", refuse)
    assert render(lint(jobs=2)) == expected
