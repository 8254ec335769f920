"""What to do about an update that the API server refuses because a field cannot be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linter.kube.kinds import WORKLOADS
from linter.kube.quantities import parse
from linter.kube.selectors import matches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linter.planner.model import Manifest
    from linter.planner.refusal import Admit, Refusal


def remedy(old: Manifest, new: Manifest, refused: Sequence[Refusal], admit: Admit) -> tuple[str, ...]:
    """Return kubectl commands that lead to the new object where an update does not.

    A field is immutable where the server would take the new object if the old one were not there. What it would refuse
    in any case has to be fixed, and no command helps.

    Args:
        old: The object as it is.
        new: The object as it is sent.
        refused: Why it is refused.
        admit: The API server's word on a creation.
    """
    if not any(each.field.split(".")[0] == "spec" for each in refused) or admit(None, new):
        return ()
    metadata = new.get("metadata") or {}
    name, namespace = metadata.get("name"), metadata.get("namespace") or "default"
    kind = str(new.get("kind")).lower()
    target = f"{kind} {name}" + ("" if namespace == "default" else f" -n {namespace}")
    if kind == "service":
        return (
            f"kubectl delete {target}  # it does not serve until it is back, and its address may be another",
            "kubectl apply -f FILE",
        )
    if kind in {"job", "pod"}:
        return (
            f"kubectl delete {target}  # its pods go with it"
            if kind == "job"
            else f"kubectl delete {target}",
            "kubectl apply -f FILE",
        )
    if new.get("kind") not in WORKLOADS:
        return ()
    if _adopts(old, new):
        return (
            f"kubectl delete {target} --cascade=orphan  # the pods keep running",
            "kubectl apply -f FILE  # and takes them over",
            *_grow_claims(old, new, "" if namespace == "default" else f" -n {namespace}"),
        )
    return (
        "kubectl apply -f FILE  # with a new metadata.name: the new selector does not match the pods that are there",
        f"kubectl delete {target}  # once the new pods are available",
    )


def _grow_claims(old: Manifest, new: Manifest, flag: str) -> Iterator[str]:
    """Yield commands for the claims that exist: a StatefulSet makes new ones from its templates and never changes old ones."""
    spec = old.get("spec") or {}
    name, replicas = (old.get("metadata") or {}).get("name"), spec.get("replicas", 1)
    start = (spec.get("ordinals") or {}).get("start") or 0
    before, after = _claim_sizes(old), _claim_sizes(new)
    for template in [name for name in before if name in after]:
        small, large = before[template], after[template]
        if not replicas or small == large:
            continue
        if _nanos(large) < _nanos(small):
            yield f"# existing claims {template}-{name}-* keep {small}: no claim can shrink"
            continue
        patch = f"""'{{"spec":{{"resources":{{"requests":{{"storage":"{large}"}}}}}}}}'"""
        why = f"# existing claims keep {small}; the storage class has to allow their expansion"
        if replicas > _MOST_CLAIMS:
            claims = f"{template}-{name}-$i"
            yield (
                f"for i in $(seq {start} {start + replicas - 1}); do kubectl patch pvc {claims}{flag} -p {patch}; done  {why}"
            )
            continue
        for ordinal in range(start, start + replicas):
            comment = f"  {why}" if ordinal == start else ""
            yield f"kubectl patch pvc {template}-{name}-{ordinal}{flag} -p {patch}{comment}"


_MOST_CLAIMS = 5
"""More claims than these are patched in a loop."""


def _claim_sizes(manifest: Manifest) -> dict[str, str]:
    """Return what each of a StatefulSet's claim templates requests."""
    sizes = {}
    for template in (manifest.get("spec") or {}).get("volumeClaimTemplates") or ():
        requests = ((template.get("spec") or {}).get("resources") or {}).get("requests") or {}
        if "storage" in requests:
            sizes[str((template.get("metadata") or {}).get("name"))] = str(requests["storage"])
    return sizes


def _nanos(size: str) -> int:
    return parse(size).nanos


def _adopts(old: Manifest, new: Manifest) -> bool:
    """Tell whether the new object's selector matches the pods of the old one."""
    template = (old.get("spec") or {}).get("template") or {}
    labels = (template.get("metadata") or {}).get("labels") or {}
    return matches((new.get("spec") or {}).get("selector"), labels)
