"""The defaults of admissionregistration.k8s.io."""

from __future__ import annotations

from linter.kube.defaults.fill import fill, with_spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.kube.defaults.fill import Object


def default_validating_webhooks(obj: Object) -> Object:
    """Return a ValidatingWebhookConfiguration with its defaults."""
    return {**obj, "webhooks": [_webhook(each) for each in obj.get("webhooks") or ()]}


def default_mutating_webhooks(obj: Object) -> Object:
    """Return a MutatingWebhookConfiguration with its defaults."""
    webhooks = [fill(_webhook(each), reinvocationPolicy="Never") for each in obj.get("webhooks") or ()]
    return {**obj, "webhooks": webhooks}


def default_policy(obj: Object) -> Object:
    """Return a ValidatingAdmissionPolicy or MutatingAdmissionPolicy with its defaults."""
    return with_spec(obj, lambda spec: fill(_matching(spec, "matchConstraints"), failurePolicy="Fail"))


def default_binding(obj: Object) -> Object:
    """Return a binding of such a policy with its defaults."""
    return with_spec(obj, lambda spec: _matching(spec, "matchResources"))


def client_config(config: Object) -> Object:
    """Return a webhook's client configuration with the port of its Service."""
    return {**config, "service": fill(config["service"], port=443)} if "service" in config else config


def _webhook(webhook: Object) -> Object:
    webhook = fill(
        webhook,
        failurePolicy="Fail",
        matchPolicy="Equivalent",
        namespaceSelector={},
        objectSelector={},
        timeoutSeconds=10,
    )
    if "rules" in webhook:
        webhook["rules"] = [fill(rule, scope="*") for rule in webhook["rules"]]
    if "clientConfig" in webhook:
        webhook["clientConfig"] = client_config(webhook["clientConfig"])
    return webhook


def _matching(spec: Object, name: str) -> Object:
    if name not in spec:
        return spec
    resources = fill(spec[name], matchPolicy="Equivalent", namespaceSelector={}, objectSelector={})
    for rules in ("resourceRules", "excludeResourceRules"):
        if rules in resources:
            resources[rules] = [fill(rule, scope="*") for rule in resources[rules]]
    return {**spec, name: resources}
