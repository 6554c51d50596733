/** The members of a key that was kept as JSON; none when it is not JSON. The parse error would quote the key. */
export function readKeyText(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
