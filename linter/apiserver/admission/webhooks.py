"""ValidatingWebhookConfiguration and MutatingWebhookConfiguration.

Source: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
"""

from __future__ import annotations

from linter.apiserver.admission.matching import (
    validate_match_conditions,
    validate_rule,
)
from linter.apiserver.admission.meta import validate_admission_meta
from linter.apiserver.client_config import REVIEW_VERSIONS, validate_client_config, validate_review_versions
from linter.apiserver.constraints import check, check_field
from linter.apiserver.kinds import Strategy
from linter.apiserver.selectors import has_malformed_value, validate_label_selector
from linter.kube import names
from linter.kube.suggest import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request
    from linter.path import FieldPath

REINVOCATION_POLICIES = ("Never", "IfNeeded")
SIDE_EFFECTS = ("None", "NoneOnDryRun")
_ALL_SIDE_EFFECTS = ("None", "NoneOnDryRun", "Some", "Unknown")
_SELECTORS = ("namespaceSelector", "objectSelector")
_RULE = "webhooks"
_STRUCT = "admissionregistration/v1.ValidatingWebhook"
"""What is asked of a field by itself is the same for a MutatingWebhook."""


def validate_webhook_configuration(request: Request, errors: Errors) -> None:
    """Judge a configuration of webhooks. An update may keep what an older server let through, as far as all have it."""
    validate_admission_meta(request, errors)
    webhooks = request.object.get("webhooks") or []
    stored = (request.old.object.get("webhooks") or []) if request.old else None
    seen: set[str] = set()
    for index, webhook in enumerate(webhooks):
        path: FieldPath = ("webhooks", index)
        _validate_webhook(webhook, path, errors, stored)
        conditions = webhook.get("matchConditions") or []
        validate_match_conditions(conditions, (*path, "matchConditions"), errors, request)
        name = webhook.get("name") or ""
        if name in seen and (stored is None or _have_own_names(stored)):
            message = f"Another webhook is called {quote(name)}, too: give each a name of its own."
            errors.duplicate((*path, "name"), message, rule=_RULE)
        seen.add(name)


def _validate_webhook(webhook: Object, path: FieldPath, errors: Errors, stored: list[Object] | None) -> None:
    _validate_name(webhook.get("name") or "", (*path, "name"), errors)
    for index, rule in enumerate(webhook.get("rules") or ()):
        validate_rule(rule, (*path, "rules", index), errors)
    check(_STRUCT, webhook, path, errors, but=("timeoutSeconds",))
    allowed = SIDE_EFFECTS if stored is None or _have_no_side_effects(stored) else _ALL_SIDE_EFFECTS
    effects = webhook.get("sideEffects")
    if effects is None:
        message = "sideEffects is missing: write `None` if the webhook changes nothing outside of its answer."
        errors.required((*path, "sideEffects"), message, rule=_RULE)
    else:
        errors.not_supported((*path, "sideEffects"), "sideEffects", effects, allowed, rule=_RULE)
    timeout = webhook.get("timeoutSeconds")
    check_field(_STRUCT, "timeoutSeconds", timeout, (*path, "timeoutSeconds"), errors)
    any_value = stored is not None and any(
        has_malformed_value(each.get(name) or {}) for each in stored for name in _SELECTORS
    )
    for name in _SELECTORS:
        validate_label_selector(webhook[name], (*path, name), errors, any_value=any_value)
    validate_client_config(
        webhook.get("clientConfig"), (*path, "clientConfig"), errors, rule="webhook-client"
    )
    if "reinvocationPolicy" in webhook:
        check("admissionregistration/v1.MutatingWebhook", webhook, path, errors)
    validate_review_versions(
        webhook.get("admissionReviewVersions") or [],
        (*path, "admissionReviewVersions"),
        errors,
        rule="review-versions",
        need_known=stored is None or _know_a_version(stored),
    )


def _validate_name(name: str, path: FieldPath, errors: Errors) -> None:
    if not name:
        message = "The webhook has no name: give it one with a domain, such as `pods.example.com`."
        errors.required(path, message, rule=_RULE)
        return
    faults = names.dns_subdomain(name)
    if not faults and name.count(".") < 2:
        faults = ("must have at least three parts, such as `pods.example.com`",)
    errors.faults(path, "The name", name, faults, rule=_RULE)


def _have_own_names(webhooks: list[Object]) -> bool:
    return len({each.get("name") for each in webhooks}) == len(webhooks)


def _have_no_side_effects(webhooks: list[Object]) -> bool:
    return all(each.get("sideEffects") in SIDE_EFFECTS for each in webhooks)


def _know_a_version(webhooks: list[Object]) -> bool:
    return all(set(each.get("admissionReviewVersions") or ()) & set(REVIEW_VERSIONS) for each in webhooks)


VALIDATING_WEBHOOK_CONFIGURATION = Strategy(validate_webhook_configuration, validate_webhook_configuration)
MUTATING_WEBHOOK_CONFIGURATION = Strategy(validate_webhook_configuration, validate_webhook_configuration)
