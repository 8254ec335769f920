'use strict';

// How the language server is started: no VS Code in here, so that it can be tested without.

/** The settings that say what is started. */
const SETTINGS = ['podplan.command', 'podplan.arguments'];

/**
 * Return what vscode-languageclient starts.
 *
 * @param {{command: string, arguments: string[]}} settings of the user
 * @param {string | undefined} folder the first folder of the workspace: names in messages are relative to it
 */
const serverOptions = (settings, folder) => ({
  command: settings.command,
  args: settings.arguments,
  options: folder === undefined ? {} : { cwd: folder },
});

/** Return what to tell a user whose server does not start. */
const startFailure = (settings, error) => {
  const command = [settings.command, ...settings.arguments].join(' ');
  return (
    `podplan: \`${command}\` does not start (${error.message ?? error}). Install it with: pip install "podplan[lsp]"; ` +
    'or say in the setting podplan.command where it is.'
  );
};

module.exports = { SETTINGS, serverOptions, startFailure };
