"""Ask the API server whether it would take an update: the old object is made for real, the new one is a dry run."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Final

from conformance.client import MERGE_PATCH
from conformance.verdicts import endpoint_of, failed, not_served, outcome_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.client import Answer, Client
    from conformance.data import Case, Outcome
    from conformance.verdicts import Endpoint, Endpoints

_NAMESPACE: Final = "updates"
"""For objects that do not name one. Another than `default`, which some cases name in the new object alone."""
_CONFLICT: Final = 409
_TRIES: Final = 5


def record_updates(client: Client, cases: Sequence[Case], endpoints: Endpoints) -> list[Outcome]:
    """Make each case's `old`, send its `new` with PUT, and remove the old one again.

    One after the other, because many cases share a name.
    """
    client.ask("POST", "/api/v1/namespaces", {"metadata": {"name": _NAMESPACE}})  # the second pass finds it
    return [_update(client, endpoints, case) for case in cases]


def _update(client: Client, endpoints: Endpoints, case: Case) -> Outcome:
    old = case["old"]
    endpoint = endpoint_of(endpoints, old["apiVersion"], old["kind"], case["kind"])
    if endpoint is None:
        return not_served(case["kind"])
    path = endpoint.path(old["metadata"].get("namespace", _NAMESPACE))
    made = client.ask("POST", path, old)
    if not made.is_success:
        return no_old_object(made)
    name = f"{path}/{made.body['metadata']['name']}"
    try:
        if case.get("deleting"):
            client.call("DELETE", name)
        return try_update(client, case, name)
    finally:
        remove(client, endpoint, name)


def try_update(client: Client, case: Case, name: str) -> Outcome:
    """Send a case's `new` over the object at the path `name`, which its `old` has become.

    The server itself writes the status of definitions and APIServices: where it was faster, it is tried again.
    """
    for _ in range(_TRIES):
        new = copy.deepcopy(case["new"])
        version = case.get("resourceVersion") or client.call("GET", name)["metadata"]["resourceVersion"]
        if version != "none" and isinstance(new.get("metadata"), dict):
            new["metadata"].setdefault("resourceVersion", version)
        answer = client.ask("PUT", name, new, dryRun="All", fieldValidation="Strict")
        if answer.code != _CONFLICT:
            break
    return outcome_of(answer)


def no_old_object(answer: Answer) -> Outcome:
    """Say that the old object was refused: its update was not tried."""
    return failed(f"the old object was refused: {answer.body.get('message')}")


def remove(client: Client, endpoint: Endpoint, name: str) -> None:
    """Remove an object at once, whatever protects it: no controller runs that would take its finalizers away."""
    client.ask("PATCH", name, {"metadata": {"finalizers": None}}, content_type=MERGE_PATCH)
    client.ask("DELETE", name, gracePeriodSeconds="0")
    client.ask("PATCH", name, {"metadata": {"finalizers": None}}, content_type=MERGE_PATCH)
    if endpoint.plural == "namespaces":
        left = client.ask("GET", name)
        if left.is_success:
            client.ask("PUT", f"{name}/finalize", {**left.body, "spec": {"finalizers": []}})
