// Python with podplan in it. It gets its parts from the page, and asks nobody else: `fetch` answers from them alone.

const parts = new Map();

self.fetch = async (address) => {
  const name = String(address.url ?? address).split('/').pop();
  if (!parts.has(name)) throw new TypeError(`${name} is no part of this page`);
  const type = name.endsWith('.wasm') ? 'application/wasm' : 'application/octet-stream';
  return new Response(parts.get(name), { headers: { 'Content-Type': type } });
};

// Pyodide refuses workers that are no modules, for some browsers could not import its parts there; it tells them by this function. A worker
// that is a module cannot be made of a text where the page was opened as a file.
self.importScripts = () => { throw new TypeError('parts are imported'); };

const load = async (name) => import(URL.createObjectURL(new Blob([parts.get(name)], { type: 'text/javascript' })));

const unpack = async (base64) => {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).arrayBuffer();
};

let judge;

const start = async (packed) => {
  for (const [name, base64] of Object.entries(packed)) parts.set(name, await unpack(base64));
  const { loadPyodide } = await load('pyodide.mjs');
  const python = await loadPyodide({
    createPyodideModule: (await load('pyodide.asm.mjs')).default,
    indexURL: 'https://page.invalid/',
    lockFileContents: new TextDecoder().decode(parts.get('pyodide-lock.json')),
    packageBaseUrl: 'https://page.invalid/',
  });
  python.unpackArchive(parts.get('podplan.zip'), 'zip', { extractDir: '/podplan' });
  python.runPython('import sys; sys.path.insert(0, "/podplan")');
  const module = python.pyimport('judge');
  parts.clear();
  judge = (request) => module.judge.callKwargs(request.before, request.after, request.version, { practice: request.practice });
  return JSON.parse(module.about());
};

self.onmessage = async ({ data }) => {
  try {
    if (data.parts) self.postMessage({ ready: await start(data.parts) });
    else self.postMessage({ number: data.number, answer: JSON.parse(judge(data.request)) });
  } catch (error) {
    self.postMessage({ number: data.number, failed: String(error) });
  }
};
