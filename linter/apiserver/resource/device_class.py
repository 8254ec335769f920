"""DeviceClass."""

from __future__ import annotations

from linter.apiserver.equality import is_same
from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_meta
from linter.apiserver.resource.devices import validate_configuration
from linter.apiserver.resource.selectors import validate_selectors
from linter.kube import names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Request
    from linter.path import FieldPath

_CONFIG = 32
_RULE = "device-class"


def validate_device_class(request: Request, errors: Errors) -> None:
    """Judge a DeviceClass. An update may keep selectors and configuration that once were right."""
    spec, path = request.spec, ("spec",)
    stored = (request.old.object.get("spec") or {}) if request.old else None
    # The server looks at the name that it makes of generateName, not at generateName.
    validate_meta(request, errors, prefix=lambda _: ())
    selectors = spec.get("selectors") or []
    is_stored = stored is not None and is_same(selectors, stored.get("selectors"))
    validate_selectors(selectors, (*path, "selectors"), errors, stored=is_stored)
    config = spec.get("config") or []
    if len(config) > _CONFIG:
        message = f"config has {len(config)} entries; at most {_CONFIG} are allowed."
        errors.too_many((*path, "config"), message, rule=_RULE)
    else:
        is_stored = stored is not None and is_same(config, stored.get("config"))
        for index, entry in enumerate(config):
            at: FieldPath = (*path, "config", index)
            validate_configuration(entry, at, errors, stored=is_stored)
    if (name := spec.get("extendedResourceName")) is not None:
        faults = names.extended_resource(name)
        errors.faults((*path, "extendedResourceName"), "extendedResourceName", name, faults, rule=_RULE)


DEVICE_CLASS = Strategy(validate_device_class, validate_device_class)
