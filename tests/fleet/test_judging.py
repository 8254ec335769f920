"""One repository: what is judged is what `lint` and `plan` judge."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest

from linter.errors import InputError
from linter.fleet.judging.repository import Repository, judge
from linter.fleet.sources.content import Content, DumpContent, FolderContent, TableContent, commit_of

from .conftest import BUDGET, REPOSITORIES, WEB, commit, write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from linter.fleet.job import Job


def rows_of(
    name: str, content: Content, job: Job, known: Any = None, type_: str = "folder", base: Any = None
) -> dict[str, list[Any]]:
    tables = defaultdict(list)
    for table, row in judge(Repository(name, "there", type_, content, base), job, known or {}):
        tables[table].append(row)
    return tables


@pytest.mark.parametrize("name", REPOSITORIES)
def test_findings_are_those_of_lint(name: str, checkouts: Path, job: Job, linted: Callable[..., Any]) -> None:
    folder = checkouts / name
    wanted = linted(folder, name)
    assert bool(wanted) == (name != "empty")
    for content in (
        FolderContent(folder),
        commit_of(folder, "HEAD"),
        TableContent([(path, text.encode()) for path, text in REPOSITORIES[name].items()]),
    ):
        assert rows_of(name, content, job)["findings"] == wanted


def test_several_versions(checkouts: Path, job: Job, linted: Callable[..., Any]) -> None:
    tables = rows_of("old", FolderContent(checkouts / "old"), job._replace(versions=("1.30", "1.37")))
    wanted = [
        *linted(checkouts / "old", "old", kubernetes_version="1.30"),
        *linted(checkouts / "old", "old", kubernetes_version="1.37"),
    ]
    assert tables["findings"] == wanted
    assert [(each.kubernetes_version, each.status) for each in tables["repositories"]] == [
        ("1.30", "judged"),
        ("1.37", "judged"),
    ]


def test_objects_and_what_was_left_out(tmp_path: Path, job: Job) -> None:
    custom = "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t}\n"
    unknown = "apiVersion: apps/v1\nkind: Deploymnt\nmetadata: {name: u}\n"
    items = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: p}}\n"
    folder = write(tmp_path / "x", {
        ".git/HEAD": "", "a.yaml": f"{custom}---\n{unknown}", "list.yaml": items, "note.yaml": "a: 1\n", "tests/b.yaml": WEB,
    })  # fmt: skip
    tables = rows_of("x", FolderContent(folder), job)
    assert [(each.path, each.line, each.kind, each.judged) for each in tables["objects"]] == [
        ("a.yaml", 1, "Thing", "unchecked"),
        ("a.yaml", 5, "Deploymnt", "refused"),
        ("list.yaml", 4, "Pod", "full"),
    ]
    assert {(each.path, each.what) for each in tables["left_out"]} == {
        ("note.yaml", "skipped"),
        ("tests/", "skipped"),
    }


def test_objects_of_every_apply_set_that_has_them(checkouts: Path, job: Job) -> None:
    found = rows_of("shop", FolderContent(checkouts / "shop"), job)["objects"]
    assert sorted((each.apply_set, each.kind, each.name) for each in found) == [
        ("overlays/a", "Deployment", "a-web"),
        ("overlays/a", "PodDisruptionBudget", "a-web"),
        ("overlays/b", "Deployment", "b-web"),
        ("overlays/b", "PodDisruptionBudget", "b-web"),
    ]


def test_hazards_of_rules_and_of_the_planner(checkouts: Path, job: Job) -> None:
    found = rows_of("shop", FolderContent(checkouts / "shop"), job)["hazards"]
    assert {
        (each.apply_set, each.hazard, each.blocks, each.source, each.rule, each.name)
        for each in found
        if "/a" in each.apply_set
    } == {
        ("overlays/a", "drain", True, "rule", "budget-blocks-eviction", "a-web"),
        ("overlays/a", "rollout", False, "rule", "recreate-takes-all-down", "a-web"),
        ("overlays/a", "rollout", False, "plan", "outage", "a-web"),
    }
    without = rows_of("shop", FolderContent(checkouts / "shop"), job._replace(plans=False))["hazards"]
    assert {each.source for each in without} == {"rule"}


def test_owners_of_the_path(checkouts: Path, job: Job) -> None:
    found = rows_of("web", FolderContent(checkouts / "web"), job)["findings"]
    assert {tuple(each.owners) for each in found} == {("@org/web",)}


def test_plans_of_what_changed_since_a_revision(checkouts: Path, job: Job) -> None:
    folder = checkouts / "shop"
    write(
        folder,
        {"base/all.yaml": BUDGET.replace("1.25", "1.26").replace("minAvailable: 2", "minAvailable: 1")},
    )
    write(folder, {"overlays/b/kustomization.yaml": "namePrefix: c-\nresources: [../../base]\n"})
    commit(folder)
    base = commit_of(folder, "HEAD~1")
    tables = rows_of("shop", FolderContent(folder), job, base=base)
    assert {
        (each.apply_set, each.kind, each.name, each.change, each.completes, each.base)
        for each in tables["plans"]
    } >= {
        ("overlays/a", "Deployment", "a-web", "rollout", True, base.commit),
        ("overlays/b", "Deployment", "b-web", "deleted", True, base.commit),
        ("overlays/b", "Deployment", "c-web", "created", True, base.commit),
    }
    again = rows_of("shop", FolderContent(folder), job, base=commit_of(folder, "HEAD"))
    assert again["plans"] == []


def test_what_is_known_is_not_judged_again(checkouts: Path, job: Job) -> None:
    first = rows_of("web", FolderContent(checkouts / "web"), job)
    row = first["repositories"][0]
    assert (row.status, row.judged_in, row.errors > 0) == ("judged", "now", True)
    known = {("web", row.result): row}
    second = rows_of("web", FolderContent(checkouts / "web"), job._replace(run="later"), known)
    assert list(second) == ["repositories"]
    (again,) = second["repositories"]
    assert again == row._replace(status="unchanged", seconds=0.0)
    for other in (
        job._replace(podplan=b"x"),
        job._replace(versions=("1.36",)),
        job._replace(settings={"select": ["api"]}),
    ):
        assert (
            rows_of("web", FolderContent(checkouts / "web"), other, known)["repositories"][0].status
            == "judged"
        )
    (checkouts / "web/k8s/web.yaml").write_text(BUDGET)
    assert rows_of("web", FolderContent(checkouts / "web"), job, known)["repositories"][0].status == "judged"


def test_a_configuration_that_cannot_be_used(checkouts: Path, job: Job) -> None:
    write(checkouts / "web", {"podplan.yaml": "python-rules: [evil]\n", "evil.py": "raise SystemExit"})
    with pytest.raises(InputError, match="Python rules are not loaded"):
        rows_of("web", FolderContent(checkouts / "web"), job)
    assert (
        rows_of("web", FolderContent(checkouts / "web"), job._replace(isolated=True))["repositories"][
            0
        ].status
        == "judged"
    )


DUMP = """\
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Node
  metadata: {name: node-1}
  status: {allocatable: {cpu: "4", memory: 8Gi, pods: "110"}}
- apiVersion: policy/v1
  kind: PodDisruptionBudget
  metadata: {name: db, namespace: default}
  spec: {minAvailable: 1, selector: {matchLabels: {app: db}}}
- apiVersion: apps/v1
  kind: StatefulSet
  metadata: {name: db, namespace: default, uid: u1}
  spec:
    replicas: 1
    serviceName: db
    selector: {matchLabels: {app: db}}
    template:
      metadata: {labels: {app: db}}
      spec: {containers: [{name: db, image: "db:1"}]}
- apiVersion: v1
  kind: Pod
  metadata:
    name: db-0
    namespace: default
    labels: {app: db, apps.kubernetes.io/pod-index: "0", statefulset.kubernetes.io/pod-name: db-0}
    ownerReferences: [{apiVersion: apps/v1, kind: StatefulSet, name: db, uid: u1, controller: true}]
  spec: {nodeName: node-1, containers: [{name: db, image: "db:1"}]}
  status: {phase: Running, conditions: [{type: Ready, status: "True"}]}
"""


def test_a_dump_of_a_cluster(tmp_path: Path, job: Job) -> None:
    file = write(tmp_path / "dumps", {"a.yaml": DUMP, "podplan.yaml": "exclude: ['*']\n"}) / "a.yaml"
    tables = rows_of("a", DumpContent(file), job, type_="dump")
    assert {each.kind for each in tables["objects"]} == {"Node", "Pod", "PodDisruptionBudget", "StatefulSet"}
    drains = [each for each in tables["hazards"] if each.hazard == "drain"]
    assert {(each.source, each.kind, each.name, each.blocks) for each in drains} == {
        ("rule", "PodDisruptionBudget", "db", True),
        ("plan", "Node", "node-1", True),
    }, tables["left_out"]
