"""Event.

Source: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
"""

from __future__ import annotations

from linter.apiserver.kinds import Strategy
from linter.apiserver.meta import validate_object_meta, validate_object_meta_update
from linter.kube import names
from linter.kube.suggest import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from linter.apiserver.errors import Errors
    from linter.apiserver.request import Object, Request

_RULE = "event"
_LIMITED = {"reportingInstance": 128, "action": 128, "reason": 128}
_LONGEST_MESSAGE = 1024


def validate_event(request: Request, errors: Errors) -> None:
    """Judge a new Event. The server looks at its metadata only where all else is right."""
    _validate(request, errors)
    if not errors:
        validate_object_meta(
            request, errors, name=names.path_segment, keeps_generation=True, finalizers_need_domain=False
        )


def validate_event_update(request: Request, errors: Errors) -> None:
    """Judge an Event that takes the place of a stored one."""
    validate_object_meta_update(request, errors, as_new=True, finalizers_need_domain=False)
    _validate(request, errors)


def _validate(request: Request, errors: Errors) -> None:
    event = request.object
    is_new_form = "eventTime" in event
    _validate_namespace(request, errors, is_new_form=is_new_form)
    if is_new_form:
        _validate_new_form(event, errors)


def _validate_namespace(request: Request, errors: Errors, *, is_new_form: bool) -> None:
    """Judge whether the Event lies in the namespace of the object that it is about, as far as both are known."""
    own = request.metadata.get("namespace") or request.namespace
    about = (request.object.get("involvedObject") or {}).get("namespace") or ""
    if own is None or about == own:
        return
    if about and is_new_form:
        return
    free = {"default", "kube-system"} if is_new_form else {"default"}
    if about or own not in free:
        namespace = f"in the namespace {quote(about)}" if about else "said to be in no namespace"
        message = f"The object that the Event is about is {namespace}, but the Event is in {quote(own)}."
        errors.invalid(("involvedObject", "namespace"), message, rule=_RULE)


def _validate_new_form(event: Object, errors: Errors) -> None:
    controller = event.get("reportingComponent") or ""
    path = ("reportingComponent",)
    if not controller:
        errors.required(path, "An Event with an eventTime needs a reportingComponent.", rule=_RULE)
    errors.faults(path, "reportingComponent", controller, names.qualified_name(controller), rule=_RULE)
    for field, limit in _LIMITED.items():
        text = event.get(field) or ""
        if not text:
            errors.required((field,), f"An Event with an eventTime needs {field}.", rule=_RULE)
        _validate_length(field, text, limit, errors)
    _validate_length("message", event.get("message") or "", _LONGEST_MESSAGE, errors)


def _validate_length(field: str, text: str, limit: int, errors: Errors) -> None:
    if names.byte_length(text) > limit:
        message = f"{field} has {names.byte_length(text)} bytes; at most {limit} are allowed."
        errors.invalid((field,), message, rule=_RULE)


EVENT = Strategy(validate_event, validate_event_update)
