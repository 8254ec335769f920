from __future__ import annotations

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WEB = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - {name: web, image: "nginx:1.24"}
"""


def commit(folder: Path) -> None:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.invalid"]
    for arguments in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "start"]):
        subprocess.run(["git", *identity, *arguments], cwd=folder, check=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a manifest."""
    folder = tmp_path / "repository"
    (folder / "k8s").mkdir(parents=True)
    (folder / "k8s" / "web.yaml").write_text(WEB)
    commit(folder)
    return folder


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """What the Action has installed: here the Python of the tests."""
    program = tmp_path / "podplan" / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    program.chmod(0o755)
    return program


class Service:
    """The comments of a pull request as GitHub keeps them, and of a merge request as GitLab does."""

    def __init__(self) -> None:
        self.url = ""
        self.comments: list[dict[str, Any]] = []
        self.requests: list[str] = []
        self.tokens: set[str | None] = set()
        self.status = 200

    def answer(self, method: str, path: str, text: str | None) -> tuple[int, Any]:
        self.requests.append(f"{method} {path}")
        if self.status != 200:
            return self.status, {"message": "no"}
        place, _, query = path.partition("?")
        if place == "/user":
            return 200, {"id": 7}
        match method:
            case "GET":
                page = int(query.rpartition("=")[2])
                return 200, self.comments[100 * (page - 1) : 100 * page]
            case "POST":
                self.add(str(text))
            case _:
                (found,) = (each for each in self.comments if each["id"] == int(place.rpartition("/")[2]))
                found["body"] = text
        return 201, {}

    def add(self, body: str, *, bot: bool = True) -> None:
        who = {"user": {"type": "Bot" if bot else "User"}, "author": {"id": 7 if bot else 8}}
        self.comments.append({"id": len(self.comments) + 1, "body": body, **who})


@pytest.fixture
def service() -> Iterator[Service]:
    kept = Service()

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            text = json.loads(self.rfile.read(length))["body"] if length else None
            kept.tokens.add(self.headers.get("Authorization") or self.headers.get("PRIVATE-TOKEN"))
            status, value = kept.answer(self.command, self.path, text)
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"{kept.url}/elsewhere")
            self.end_headers()
            self.wfile.write(json.dumps(value).encode())

        do_GET = do_POST = do_PATCH = do_PUT = _do  # noqa: N815  the base class names them

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base class names it
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    kept.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield kept
    server.shutdown()
    thread.join()
    server.server_close()
