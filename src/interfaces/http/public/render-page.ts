/** The little Markdown that our pages use: headings, paragraphs, `code` and links within the page. */
export function renderPage(markdown: string): string {
  const blocks = markdown.trim().split(/\n{2,}/);
  const [first = ''] = blocks;
  return (
    '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n' +
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n' +
    `<title>${inline(first.replace(/^# /, ''))}</title>\n${blocks.map(renderBlock).join('\n')}\n</html>\n`
  );
}

function renderBlock(block: string): string {
  const heading = /^(#{1,3}) (.+)$/.exec(block);
  if (heading === null) return `<p>${inline(block.replaceAll('\n', ' '))}</p>`;
  const [, marks = '', title = ''] = heading;
  const tag = `h${String(marks.length)}`;
  return `<${tag} id="${escape(title.replaceAll('`', ''))}">${inline(title)}</${tag}>`;
}

const inline = (text: string): string => escape(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
