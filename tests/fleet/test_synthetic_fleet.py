"""The fleet that benchmarks are made on: always the same, of the size that is asked for, and with every defect that it names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from benchmarks.fleet_objects import DEFECTS
from benchmarks.synthetic_fleet import WRITERS, Fleet, write

if TYPE_CHECKING:
    from pathlib import Path

FLEET = Fleet(manifests=300, repositories=7, seed=3, defects=0.2)


def test_as_many_as_asked_for() -> None:
    files = list(FLEET.files())
    assert sum(each.manifests for each in files) == 300
    assert len({each.repository for each in files}) == 7
    assert len({(each.repository, each.path) for each in files}) == len(files)
    assert min(FLEET.sizes()) >= 1


def test_always_the_same() -> None:
    assert list(FLEET.files()) == list(FLEET.files())
    assert list(FLEET.files()) != list(FLEET._replace(seed=4).files())


def test_sizes_are_uneven() -> None:
    sizes = sorted(Fleet(100_000, 1000, 0, 0).sizes(), reverse=True)
    assert sum(sizes) == 100_000
    assert 40_000 < sum(sizes[:100]) < 60_000


def test_every_defect_can_be_made() -> None:
    texts = "".join(each.content for each in Fleet(4000, 20, 0, 1.0).files())
    missing = [each for each in DEFECTS if each.after not in texts]
    assert not missing


@pytest.mark.parametrize("form", WRITERS)
def test_forms_hold_the_same(form: str, tmp_path: Path) -> None:
    out = tmp_path / "fleet"
    assert write(FLEET, out, form).startswith("300 manifests in ")
    wanted = {(each.repository, each.path): each.content for each in FLEET.files()}
    match form:
        case "folders":
            found = {
                (repository, path): (out / repository / path).read_text("utf-8")
                for repository, path in wanted
            }
            assert len([each for each in out.rglob("*") if each.is_file()]) == len(wanted)
        case "jsonl":
            rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
            found = {(row["repository"], row["path"]): row["content"] for row in rows}
        case _:
            pyarrow = pytest.importorskip("pyarrow.parquet", reason="comes with the extra fleet")
            rows = pyarrow.read_table(out).to_pylist()
            found = {(row["repository"], row["path"]): row["content"] for row in rows}
    assert found == wanted
