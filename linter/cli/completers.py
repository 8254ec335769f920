"""What the shells complete besides options and files: rules and workloads."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click


def rules(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the rules and groups that the last name of a comma-separated list may become."""
    from linter.engine.registry import GROUPS, all_rules

    before, comma, last = incomplete.rpartition(",")
    return [f"{before}{comma}{name}" for name in (*GROUPS, *all_rules()) if name.startswith(last)]


def severities(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the RULE=LEVEL that a text may become."""
    from linter.engine.registry import all_rules
    from linter.engine.report.finding import SEVERITIES

    rule, equals, level = incomplete.partition("=")
    if equals:
        return [f"{rule}={each}" for each in SEVERITIES if each.startswith(level)]
    return [f"{name}=" for name in all_rules() if name.startswith(rule)]


def workloads(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the workloads of the files that stand on the command line already."""
    from linter.kube.kinds import WORKLOADS
    from linter.kube.names import dns_subdomain
    from linter.loading.discovery import read_all
    from linter.loading.source import Source
    from linter.loading.yaml.reader import read_documents, resources_of

    files = [context.params.get(name) for name in ("files", "arguments", "file", "state")]
    names = [name for each in files for name in ([each] if isinstance(each, str) else each or ())]
    found = []
    with contextlib.suppress(Exception):  # a shell wants suggestions or nothing, never a message
        for source in read_all(names or ["."]):
            if isinstance(source, Source):
                for document in read_documents(source):
                    found += [
                        f"{each.kind}/{each.name}"
                        for each in resources_of(document)
                        # A shell pastes what it completes: no name that means anything to it.
                        if each.kind in WORKLOADS and each.name and not dns_subdomain(each.name)
                    ]
    return sorted({name for name in found if name.lower().startswith(incomplete.lower())})
