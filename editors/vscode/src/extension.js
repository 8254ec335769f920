'use strict';

const vscode = require('vscode');
const { LanguageClient, RevealOutputChannelOn } = require('vscode-languageclient/node');
const { SETTINGS, serverOptions, startFailure } = require('./server');
const { TIMELINE, timeline } = require('./timeline');

/** @type {LanguageClient | undefined} */
let client;
/** @type {import('vscode').WebviewPanel | undefined} */
let panel;

const show = (answer) => {
  if (answer.message !== undefined) {
    vscode.window.showWarningMessage(answer.message);
    return;
  }
  if (panel === undefined) {
    panel = vscode.window.createWebviewPanel('podplan.timeline', answer.title, vscode.ViewColumn.Beside, {
      enableScripts: true, // the page's policy lets its own script in and nothing else
      localResourceRoots: [],
    });
    panel.onDidDispose(() => { panel = undefined; });
  }
  panel.title = answer.title;
  panel.webview.html = answer.page;
  panel.reveal(undefined, true);
};

const start = async () => {
  const settings = vscode.workspace.getConfiguration('podplan');
  const chosen = { command: settings.get('command'), arguments: settings.get('arguments') };
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  client = new LanguageClient(
    'podplan',
    'podplan',
    serverOptions(chosen, folder),
    {
      documentSelector: [{ scheme: 'file', language: 'yaml' }],
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationFailedHandler: () => false, // a second try would fail, too
      middleware: {
        executeCommand: async (command, given, next) => {
          const answer = await next(command, given);
          if (command === TIMELINE) show(timeline(answer, given[1]));
          return answer;
        },
      },
    },
  );
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    const settle = 'Open the setting';
    if ((await vscode.window.showErrorMessage(startFailure(chosen, error), settle)) === settle) {
      await vscode.commands.executeCommand('workbench.action.openSettings', 'podplan.command');
    }
  }
};

const stop = async () => {
  const running = client;
  client = undefined;
  await running?.stop();
};

const restart = async () => {
  await stop();
  await start();
};

exports.activate = async (context) => {
  context.subscriptions.push(
    vscode.commands.registerCommand('podplan.restart', restart),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (SETTINGS.some((name) => change.affectsConfiguration(name))) await restart();
    }),
  );
  await start();
};

exports.deactivate = stop;
