"""What a kustomization comes to while it is built."""

from __future__ import annotations

from linter.applysets.kustomize.config import EMPTY, Config
from linter.applysets.kustomize.errors import KustomizeError, UnsupportedError
from linter.applysets.kustomize.generators import absorb

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from linter.applysets.kustomize.resource import Resource
    from linter.applysets.kustomize.variables import Variable
    from linter.loading.limits import Limits


class Accumulated:
    """What a kustomization comes to, before the names are fixed: resources, the configuration of the transformers, and variables.

    Attributes:
        left_out: What a partial build lacks, and why.
        deleted: The keys of the ids of what patches have deleted.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.left_out: list[UnsupportedError] = []
        self.deleted: set[Any] = set()
        self.resources: list[Resource] = []
        self.config: Config = EMPTY
        self.variables: dict[str, Variable] = {}
        self._keys: set[Any] | None = None

    def copy(self) -> Accumulated:
        """Return a copy whose changes do not show here."""
        copy = Accumulated(self.limits)
        copy.left_out = list(self.left_out)
        copy.deleted = set(self.deleted)
        copy.resources = [resource.copy() for resource in self.resources]
        copy.config = self.config
        copy.variables = dict(self.variables)
        return copy

    def append(self, resources: Iterable[Resource]) -> None:
        """Add resources.

        Raises:
            KustomizeError: One is there already.
            UnsupportedError: There are too many.
        """
        if self._keys is None:
            self._keys = {resource.id.key for resource in self.resources}
        for resource in resources:
            if resource.id.key in self._keys:
                raise KustomizeError(f"{resource.id} is already among the resources; keep it once.")
            self._keys.add(resource.id.key)
            self.resources.append(resource)
        if len(self.resources) > self.limits.documents:
            raise UnsupportedError(
                "size",
                f"It holds more than {self.limits.documents} objects; --limit documents=NUMBER allows more.",
            )

    def absorb(self, resource: Resource) -> None:
        """Add a generated resource, or let it replace or change one of the same id.

        Raises:
            KustomizeError: Its behavior does not say so, or there is none.
        """
        key = resource.id.key
        found = [known for known in self.resources if any(each.key == key for each in known.all_ids)]
        if not found:
            if resource.behavior in {"merge", "replace"}:
                raise KustomizeError(
                    f"{resource.id} is not among the resources, so there is nothing to {resource.behavior}.",
                    resource.source,
                )
            self.append([resource])
        elif len(found) > 1:
            raise KustomizeError(f"{len(found)} resources may be meant by {resource.id}.", resource.source)
        else:
            absorb(found[0], resource)

    def changed(self) -> None:
        """Note that ids may have changed."""
        self._keys = None
