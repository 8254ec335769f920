"""Write index.py: what must be known of every rule before any is asked.

Run it as `python rules/generate.py` (or `make rules`) after a rule came, went, or changed what its decorator says. A run chooses
its rules by the index and loads the modules of those that it asks; a test holds the index to the modules.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from linter.engine.rule import Rule

TARGET = Path(__file__).with_name("index.py")
_HEAD = '''\
"""Every rule, in order: what its decorator says, without its module being loaded. Written by rules/generate.py."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

RULES: tuple[tuple[Any, ...], ...] = (
'''


def render() -> str:
    """Return the index as the modules want it."""
    return _HEAD + "".join(f"    {_entry(rule)},\n" for rule in _rules()) + ")\n"


def _rules() -> Iterator[Rule]:
    """Yield every rule: the pages of group api, then by group, by module name, and in the order of the module."""
    import importlib
    import pkgutil

    from linter.engine.registry import GROUPS, rules_in

    yield from _pages()
    for group in (group for group in GROUPS if group != "api"):
        package = importlib.import_module(f"linter.rules.{group}")
        for name in sorted(each.name for each in pkgutil.iter_modules(package.__path__)):
            yield from rules_in(importlib.import_module(f"linter.rules.{group}.{name}"))


def _pages() -> Iterator[Rule]:
    """Yield the pages of what the API server says, by id."""
    from linter.engine.rule import Rule
    from linter.rules.pages import page_ids, read_page

    for rule_id in page_ids():
        page = read_page(rule_id)
        yield Rule(
            id=rule_id,
            group="api",
            severity=page.severity,  # type: ignore[arg-type]
            kinds=_kinds(page.kinds),
            scope="resource",
            check=None,
            docstring=page.text,
            options={},
        )


def _kinds(text: str) -> frozenset[str] | None:
    """Return the kinds that the head of a page names; None for all."""
    from linter.apiserver.kinds import KINDS
    from linter.engine.rule import WORKLOADS

    if text == "all":
        return None
    several = {
        "workloads": WORKLOADS,
        "pods": WORKLOADS | {"CronJob", "Job", "Pod", "PodTemplate", "ReplicationController"},
        "validated": frozenset(kind for _, kind in KINDS),
    }
    return frozenset().union(*(several.get(name, {name}) for name in text.split(", ")))


def _entry(rule: Rule) -> tuple[object, ...]:
    return (
        rule.group,
        rule.check and rule.check.__module__.rpartition(".")[2],
        rule.check and rule.check.__name__,
        rule.id,
        rule.severity,
        rule.kinds and tuple(sorted(rule.kinds)),
        rule.scope,
        rule.needs and tuple(sorted(rule.needs)),
        dict(rule.options),
        rule.asks_run,
        rule.asks_nodes,
    )


if __name__ == "__main__":
    sys.path.insert(0, str(TARGET.parents[1]))
    TARGET.write_text(render(), encoding="utf-8")
    print(f"{TARGET.name}: {render().count(chr(10)) - 6} rules")
