"""Node.

Source: https://kubernetes.io/docs/concepts/architecture/nodes/
"""

from __future__ import annotations

import re

from linter.apiserver.core.node_annotations import validate_node_annotations
from linter.apiserver.core.resource_names import amount, validate_amount
from linter.apiserver.core.taints import validate_taints
from linter.apiserver.fields import refuse_change
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_meta
from linter.kube.addresses import cidr_faults, cidr_spelling_fault, parse_cidr
from linter.kube.suggest import quote
from linter.path import FieldPath, Key, format_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request

_LONGEST_FEATURE = 253


def validate_node(request: Request, errors: Errors) -> None:
    """Judge a new Node, its status included."""
    _validate(request, request.object["status"], errors)


def validate_node_update(request: Request, errors: Errors) -> None:
    """Judge a Node that takes the place of a stored one, whose status it keeps."""
    assert request.old is not None  # noqa: S101  an update
    status, stored = request.old.object["status"], request.old.object["spec"]
    _validate(request, status, errors)
    addresses = status.get("addresses") or []
    for index, address in enumerate(addresses):
        if address in addresses[:index]:
            errors.duplicate(
                ("status", "addresses", index), "The address is there twice.", rule="node-status"
            )
    spec, path = request.spec, ("spec",)
    if stored.get("podCIDRs") and stored["podCIDRs"] != (spec.get("podCIDRs") or []):
        refuse_change(request, (*path, "podCIDRs"), errors, ", ".join(stored["podCIDRs"]), forbidden=True)
    provider = stored.get("providerID") or ""
    if provider and provider != (spec.get("providerID") or ""):
        refuse_change(request, (*path, "providerID"), errors, provider)
    external = stored.get("externalID") or ""
    if external != (spec.get("externalID") or ""):
        refuse_change(request, (*path, "externalID"), errors, external, forbidden=True)


def warn_of_node(request: Request, errors: Errors) -> None:
    """Warn of a field that nothing reads, and of blocks of addresses that others may read differently."""
    if request.spec.get("externalID"):
        message = "Kubernetes no longer uses externalID: delete the field."
        errors.warn(("spec", "externalID"), message, rule="node-external-id")
    for path, field, block in _blocks(request):
        if fault := cidr_spelling_fault(block):
            message = f"The CIDR block {quote(block)} {fault}."
            errors.warn(path, message, rule="address-spelling", field=field)


def _validate(request: Request, status: Object, errors: Errors) -> None:
    validate_meta(request, errors, keeps_generation=True)
    validate_node_annotations(request.metadata.get("annotations") or {}, errors)
    taints = request.spec.get("taints") or []
    # The server looks for them in the metadata.
    validate_taints(taints, ("spec", "taints"), errors, seen_at=("metadata", "taints"))
    _validate_status(request, status, errors)
    _validate_blocks(request, errors)


def _validate_status(request: Request, status: Object, errors: Errors) -> None:
    rule = "node-status"
    written = request.manifest.get("status") or {}
    for kind in ("capacity", "allocatable"):
        # Where nothing is allocatable, all of the capacity is.
        written_kind = kind if written.get(kind) is not None else "capacity"
        for name, value in (status.get(kind) or {}).items():
            path: FieldPath = ("status", written_kind, Key(name))
            validate_amount(name, amount(value), path, errors, rule=rule, field=f"status.{kind}.{name}")
    swap = ((status.get("nodeInfo") or {}).get("swap") or {}).get("capacity")
    if swap is not None and swap <= 0:
        path = ("status", "nodeInfo", "swap", "capacity")
        message = f"The capacity of the swap is {swap}; it must be greater than 0."
        # The server looks for it in the metadata.
        errors.invalid(path, message, rule=rule, field="metadata.nodeSwapStatus.capacity")
    if errors.version >= (1, 36):
        _validate_features(status.get("declaredFeatures") or [], ("status", "declaredFeatures"), errors)


def _validate_features(features: list[str], path: FieldPath, errors: Errors) -> None:
    rule = "node-status"
    for index, feature in enumerate(features):
        if len(feature) > _LONGEST_FEATURE or not re.fullmatch(
            r"[A-Z][a-zA-Z0-9]*(/[a-zA-Z][a-zA-Z0-9]*)*", feature
        ):
            message = (
                f"{quote(feature)} is not the name of a feature, such as `MyFeature` or `MyFeature/part`."
            )
            errors.invalid((*path, index), message, rule=rule)
        if index == 0:
            continue
        if feature == features[index - 1]:
            errors.duplicate((*path, index), f"The feature {quote(feature)} is there twice.", rule=rule)
        elif feature < features[index - 1]:
            message = f"The features must be sorted, but {quote(feature)} stands behind {quote(features[index - 1])}."
            errors.invalid((*path, index), message, rule=rule)


def _blocks(request: Request) -> list[tuple[FieldPath, str, str]]:
    """Return where each of the node's blocks is written, where the server has it, and its text."""
    written = (request.manifest.get("spec") or {}).get("podCIDRs") or []
    blocks = request.spec.get("podCIDRs") or []
    return [
        (
            ("spec", "podCIDRs", index) if blocks == written else ("spec", "podCIDR"),
            f"spec.podCIDRs[{index}]",
            block,
        )
        for index, block in enumerate(blocks)
    ]


def _validate_blocks(request: Request, errors: Errors) -> None:
    rule = "node-pod-cidrs"
    blocks = _blocks(request)
    strict = errors.version >= (1, 36)
    for path, field, block in blocks:
        errors.faults(
            path, "The CIDR block", block, cidr_faults(block, strict=strict), rule=rule, field=field
        )
    if len(blocks) < 2:
        return
    whole: FieldPath = ("spec", "podCIDRs")
    parsed = [parse_cidr(block) for _, _, block in blocks]
    if None in parsed:
        # What can't be read has no family.
        message = "One of the CIDR blocks is malformed, so that their families can't be compared."
        errors.internal(whole, message, rule=rule)
    families = {block.family for block in parsed if block is not None}
    if len(blocks) > 2 or None in parsed or len(families) < 2:
        message = "A node has at most one CIDR block of each family: one of IPv4, one of IPv6."
        errors.invalid(whole, message, rule=rule, field=format_path(whole))


NODE = Strategy(validate_node, validate_node_update, warn_of_node)
