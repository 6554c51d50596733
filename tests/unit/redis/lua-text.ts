export interface LuaText {
  readonly header: string;
  readonly code: string;
  readonly purpose: string;
  readonly describedKeys: readonly number[];
  readonly usedKeys: readonly number[];
  readonly describedArguments: readonly number[];
  readonly usedArguments: readonly number[];
  readonly promisedAnswers: readonly string[];
  readonly givenAnswers: readonly string[];
  /** What the script, and no function in it, returns without a status word. */
  readonly otherReturns: readonly string[];
  /** Keys of calls that are neither given nor a name of one that is. */
  readonly madeUpKeys: readonly string[];
}

const sorted = <Value extends string | number>(values: Iterable<Value>): readonly Value[] =>
  [...new Set(values)].sort((a, b) => (a < b ? -1 : 1));

const captures = (text: string, pattern: RegExp): string[] =>
  Array.from(text.matchAll(pattern), ([, captured]) => captured ?? '');

/** A script, taken apart as far as its header can be compared with it. */
export function luaText(source: string): LuaText {
  const lines = source.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('--'));
  const header = lines.slice(0, end).join('\n');
  const code = lines
    .slice(end)
    .filter((line) => !line.trimStart().startsWith('--'))
    .join('\n');
  const answers = header.slice(header.indexOf('-- Answers'), header.indexOf('-- Touches'));
  const outside = withoutFunctions(code);
  return {
    header,
    code,
    purpose: (lines[0] ?? '').replace(/^-- /, ''),
    describedKeys: captures(header, /^-- KEYS\[(\d+)\] \w+/gm).map(Number),
    usedKeys: sorted(captures(code, /KEYS\[(\d+)\]/g).map(Number)),
    describedArguments: sorted(captures(header, /ARGV\[(\d+)\] \w+/g).map(Number)),
    usedArguments: usedArguments(code),
    promisedAnswers: sorted(captures(answers, /\{'(\w+)'/g)),
    givenAnswers: sorted(captures(outside, /\{ '(\w+)'/g)),
    otherReturns: captures(outside, /(\breturn\b(?! answer\b| \{ ').*)/g),
    madeUpKeys: madeUpKeys(code),
  };
}

/** A loop that begins with the third argument uses the third, and whatever follows it. */
function usedArguments(code: string): readonly number[] {
  const loops = Array.from(code.matchAll(/for (\w+) = (\d+),/g), ([, name = '', first]) =>
    code.includes(`ARGV[${name}]`) ? Number(first) : null,
  );
  const named = captures(code, /ARGV\[(\d+)\]/g).map(Number);
  return sorted([...named, ...loops.filter((first) => first !== null)]);
}

/** A function ends with the `end` that stands as far to the right as the line it begins in. */
const withoutFunctions = (code: string): string =>
  code.replace(/^( *)[^\n]*\bfunction\b[^\n]*\n(?:\1 +[^\n]*\n|\n)*\1end/gm, '');

function madeUpKeys(code: string): readonly string[] {
  const known = new Set<string>();
  for (const [, names = '', values = ''] of code.matchAll(/local ([\w, ]+) = (KEYS\[.*)/g)) {
    const given = values.split(', ');
    names.split(', ').forEach((name, n) => {
      if (/^KEYS\[\d+\]$/.test(given[n] ?? '')) known.add(name);
    });
  }
  const isGiven = (key: string): boolean => /^KEYS\[\d+\]$/.test(key) || known.has(key);
  for (const [, name = '', list = ''] of code.matchAll(/for _, (\w+) in ipairs\(\{ (.*?) \}\)/g)) {
    if (list.split(', ').every(isGiven)) known.add(name);
  }
  return captures(code, /redis\.call\('\w+', ([^,)]+)/g).filter((key) => !isGiven(key));
}
