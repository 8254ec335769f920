"""Ask the API server whether it would take a manifest."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from conformance.client import YAML

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.client import Answer, Client
    from conformance.data import Case, Outcome

_REQUESTS_AT_ONCE: Final = 6
_TIMEOUT: Final = 504  # what the server says of itself, on a busy machine


class Endpoint(NamedTuple):
    """Where objects of a kind are created."""

    root: str
    plural: str
    namespaced: bool

    def path(self, namespace: str) -> str:
        """Return the path that a new object is sent to."""
        return (
            f"{self.root}/namespaces/{namespace}/{self.plural}"
            if self.namespaced
            else f"{self.root}/{self.plural}"
        )


Endpoints = dict[tuple[str, str], Endpoint]
"""By `apiVersion` and `kind`, in the order in which the server names them: the preferred version comes first."""


def discover(client: Client) -> Endpoints:
    """Ask the server what kinds it serves that can be created."""
    groups = client.call("GET", "/apis")["groups"]
    named = [version["groupVersion"] for group in groups for version in group["versions"]]
    roots = {"v1": "/api/v1"} | {version: f"/apis/{version}" for version in named}
    found: Endpoints = {}
    for version, root in roots.items():
        for resource in client.call("GET", root).get("resources", []):
            if "/" not in resource["name"] and "create" in resource["verbs"]:
                found[version, resource["kind"]] = Endpoint(root, resource["name"], resource["namespaced"])
    return found


def endpoint_of(endpoints: Endpoints, api_version: object, kind: object, meant: str) -> Endpoint | None:
    """Return where to send a manifest; one that does not say what it is goes where the case's kind is served."""
    named = (
        endpoints.get((api_version, kind)) if isinstance(api_version, str) and isinstance(kind, str) else None
    )
    return named or next((found for (_, served), found in endpoints.items() if served == meant), None)


def record_verdicts(client: Client, cases: Sequence[Case], endpoints: Endpoints) -> list[Outcome]:
    """Send each case's `yaml` as a dry run with strict field validation."""
    with ThreadPoolExecutor(_REQUESTS_AT_ONCE) as pool:
        return list(pool.map(lambda case: _verdict(client, endpoints, case), cases))


def _verdict(client: Client, endpoints: Endpoints, case: Case) -> Outcome:
    api_version, kind = type_of(case["yaml"])
    endpoint = endpoint_of(endpoints, api_version, kind, case["kind"])
    if endpoint is None:
        return not_served(case["kind"])
    answer = client.ask(
        "POST",
        endpoint.path("default"),
        case["yaml"].encode(),
        content_type=YAML,
        dryRun="All",
        fieldValidation="Strict",
    )
    return outcome_of(answer)


def type_of(text: str) -> tuple[object, object]:
    """Return a manifest's `apiVersion` and `kind`, as far as its text can be read."""
    import ruamel.yaml

    reader = ruamel.yaml.YAML(typ="safe", pure=False)
    reader.allow_duplicate_keys = True
    try:
        manifest = reader.load(text)
    except (ruamel.yaml.error.YAMLError, ValueError):  # a damaged text is a case, too
        return None, None
    return (manifest.get("apiVersion"), manifest.get("kind")) if isinstance(manifest, dict) else (None, None)


def outcome_of(answer: Answer) -> Outcome:
    """Write down an answer as the data files hold it."""
    if answer.code == _TIMEOUT:
        return failed(str(answer.body.get("message")))
    warnings = {"warnings": answer.warnings} if answer.warnings else {}
    if answer.is_success:
        return {"verdict": "accept", **warnings}
    return {
        "verdict": "reject",
        "code": answer.code,
        "causes": [_cause(cause) for cause in _causes(answer.body)],
        "message": answer.body.get("message"),
        **warnings,
    }


def failed(reason: str) -> Outcome:
    """Say why there is no answer: the case is left out."""
    return {"failed": reason}


def not_served(kind: str) -> Outcome:
    """Answer for a kind that this version does not serve, as the server answers for an unknown path."""
    return {"verdict": "reject", "code": 404, "causes": [], "message": f"{kind} is not served"}


def _causes(status: dict[str, Any]) -> Iterable[dict[str, Any]]:
    causes: list[dict[str, Any]] = (status.get("details") or {}).get("causes") or []
    return causes


def _cause(cause: dict[str, Any]) -> dict[str, Any]:
    return {key: cause.get(key) for key in ("reason", "field", "message")}
