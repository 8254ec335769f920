"""The style and the script of the page of a fleet."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
header { margin-bottom: 1.5rem; }
.facts { display: flex; flex-wrap: wrap; gap: .6rem 2.2rem; margin: 1.1rem 0 .8rem; padding: 0; list-style: none; }
.facts li { display: flex; flex-direction: column; }
.facts b { font-size: 1.6rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.facts span { color: var(--soft); font-size: .82rem; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 34rem), 1fr)); gap: 1.2rem; margin-bottom: 1.2rem; }
.charts .card { margin: 0; }
.card { margin: 0 0 1.2rem; padding: 1rem 1.2rem 1.1rem; border: 1px solid var(--rule); border-radius: .7rem; min-width: 0; }
details.card > summary h2 { display: inline; }
.card h2 .soft { font-weight: 400; }
.summary { display: flex; flex-wrap: wrap; gap: .4rem 3rem; margin-bottom: .6rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; margin-top: .7rem; font-size: .92rem; }
th, td { padding: .28rem 1.1rem .28rem 0; text-align: left; vertical-align: top; }
th { color: var(--soft); font-size: .8rem; font-weight: 600; white-space: nowrap; }
td { border-top: 1px solid var(--rule); overflow-wrap: break-word; min-width: 3rem; } td:last-child:not(.numeric) { min-width: 16rem; }
td.numeric, th.numeric { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.filters { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.1rem; margin: .8rem 0 .4rem; }
.filters input[type="search"], .filters select, .pages button {
  padding: .25rem .5rem; border: 1px solid var(--rule); border-radius: .35rem; background: var(--panel); color: var(--ink); font: inherit;
}
.filters select { max-width: 18rem; }
.pages button { cursor: pointer; } .pages button:disabled { cursor: default; color: var(--soft); }
#repositories { width: 100%; }
#repositories th button, #repositories td button { padding: 0; border: 0; background: none; color: inherit; font: inherit; text-align: left; cursor: pointer; overflow-wrap: anywhere; }
#repositories td button { color: var(--link); }
#repositories td button::before { content: "▸ "; } #repositories td button[aria-expanded="true"]::before { content: "▾ "; }
#repositories th[aria-sort="descending"] button::after { content: " ▾"; } #repositories th[aria-sort="ascending"] button::after { content: " ▴"; }
.detail > td { padding: .2rem 0 1rem 1.1rem; border-top: 0; }
.detail h3 { margin: .8rem 0 .2rem; overflow-wrap: anywhere; }
.detail ol { margin: 0; padding: 0; list-style: none; }
.detail li { display: grid; grid-template-columns: 4.2rem 5.6rem minmax(0, 1fr); gap: 0 .6rem; padding: .25rem 0; border-top: 1px solid var(--rule); }
.detail .line { text-align: right; font-variant-numeric: tabular-nums; } .detail a { color: var(--link); }
.detail .said { overflow-wrap: anywhere; } .detail .said small { display: block; }
.detail .more { margin-top: .5rem; }
@media print { .filters, .pages { display: none; } }
"""

SCRIPT: Final = r"""
const data = JSON.parse(document.getElementById('data').textContent);
const text = (number) => data.texts[number];
const SEVERITIES = ['error', 'warning', 'info'];
const COLUMNS = ['repository', 'errors', 'warnings', 'infos', 'stuck', 'drains', 'objects'];
const ON_A_PAGE = 50;
const AT_ONCE = 200;
const repositories = data.repositories.map((row) => ({
  id: row[0], name: text(row[0]), counts: row.slice(1, 7), error: text(row[7]), revision: text(row[8]), total: row[9],
  findings: data.findings[row[0]] ?? [],
}));
const by = (id) => document.getElementById(id);
const inputs = ['name', 'rule', 'owner', ...SEVERITIES, 'clean'].map(by);
const state = { page: 0, sort: -1, descending: true, open: new Set() };

const count = (number, noun, nouns) => `${number.toLocaleString('en')} ${number === 1 ? noun : nouns}`;
const create = (tag, classes = '', content = '') => {
  const element = document.createElement(tag);
  if (classes) element.className = classes;
  element.textContent = content;
  return element;
};
const fill = (select, numbers) => {
  const names = [...new Set(numbers)].sort((a, b) => (text(a) < text(b) ? -1 : 1));
  for (const number of names) {
    const option = create('option', '', number ? text(number) : '(nobody)');
    option.value = String(number);
    select.append(option);
  }
};
const everything = repositories.flatMap((repository) => repository.findings);
fill(by('rule'), everything.map((finding) => finding[1]));
fill(by('owner'), everything.flatMap((finding) => (finding[6].length ? finding[6] : [0])));

const matching = (repository) => {
  const rule = by('rule').value;
  const owner = by('owner').value;
  return repository.findings.filter((finding) =>
    by(SEVERITIES[finding[0]]).checked
    && (!rule || finding[1] === Number(rule))
    && (!owner || (finding[6].length ? finding[6] : [0]).includes(Number(owner))));
};
const listed = () => {
  const part = by('name').value.trim().toLowerCase();
  const found = [];
  for (const repository of repositories) {
    if (part && !repository.name.toLowerCase().includes(part)) continue;
    const findings = matching(repository);
    if (findings.length || by('clean').checked) found.push({ repository, findings });
  }
  if (state.sort === 0) found.sort((a, b) => (a.repository.name < b.repository.name ? -1 : 1));
  else if (state.sort > 0) found.sort((a, b) => a.repository.counts[state.sort - 1] - b.repository.counts[state.sort - 1]);
  if (state.sort >= 0 && state.descending) found.reverse();
  return found;
};
const hrefOf = (repository, path, line) => {
  const values = { repository: repository.name, revision: repository.revision || 'HEAD', path, line: String(line) };
  const encode = (value) => value.split('/').map(encodeURIComponent).join('/');
  return data.link.replace(/\{(repository|revision|path|line)\}/g, (_, name) => encode(values[name]));
};
const lineOf = (repository, finding) => {
  const path = text(finding[2]);
  if (!data.link) return create('span', 'line', `line ${finding[3]}`);
  const link = create('a', 'line', `line ${finding[3]}`);
  link.href = hrefOf(repository, path, finding[3]);
  link.rel = 'noreferrer';
  return link;
};
const detail = ({ repository, findings }) => {
  const row = create('tr', 'detail');
  const cell = create('td');
  cell.colSpan = COLUMNS.length;
  row.append(cell);
  if (repository.error) cell.append(create('p', 'bad', repository.error));
  let list = null;
  let path = null;
  const show = (from) => {
    for (const finding of findings.slice(from, from + AT_ONCE)) {
      if (finding[2] !== path) {
        path = finding[2];
        cell.append(create('h3', '', text(path)));
        list = create('ol');
        cell.append(list);
      }
      const item = create('li');
      const said = create('span', 'said', text(finding[5]));
      const about = [text(finding[1]), text(finding[4]), finding[6].map(text).join(' ')].filter(Boolean).join(' · ');
      said.append(create('small', 'soft', about));
      item.append(lineOf(repository, finding), create('span', SEVERITIES[finding[0]], SEVERITIES[finding[0]]), said);
      list.append(item);
    }
    const left = findings.length - from - AT_ONCE;
    if (left > 0) {
      const more = create('button', 'more', `${left.toLocaleString('en')} more`);
      more.type = 'button';
      more.addEventListener('click', () => { more.remove(); show(from + AT_ONCE); });
      cell.append(more);
    }
  };
  show(0);
  const left = repository.total - repository.findings.length;
  if (left > 0) {
    const query = `SELECT * FROM findings WHERE repository = '${repository.name.replaceAll("'", "''")}'`;
    const said = create('p', 'soft', `${count(left, 'more finding', 'more findings')} of this repository ${left === 1 ? 'is' : 'are'} not in this page: `);
    said.append(create('code', '', `podplan fleet sql DIR "${query}"`));
    cell.append(said);
  }
  return row;
};
const heads = () => {
  const row = create('tr');
  COLUMNS.forEach((name, index) => {
    const head = create('th', index ? 'numeric' : '');
    head.scope = 'col';
    if (state.sort === index) head.setAttribute('aria-sort', state.descending ? 'descending' : 'ascending');
    const button = create('button', '', name);
    button.type = 'button';
    button.addEventListener('click', () => {
      state.descending = state.sort === index ? !state.descending : index > 0;
      state.sort = index;
      state.page = 0;
      draw();
    });
    head.append(button);
    row.append(head);
  });
  return row;
};
const draw = () => {
  const found = listed();
  const pages = Math.max(1, Math.ceil(found.length / ON_A_PAGE));
  state.page = Math.min(state.page, pages - 1);
  const first = state.page * ON_A_PAGE;
  const rows = [heads()];
  for (const entry of found.slice(first, first + ON_A_PAGE)) {
    const { repository } = entry;
    const row = create('tr');
    const name = create('td');
    const button = create('button', '', repository.name);
    button.type = 'button';
    const open = state.open.has(repository.id);
    button.setAttribute('aria-expanded', String(open));
    button.addEventListener('click', () => {
      if (!state.open.delete(repository.id)) state.open.add(repository.id);
      draw();
    });
    name.append(button);
    row.append(name, ...repository.counts.map((number) => create('td', 'numeric', number.toLocaleString('en'))));
    rows.push(row);
    if (open) rows.push(detail(entry));
  }
  by('repositories').replaceChildren(...rows);
  const number = found.reduce((sum, entry) => sum + entry.findings.length, 0);
  by('found').textContent = `${count(found.length, 'repository', 'repositories')}, ${count(number, 'finding', 'findings')}`;
  by('page').textContent = `page ${state.page + 1} of ${pages}`;
  by('previous').disabled = state.page === 0;
  by('next').disabled = state.page >= pages - 1;
};
by('previous').addEventListener('click', () => { state.page -= 1; draw(); });
by('next').addEventListener('click', () => { state.page += 1; draw(); });
for (const input of inputs) input.addEventListener('input', () => { state.page = 0; draw(); });
by('filters').addEventListener('submit', (event) => event.preventDefault());
draw();
"""
