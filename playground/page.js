// The page: what is typed goes to the worker after a pause, what comes back is shown. Nothing else happens.

const PAUSE = 400;
const at = (id) => document.getElementById(id);
const texts = { before: at('before'), after: at('after') };
const examples = JSON.parse(at('examples').textContent);

const worker = new Worker(URL.createObjectURL(new Blob([at('worker').textContent], { type: 'text/javascript' })));
let ready = false;
let number = 0;

const say = (text, failed = false) => {
  at('state').textContent = text;
  at('state').classList.toggle('bad', failed);
};

const ask = () => {
  if (!ready) return;
  number += 1;
  say('Judging …');
  worker.postMessage({
    number,
    request: {
      before: texts.before.value,
      after: texts.after.value,
      version: at('version').value,
      practice: at('practice').checked,
    },
  });
};

// The pages have a head of their own for when they stand alone; what it says is above the frame already.
const embed = (frame) => {
  const { body, documentElement } = frame.contentDocument;
  for (const head of body.querySelectorAll('header > h1, header > h1 + p, header > p.soft')) head.hidden = true;
  for (const link of body.querySelectorAll('a[href^="http"]')) {
    link.target = '_blank';
    link.rel = 'noopener';
  }
  body.style.padding = '1rem';
  documentElement.style.overflowY = 'hidden';
  const fit = () => { frame.style.height = `${Math.ceil(body.getBoundingClientRect().height)}px`; };
  fit();
  new ResizeObserver(fit).observe(body);
};

const show = (id, answer) => {
  const section = at(id);
  const verdict = section.querySelector('.verdict');
  verdict.textContent = answer.summary;
  verdict.className = `verdict ${answer.worst}`;
  section.querySelector('.judged').textContent = answer.judged;
  const frame = section.querySelector('iframe');
  frame.hidden = !answer.page;
  frame.onload = () => embed(frame);
  frame.srcdoc = answer.page;
};

worker.onmessage = ({ data }) => {
  if (data.ready) {
    for (const version of data.ready.versions) at('version').add(new Option(version));
    at('version').value = data.ready.default;
    at('podplan').textContent = data.ready.podplan;
    ready = true;
    ask();
  } else if (data.number === undefined) {
    say(`podplan could not be started: ${data.failed}`, true);
  } else if (data.number === number) {
    if (data.failed) {
      say(`podplan failed, which is a bug: ${data.failed}`, true);
      return;
    }
    say('');
    show('lint', data.answer.lint);
    show('plan', data.answer.plan);
  }
};

let waiting;
for (const text of Object.values(texts)) {
  text.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  });
}
for (const id of ['version', 'practice']) at(id).addEventListener('change', ask);

const choose = () => {
  const example = examples[at('example').value];
  texts.before.value = example.before;
  texts.after.value = example.after;
  ask();
};
for (const [index, example] of examples.entries()) at('example').add(new Option(example.name, index));
at('example').addEventListener('change', choose);
choose();

const parts = {};
for (const part of document.querySelectorAll('script[type="application/gzip"]')) {
  parts[part.dataset.name] = part.textContent;
  part.remove();
}
worker.postMessage({ parts });
