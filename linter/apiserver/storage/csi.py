"""CSIDriver, CSINode and CSIStorageCapacity.

Source: https://kubernetes.io/docs/concepts/storage/volumes/#csi
"""

from __future__ import annotations

from linter.apiserver.constraints import check, check_field
from linter.apiserver.equality import is_same
from linter.apiserver.fields import refuse_change, validate_unchanged
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_meta
from linter.apiserver.selectors import has_malformed_value, validate_label_selector
from linter.apiserver.storage.names import validate_driver_name
from linter.kube import names, quantities
from linter.kube.node_labels import retired_node_label
from linter.kube.suggest import quote
from linter.path import Key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request
    from linter.path import FieldPath

_LONGEST_NODE_ID = 256


def validate_csi_driver(request: Request, errors: Errors) -> None:
    """Judge a CSIDriver."""
    rule = "csi-driver"
    spec, path = request.spec, ("spec",)
    validate_meta(request, errors, keeps_generation=True)
    struct, modes = "storage/v1.CSIDriverSpec", "volumeLifecycleModes"
    check(struct, spec, path, errors, but=(modes,))
    # The server leaves the index out of this path.
    check_field(struct, modes, spec[modes], (*path, modes), errors, field=f"spec.{modes}")
    tokens = spec.get("tokenRequests") or ()
    for index, token in enumerate(tokens):
        audience = token.get("audience") or ""
        at: FieldPath = (*path, "tokenRequests", index)
        if any((earlier.get("audience") or "") == audience for earlier in tokens[:index]):
            message = f"The audience {quote(audience)} is there twice."
            errors.duplicate((*at, "audience"), message, rule=rule)
        else:
            check("storage/v1.TokenRequest", token, at, errors)
    if "serviceAccountTokenInSecrets" in spec and not tokens:
        message = "serviceAccountTokenInSecrets says where tokens go, but there are no tokenRequests."
        errors.invalid((*path, "serviceAccountTokenInSecrets"), message, rule=rule)
    if request.old is not None:
        stored = request.old.object["spec"]
        name = "attachRequired"
        if spec[name] != stored[name]:
            # The server spells it so.
            refuse_change(request, (*path, name), errors, stored[name], field="spec.attachedRequired")
        validate_unchanged(request, "storage/v1.CSIDriverSpec", path, errors)


def warn_of_csi_driver(request: Request, errors: Errors) -> None:
    """Warn of tokens that the driver gets where they may be logged."""
    spec = request.spec
    tokens = spec.get("tokenRequests") or []
    stored = (request.old.object["spec"].get("tokenRequests") or []) if request.old else []
    if (
        errors.version >= (1, 35)
        and tokens
        and tokens != stored
        and "serviceAccountTokenInSecrets" not in spec
    ):
        errors.warn(
            ("spec", "tokenRequests"),
            "The driver gets the tokens among the volume's attributes, which drivers may log: once it reads them from the "
            "secrets, write `serviceAccountTokenInSecrets: true`.",
            rule="csi-token-secrets",
            field="spec.serviceAccountTokenInSecrets",
        )


def validate_csi_node(request: Request, errors: Errors) -> None:
    """Judge a CSINode. An update may add and remove drivers."""
    validate_meta(request, errors, keeps_generation=True)
    drivers = request.spec.get("drivers") or ()
    for index, driver in enumerate(drivers):
        path: FieldPath = ("spec", "drivers", index)
        _validate_node_driver(driver, path, errors)
        if any(earlier.get("name") == driver.get("name") for earlier in drivers[:index]):
            message = f"The driver {quote(driver.get('name') or '')} is there twice."
            errors.duplicate((*path, "name"), message, rule="csi-node")
    if request.old is not None:
        _validate_drivers_unchanged(request, errors)


def _validate_node_driver(driver: Object, path: FieldPath, errors: Errors) -> None:
    rule = "csi-node"
    name, node_id = driver.get("name") or "", driver.get("nodeID") or ""
    validate_driver_name(name, (*path, "name"), errors, what="The name of the driver", rule=rule)
    if not node_id:
        message = "nodeID is missing: write what the driver calls the node."
        errors.required((*path, "nodeID"), message, rule=rule)
    if names.byte_length(node_id) > _LONGEST_NODE_ID:
        errors.invalid((*path, "nodeID"), f"nodeID is longer than {_LONGEST_NODE_ID} bytes.", rule=rule)
    allocatable = driver.get("allocatable") or {}
    check("storage/v1.VolumeNodeResources", allocatable, (*path, "allocatable"), errors)
    _validate_topology_keys(driver.get("topologyKeys") or [], path, errors)


def _validate_topology_keys(keys: list[str], path: FieldPath, errors: Errors) -> None:
    # The server names the driver, not the key.
    rule, field = "csi-node", f"spec.drivers[{path[-1]}]"
    for index, key in enumerate(keys):
        at = (*path, "topologyKeys", index)
        if not key:
            errors.required(at, "The topology key is empty.", rule=rule, field=field)
        if key in keys[:index]:
            errors.duplicate(at, f"The topology key {quote(key)} is there twice.", rule=rule, field=field)
        errors.faults(at, "The topology key", key, names.qualified_name(key), rule=rule, field=field)


def _validate_drivers_unchanged(request: Request, errors: Errors) -> None:
    assert request.old is not None  # noqa: S101  an update
    stored = {
        driver.get("name"): driver for driver in (request.old.object.get("spec") or {}).get("drivers") or ()
    }
    free = {"allocatable"} if errors.version >= (1, 35) else set()
    for index, driver in enumerate(request.spec.get("drivers") or ()):
        old = stored.get(driver.get("name"))
        if old is None:
            continue
        if any(not is_same(driver.get(name), old.get(name)) for name in (old.keys() | driver.keys()) - free):
            refuse_change(request, ("spec", "drivers", index), errors, None, field="spec.drivers")


def validate_csi_storage_capacity(request: Request, errors: Errors) -> None:
    """Judge a CSIStorageCapacity. An update keeps what the capacity is of."""
    rule = "csi-storage-capacity"
    obj = request.object
    validate_meta(request, errors, keeps_generation=True)
    stored = (request.old.object.get("nodeTopology") or {}) if request.old else {}
    if topology := obj.get("nodeTopology"):
        any_value = has_malformed_value(stored)
        validate_label_selector(topology, ("nodeTopology",), errors, any_value=any_value)
    name = obj.get("storageClassName") or ""
    faults = names.dns_subdomain(name)
    errors.faults(("storageClassName",), "The name of the StorageClass", name, faults, rule=rule)
    if "capacity" in obj and quantities.parse(obj["capacity"]).nanos < 0:
        errors.invalid(("capacity",), "The capacity must not be negative.", rule=rule)
    validate_unchanged(request, "storage/v1.CSIStorageCapacity", (), errors)


def warn_of_csi_storage_capacity(request: Request, errors: Errors) -> None:
    """Warn of deprecated node labels."""
    topology = request.object.get("nodeTopology") or {}
    path: FieldPath = ("nodeTopology",)
    rule = "deprecated-node-label"
    for index, expression in enumerate(topology.get("matchExpressions") or ()):
        if message := retired_node_label(expression.get("key") or ""):
            errors.warn((*path, "matchExpressions", index, "key"), message, rule=rule)
    for label in topology.get("matchLabels") or ():
        if message := retired_node_label(label):
            errors.warn((*path, "matchLabels", Key(label)), message, rule=rule, at_key=True)


CSI_DRIVER = Strategy(validate_csi_driver, validate_csi_driver, warn_of_csi_driver)
CSI_NODE = Strategy(validate_csi_node, validate_csi_node)
CSI_STORAGE_CAPACITY = Strategy(
    validate_csi_storage_capacity, validate_csi_storage_capacity, warn_of_csi_storage_capacity
)
