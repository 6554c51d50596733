import { styleText } from 'node:util';

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Tells what happens, in lines that a person reads. */
export const narrator = {
  heading(text: string): void {
    print(`\n${styleText('bold', text)}`);
  },
  step(text: string): void {
    print(`  ${styleText('cyan', '›')} ${text}`);
  },
  good(text: string): void {
    print(`  ${styleText('green', '✓')} ${text}`);
  },
  waits(text: string): void {
    print(`  ${styleText('yellow', '…')} ${text}`);
  },
  /** What a device wrote, harmless on a terminal: control characters are shown, not obeyed. */
  output(text: string, maxLines = 8): void {
    const lines = text.trimEnd().split('\n');
    for (const line of lines.slice(0, maxLines))
      print(styleText('dim', `      ${line.replaceAll(/\p{Cc}/gu, '�')}`));
    if (lines.length > maxLines)
      print(styleText('dim', `      … ${String(lines.length - maxLines)} more lines`));
  },
  plain: print,
};
