'use strict';

// As much of VS Code as the extension and its language client touch: what they register is kept, so that a test can call it.

const { pathToFileURL, fileURLToPath } = require('node:url');

class Disposable {
  constructor(dispose) { this.dispose = dispose ?? (() => {}); }
  static from(...all) { return new Disposable(() => all.forEach((each) => each.dispose())); }
}

class EventEmitter {
  listeners = [];
  event = (listener, self) => {
    const bound = listener.bind(self);
    this.listeners.push(bound);
    return new Disposable(() => { this.listeners = this.listeners.filter((each) => each !== bound); });
  };
  fire(what) { for (const listener of this.listeners) listener(what); }
  dispose() { this.listeners = []; }
}

class CancellationTokenSource {
  token = { isCancellationRequested: false, onCancellationRequested: new EventEmitter().event };
  cancel() {}
  dispose() {}
}

class Position { constructor(line, character) { Object.assign(this, { line, character }); } }
class Range {
  constructor(...edges) {
    const [start, end] = edges.length === 4 ? [new Position(edges[0], edges[1]), new Position(edges[2], edges[3])] : edges;
    Object.assign(this, { start, end });
  }
}
class Diagnostic { constructor(range, message, severity) { Object.assign(this, { range, message, severity }); } }
class CodeLens { constructor(range, command) { Object.assign(this, { range, command }); } }
class Uri {
  constructor(url) {
    this.url = url;
    this.scheme = url.protocol.slice(0, -1);
    this.fsPath = this.scheme === 'file' ? fileURLToPath(url) : url.pathname;
  }
  static file(path) { return new Uri(pathToFileURL(path)); }
  static parse(text) { return new Uri(new URL(text)); }
  toString() { return this.url.href; }
}

const none = () => new Disposable();
const event = () => new EventEmitter().event;
/** Whatever else is asked for: a class to derive from, an event, a function. */
const anything = (known) => new Proxy(known, {
  get: (target, name) => {
    if (name in target || typeof name === 'symbol' || name === 'then') return target[name];
    target[name] = /^on(Did|Will)/.test(name) ? event() : /^[A-Z]/.test(name) ? class {} : none;
    return target[name];
  },
});

/**
 * Return a VS Code with a folder and an open document.
 *
 * @param {{folder: string, file: string, text: string, settings: Record<string, unknown>}} given
 */
exports.fakeCode = ({ folder, file, text, settings }) => {
  const kept = { commands: new Map(), lenses: [], diagnostics: new EventEmitter(), panels: [], errors: [], changed: new EventEmitter() };
  const document = { uri: Uri.file(file), languageId: 'yaml', version: 1, isClosed: false, getText: () => text };
  const vscode = anything({
    version: '1.106.0',
    Disposable, EventEmitter, CancellationTokenSource, Position, Range, Diagnostic, CodeLens, Uri,
    CancellationError: class extends Error {},
    ViewColumn: { Beside: -2 },
    DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2, Hint: 3 },
    DiagnosticTag: { Unnecessary: 1, Deprecated: 2 },
    env: { appName: 'test', language: 'en' },
    commands: anything({
      registerCommand: (name, call) => {
        kept.commands.set(name, call);
        return new Disposable(() => kept.commands.delete(name));
      },
    }),
    languages: anything({
      match: () => 10,
      createDiagnosticCollection: () => ({
        set: (uri, found) => kept.diagnostics.fire(found),
        delete: () => {}, clear: () => {}, dispose: () => {}, forEach: () => {},
      }),
      registerCodeLensProvider: (_, provider) => {
        kept.lenses.push(provider);
        return new Disposable();
      },
    }),
    window: anything({
      createOutputChannel: () => anything({ name: 'podplan', dispose: () => {} }),
      showErrorMessage: async (message) => { kept.errors.push(message); },
      showWarningMessage: async (message) => { kept.errors.push(message); },
      createWebviewPanel: (type, title) => {
        const panel = { title, webview: { html: '' }, reveal: () => {}, onDidDispose: event() };
        kept.panels.push(panel);
        return panel;
      },
      tabGroups: { all: [], onDidChangeTabs: event() },
      visibleTextEditors: [],
    }),
    workspace: anything({
      workspaceFolders: [{ uri: Uri.file(folder), name: 'work', index: 0 }],
      textDocuments: [document],
      notebookDocuments: [],
      getConfiguration: (section) => ({ get: (name, otherwise) => settings[section ? `${section}.${name}` : name] ?? otherwise }),
      onDidChangeConfiguration: kept.changed.event,
      getWorkspaceFolder: () => undefined,
    }),
  });
  return { vscode, kept, document };
};
