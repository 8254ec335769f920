"""How many calls a sound file takes: it finds nothing, so it must cost little."""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import linter
from linter.apiserver.server import Server
from linter.engine.config.options import LintOptions
from linter.engine.registry import choose
from linter.engine.rule_set import RuleSet
from linter.engine.run.files import check_file
from linter.engine.run.run import context_of
from linter.loading.source import Source
from linter.loading.yaml.plain import native_version

if TYPE_CHECKING:
    from types import FrameType

PACKAGE = Path(linter.__file__).parent
MOST = {"engine": 14, "loading": 42, "rules": 64}
"""Calls of functions in Python, by the folder that they are defined in."""
REPOSITORY = Path(__file__).parents[3] / "benchmarks" / "repository.py"


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A Deployment with probes, resources, security contexts, affinity, volumes and a second container."""
    spec = importlib.util.spec_from_file_location("repository", REPOSITORY)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = tmp_path_factory.mktemp("rich")
    module.write(folder, 1)
    (file,) = folder.rglob("*.yaml")
    text: str = file.read_text("utf-8")
    return text


@pytest.mark.skipif(native_version() is None, reason="some of the steps are then functions in Python")
def test_a_sound_file_takes_few_calls(rich: str) -> None:
    options = LintOptions()
    check = partial(
        check_file,
        rules=RuleSet(choose((), (), ())),
        server=Server(options.version),
        context=context_of(options),
        limits=options.limits,
    )
    source = Source("web.yaml", rich, explicit=False)
    assert check(source).found == []  # loads what it needs, and remembers what all files share
    calls: Counter[str] = Counter()

    def count(frame: FrameType, event: str, _: Any) -> None:
        file = Path(frame.f_code.co_filename)
        if event == "call" and file.is_relative_to(PACKAGE):
            calls[file.relative_to(PACKAGE).parts[0]] += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        check(source)
    finally:
        sys.setprofile(before)
    # Python 3.12 and later take fewer: comprehensions are no calls there. A generator counts each time it goes on.
    assert calls.keys() >= MOST.keys()
    assert {part: number for part, number in calls.items() if number > MOST.get(part, number)} == {}
