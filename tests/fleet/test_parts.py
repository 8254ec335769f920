"""What is known of parts of a repository: its findings are the same with them, and only what has changed is checked again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from linter.fleet import parts
from linter.fleet.judging.repository import LargeError, Repository, Share, judge, prepare
from linter.fleet.sources.content import FolderContent

from .conftest import BUDGET, OLD, WEB, write

if TYPE_CHECKING:
    from collections.abc import Callable

    from linter.fleet.job import Job

FILES = {
    "a/base/kustomization.yaml": "resources: [all.yaml]\n",
    "a/base/all.yaml": BUDGET,
    "a/overlays/x/kustomization.yaml": "namePrefix: x-\nresources: [../../base]\n",
    "a/overlays/y/kustomization.yaml": "namePrefix: y-\nresources: [../../base]\n",
    "b/kustomization.yaml": "namespace: b\nresources: [web.yaml]\n",
    "b/web.yaml": WEB.replace("wrong", "web").replace(", port: 80", "").replace("latest", "1.25"),
    "c/web.yaml": WEB,
    "c/old.yaml": OLD,
    "c/broken.yaml": "a: [",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "mono", FILES)


def findings(rows: list[tuple[str, Any]]) -> list[Any]:
    return [row for table, row in rows if table == "findings"]


def checked(rows: list[tuple[str, Any]]) -> int:
    ((_, repository),) = [each for each in rows if each[0] == "repositories"]
    return int(repository.checked)


def judged(folder: Path, job: Job) -> list[tuple[str, Any]]:
    return judge(Repository("mono", "there", "folder", FolderContent(folder)), job, {})


def test_only_what_has_changed_is_checked_again(
    folder: Path, job: Job, linted: Callable[..., list[Any]]
) -> None:
    first = judged(folder, job)
    # Three plain files; what the overlays build, and b.
    assert checked(first) == 3 + 4 + 1
    again = judged(folder, job)
    assert findings(again) == findings(first) == linted(folder, "mono")
    assert checked(again) == 0
    write(folder, {"b/web.yaml": FILES["b/web.yaml"].replace("1.25", "1.26")})
    changed = judged(folder, job)
    assert checked(changed) == 1
    assert findings(changed) == linted(folder, "mono")
    write(folder, {"c/web.yaml": WEB.replace("wrong", "web")})
    assert checked(judged(folder, job)) == 1
    assert checked(judged(folder, job._replace(versions=("1.30",)))) > 1
    assert checked(judged(folder, job._replace(podplan=b"another"))) > 1


@pytest.mark.parametrize("number", [1, 2, 5])
def test_shares_of_a_large_repository(
    folder: Path, job: Job, linted: Callable[..., list[Any]], number: int
) -> None:
    repository = Repository("mono", "there", "folder", FolderContent(folder))
    with pytest.raises(LargeError) as caught:
        judge(repository, job._replace(split_above=8), {})
    assert caught.value.files == 9
    for share in range(number):
        prepare(repository, job, {}, Share(share, number))
    found = judge(repository, job, {})
    assert findings(found) == linted(folder, "mono")
    # All of it was checked by whoever had the shares.
    assert checked(found) == 0


def test_parts_that_are_damaged_are_made_anew(folder: Path, job: Job) -> None:
    first = judged(folder, job)
    (kept,) = [each for each in (Path(job.out) / parts.FOLDER).rglob("*") if each.is_file()]
    for damaged in (b"", b"no parts", kept.read_bytes()[:50]):
        kept.write_bytes(damaged)
        again = judged(folder, job)
        assert findings(again) == findings(first)
        assert checked(again) == checked(first)
