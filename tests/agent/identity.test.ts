import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lockDataDir } from '../../agent/data-dir-lock.js';
import { makePrivateDirectory, writePrivateFile } from '../../agent/private-file.js';
import { readDeviceState, saveDeviceState, stateFilePath } from '../../agent/state-file.js';
import { temporaryDirectory } from './temporary-directory.js';

const state = {
  deviceId: 'd',
  customerId: 'c',
  deviceSecret: 'fgd_secret',
  grantKeys: { keys: [{ kid: '1' }] },
};

let home: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeEach(async () => {
  home = await temporaryDirectory();
});
afterEach(() => home.remove());

describe('the saved identity', () => {
  it('is null before the first registration', async () => {
    expect(await readDeviceState(home.path)).toBeNull();
  });

  it('comes back as it was saved, from a file that only its owner can read', async () => {
    await saveDeviceState(home.path, state);
    expect(await readDeviceState(home.path)).toEqual(state);
    expect((await stat(stateFilePath(home.path))).mode & 0o777).toBe(0o600);
  });

  it('lies in a directory that only its owner can enter', async () => {
    await makePrivateDirectory(join(home.path, 'a', 'b'));
    expect((await stat(join(home.path, 'a', 'b'))).mode & 0o777).toBe(0o700);
  });

  it('is replaced as a whole and leaves no draft behind', async () => {
    await saveDeviceState(home.path, state);
    await Promise.all(
      [1, 2, 3, 4].map((n) => saveDeviceState(home.path, { ...state, deviceSecret: `s${n}` })),
    );
    expect((await readDeviceState(home.path))?.deviceSecret).toMatch(/^s[1-4]$/);
    expect(await readdir(home.path)).toEqual(['device.json']);
  });

  it('keeps the old content when the new cannot be put in place', async () => {
    await mkdir(join(home.path, 'taken', 'inside'), { recursive: true });
    await expect(writePrivateFile(join(home.path, 'taken'), 'new')).rejects.toThrow();
    expect(await readdir(home.path)).toEqual(['taken']);
  });

  it('is never overwritten when it is damaged: the failure says what to do', async () => {
    await writeFile(stateFilePath(home.path), '{"deviceId":"d"');
    await expect(readDeviceState(home.path)).rejects.toMatchObject({
      exitCode: 78,
      message: expect.stringContaining('damaged'),
    });
  });
});

describe('the lock of a data directory', () => {
  const lockPath = (): string => join(home.path, 'agent.lock');

  it('is held by one agent at a time and free again after release', async () => {
    const lock = await lockDataDir(home.path);
    expect(JSON.parse(await readFile(lockPath(), 'utf8'))).toMatchObject({ pid: process.pid });
    await lock.release();
    await (await lockDataDir(home.path)).release();
    expect(await readdir(home.path)).toEqual([]);
  });

  it('refuses while another living process holds it, and names that process', async () => {
    const parent = process.ppid;
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    const line = await readFile(`/proc/${parent}/stat`, 'utf8');
    const birth = `${boot}/${line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`;
    await writeFile(lockPath(), JSON.stringify({ pid: parent, birth }));
    await expect(lockDataDir(home.path)).rejects.toMatchObject({
      exitCode: 78,
      message: expect.stringContaining(`process ${parent}`),
    });
  });

  it.each([
    ['a process that is gone', JSON.stringify({ pid: 4_194_303, birth: 'x/1' })],
    [
      'a process number that somebody else has now',
      JSON.stringify({ pid: process.ppid, birth: 'other-boot/1' }),
    ],
    ['nothing readable', ''],
  ])('is taken over from %s', async (_what, content) => {
    await writeFile(lockPath(), content);
    const lock = await lockDataDir(home.path);
    expect(await readFile(lockPath(), 'utf8')).toContain(`"pid":${process.pid}`);
    await lock.release();
    expect(await readdir(home.path)).toEqual([]);
  });
});
