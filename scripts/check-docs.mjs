import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Checks that links in the documents lead to files and headings that exist, and that every code fence is closed. */
const root = fileURLToPath(new URL('..', import.meta.url));
const documents = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', ...markdownUnder('docs')].filter((path) =>
  existsSync(join(root, path)),
);
const problems = documents.flatMap((path) => problemsOf(join(root, path)));
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);

function markdownUnder(folder) {
  if (!existsSync(join(root, folder))) return [];
  const paths = readdirSync(join(root, folder), { recursive: true });
  return paths.filter((path) => path.endsWith('.md')).map((path) => join(folder, path));
}

function problemsOf(file) {
  const { lines, openFence } = proseOf(file);
  const found = [];
  const report = (line, text) => found.push(`${relative(root, file)}:${line} ${text}`);
  if (openFence !== null) report(openFence.line, `the ${openFence.language || 'code'} fence is not closed`);
  for (const { line, text } of lines) {
    for (const target of targetsIn(text)) {
      const problem = problemOfTarget(file, target);
      if (problem !== null) report(line, problem);
    }
  }
  return found;
}

/** The lines outside code fences, without inline code. */
function proseOf(file) {
  const lines = [];
  let fence = null;
  for (const [index, text] of readFileSync(file, 'utf8').split('\n').entries()) {
    const mark = /^\s*(`{3,}|~{3,})\s*(\w*)/.exec(text);
    if (fence === null && mark !== null) {
      fence = { mark: mark[1], language: mark[2], line: index + 1 };
    } else if (fence === null) {
      lines.push({
        line: index + 1,
        text: text.replace(/(`+).*?\1/g, (code) => code.replace(/[[\]()]/g, '')),
      });
    } else if (mark !== null && mark[1].startsWith(fence.mark) && mark[2] === '') {
      fence = null;
    }
  }
  return { lines, openFence: fence };
}

function targetsIn(text) {
  const inline = [...text.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)];
  const references = [...text.matchAll(/^\s*\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)/g)];
  const html = [...text.matchAll(/\b(?:href|src)="([^"]+)"/g)];
  return [...inline, ...references, ...html].map((match) => match[1]);
}

function problemOfTarget(from, target) {
  // Another site, a mail address.
  if (/^[a-z][a-z\d+.-]*:/i.test(target) || target.startsWith('//')) return null;
  const [path, heading] = target.split('#');
  const file = path === '' ? from : resolve(dirname(from), decodeURIComponent(path));
  if (!existsSync(file)) return `the link ${target} leads to nothing`;
  if (heading === undefined || heading === '' || !file.endsWith('.md') || statSync(file).isDirectory())
    return null;
  return headingsOf(file).has(decodeURIComponent(heading))
    ? null
    : `the link ${target} names no heading there`;
}

/** The anchors that GitHub gives to headings: a repeated one is numbered. */
function headingsOf(file) {
  const anchors = new Set();
  const counts = new Map();
  const source = proseOf(file).lines.map(({ text }) => text);
  for (const text of source) {
    for (const [, id] of text.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)) anchors.add(id);
    const heading = /^#{1,6}\s+(.+?)\s*#*$/.exec(text);
    if (heading === null) continue;
    const words = heading[1].replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/<[^>]+>/g, '');
    const anchor = words
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
      .trim()
      .replaceAll(' ', '-');
    const count = counts.get(anchor) ?? 0;
    counts.set(anchor, count + 1);
    anchors.add(count === 0 ? anchor : `${anchor}-${count}`);
  }
  return anchors;
}
