"""Nothing from a manifest is executed or fetched, and no file is written."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

import linter
from linter.engine.options import LintOptions

DATA = Path(__file__).parents[1] / "conformance"
FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.spawn", "os.posix_spawn", "os.fork", "shutil.", "os.remove", "os.rename", "os.mkdir")  # fmt: skip


class _SideEffectError(BaseException):
    """Nothing catches this."""


class _Watch:
    """An audit hook that can be switched on and off; hooks cannot be removed."""

    on = False

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event.startswith(FORBIDDEN):
            raise _SideEffectError(event, arguments)
        # The interpreter itself may keep bytecode of what is imported here for the first time.
        writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
        if writes and isinstance(arguments[0], str) and ".pyc" not in arguments[0]:
            raise _SideEffectError(event, arguments)


@pytest.fixture(scope="module")
def watch() -> _Watch:
    watch = _Watch()
    sys.addaudithook(watch)
    return watch


def cases(name: str, every: int) -> list[Any]:
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()][::every]


def test_lint(watch: _Watch) -> None:
    options = LintOptions(select=("api", "wiring", "rollout", "practice"))
    texts = [(case["id"], case["yaml"]) for case in cases("verdicts-targeted.jsonl", 40)]
    linter.lint((), texts=texts[:5], options=options)  # imports may write bytecode
    watch.on = True
    try:
        report = linter.lint((), texts=texts, options=options)
    finally:
        watch.on = False
    assert report.resources >= len(texts) / 2


def test_plan(watch: _Watch) -> None:
    scenarios = cases("rollouts.jsonl", 20)
    linter.plan("scenario", scenario=scenarios[0])
    watch.on = True
    try:
        plans = [linter.plan("scenario", scenario=scenario).to_dict() for scenario in scenarios]
    finally:
        watch.on = False
    assert len(plans) == len(scenarios)
