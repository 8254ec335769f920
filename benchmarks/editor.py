"""How long after a keystroke does the language server send what it found?

    python benchmarks/editor.py          (needs the extra `lsp`)

A real client types into a file of 500 lines, in a folder of 100 such files with a configuration: a letter at a time into an image, then into the name of a
field, and waits for the diagnostics of each. Then the same with what an editor asks besides after a change: symbols and code lenses.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from lsprotocol import types
from pygls.lsp.client import LanguageClient

LINES = 500
FILES = 100
KEYSTROKES = 40
TYPED = "registry.example.com/team/service:1.2.3 "

OBJECTS = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  labels: {{app.kubernetes.io/name: {name}}}
spec:
  replicas: 3
  selector:
    matchLabels:
      app.kubernetes.io/name: {name}
  strategy:
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {name}
    spec:
      terminationGracePeriodSeconds: 30
      containers:
      - name: app
        image: registry.example.com/{name}:1.2.3
        ports:
        - name: http
          containerPort: 8080
        env:
        - name: LOG_LEVEL
          value: info
        - name: POD_NAME
          valueFrom:
            fieldRef:
              fieldPath: metadata.name
        readinessProbe:
          httpGet:
            path: /ready
            port: http
          periodSeconds: 5
        resources:
          requests:
            cpu: 100m
            memory: 128Mi
          limits:
            memory: 256Mi
        securityContext:
          allowPrivilegeEscalation: false
          readOnlyRootFilesystem: true
---
apiVersion: v1
kind: Service
metadata:
  name: {name}
spec:
  selector:
    app.kubernetes.io/name: {name}
  ports:
  - name: http
    port: 80
    targetPort: http
---
"""


def text_of(prefix: str) -> str:
    """Return a file's text: as many objects as fit into its lines."""
    count = LINES // OBJECTS.count("\n")
    text = "".join(OBJECTS.format(name=f"{prefix}-{number}") for number in range(count))
    return text + "# end\n" * (LINES - text.count("\n"))


class Client(LanguageClient):
    """A client that keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__("benchmark", "1")
        self.published: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()

        @self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params: types.PublishDiagnosticsParams) -> None:
            self.published.put_nowait(params)

    async def judged(self, version: int) -> None:
        """Wait for the diagnostics of a version of the document."""
        while (await self.published.get()).version != version:
            pass


async def measure(folder: Path) -> dict[str, list[float]]:
    """Return the milliseconds that each keystroke took, by what was done."""
    client = Client()
    await client.start_io(sys.executable, "-m", "linter", "lsp")
    await client.initialize_async(
        types.InitializeParams(
            capabilities=types.ClientCapabilities(),
            workspace_folders=[types.WorkspaceFolder(uri=folder.as_uri(), name="work")],
        )
    )
    client.initialized(types.InitializedParams())
    file = folder / "file-0.yaml"
    text = file.read_text("utf-8")
    uri = file.as_uri()
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "yaml", 0, text))
    )
    await client.judged(0)
    found: dict[str, list[float]] = {}
    version = 0
    words = {"an image": "image: ", "the name of a field": "readOnlyRootFilesystem"}
    for asks_more in (False, True):
        for what, word in words.items():
            times = found.setdefault(what + (", with symbols and lenses" if asks_more else ""), [])
            before, behind = text[: text.rindex(word) + len(word)], text[text.rindex(word) + len(word) :]
            for length in range(1, KEYSTROKES + 1):
                version += 1
                typed = TYPED[:length] if what == "an image" else "x" * length
                begin = time.perf_counter()
                client.text_document_did_change(
                    types.DidChangeTextDocumentParams(
                        types.VersionedTextDocumentIdentifier(uri=uri, version=version),
                        [types.TextDocumentContentChangeWholeDocument(before + typed + behind)],
                    )
                )
                if asks_more:
                    document = types.TextDocumentIdentifier(uri)
                    await asyncio.gather(
                        client.judged(version),
                        client.text_document_document_symbol_async(types.DocumentSymbolParams(document)),
                        client.text_document_code_lens_async(types.CodeLensParams(document)),
                    )
                else:
                    await client.judged(version)
                times.append((time.perf_counter() - begin) * 1000)
                await asyncio.sleep(0.02)
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()
    return found


def main() -> None:
    """Print a table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(os.path.realpath(name))
        (folder / "podplan.yaml").write_text("severity: {unknown-field: warning}\n", "utf-8")
        for number in range(FILES):
            (folder / f"file-{number}.yaml").write_text(text_of(f"web-{number}"), "utf-8")
        found = asyncio.run(measure(folder))
    print("| a letter typed into | median ms | worst ms |\n|---|---|---|")
    for what, times in found.items():
        print(f"| {what} | {statistics.median(times):.0f} | {max(times):.0f} |")


if __name__ == "__main__":
    main()
