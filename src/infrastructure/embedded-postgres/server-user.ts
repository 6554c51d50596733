import { chmod, chown, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Programs } from './embedded-programs.js';

/** Whom the server runs as; null: as the gateway itself. */
export type ServerUser = { readonly uid: number; readonly gid: number } | null;

interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Postgres refuses to run as root, so a gateway of root's gives it an unprivileged user: the one who owns the
 * files already, else `postgres`, else `nobody`. That user must be able to pass through the folders above the
 * data and the programs, and no one else should be: a closed folder of root's is opened to the group root alone,
 * and the server gets that group. Throws when a closed folder is somebody else's.
 */
export async function chooseServerUser(
  dataDir: string,
  programs: Programs,
  log: (message: string) => void,
): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return null;
  const account = await unprivilegedAccount(join(dataDir, 'postgres'));
  const above = [...new Set([...ancestors(dataDir), ...ancestors(programs.postgres)])];
  const closed = await closedTo(account, above);
  const user = closed.length === 0 ? account : { ...account, gid: 0 };
  if (closed.length > 0) {
    for (const folder of await closedTo(user, above)) await openToGroup(folder, user, log);
  }
  // The data folder is the gateway's own: nobody but its Postgres needs to pass.
  if ((await closedTo(user, [dataDir])).length > 0) {
    const { uid } = await stat(dataDir);
    if (uid !== 0) throw cannotPass(user, dataDir);
    await chown(dataDir, 0, user.gid);
    await chmod(dataDir, 0o710);
  }
  return { uid: user.uid, gid: user.gid };
}

async function unprivilegedAccount(files: string): Promise<Account> {
  const owner = await stat(files).then(
    ({ uid }) => uid,
    () => null,
  );
  const accounts = (await readFile('/etc/passwd', 'utf8'))
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(({ uid, gid }) => uid > 0 && gid > 0);
  const wanted = ['postgres', '_postgres', 'nobody'].map((name) =>
    accounts.find((account) => account.name === name),
  );
  const account = accounts.find(({ uid }) => uid === owner) ?? wanted.find((found) => found !== undefined);
  if (account !== undefined) return account;
  throw new Error(
    'Postgres does not run as root and there is no user `postgres` or `nobody`. Set DATABASE_URL.',
  );
}

function ancestors(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [] : [...ancestors(parent), parent];
}

async function closedTo({ uid, gid }: Account, folders: readonly string[]): Promise<readonly string[]> {
  const closed: string[] = [];
  for (const folder of folders) {
    const found = await stat(folder);
    const bit = found.uid === uid ? 0o100 : found.gid === gid ? 0o010 : 0o001;
    if ((found.mode & bit) === 0) closed.push(folder);
  }
  return closed;
}

async function openToGroup(folder: string, user: Account, log: (message: string) => void): Promise<void> {
  const { uid, gid, mode } = await stat(folder);
  if (uid !== 0 || gid !== 0) throw cannotPass(user, folder);
  await chmod(folder, (mode & 0o7777) | 0o010);
  log(
    `The group root may now pass through ${folder}, so that the embedded Postgres, as ${user.name}, reaches its files.`,
  );
}

function cannotPass({ name }: Account, folder: string): Error {
  return new Error(
    `The embedded Postgres runs as the user ${name}, who cannot pass through ${folder}. ` +
      'Let others pass (chmod o+x), set DATA_DIR to a folder elsewhere, run the gateway as another user than ' +
      'root, or set DATABASE_URL.',
  );
}
