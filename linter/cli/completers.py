"""What the shells complete besides commands, options and files.

A shell wants suggestions or nothing: what cannot be read is passed over. It also pastes what it completes, so no suggestion holds a
character that means anything to it.
"""

from __future__ import annotations

import contextlib
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    import click
    from click.shell_completion import CompletionItem

    from linter.loading.resource import Resource

_REVISION = "[A-Za-z0-9][A-Za-z0-9._/+-]*"
_IMAGE = "[A-Za-z0-9][A-Za-z0-9._/:@-]*"


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


def formats(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[str] | list[CompletionItem[Any]]:
    """Return the formats of findings; behind FORMAT= a file."""
    from linter.cli.lint.request import FORMATS

    return _files_and(()) if "=" in incomplete else [name for name in FORMATS if name.startswith(incomplete)]


def versions(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the known versions of Kubernetes, the newest first."""
    from linter.version import NEWEST, OLDEST

    known = [f"{NEWEST.major}.{minor}" for minor in range(NEWEST.minor, OLDEST.minor - 1, -1)]
    return [version for version in known if version.startswith(incomplete)]


def feature_gates(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the NAME=true and NAME=false that a text may become."""
    from linter.kube.gates import GATES

    known = [f"{name}={state}" for name in sorted(GATES) for state in ("true", "false")]
    return [gate for gate in known if gate.startswith(incomplete)]


def revisions(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return HEAD, and the branches and tags of the repository, the latest first."""
    from pathlib import Path

    from linter.loading.git_objects import git

    names = []
    with contextlib.suppress(Exception):
        listed = git(
            Path.cwd(),
            "for-each-ref",
            "--sort=-creatordate",
            "--format=%(refname:short)",
            "refs/heads",
            "refs/remotes",
            "refs/tags",
        )
        names = listed.decode("utf-8", "replace").splitlines()
    return [
        name for name in ("HEAD", *names) if name.startswith(incomplete) and re.fullmatch(_REVISION, name)
    ]


def workloads(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the workloads of the files that stand on the command line already, else of those in the folder."""
    from linter.kube.kinds import WORKLOADS

    names = {
        f"{each.kind}/{each.name}"
        for each in _objects(context)
        if each.kind in WORKLOADS and _harmless(each.name)
    }
    return sorted(name for name in names if name.lower().startswith(incomplete.lower()))


def images(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
    """Return files, and the CONTAINER= of those that stand on the command line already; behind it the image of today."""
    from linter.kube.kinds import WORKLOADS
    from linter.kube.pods import pod_view

    before, equals, _ = incomplete.partition("=")
    found = set()
    for resource in _objects(context):
        with contextlib.suppress(Exception):  # an object may be malformed in any way
            if resource.kind in WORKLOADS:
                for container in pod_view(resource.kind, resource.manifest).containers():
                    image = container.spec.get("image")
                    if not equals and _harmless(container.name):
                        found.add(f"{container.name}=")
                    elif container.name == before and re.fullmatch(_IMAGE, image or ""):
                        found.add(f"{before}={image}")
    return _files_and(sorted(text for text in found if text.startswith(incomplete)))


def pods(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return the names of pods that are known: a StatefulSet's, those of a live state, and nodes for a DaemonSet's."""
    found = set()
    for resource in _objects(context):
        with contextlib.suppress(Exception):  # an object may be malformed in any way
            match resource.kind:
                case "StatefulSet":
                    spec = resource.manifest["spec"]
                    start = spec.get("ordinals", {}).get("start", 0)
                    replicas = min(spec.get("replicas", 1), 100)
                    found |= {f"{resource.name}-{ordinal}" for ordinal in range(start, start + replicas)}
                case "Pod" | "Node":
                    found.add(resource.name)
                case _:
                    pass  # its pods have names that nobody knows before they are there
    return sorted(name for name in found if name.startswith(incomplete) and _harmless(name))


def nodes(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
    """Return files, and the nodes of those that stand on the command line already."""
    found = {each.name for each in _objects(context) if each.kind == "Node" and _harmless(each.name)}
    return _files_and(sorted(name for name in found if name.startswith(incomplete)))


def _files_and(texts: Iterable[str]) -> list[CompletionItem[Any]]:
    """Return suggestions of a shell's own, its names of files, and these texts."""
    from click.shell_completion import CompletionItem

    return [CompletionItem("", type="file"), *map(CompletionItem, texts)]


def _objects(context: click.Context) -> Iterator[Resource]:
    """Yield the objects of the files that stand on the command line already, else of those in the folder."""
    from linter.loading.discovery import read_all
    from linter.loading.source import Source
    from linter.loading.yaml.reader import read_documents, resources_of

    with contextlib.suppress(Exception):
        for source in read_all(list(_files(context)) or ["."]):
            if isinstance(source, Source):
                for document in read_documents(source):
                    yield from resources_of(document)


def _files(context: click.Context) -> Iterator[str]:
    """Yield what stands on the command line where a file may; standard input is the terminal, from which nothing is read."""
    for name in ("files", "arguments", "file", "state", "nodes"):
        value = context.params.get(name)
        given: Iterable[str] = [value] if isinstance(value, str) else value or ()
        yield from (file for file in given if file != "-")


def _harmless(name: object) -> bool:
    """Tell whether a name is one of Kubernetes', in which no character means anything to a shell."""
    from linter.kube.names import dns_subdomain

    return isinstance(name, str) and name != "" and not dns_subdomain(name)
