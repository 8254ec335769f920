"""`sortOptions`: the order of the objects."""

from __future__ import annotations

from linter.applysets.kustomize.errors import KustomizeError
from linter.applysets.kustomize.fieldspecs import FIRST_KINDS, LAST_KINDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from linter.applysets.kustomize.kustomization import Kustomization
    from linter.applysets.kustomize.resource import Resource


def sort_resources(resources: list[Resource], kustomization: Kustomization) -> list[Resource]:
    """Return the resources in the order that a kustomization asks for.

    Raises:
        KustomizeError: The order is not known.
    """
    options = kustomization.fields.get("sortOptions")
    if options is None:
        return _sorted(resources, FIRST_KINDS, LAST_KINDS)
    order, legacy = options.get("order", ""), options.get("legacySortOptions")
    match order:
        case "legacy":
            if legacy is None:
                return _sorted(resources, FIRST_KINDS, LAST_KINDS)
            return _sorted(resources, legacy.get("orderFirst", ()), legacy.get("orderLast", ()))
        case "fifo":
            if legacy is not None:
                raise KustomizeError(
                    "`legacySortOptions` belong to the order `legacy`, and this is `fifo`.",
                    kustomization.place("sortOptions", "legacySortOptions"),
                )
            return resources
        case _:
            raise KustomizeError(
                f"The order is `legacy` or `fifo`, not `{order}`.",
                kustomization.place("sortOptions", "order"),
            )


def _sorted(resources: list[Resource], first: Sequence[str], last: Sequence[str]) -> list[Resource]:
    ranks = {kind: number - len(first) for number, kind in enumerate(first)}
    ranks |= {kind: number + 1 for number, kind in enumerate(last)}

    def key(resource: Resource) -> tuple[int, str, str]:
        gvk = resource.id.gvk
        group = f"{gvk.group or '~G'}_{gvk.version or '~V'}_{gvk.kind or '~K'}"
        version = f"{gvk.kind or '[noKind]'}.{gvk.version or '[noVer]'}.{gvk.group or '[noGrp]'}"
        name = f"{version}|{resource.id.namespace or '~X'}|{resource.name or '~N'}"
        return ranks.get(gvk.kind, 0), group, name

    return sorted(resources, key=key)
