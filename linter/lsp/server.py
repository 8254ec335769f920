"""The server: what an editor asks over standard input and output.

Each handler takes what the editor sent, asks a pure function of the other modules, and sends the answer.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from linter.errors import InputError, UnreadableError
from linter.loading.source import Source
from linter.loading.yaml.reader import read_documents, resources_of
from linter.lsp.completion import completions
from linter.lsp.configuration import Configurations
from linter.lsp.cursor import Cursor, cursor_at
from linter.lsp.diagnostics import diagnostics_of, quick_fixes, still_there
from linter.lsp.hover import describe_field, finding_at, page_of
from linter.lsp.judge import judge_folder, judge_text, rules_at_once
from linter.lsp.text import Text
from linter.lsp.workloads import TIMELINE, find_workload, lenses, plan_update, symbols
from linter.release import __version__

if TYPE_CHECKING:
    from typing import Any

    from linter.engine.config.options import LintOptions
    from linter.engine.report.finding import Finding
    from linter.loading.document import Document

PAUSE = 0.5
"""Seconds without a keystroke before the whole folder is judged."""


class PodplanServer(LanguageServer):
    """The state of a session: what was found in each open document, and the run that is waiting."""

    def __init__(self) -> None:
        super().__init__("podplan", __version__)
        self.findings: dict[str, tuple[Finding, ...]] = {}
        """By the document's URI."""
        self.built: frozenset[str] = frozenset()
        """The files that kustomizations build from, as real paths: known after a run over the folder."""
        self.configurations = Configurations()
        self.waiting: asyncio.Task[None] | None = None
        self.folder_runs = ThreadPoolExecutor(1)
        """Judges folders one after the other: a run that was called off before its turn takes no time."""
        self.complained: set[str] = set()

    def text_of(self, uri: str) -> Text:
        """Return an open document's text."""
        return Text(self.workspace.get_text_document(uri).source)

    def options_of(self, uri: str) -> LintOptions:
        """Return the options for a document. A configuration that cannot be used is told once, and left aside."""
        from linter.engine.config.options import LintOptions

        try:
            return self.configurations.options_for(_path_of(uri))
        except (InputError, UnreadableError) as error:
            if str(error) not in self.complained:
                self.complained.add(str(error))
                self.window_show_message(
                    types.ShowMessageParams(types.MessageType.Warning, f"podplan: {error}")
                )
            return LintOptions()

    def publish(self, uri: str, findings: tuple[Finding, ...]) -> None:
        """Send the findings of a document to the editor."""
        self.findings[uri] = findings
        document = self.workspace.get_text_document(uri)
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(
                uri, diagnostics_of(findings, Text(document.source)), document.version
            )
        )


def make_server() -> PodplanServer:
    """Return a server with all that it answers."""
    server = PodplanServer()

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: types.DidOpenTextDocumentParams) -> None:
        _judge_at_once(server, params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: types.DidChangeTextDocumentParams) -> None:
        _judge_at_once(server, params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        server.findings.pop(uri, None)
        server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION)
    def code_actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        uri = params.text_document.uri
        return list(quick_fixes(server.findings.get(uri, ()), server.text_of(uri), params.range, uri))

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover | None:
        return _hover(server, params.text_document.uri, params.position)

    @server.feature(types.TEXT_DOCUMENT_COMPLETION)
    def complete(params: types.CompletionParams) -> list[types.CompletionItem]:
        uri = params.text_document.uri
        cursor = _cursor(server.text_of(uri), params.position)
        return list(completions(cursor, server.options_of(uri).version))

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def document_symbols(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        text = server.text_of(params.text_document.uri)
        return symbols(_documents(text), text)

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    def code_lenses(params: types.CodeLensParams) -> list[types.CodeLens]:
        uri = params.text_document.uri
        text = server.text_of(uri)
        return list(lenses(_documents(text), text, uri, server.options_of(uri).version))

    @server.command(TIMELINE)
    def timeline(uri: str, workload: str) -> str | None:
        return _timeline(server, uri, workload)

    return server


def serve() -> None:
    """Answer an editor over standard input and output until it ends the session."""
    make_server().start_io()


def _judge_at_once(server: PodplanServer, uri: str) -> None:
    """Judge a document for itself, and let a run over its folder wait for a pause."""
    text = server.text_of(uri)
    options = server.options_of(uri)
    path = _path_of(uri)
    judging = rules_at_once(path, text.text, server.built)
    fresh = judge_text(path, text.text, judging, options)
    # What other files have a say in stays as it was while its line does.
    others = tuple(
        finding
        for finding in server.findings.get(uri, ())
        if not {finding.rule, finding.group} & {*judging, "podplan"} and still_there(finding, text)
    )
    server.publish(uri, (*fresh, *others))
    if server.waiting is not None:
        server.waiting.cancel()
    server.waiting = asyncio.ensure_future(_judge_later(server, uri, options))


async def _judge_later(server: PodplanServer, uri: str, options: LintOptions) -> None:
    """Judge all that is applied with a document, after a pause, and tell what was found in the open ones."""
    await asyncio.sleep(PAUSE)
    documents = server.workspace.text_documents
    open_texts = {_path_of(each).resolve(): document.source for each, document in documents.items()}
    versions = {each: document.version for each, document in documents.items()}
    judge = partial(judge_folder, _folder_of(server, uri), open_texts, options)
    found = await asyncio.get_running_loop().run_in_executor(server.folder_runs, judge)
    server.built = found.built
    for each, version in versions.items():
        current = server.workspace.text_documents.get(each)
        if current is not None and current.version == version:
            server.publish(each, found.findings.get(_path_of(each).resolve(), ()))


def _folder_of(server: PodplanServer, uri: str) -> Path:
    """Return the workspace's folder that holds a document; the document's own where there is none."""
    path = _path_of(uri)
    folders = [_path_of(folder) for folder in server.workspace.folders]
    return next((folder for folder in folders if path.is_relative_to(folder)), path.parent)


def _hover(server: PodplanServer, uri: str, position: types.Position) -> types.Hover | None:
    text = server.text_of(uri)
    cursor = _cursor(text, position)
    options = server.options_of(uri)
    column = text.column_of(position)
    finding = finding_at(server.findings.get(uri, ()), position.line, column)
    field = describe_field(cursor, _manifest(text, position.line), options.version)
    parts = [part for part in (finding and page_of(finding), field) if part]
    if not parts:
        return None
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, "\n\n---\n\n".join(parts)))


def _timeline(server: PodplanServer, uri: str, workload: str) -> str | None:
    """Return the page that draws the update of a workload; None where it cannot be planned."""
    from linter.output.plan_html import render

    resource = find_workload(_documents(server.text_of(uri)), workload)
    if resource is None:
        return None
    plan = plan_update(resource.manifest, server.options_of(uri).version)
    return None if plan is None else render(plan)


def _cursor(text: Text, position: types.Position) -> Cursor:
    return cursor_at(text.lines, position.line, text.column_of(position))


def _documents(text: Text) -> list[Document]:
    return read_documents(Source("text", text.text))


def _manifest(text: Text, line: int) -> dict[str, Any] | None:
    """Return the object of the document that a line is in; None where it cannot be read."""
    for document in reversed(_documents(text)):
        if document.first_line <= line + 1:
            return next((resource.manifest for resource in resources_of(document)), None)
    return None


def _path_of(uri: str) -> Path:
    return Path(to_fs_path(uri) or uri)
