"""The defaults of apiextensions.k8s.io."""

from __future__ import annotations

from linter.kube.defaults.admission import client_config
from linter.kube.defaults.fill import fill, fill_zero, with_spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.kube.defaults.fill import Object


def default(obj: Object) -> Object:
    """Return a CustomResourceDefinition with its defaults."""
    return with_spec(obj, _spec)


def _spec(spec: Object) -> Object:
    names = spec.get("names") or {}
    if kind := names.get("kind"):
        names = fill_zero(names, singular=kind.lower(), listKind=f"{kind}List")
    spec = fill({**spec, "names": names}, conversion={"strategy": "None"})
    webhook = spec["conversion"].get("webhook") or {}
    if "clientConfig" in webhook:
        webhook = {**webhook, "clientConfig": client_config(webhook["clientConfig"])}
        spec["conversion"] = {**spec["conversion"], "webhook": webhook}
    return spec
