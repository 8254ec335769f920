"""Odd and recorded manifests come out the same, checked here, by other processes, or taken from the cache file by file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from linter.engine.config.options import LintOptions
from linter.engine.run import handover, workers
from linter.engine.run.batches import batches_of, jobs_for
from linter.engine.run.run import run
from linter.loading.discovery import read_all
from linter.loading.limits import DEFAULT, Limits
from linter.loading.source import Source
from linter.loading.yaml.reader import read_documents
from linter.output.json import render

if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.engine.report.finding import Report
    from linter.loading.document import Document

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
    "above.yaml": "# podplan: ignore[unknown-field] for all of it\n---\napiVersion: v1\nkind: Service\nmetadata: {name: above}\nspec: {typo: 1}\n",
    "annotated.yaml": (
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Service\n"
        "  metadata: {name: annotated, annotations: {podplan/ignore: unknown-field}}\n  spec: {typo: 1}\n"
    ),
    "filled-in.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: '${NAME}'}\nspec: {selector: {app: nothing}, ports: [{port: 80}]}\n",
    "built/kustomization.yaml": "resources: [built.yaml]\nnamePrefix: of-\n",
    "built/built.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: built}\nspec: {typo: 1, selector: {app: nothing}}\n",
    "alternative.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: annotated}\nspec: {selector: {app: nothing}, ports: [{port: 80}]}\n",
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
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(text.encode("latin-1"))
    return tmp_path


def lint(*, jobs: int = 1, cache: bool = False) -> Report:
    options = LintOptions(select=("api", "wiring", "rollout", "practice"))
    return run(read_all(["."]), options._replace(jobs=jobs, cache=cache))


def test_any_number_of_processes_finds_the_same(folder: Path) -> None:
    expected = lint()
    assert len({finding.rule for finding in expected.findings}) > 40
    without = {"notes.yaml", "definition.yaml", "above.yaml", "annotated.yaml", "built/kustomization.yaml"}
    assert {finding.source.name for finding in expected.findings} > {*ODD} - without
    suppressing = {"above.yaml", "annotated.yaml", "several.yaml"}
    assert {each.finding.source.name for each in expected.suppressed} == suppressing
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

    monkeypatch.setattr(handover, "hand_over", die)
    with pytest.raises(MemoryError):
        lint(jobs=2)
    assert capfd.readouterr().err == ""
    assert sorted(folder.iterdir())


def test_workers_that_die_leave_the_work_to_the_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = render(lint())
    parent = os.getpid()
    hand_over = handover.hand_over

    def die_in_workers(*arguments: Any) -> Any:
        if os.getpid() != parent:
            os._exit(9)
        return hand_over(*arguments)

    monkeypatch.setattr(handover, "hand_over", die_in_workers)
    assert render(lint(jobs=2)) == expected


def test_without_room_for_workers_the_run_does_it_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    expected = render(lint())
    monkeypatch.setattr(os, "fork", refuse)
    assert render(lint(jobs=2)) == expected


DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: d{n}
  labels: {app: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "nginx:latest", readinessProbe: {tcpSocket: {port: 80}}}]
"""


# --- documents of one file -----------------------------------------------------------------------------------------

SERVICE = (
    "apiVersion: v1\nkind: Service\nmetadata:\n  name: s{n}\nspec:\n  typo: 1\n  ports:\n  - port: {n}\n"
)
COMMENTED = SERVICE.replace("  typo: 1", "  # podplan: ignore[unknown-field] because of {n}\n  typo: 1")
EMPTY = "# nothing\n"


def stream(*texts: str, times: int = 6) -> str:
    """Return these documents again and again, with numbers from 0 on."""
    return "---\n".join(text.replace("{n}", str(n)) for n in range(times) for text in texts)


STREAMS = {
    "services": stream(SERVICE),
    "comments and empty documents": "# podplan: ignore[object-name] for all\n---\n" + stream(SERVICE, EMPTY, COMMENTED, "") + "---\n",
    "one broken": stream(SERVICE) + "---\na: [\n---\n" + stream(SERVICE),
    "text behind a separator": stream(SERVICE) + "--- a\n" + stream(SERVICE),
    "aliases and what kubectl ignores": stream("a: &a {b: 1}\nc: *a\n...\nd: 1\n", SERVICE),
    "lists": stream("apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Service, metadata: {name: x}}\n- 3\n", SERVICE),
    "variables": stream(SERVICE.replace("typo: 1", "type: ${TYPE}")),
    "a custom resource and its definition": stream(SERVICE) + "---\n" + ODD["custom.yaml"] + "---\n" + ODD["definition.yaml"],
    "nothing": stream(EMPTY, ""),
    "no manifests": stream("a: 1\n", "b: 2\n"),
    "JSON": '{"kind": "Service"}\n' * 9,
    "other line ends": stream(SERVICE).replace("\n", "\r\n"),
}  # fmt: skip


def judged(source: Source, jobs: int, limits: Limits = DEFAULT) -> str:
    # Beside it one document of another file, from which the Services of the first have to be told.
    other = Source("b.yaml", SERVICE.replace("{n}", "1"))
    return render(run([source, other], LintOptions(select=("api", "wiring"), jobs=jobs, limits=limits)))


@pytest.mark.parametrize("how", ["named", "found in a folder"])
@pytest.mark.parametrize("name", STREAMS)
def test_documents_of_one_file_are_shared_and_found_the_same(name: str, how: str) -> None:
    source = Source("a.yaml", STREAMS[name], explicit=how == "named")
    assert judged(source, 3) == judged(source, 1)


@pytest.mark.parametrize("name", ["services", "comments and empty documents"])
@pytest.mark.parametrize("limits", [Limits(documents=4), Limits(values=60), Limits(findings=5)])
def test_limits_of_a_file_are_those_of_all_its_documents(name: str, limits: Limits) -> None:
    source = Source("a.yaml", STREAMS[name])
    found = judged(source, 1, limits)
    assert judged(source, 2, limits) == found != judged(source, 1)


def test_the_cache_keeps_a_file_whose_documents_were_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PODPLAN_CACHE_DIR", str(tmp_path))
    source = Source("a.yaml", STREAMS["comments and empty documents"])
    other = Source("b.yaml", SERVICE.replace("{n}", "1"))
    expected = render(run([source, other], LintOptions(jobs=1)))
    run([source, Source("c.yaml", SERVICE.replace("{n}", "2"))], LintOptions(jobs=2, cache=True))
    read: list[str] = []

    def noted(source: Source, **options: Any) -> list[Document]:
        read.append(source.name)
        return read_documents(source, **options)

    monkeypatch.setattr("linter.engine.run.files.read_documents", noted)
    # Another run: of the file alone the entry is used.
    assert render(run([source, other], LintOptions(jobs=1, cache=True))) == expected
    assert read == ["b.yaml"]


def test_work_is_shared_in_pieces_of_about_one_size() -> None:
    small = [Source(f"{n}.yaml", SERVICE.replace("{n}", str(n))) for n in range(200)]
    large = Source("large.yaml", stream(SERVICE, times=2_000))
    batches = batches_of([*small, large], 2, Limits())
    pieces = [piece for batch in batches for piece in batch]
    assert [piece.number for piece in pieces] == sorted(piece.number for piece in pieces)
    chunks = [chunk for piece in pieces if piece.part for chunk in piece.part.chunks]
    assert "---\n".join(chunk.text + "\n" for chunk in chunks).rstrip("\n") == large.text.rstrip("\n")
    sizes = [sum(len(c.text) for c in p.part.chunks) if p.part else len(p.source.text) + 500 for p in pieces]
    assert max(sizes) < 17_000
    assert len(batches) < sum(sizes) / 15_000


def test_large_files_pay_for_workers_as_many_files_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(8), raising=False)
    few = [Source("a.yaml", "x" * 1000)] * 10
    assert jobs_for(few, None) == 1
    assert jobs_for(few * 31, None) == 2
    assert jobs_for([Source("a.yaml", "x" * 800_000)], None) == 3
    assert jobs_for([Source("a.yaml", "x" * 80_000_000)], None) == 8
    assert jobs_for(few, 4) == 4


def test_much_is_handed_over_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    handed_over: list[int] = []
    receive: Callable[[Any], bytes | None] = workers._Worker.receive

    def count(worker: Any) -> bytes | None:
        data = receive(worker)
        handed_over.append(len(data or b""))
        return data

    monkeypatch.setattr(workers._Worker, "receive", count)
    sources = [Source(f"{n}.yaml", SERVICE.replace("{n}", str(n))) for n in range(400)]
    run(sources, LintOptions(jobs=2))
    # 100 characters each, and what a file costs by itself: 27 files at once, and no text of a manifest among what is sent, but the place
    # of what was found, and what the object is called.
    assert len(handed_over) == 14
    assert sum(handed_over) < 400 * (260 + 30 + 60)


def test_what_all_objects_are_asked_is_handed_over_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_into: list[str] = []
    manifest = handover._Document.manifest

    def noted(document: Any, *arguments: Any) -> dict[str, Any]:
        looked_into.append(document.source.name)
        return manifest(document, *arguments)

    monkeypatch.setattr(handover._Document, "manifest", noted)
    sources = [Source(f"{n}.yaml", DEPLOYMENT.replace("{n}", str(n))) for n in range(20)]
    # What is found of an object that suppresses something is held against its annotation.
    annotated = DEPLOYMENT.replace("{n}", "x").replace(
        "labels:", "annotations: {podplan/ignore: mutable-image-tag}\n  labels:", 1
    )
    sources.append(Source("annotated.yaml", annotated))
    report = run(sources, LintOptions(select=("api", "wiring", "rollout", "mutable-image-tag"), jobs=2))
    assert {finding.rule for finding in report.findings} == {"mutable-image-tag", "overlapping-selectors"}
    assert [suppressed.finding.source.name for suppressed in report.suppressed] == ["annotated.yaml"]
    assert set(looked_into) == {"annotated.yaml"}
