"""Where does the time for a sound file go?

    python -m benchmarks.steps

Takes the rich files of benchmarks/repository.py through each step by itself, in turn; the least of forty passes counts.
"""

from __future__ import annotations

import gc
import marshal
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.repository import write
from linter.apiserver.request import Request
from linter.apiserver.server import Server
from linter.engine.config.options import LintOptions
from linter.engine.registry import choose
from linter.engine.rule_set import RuleSet
from linter.engine.run.files import check_file
from linter.engine.run.handover import hand_over, take_over
from linter.engine.run.run import context_of
from linter.kube.defaults.apply import apply_defaults
from linter.loading.source import Source
from linter.loading.yaml.reader import read_documents, resources_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from linter.engine.run.files import CheckedFile

FILES = 300
PASSES = 40


def main() -> None:
    """Print a table."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), FILES)
        files = sorted(Path(folder).rglob("*.yaml"))
        sources = [Source(str(file), file.read_text("utf-8")) for file in files]
    options = LintOptions()
    server = Server(options.version)
    rules = RuleSet(choose((), (), ()))

    def check(source: Source, chosen: RuleSet) -> CheckedFile:
        return check_file(
            source, rules=chosen, server=server, context=context_of(options), limits=options.limits
        )

    manifests = [
        resource.manifest
        for source in sources
        for document in read_documents(source)
        for resource in resources_of(document)
    ]
    requests = [(manifest, apply_defaults(manifest)) for manifest in manifests]
    checked = [(check(source, rules), source) for source in sources]
    handed_over = [(pack(each), each[1]) for each in checked]
    server_alone = RuleSet(choose(("api",), (), ()))

    steps: dict[str, Callable[[], None]] = {
        "reading": partial(each_of, sources, read_documents),
        "names and types of fields": partial(each_of, manifests, server.decode),
        "defaults": partial(each_of, manifests, apply_defaults),
        "what the API server says": partial(
            each_of, requests, lambda pair: server.validate(Request(options.version, *pair))
        ),
        "all of these, with what lies between": partial(
            each_of, sources, lambda each: check(each, server_alone)
        ),
        "that, and the rules that need no other files": partial(
            each_of, sources, lambda each: check(each, rules)
        ),
        "handing over to another process": partial(each_of, checked, pack),
        "taking over from another process": partial(
            each_of,
            handed_over,
            lambda each: take_over(marshal.loads(each[0]), each[1], rules, 0),  # noqa: S302  what has just been written
        ),
    }
    best = dict.fromkeys(steps, float("inf"))
    for _ in range(PASSES):
        for name, step in steps.items():
            best[name] = min(best[name], seconds(step))
    print(f"{len(sources):,} files of {sum(len(each.text) for each in sources) / FILES:,.0f} characters\n")
    print("| step | µs a file |\n|---|---|")
    for name, least in best.items():
        print(f"| {name} | {least / FILES * 1e6:.0f} |")


def pack(file: tuple[CheckedFile, Source]) -> bytes:
    """Return what a worker sends of a file."""
    for resource in file[0].resources:
        resource.forget()  # as once it is checked
    return marshal.dumps(hand_over(*file))


def each_of(values: Iterable[object], do: Callable[..., object]) -> None:
    """Do something with each value."""
    for value in values:
        do(value)


def seconds(do: Callable[[], None]) -> float:
    """Return the processor time of a step, without the garbage collector, as in a run."""
    gc.disable()
    begin = time.process_time()
    do()
    taken = time.process_time() - begin
    gc.enable()
    return taken


if __name__ == "__main__":
    main()
