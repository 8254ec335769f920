"""What an update may change of a Pod.

Source: https://kubernetes.io/docs/concepts/workloads/pods/#pod-update-and-replacement
"""

from __future__ import annotations

from linter.apiserver.equality import is_same_with_zeros
from linter.apiserver.pod.affinity import REQUIRED
from linter.kube.suggest import quote
from linter.path import Key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request
    from linter.path import FieldPath

_SPEC: FieldPath = ("spec",)
_RULE = "pod-update"
_APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/"
_PASSING_STATES = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
_MIRROR = "kubernetes.io/config.mirror"


def validate_pod_changes(request: Request, errors: Errors) -> None:
    """Judge what differs between a Pod and the stored one.

    The server stops where containers came or went, and where activeDeadlineSeconds is not one that may come next.
    """
    assert request.old is not None  # noqa: S101  an update
    old_metadata = request.old.object.get("metadata") or {}
    _validate_annotations(
        request.metadata.get("annotations") or {}, old_metadata.get("annotations") or {}, errors
    )
    new, old = request.spec, request.old.object["spec"]
    for field in ("containers", "initContainers"):
        if len(new.get(field) or ()) != len(old.get(field) or ()):
            message = "An update can't add containers to a Pod or take any away: make a new Pod."
            errors.forbidden((*_SPEC, field), message, rule=_RULE)
            return
    if not _validate_deadline(new.get("activeDeadlineSeconds"), old.get("activeDeadlineSeconds"), errors):
        return
    _validate_tolerations(new.get("tolerations") or [], old.get("tolerations") or [], errors)
    _validate_scheduling_gates(new.get("schedulingGates") or [], old.get("schedulingGates") or [], errors)
    kept = _without_changes(new, old)
    if old.get("schedulingGates"):
        kept = _without_scheduling(kept, old, errors)
    if not is_same_with_zeros(kept, old, "core/v1.Pod", "spec"):
        changed = next(name for name in sorted(kept.keys() | old.keys()) if _differs(kept, old, name))
        message = (
            f"{changed} of a Pod can't be changed; only images, activeDeadlineSeconds, further tolerations and fewer schedulingGates "
            "can. Make a new Pod, or let a Deployment do so."
        )
        errors.forbidden((*_SPEC, changed), message, rule=_RULE, field="spec")


def _differs(new: Object, old: Object, name: str) -> bool:
    return not is_same_with_zeros(new.get(name), old.get(name), "core/v1.PodSpec", name)


def _without_changes(new: Object, old: Object) -> Object:
    """Return the new spec with the stored values of all that any update may change."""
    kept: dict[str, Any] = {**new}
    for name in ("activeDeadlineSeconds", "tolerations", "schedulingGates"):
        if name in old:
            kept[name] = old[name]
        else:
            kept.pop(name, None)
    for field in ("containers", "initContainers"):
        if field in new:
            # They are as many; an image that is gone has been judged with the container.
            kept[field] = [
                {**container, "image": stored.get("image")}
                for container, stored in zip(new[field] or (), old.get(field) or (), strict=True)
            ]
    return kept


def _without_scheduling(new: Object, old: Object, errors: Errors) -> Object:
    """Return the new spec of a Pod that waits at gates with the stored places to run at: these may become fewer."""
    kept: dict[str, Any] = {**new}
    selector, stored = new.get("nodeSelector") or {}, old.get("nodeSelector") or {}
    if selector != stored:
        if any(selector.get(key) != value for key, value in stored.items()):
            message = "What the nodeSelector of a waiting Pod asks for can only grow: leave its entries as they are."
            errors.invalid((*_SPEC, "nodeSelector"), message, rule=_RULE)
        kept["nodeSelector"] = stored
    affinity, stored_affinity = new.get("affinity"), old.get("affinity")
    node, stored_node = (affinity or {}).get("nodeAffinity"), (stored_affinity or {}).get("nodeAffinity")
    if not is_same_with_zeros(node, stored_node, "core/v1.Affinity", "nodeAffinity"):
        _validate_node_affinity(node or {}, stored_node or {}, errors)
        rest = {name: value for name, value in (affinity or {}).items() if name != "nodeAffinity"}
        if stored_node is not None:
            kept["affinity"] = {**rest, "nodeAffinity": stored_node}
        elif stored_affinity is None and not rest:
            kept.pop("affinity", None)
        else:
            kept["affinity"] = rest
    return kept


def _validate_node_affinity(new: Object, old: Object, errors: Errors) -> None:
    """Judge whether each required term still asks for all that it asked for. What is merely preferred is free."""
    if REQUIRED not in old:
        return
    path = (*_SPEC, "affinity", "nodeAffinity", REQUIRED, "nodeSelectorTerms")
    terms = (new.get(REQUIRED) or {}).get("nodeSelectorTerms") or []
    stored = old[REQUIRED].get("nodeSelectorTerms") or []
    if len(terms) != len(stored):
        message = "The terms of a waiting Pod's nodeAffinity can't become more or fewer."
        errors.invalid(path, message, rule=_RULE)
        return
    for index, (term, before) in enumerate(zip(terms, stored, strict=True)):
        if any(
            expression not in (term.get(field) or ())
            for field in ("matchExpressions", "matchFields")
            for expression in before.get(field) or ()
        ):
            message = "What a term of a waiting Pod's nodeAffinity asks for can only grow."
            errors.invalid((*path, index), message, rule=_RULE)


def _validate_annotations(new: Object, old: Object, errors: Errors) -> None:
    for key in sorted(new.keys() | old.keys()):
        if (key == _MIRROR or key.startswith(_APP_ARMOR)) and new.get(key) != old.get(key):
            message = f"The annotation {quote(key)} of a Pod can't be added, changed or removed."
            errors.forbidden(("metadata", "annotations", Key(key)), message, rule=_RULE)


def _validate_deadline(new: int | None, old: int | None, errors: Errors) -> bool:
    """Judge the new deadline; tell whether the server looks further."""
    path = (*_SPEC, "activeDeadlineSeconds")
    if new is None:
        if old is not None:
            message = f"activeDeadlineSeconds can't be taken away: it is {old}."
            errors.invalid(path, message, rule=_RULE)
        return True
    if not 0 <= new < 2**31:
        errors.invalid(path, f"{new} is out of range: 1 to 2147483647.", rule=_RULE)
        return False
    if old is not None and old < new:
        message = f"activeDeadlineSeconds can only become less than {old}."
        errors.invalid(path, message, rule=_RULE)
        return False
    return True


def _validate_tolerations(new: list[Object], old: list[Object], errors: Errors) -> None:
    bare = [_without_seconds(toleration) for toleration in _with_default_tolerations(new)]
    if any(_without_seconds(toleration) not in bare for toleration in _with_default_tolerations(old)):
        message = (
            "Tolerations of a Pod can be added, not taken away; of those that it has only tolerationSeconds can change. Every Pod "
            "has one of each state of a node in which it has to leave, unless another one stands for it from the beginning."
        )
        errors.forbidden((*_SPEC, "tolerations"), message, rule=_RULE)


def _with_default_tolerations(tolerations: list[Object]) -> list[Object]:
    """Return the tolerations with those that the DefaultTolerationSeconds plugin adds, at an update as well."""
    missing = [
        {"key": key, "operator": "Exists", "effect": "NoExecute"}
        for key in _PASSING_STATES
        if not any(
            each.get("key") in {key, "", None} and each.get("effect") in {"NoExecute", "", None}
            for each in tolerations
        )
    ]
    return [*tolerations, *missing]


def _without_seconds(toleration: Object) -> Object:
    return {name: value for name, value in toleration.items() if value and name != "tolerationSeconds"}


def _validate_scheduling_gates(new: list[Object], old: list[Object], errors: Errors) -> None:
    known = [gate.get("name") for gate in old]
    for index, gate in enumerate(new):
        if (name := gate.get("name")) not in known:
            message = f"Scheduling gates of a Pod can only be taken away: {quote(name or '')} is new."
            errors.forbidden((*_SPEC, "schedulingGates", index, "name"), message, rule=_RULE)
