/** The gateway's limit for a result's output, in bytes of UTF-8. */
export const maxOutputBytes = 262_144;

const maxDataBytes = 262_144;

/**
 * Text that the contract can carry: control characters (a NUL breaks databases, an escape breaks terminals) and
 * halves of characters become `?`, line ends and tabs stay.
 */
export function cleanText(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replace(/[\p{Cc}\p{Cs}]/gu, (found) => (found === '\n' || found === '\t' ? found : '?'));
}

/** At most `maxBytes` of UTF-8, the note included, cut between characters; longer text ends with the note. */
export function truncateText(text: string, maxBytes: number, note: string): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= maxBytes) return text;
  return cutAt(bytes, maxBytes - Buffer.byteLength(note)) + note;
}

/** Cleaned and within the limit. */
export function reportableOutput(text: string): string {
  return truncateText(cleanText(text), maxOutputBytes, '\n[output truncated by the device]\n');
}

/** Structured data with every string cleaned; data beyond 256 KiB is replaced by a note. */
export function reportableData(data: Readonly<Record<string, unknown>>): unknown {
  const text = JSON.stringify(data, (_key, value: unknown) =>
    typeof value === 'string' ? cleanText(value) : value,
  );
  if (Buffer.byteLength(text) > maxDataBytes) return { truncated: true };
  return JSON.parse(text);
}

function cutAt(bytes: Buffer, length: number): string {
  let end = Math.max(0, length);
  // 10xxxxxx continues a character that began earlier.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}
