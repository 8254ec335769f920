from __future__ import annotations

import itertools
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from conformance.client import Client

if TYPE_CHECKING:
    from collections.abc import Iterator

DISCOVERY: dict[str, Any] = {
    "/apis": {"groups": [{"versions": [{"groupVersion": "apps/v1"}]}]},
    "/api/v1": {
        "resources": [
            {"name": "namespaces", "kind": "Namespace", "namespaced": False, "verbs": ["create"]},
            {"name": "pods", "kind": "Pod", "namespaced": True, "verbs": ["create"]},
            {"name": "pods/status", "kind": "Pod", "namespaced": True, "verbs": ["update"]},
            {"name": "services", "kind": "Service", "namespaced": True, "verbs": ["create"]},
        ]
    },
    "/apis/apps/v1": {
        "resources": [{"name": "replicasets", "kind": "ReplicaSet", "namespaced": True, "verbs": ["create"]}]
    },
}

OPENAPI: dict[str, Any] = {
    "/openapi/v3": {
        "paths": {
            "api/v1": {"serverRelativeURL": "/openapi/v3/api/v1?hash=1"},
            "apis/apps/v1": {"serverRelativeURL": "/openapi/v3/apis/apps/v1?hash=2"},
            "version": {"serverRelativeURL": "/openapi/v3/version?hash=3"},
        }
    },
    "/openapi/v3/version": {"paths": {}},
    "/openapi/v3/api/v1": {
        "components": {
            "schemas": {
                "io.k8s.api.core.v1.Event": {
                    "description": "An event.",
                    "type": "object",
                    "properties": {"description": {"type": "string", "description": "Free text."}},
                },
                "meta.v1.DeleteOptions": {
                    "x-kubernetes-group-version-kind": [
                        {"group": "", "version": "v1", "kind": "DeleteOptions"},
                    ]
                },
            }
        }
    },
    "/openapi/v3/apis/apps/v1": {
        "components": {
            "schemas": {
                "meta.v1.DeleteOptions": {
                    "x-kubernetes-group-version-kind": [
                        {"group": "apps", "version": "v1", "kind": "DeleteOptions"},
                    ]
                },
            }
        }
    },
}


class FakeServer:
    """A few of an API server's answers, and a controller that keeps a ReplicaSet's pods at `replicas`.

    It refuses manifests with `replicas: -1`, takes every second one that speaks of a coin, and warns of the old. Where
    there is a PodDisruptionBudget, no pod can be evicted.
    """

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Any]] = {}
        self.requests: list[str] = []
        self.url = ""
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._coin = itertools.cycle([201, 422])

    def answer(
        self, method: str, path: str, query: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, Any], str | None]:
        with self._lock:
            self.requests.append(f"{method} {path} {' '.join(sorted(query))}".strip())
            return self._answer(method, path, query, body)

    def _answer(
        self, method: str, path: str, query: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, Any], str | None]:
        if "dryRun" in query:
            return self._judged(body.decode())
        manifest = json.loads(body) if body else {}
        match method:
            case "GET" if path in DISCOVERY | OPENAPI:
                return 200, (DISCOVERY | OPENAPI)[path], None
            case "GET" if path.rpartition("/")[2].endswith("s") and path not in self.objects:
                return 200, {"items": [value for key, value in self.objects.items() if _in(path, key)]}, None
            case "GET":
                found = self.objects.get(path)
                return (200, found, None) if found else (404, {"message": "not found"}, None)
            case "POST" if path.endswith("/binding"):
                self.objects[path.removesuffix("/binding")]["spec"]["nodeName"] = manifest["target"]["name"]
            case "POST" if path.endswith("/eviction"):
                if any("/poddisruptionbudgets/" in key for key in self.objects):
                    return 429, {"message": "Cannot evict pod as it would violate its budget"}, None
                self.objects[path.removesuffix("/eviction")]["metadata"]["deletionTimestamp"] = (
                    "2026-01-01T00:00:00Z"
                )
            case "POST":
                key = f"{path}/{manifest['metadata']['name']}"
                if key in self.objects:
                    return 409, {"message": "already exists"}, None
                self._store(key, manifest)
            case "PATCH":
                target = self.objects.get(path.removesuffix("/status"))
                if target is None:
                    return 404, {"message": "not found"}, None
                _merge(target, manifest)
                if "deletionTimestamp" in target["metadata"] and not target["metadata"].get(
                    "finalizers", "x"
                ):
                    del self.objects[path]
            case "DELETE" if self._stays(path, query):
                self.objects[path]["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
            case "DELETE":
                below = path.removeprefix("/api/v1") + "/"  # a namespace holds objects of all groups
                self.objects = {key: value for key, value in self.objects.items() if below not in f"{key}/"}
        self._control()
        if method == "PATCH":
            return 200, self.objects.get(path.removesuffix("/status"), {}), None
        return 200, self.objects.get(f"{path}/{manifest.get('metadata', {}).get('name')}", {}), None

    def _stays(self, path: str, query: dict[str, str]) -> bool:
        """Tell whether a deleted object is only marked: a pod that runs, and what a finalizer holds."""
        held = self.objects.get(path, {"metadata": {}})["metadata"].get("finalizers")
        return bool(held) or ("/pods/" in path and "gracePeriodSeconds" not in query)

    def _judged(self, text: str) -> tuple[int, dict[str, Any], str | None]:
        if "coin" in text and next(self._coin) == 201:
            return 201, {}, None
        if "coin" in text or re.search(r'replicas"?: -1', text):
            cause = {"reason": "FieldValueInvalid", "field": "spec.replicas", "message": "Invalid value: -1"}
            return 422, {"message": "is invalid", "details": {"causes": [cause]}}, None
        if "old" in text:
            return 201, {}, '299 - "old is deprecated"'
        return 201, {}, None

    def _store(self, key: str, manifest: dict[str, Any]) -> None:
        number = str(next(self._numbers))
        manifest["metadata"] |= {
            "uid": number,
            "resourceVersion": number,
            "creationTimestamp": f"2026-01-01T00:00:{int(number):02}Z",
        }
        self.objects[key] = manifest

    def _control(self) -> None:
        for path, item in list(self.objects.items()):
            if "/replicasets/" not in path:
                continue
            pods = f"{path.partition('/replicasets/')[0].replace('/apis/apps', '/api')}/pods"
            mine = [value for key, value in self.objects.items() if _in(pods, key)]
            alive = [pod for pod in mine if "deletionTimestamp" not in pod["metadata"]]
            for _ in range(item["spec"]["replicas"] - len(alive)):
                name = f"pod-{next(self._numbers)}"
                template = json.loads(json.dumps(item["spec"]["template"]))
                pod = {"metadata": {"name": name}, "spec": template["spec"], "status": {}}
                self._store(f"{pods}/{name}", pod)
                alive.append(pod)
            for pod in alive[item["spec"]["replicas"] :]:
                pod["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z"
            del alive[item["spec"]["replicas"] :]
            ready = [pod for pod in alive if pod["status"].get("conditions", [{}])[0].get("status") == "True"]
            item["status"] = {"replicas": len(alive), "readyReplicas": len(ready)}


def _in(collection: str, path: str) -> bool:
    return path.rpartition("/")[0] == collection


def _merge(target: dict[str, Any], patch: dict[str, Any]) -> None:
    for key, value in patch.items():
        if value is None:
            target[key] = None
        elif isinstance(value, dict):
            _merge(target.setdefault(key, {}), value)
        else:
            target[key] = value


def handler_of(fake: FakeServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _do(self) -> None:
            url = urlsplit(self.path)
            query = dict(parse_qsl(url.query))
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            code, answer, warning = (
                (200, {}, None) if "watch" in query else fake.answer(self.command, url.path, query, body)
            )
            data = b"" if "watch" in query else json.dumps(answer).encode()
            self.send_response(code)
            if warning:
                self.send_header("Warning", warning)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _do  # noqa: N815  the names that http.server looks for

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  named by http.server
            pass

    return Handler


@pytest.fixture
def fake() -> Iterator[FakeServer]:
    fake = FakeServer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(fake))
    server.daemon_threads = True
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    serving.start()
    fake.url = f"http://127.0.0.1:{server.server_port}"
    yield fake
    server.shutdown()
    server.server_close()
    serving.join()


@pytest.fixture
def client(fake: FakeServer) -> Iterator[Client]:
    with Client(fake.url) as client:
        yield client
