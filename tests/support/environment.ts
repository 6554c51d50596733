/** What the start of the services left for the tests. */
export function environment(variable: string): string {
  const value = process.env[variable];
  if (value === undefined)
    throw new Error(`${variable} is missing: this test belongs to the integration project.`);
  return value;
}
