"""What is applied together: which of the other resources a rule sees beside one."""

from __future__ import annotations

from collections import defaultdict
from posixpath import dirname

from linter.engine.filing import identity
from linter.engine.inventory import Inventory
from linter.light_typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from linter.applysets.build import ApplySet
    from linter.engine.asked import Asked
    from linter.engine.filing import Identity
    from linter.engine.run.files import Waiting
    from linter.engine.run.statuses import JudgedObject, Status
    from linter.loading.resource import Resource


class Scopes(NamedTuple):
    """The inventories of a run."""

    run: Inventory
    """Everything."""
    sets: tuple[Inventory, ...]
    """What each kustomization builds."""
    files: Inventory
    """The files that belong to no kustomization, but for those that are alternatives."""
    alternatives: dict[str, Inventory]
    """Files that are alternatives of others: the inventory of each, by its name."""

    def of_files(self, waiting: Iterable[Waiting]) -> Iterator[tuple[Inventory, list[Waiting]]]:
        """Yield what waits in files with the inventory that it waits for."""
        by_scope: dict[int, tuple[Inventory, list[Waiting]]] = {}
        for each in waiting:
            scope = self.of_file(each.resource)
            by_scope.setdefault(id(scope), (scope, []))[1].append(each)
        yield from by_scope.values()

    def of_file(self, resource: Resource) -> Inventory:
        """Return what is applied together with a resource that no kustomization builds."""
        return self.alternatives.get(resource.document.source.name, self.files)

    def judged(
        self, resources: Iterable[Resource], statuses: Iterable[Status], sets: Sequence[ApplySet]
    ) -> Iterator[JudgedObject]:
        """Yield every object, once for each apply set that it is in.

        Args:
            resources: All of them.
            statuses: How each was judged.
            sets: The apply sets that these are the inventories of.
        """
        from linter.engine.run.statuses import JudgedObject

        built: dict[int, list[tuple[str, Inventory]]] = defaultdict(list)
        for apply_set, scope in zip(sets, self.sets, strict=True):
            for resource in apply_set.resources:
                built[id(resource)].append((apply_set.name, scope))
        for resource, status in zip(resources, statuses, strict=True):
            for name, scope in built.get(id(resource)) or [("", self.of_file(resource))]:
                yield JudgedObject(resource, name, scope, status)


def inventories(
    resources: Sequence[Resource],
    built: Sequence[Resource],
    sets: Sequence[ApplySet],
    asked: Asked | None = None,
    scopes: Mapping[str, str] | None = None,
) -> Scopes:
    """Return the inventories of a run.

    What a kustomization builds is applied together, and nothing else with it. Other files are, unless two of them hold the same
    object: then nobody applies both, and each is judged with its own folder, or where both lie in one folder, by itself.

    Args:
        resources: Those of the files that belong to no kustomization.
        built: Those that kustomizations build.
        sets: What each of them builds.
        asked: Notes what is asked of them, where there are no sets.
        scopes: What `alternatives` has returned of the resources, where that is known.
    """
    run = Inventory((*resources, *built), asked=asked)
    of_sets = tuple(Inventory(each.resources, run, is_whole=each.is_whole) for each in sets)
    if scopes is None:
        scopes = alternatives(resources)
    if not scopes:
        return Scopes(run, of_sets, run if not sets else Inventory(resources, run), {})
    grouped: dict[str, list[Resource]] = defaultdict(list)
    rest: list[Resource] = []
    for resource in resources:
        scope = scopes.get(resource.document.source.name)
        (rest if scope is None else grouped[scope]).append(resource)
    by_scope = {
        scope: Inventory(these, run, scope=scope_name(scope, scopes)) for scope, these in grouped.items()
    }
    others = Inventory(rest, run, scope=scope_name(None, scopes))
    return Scopes(run, of_sets, others, {name: by_scope[scope] for name, scope in scopes.items()})


def scope_name(scope: str | None, scopes: Mapping[str, str]) -> str:
    """Return what the inventory of a file is called.

    Args:
        scope: What the file is applied with, if it is an alternative.
        scopes: The same of all alternatives, by name.
    """
    if scope is not None:
        return f"with {scope}"
    return "others" if scopes else ""


def alternatives(resources: Sequence[Resource]) -> dict[str, str]:
    """Return the files that are alternatives of others, by name, each with the name of what it is applied with: its folder, or itself."""
    first: dict[Identity, str] = {}
    several: dict[Identity, set[str]] = {}
    for resource in resources:
        # Several parts of an application may each bring their namespace.
        if resource.kind != "Namespace" and resource.kind and resource.name:
            name = resource.document.source.name
            other = first.setdefault(identity(resource), name)
            if other != name:
                several.setdefault(identity(resource), {other}).add(name)
    if not several:
        return {}
    alone: set[str] = set()
    folders: set[str] = set()
    for files in several.values():
        by_folder: dict[str, set[str]] = defaultdict(set)
        for name in files:
            by_folder[dirname(name)].add(name)
        if len(by_folder) > 1:
            folders |= by_folder.keys()
        for inside in by_folder.values():
            if len(inside) > 1:
                alone |= inside
    names = {resource.document.source.name for resource in resources}
    scopes = {name: f"{folder}/" for name in names if (folder := dirname(name)) in folders}
    scopes.update((name, name) for name in alone)
    return scopes
