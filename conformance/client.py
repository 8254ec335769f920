"""Speak HTTP with an API server."""

from __future__ import annotations

import http.client
import json
import ssl
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self
from urllib.parse import urlencode, urlsplit

from conformance.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

JSON: Final = "application/json"
YAML: Final = "application/yaml"
MERGE_PATCH: Final = "application/merge-patch+json"
STRATEGIC_MERGE_PATCH: Final = "application/strategic-merge-patch+json"
JSON_PATCH: Final = "application/json-patch+json"

_TIMEOUT: Final = 60.0
_WATCH_TIMEOUT: Final = 600


class Answer(NamedTuple):
    """What the API server answered."""

    code: int
    body: dict[str, Any]
    """The object, or a `Status`; of an answer that is not JSON, its text as the `message`."""
    warnings: str | None = None
    """The `Warning` headers."""

    @property
    def is_success(self) -> bool:
        """Whether the request was carried out."""
        return self.code < 300


class Client:
    """A client of one API server; several threads may share it, each has a connection of its own.

    Use it as a context: it closes the connections.
    """

    def __init__(self, url: str, token: str = "", certificates: Path | None = None) -> None:
        self.url = url
        self._host = urlsplit(url).netloc
        self._headers = {"Accept": JSON, "Authorization": f"Bearer {token}"}
        self._tls = ssl.create_default_context(cafile=certificates) if url.startswith("https:") else None
        self._local = threading.local()
        self._connections: list[http.client.HTTPConnection] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self._connections:
            connection.close()

    def ask(
        self, method: str, path: str, body: object = None, *, content_type: str = JSON, **query: str
    ) -> Answer:
        """Send a request.

        Args:
            method: The HTTP method.
            path: The path, e.g. `/api/v1/namespaces`.
            body: Bytes are sent as they are, anything else as JSON.
            content_type: The type of the body.
            query: The parameters of the query.
        """
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        target = f"{path}?{urlencode(query)}" if query else path
        headers = self._headers | ({} if data is None else {"Content-Type": content_type})
        try:
            response = self._send(method, target, data, headers)
        except (
            http.client.HTTPException,
            ConnectionError,
            ssl.SSLError,
        ):  # the server has closed an idle connection
            self._local.connection.close()
            response = self._send(method, target, data, headers)
        return response

    def _send(self, method: str, target: str, data: bytes | None, headers: dict[str, str]) -> Answer:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect(_TIMEOUT)
            self._connections.append(connection)
        connection.request(method, target, data, headers)
        response = connection.getresponse()
        text = response.read()
        warnings = response.headers.get_all("Warning")
        return Answer(response.status, _decoded(text), ", ".join(warnings) if warnings else None)

    def _connect(self, timeout: float) -> http.client.HTTPConnection:
        if self._tls is None:
            return http.client.HTTPConnection(self._host, timeout=timeout)
        return http.client.HTTPSConnection(self._host, timeout=timeout, context=self._tls)

    def call(
        self, method: str, path: str, body: object = None, *, content_type: str = JSON, **query: str
    ) -> dict[str, Any]:
        """Send a request that must succeed, and return the answer's body.

        Raises:
            ApiError: The server refused it.
        """
        answer = self.ask(method, path, body, content_type=content_type, **query)
        if not answer.is_success:
            raise ApiError(f"{method} {path}: {answer.code} {answer.body.get('message')}")
        return answer.body

    def items(self, path: str) -> list[dict[str, Any]]:
        """List the objects at a path."""
        items: list[dict[str, Any]] = self.call("GET", path)["items"]
        return items

    def watch(self, path: str) -> Iterator[dict[str, Any]]:
        """Yield the events of a watch, until the server ends it.

        Etcd before 3.5 may keep a watch waiting for ever for "too large resource version" unless it starts at 0.
        """
        query = urlencode({"watch": "1", "timeoutSeconds": str(_WATCH_TIMEOUT), "resourceVersion": "0"})
        with closing(self._connect(_WATCH_TIMEOUT + _TIMEOUT)) as connection:
            connection.request("GET", f"{path}?{query}", headers=self._headers)
            for line in connection.getresponse():
                yield json.loads(line)


def _decoded(text: bytes) -> dict[str, Any]:
    try:
        decoded = json.loads(text)
    except ValueError:
        return {"message": text.decode(errors="replace").strip()}
    return decoded if isinstance(decoded, dict) else {"message": str(decoded)}
