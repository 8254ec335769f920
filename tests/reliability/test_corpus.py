"""What the fuzzers have found worth keeping, fed again to what they feed (fuzz/targets.py)."""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from linter.engine.config.options import LintOptions
from linter.engine.fix.apply import fix_all
from linter.loading.source import decode

from .strategies import recorded_manifests

ROOT = Path(__file__).parents[2]
CORPUS = Path(__file__).parent / "corpus"


@cache
def targets() -> Any:
    spec = importlib.util.spec_from_file_location("fuzz_targets", ROOT / "fuzz" / "targets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def inputs(name: str) -> list[bytes]:
    lines = (CORPUS / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line).encode("latin-1") for line in lines]


@pytest.mark.parametrize("name", ["lint", "structured", "plan", "fix"])
def test_the_corpus_breaks_no_promise(name: str) -> None:
    kept = inputs(name)
    assert len(kept) >= 20, "the corpus is gone"
    for data in kept:
        match name:
            case "lint":
                targets().lint(data, rendered=True)
            case "plan":
                targets().plan(data, rendered=True)
            case "structured":
                for rendered in (False, True):
                    targets().structured(data, recorded_manifests(), rendered=rendered)
            case _:
                targets().fix(data)


def test_fixing_twice_is_fixing_once_over_all_of_it() -> None:
    changed = 0
    for data in [*inputs("lint"), *inputs("fix")]:
        once = fix_all([decode(data, "a.yaml")], LintOptions())
        changed += bool(once.changed)
        assert not fix_all(once.sources, LintOptions()).changed, data
    assert changed > 10


def test_every_target_is_fuzzed_and_replayed() -> None:
    fuzzers = {
        path.stem
        for path in (ROOT / "fuzz").glob("*.py")
        if path.stem not in {"common", "minimize", "paths", "targets"}
    }
    assert fuzzers == {path.stem for path in CORPUS.glob("*.jsonl")}
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert "fuzz/structured.py" in makefile
    assert "for fuzzer in lint plan fix; do" in makefile
