'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');

const { serverOptions, startFailure } = require('../src/server');
const { timeline } = require('../src/timeline');

test('the settings say what is started, in the first folder', () => {
  const settings = { command: '/opt/python', arguments: ['-m', 'linter', 'lsp'] };
  assert.deepEqual(serverOptions(settings, '/work'), {
    command: '/opt/python',
    args: ['-m', 'linter', 'lsp'],
    options: { cwd: '/work' },
  });
  assert.deepEqual(serverOptions(settings, undefined).options, {});
});

test('a server that does not start is told with the way out', () => {
  const message = startFailure({ command: 'podplan', arguments: ['lsp'] }, new Error('spawn podplan ENOENT'));
  assert.match(message, /`podplan lsp` does not start \(spawn podplan ENOENT\)/);
  assert.match(message, /pip install "podplan\[lsp\]"/);
});

test('the answer of the server is shown, or that there is none', () => {
  assert.deepEqual(timeline('<!DOCTYPE html>', 'Deployment/web'), { title: 'Deployment/web: update', page: '<!DOCTYPE html>' });
  assert.match(timeline(null, 'Deployment/web').message, /no plan of Deployment\/web/);
});
