"""Resource claims: those of the pod, and which of them its containers use.

Source: https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/
"""

from __future__ import annotations

from linter.kube import names
from linter.kube.suggest import did_you_mean, quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object
    from linter.path import FieldPath

_RULE = "resource-claims"


def validate_pod_resource_claims(claims: Sequence[Object], path: FieldPath, errors: Errors) -> set[str]:
    """Judge the resource claims of a pod, and return their names.

    Args:
        claims: The pod's resourceClaims.
        path: Where they are.
        errors: Gets what is wrong.
    """
    known: set[str] = set()
    for index, claim in enumerate(claims):
        at = (*path, index)
        name = claim.get("name") or ""
        if not name:
            errors.required((*at, "name"), "The resource claim has no name.", rule=_RULE)
        elif name in known:
            message = f"There is another resource claim named {quote(name)}."
            errors.duplicate((*at, "name"), message, rule=_RULE)
        else:
            errors.faults((*at, "name"), "The name", name, names.dns_label(name), rule=_RULE)
            known.add(name)
        given = [each for each in ("resourceClaimName", "resourceClaimTemplateName") if each in claim]
        if len(given) != 1:
            fault = "can't have both" if given else "needs one of"
            message = f"The claim {fault} resourceClaimName and resourceClaimTemplateName."
            errors.invalid(at, message, rule=_RULE)
        for field in given:
            faults = names.dns_subdomain(claim[field])
            errors.faults((*at, field), field, claim[field], faults, rule=_RULE)
    return known


def validate_resource_claim_names(
    claims: Sequence[Object], path: FieldPath, errors: Errors, known: Collection[str]
) -> None:
    """Judge the resource claims that a container, or a pod as a whole, uses.

    Args:
        claims: The claims of its resources.
        path: Where they are.
        errors: Gets what is wrong.
        known: The names of the pod's resource claims.
    """
    seen: set[tuple[str, str]] = set()
    for index, claim in enumerate(claims):
        at = (*path, index)
        name, request = claim.get("name") or "", claim.get("request") or ""
        if not name:
            errors.required(at, "The entry names no resource claim.", rule=_RULE)
            continue
        # Without a request the whole claim is meant, which overlaps with each of its requests.
        if any(other == name and (not request or part in {"", request}) for other, part in seen):
            errors.duplicate(at, f"The resource claim {quote(name)} is used already.", rule=_RULE)
        # Behind the whole claim the API server doesn't look at requests any more.
        if request and (name, "") not in seen:
            errors.faults((*at, "request"), "The request", request, names.dns_label(request), rule=_RULE)
        seen.add((name, request))
        if name not in known:
            message = f"The pod has no resource claim named {quote(name)}.{did_you_mean(name, known)}"
            errors.not_found(at, message, rule=_RULE)
