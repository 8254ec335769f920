"""The language server, asked by a real client over standard input and output."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

import pytest

pytest.importorskip("pygls", reason="the extra `lsp` is not installed")

from lsprotocol import types
from pygls.lsp.client import LanguageClient

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: web
        image: example.com/web:1.2
        imagepullpolicy: Always
        readinessProbe: {tcpSocket: {port: 80}}
"""


class Client(LanguageClient):
    """A client that keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__("test", "1")
        self.published: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()
        self.messages: list[str] = []

        @self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)  # type: ignore[untyped-decorator]  # pygls leaves it so
        def published(params: types.PublishDiagnosticsParams) -> None:
            self.published.put_nowait(params)

        @self.feature(types.WINDOW_SHOW_MESSAGE)  # type: ignore[untyped-decorator]  # as above
        def shown(params: types.ShowMessageParams) -> None:
            self.messages.append(params.message)

    async def diagnostics(self) -> list[tuple[str | int | None, int]]:
        """Return the rules and lines (from 0) that are sent next."""
        params = await asyncio.wait_for(self.published.get(), 30)
        for each in params.diagnostics:
            assert each.code_description is not None
            assert each.code_description.href.endswith(f"/{each.code}/")
        return [(each.code, each.range.start.line) for each in params.diagnostics]

    def open(self, file: Path) -> str:
        uri = file.as_uri()
        item = types.TextDocumentItem(uri=uri, language_id="yaml", version=1, text=file.read_text("utf-8"))
        self.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def change(self, uri: str, text: str, version: int = 2) -> None:
        document = types.VersionedTextDocumentIdentifier(uri=uri, version=version)
        self.text_document_did_change(
            types.DidChangeTextDocumentParams(document, [types.TextDocumentContentChangeWholeDocument(text)])
        )


def session(folder: Path, conversation: Callable[[Client], Awaitable[None]]) -> None:
    """Start a server, lead a conversation with it, and end it."""

    async def lead() -> None:
        client = Client()
        await client.start_io(sys.executable, "-m", "linter", "lsp")
        await client.initialize_async(
            types.InitializeParams(
                capabilities=types.ClientCapabilities(),
                workspace_folders=[types.WorkspaceFolder(uri=folder.as_uri(), name="work")],
            )
        )
        client.initialized(types.InitializedParams())
        try:
            await conversation(client)
        finally:
            await client.shutdown_async(None)
            client.exit(None)
            await client.stop()  # type: ignore[no-untyped-call]  # as above

    asyncio.run(lead())


@pytest.fixture
def deployment(tmp_path: Path) -> Path:
    file = tmp_path / "web.yaml"
    file.write_text(DEPLOYMENT, "utf-8")
    return file


def position(text: str, words: str, behind: int = 0) -> types.Position:
    """Return where words stand in a text."""
    before = text[: text.index(words)]
    return types.Position(before.count("\n"), len(before) - before.rfind("\n") - 1 + behind)


def test_findings_while_typing_and_of_the_folder_after_a_pause(deployment: Path) -> None:
    service = deployment.with_name("service.yaml")
    service.write_text(
        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  selector: {app: wbe}\n  ports: [{port: 80}]\n"
    )

    async def talk(client: Client) -> None:
        uri = client.open(service)
        assert await client.diagnostics() == []
        assert await client.diagnostics() == [("service-selects-nothing", 4)]
        text = service.read_text("utf-8").replace("{name: web}", "{name: web, lables: {}}")
        client.change(uri, text)
        # What the other file has a say in is kept until the folder is judged again.
        assert await client.diagnostics() == [("unknown-field", 2), ("service-selects-nothing", 4)]
        client.change(uri, text.replace("wbe", "web"), 3)
        assert await client.diagnostics() == [("unknown-field", 2)]

    session(deployment.parent, talk)


def test_half_written_yaml(deployment: Path) -> None:
    async def talk(client: Client) -> None:
        uri = client.open(deployment)
        assert await client.diagnostics() == [("unknown-field", 15)]
        client.change(uri, DEPLOYMENT.replace("      labels: {app: web}", "      labels: {app: "))
        assert [rule for rule, _ in await client.diagnostics()] == ["yaml-syntax"]
        client.change(uri, "kin", 3)
        assert await client.diagnostics() == []

    session(deployment.parent, talk)


def test_a_file_that_is_no_manifest_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "compose.yaml"
    file.write_text("services:\n  web:\n    image: web\n")

    async def talk(client: Client) -> None:
        client.open(file)
        assert await client.diagnostics() == []
        assert await client.diagnostics() == []

    session(tmp_path, talk)


def test_a_quick_fix_is_the_fix_of_lint(deployment: Path) -> None:
    async def talk(client: Client) -> None:
        uri = client.open(deployment)
        await client.diagnostics()
        start = position(DEPLOYMENT, "imagepullpolicy", 3)
        actions = await client.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(uri), types.Range(start, start), types.CodeActionContext([])
            )
        )
        (action,) = actions or ()
        assert isinstance(action, types.CodeAction)
        assert action.edit is not None
        assert action.edit.changes is not None
        (edit,) = action.edit.changes[uri]
        assert (edit.new_text, edit.range.start) == (
            "imagePullPolicy",
            position(DEPLOYMENT, "imagepullpolicy"),
        )

    session(deployment.parent, talk)


def test_hovers_show_the_page_and_the_field(deployment: Path) -> None:
    async def talk(client: Client) -> None:
        uri = client.open(deployment)
        await client.diagnostics()

        async def hover(words: str) -> str:
            params = types.HoverParams(types.TextDocumentIdentifier(uri), position(DEPLOYMENT, words, 2))
            found = await client.text_document_hover_async(params)
            if found is None:
                return ""
            assert isinstance(found.contents, types.MarkupContent)
            return found.contents.value

        assert (await hover("imagepullpolicy")).startswith("**unknown-field** (error): ")
        assert (await hover("replicas")).startswith(
            "**replicas** · int32\n\nHow many pods there are to be. Leave it out where an autoscaler decides.\n\n"
            "Where it is not written, the API server fills in `1`."
        )
        assert await hover("app: web") == ""

    session(deployment.parent, talk)


def test_completion_of_fields_and_values(deployment: Path) -> None:
    async def talk(client: Client) -> None:
        uri = client.open(deployment)

        async def offered(text: str, at: types.Position) -> list[str]:
            client.change(uri, text)
            params = types.CompletionParams(types.TextDocumentIdentifier(uri), at)
            found: Any = await client.text_document_completion_async(params)
            return [each.label for each in found]

        text = DEPLOYMENT + "        termi\n"
        fields = await offered(text, position(text, "termi\n", 5))
        assert {"terminationMessagePath", "ports"} <= set(fields)
        assert "image" not in fields  # it is there already
        text = DEPLOYMENT.replace("  replicas: 3\n", "  replicas: 3\n  \n")
        assert "strategy" in await offered(text, types.Position(6, 2))
        text = DEPLOYMENT.replace("imagepullpolicy: Always", "imagePullPolicy: ")
        assert await offered(text, position(text, "imagePullPolicy", 17)) == [
            "Always",
            "IfNotPresent",
            "Never",
        ]
        assert "StatefulSet" in await offered("kind: \n", types.Position(0, 6))

    session(deployment.parent, talk)


def test_symbols_and_lenses(deployment: Path) -> None:
    text = DEPLOYMENT.replace("        imagepullpolicy: Always\n", "")
    deployment.write_text(
        "# é 🚀\n" + text + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n", "utf-8"
    )

    async def talk(client: Client) -> None:
        uri = client.open(deployment)
        document = types.TextDocumentIdentifier(uri)
        symbols: Any = await client.text_document_document_symbol_async(types.DocumentSymbolParams(document))
        assert [(each.name, each.range.start.line) for each in symbols] == [
            ("Deployment web", 1),
            ("ConfigMap web", 18),
        ]
        lenses = await client.text_document_code_lens_async(types.CodeLensParams(document))
        (lens,) = lenses or ()
        assert lens.command is not None
        assert lens.command.title == "update: 3 waves, at least 3 of 3 available"
        page = await client.workspace_execute_command_async(
            types.ExecuteCommandParams(lens.command.command, lens.command.arguments)
        )
        assert f"{page}".startswith("<!DOCTYPE html>")

    session(deployment.parent, talk)


def test_a_configuration_that_cannot_be_used_is_told_once(deployment: Path) -> None:
    deployment.with_name("podplan.yaml").write_text("selekt: [api]\n")

    async def talk(client: Client) -> None:
        uri = client.open(deployment)
        assert await client.diagnostics() == [("unknown-field", 15)]
        client.change(uri, DEPLOYMENT)
        await client.diagnostics()
        assert len(client.messages) == 1
        assert "selekt" in client.messages[0]

    session(deployment.parent, talk)
