'use strict';

// The bundled extension against the real server: PODPLAN says how to start it (`python -m linter lsp`), by default as the settings do.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const Module = require('node:module');
const os = require('node:os');
const path = require('node:path');
const test = require('node:test');

const { fakeCode } = require('./vscode');

const BUNDLE = path.join(__dirname, '..', 'dist', 'extension.js');
const [COMMAND, ...ARGUMENTS] = (process.env.PODPLAN ?? 'podplan lsp').split(' ');
const TEXT = `\
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
        image: example.com/web:1
        readinessProbe: {tcpSocket: {port: 80}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
dat: {}
`;

/** Activate the extension in a VS Code that is none. */
const activate = async (settings) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'podplan-'));
  const file = path.join(folder, 'web.yaml');
  fs.writeFileSync(file, TEXT);
  const code = fakeCode({ folder, file, text: TEXT, settings });
  const load = Module._load;
  Module._load = (name, ...rest) => (name === 'vscode' ? code.vscode : load(name, ...rest));
  delete require.cache[BUNDLE];
  const found = new Promise((resolve) => { code.kept.diagnostics.event(resolve); });
  const extension = require(BUNDLE);
  Module._load = load;
  await extension.activate({ subscriptions: [] });
  return { ...code, extension, found, folder };
};

const help = spawnSync(COMMAND, [...ARGUMENTS, '--help'], { encoding: 'utf8' });
const skip = help.status === 0 ? false : `\`${COMMAND} ${ARGUMENTS.join(' ')}\` does not start: install podplan[lsp], or say in PODPLAN how it is started`;

test('findings, lenses and the timeline come from the server', { skip, timeout: 60_000 }, async () => {
  const { kept, document, extension, found, folder } = await activate({ 'podplan.command': COMMAND, 'podplan.arguments': ARGUMENTS });
  try {
    assert.deepEqual((await found).map(({ message, severity, range }) => [message, severity, range.start.line]), [
      ['`dat` is not a field of ConfigMap. Did you mean `data`?', 0, 20],
    ]);
    const [provider] = kept.lenses;
    const [lens] = await provider.provideCodeLenses(document, { isCancellationRequested: false, onCancellationRequested: () => ({ dispose() {} }) });
    assert.equal(lens.command.title, 'update: 3 waves, at least 3 of 3 available');
    await kept.commands.get(lens.command.command)(...lens.command.arguments);
    assert.equal(kept.panels.length, 1);
    assert.equal(kept.panels[0].title, 'Deployment/web: update');
    assert.match(kept.panels[0].webview.html, /^<!DOCTYPE html>/);
    await kept.commands.get('podplan.restart')();
    assert.deepEqual(kept.errors, []);
  } finally {
    await extension.deactivate();
    fs.rmSync(folder, { recursive: true });
  }
});

test('a program that is not there is told', async () => {
  const { kept, extension, folder } = await activate({ 'podplan.command': path.join(os.tmpdir(), 'no-podplan'), 'podplan.arguments': ['lsp'] });
  await extension.deactivate();
  fs.rmSync(folder, { recursive: true });
  assert.match(kept.errors.at(-1), /no-podplan lsp` does not start .*ENOENT/);
});
