import { SocketLine } from './socket-line.js';

const atOnce = 64;

/** A connection for each token, greeted, and then begun with; a token that is null is not shown, and nobody greets. */
export async function openLines(
  url: string,
  path: string,
  tokens: readonly (string | null)[],
  begin: (line: SocketLine) => Promise<unknown> = () => Promise.resolve(),
): Promise<readonly SocketLine[]> {
  const lines: SocketLine[] = [];
  for (let from = 0; from < tokens.length; from += atOnce) {
    const some = tokens.slice(from, from + atOnce).map(async (token) => {
      const line = await SocketLine.open(url, path, token);
      if (token !== null) await line.next('welcome');
      await begin(line);
      return line;
    });
    lines.push(...(await Promise.all(some)));
  }
  return lines;
}
