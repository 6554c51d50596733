import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmod, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { parseAllowList } from '../../agent/allow-list.js';
import { parseProcessStat } from '../../agent/executors/process-list.js';
import { collectProgress, execute, installTool } from './executor-context.js';
import { temporaryDirectory } from './temporary-directory.js';

let home: Awaited<ReturnType<typeof temporaryDirectory>>;
beforeEach(async () => {
  home = await temporaryDirectory();
});
afterEach(() => home.remove());

describe('what the device tells of itself', () => {
  it('system_info names the machine', async () => {
    expect(await execute('system_info', {})).toMatchObject({
      status: 'succeeded',
      data: { hostname: hostname(), nodeVersion: process.version, processors: expect.any(Number) },
    });
  });

  it('disk_usage measures one path or every local disk', async () => {
    expect(await execute('disk_usage', { path: home.path })).toMatchObject({
      status: 'succeeded',
      data: { disks: [{ path: home.path, totalBytes: expect.any(Number) }] },
    });
    const all = await execute('disk_usage', {});
    expect(all).toMatchObject({ status: 'succeeded' });
    expect(all.output).toMatch(/^\/ [\d.]+% used/m);
    expect(await execute('disk_usage', { path: join(home.path, 'nowhere') })).toMatchObject({
      error: { code: 'path_not_found' },
    });
  });

  it('process_list finds this very process, by name only', async () => {
    const outcome = await execute('process_list', { sortBy: 'memory', limit: 200 });
    const processes = outcome.data?.['processes'] as { pid: number; memoryBytes: number }[];
    const mine = processes.find(({ pid }) => pid === process.pid);
    expect(mine?.memoryBytes).toBeGreaterThan(10_000_000);
    expect(JSON.stringify(outcome)).not.toContain('experimental-vm-modules');
    expect([...processes].sort((a, b) => b.memoryBytes - a.memoryBytes || a.pid - b.pid)).toEqual(processes);
    expect((await execute('process_list', { limit: 1 })).data?.['processes']).toHaveLength(1);
  });

  it('reads a process whose name tries to confuse', () => {
    const rest = 'S 1 0 0 0 0 0 0 0 0 0 7 5 0 0 0 0 3 0 900 0 25';
    expect(parseProcessStat(`42 (evil) R 9 (x) ${rest}`)).toMatchObject({
      ...{ pid: 42, name: 'evil) R 9 (x', state: 'S', parentPid: 1, ticks: 12, threads: 3, memoryPages: 25 },
    });
  });

  it('network_interfaces and routes show the loopback and the table', async () => {
    const interfaces = await execute('network_interfaces', {});
    expect(interfaces.output).toContain('127.0.0.1');
    expect(await execute('routes', {})).toMatchObject({
      status: 'succeeded',
      data: { routes: expect.any(Array) },
    });
  });
});

describe('log_tail', () => {
  it('reads the last lines of a listed file', async () => {
    const path = join(home.path, 'app.log');
    await writeFile(path, 'one\ntwo\nthree\n');
    const allowList = parseAllowList({ logFiles: [path] });
    expect(await execute('log_tail', { source: path, lines: 2 }, { allowList })).toMatchObject({
      ...{ status: 'succeeded', output: 'two\nthree', data: { lines: 2 } },
    });
  });

  it('reads no more than the output limit of a file of any size', async () => {
    const path = join(home.path, 'big.log');
    await writeFile(path, 'x'.repeat(99) + '\n' + 'y'.repeat(99).concat('\n').repeat(5_000));
    const allowList = parseAllowList({ logFiles: [path] });
    const changes = { allowList, limits: { outputBytes: 1_000 } };
    const outcome = await execute('log_tail', { source: path, lines: 1000 }, changes);
    expect(outcome).toMatchObject({ status: 'succeeded', data: { lines: 10 } });
  });

  it('is not held by a pipe, a folder or a missing file', async () => {
    const allowList = parseAllowList({ logFiles: [home.path, '/dev/null', join(home.path, 'none.log')] });
    for (const [source, code] of [
      [home.path, 'not_a_file'],
      ['/dev/null', 'not_a_file'],
      [join(home.path, 'none.log'), 'file_not_found'],
    ]) {
      expect(await execute('log_tail', { source }, { allowList })).toMatchObject({ error: { code } });
    }
  });

  it('asks the journal for a listed unit', async () => {
    await installTool(home.path, 'journalctl', 'echo "$@"');
    const changes = { allowList: parseAllowList({ logUnits: ['nginx'] }), toolDirectories: [home.path] };
    expect((await execute('log_tail', { source: 'nginx', lines: 5 }, changes)).output).toBe(
      '--no-pager --quiet --output=short-iso --lines=5 --unit=nginx',
    );
  });
});

describe('what changes the device', () => {
  const everything = parseAllowList({
    ...{ services: ['nginx'], reboot: true, flushDnsCache: true, renewDhcpLease: true },
  });

  it('restart_service restarts a listed unit and looks whether it stayed up', async () => {
    const changes = { allowList: everything, toolDirectories: [home.path] };
    await installTool(home.path, 'systemctl', 'test "$1" = is-active && echo active; exit 0');
    expect(await execute('restart_service', { service: 'nginx' }, changes)).toMatchObject({
      ...{ status: 'succeeded', data: { service: 'nginx', state: 'active' } },
    });
    await installTool(home.path, 'systemctl', 'test "$1" = is-active && { echo failed; exit 3; }; exit 0');
    expect(await execute('restart_service', { service: 'nginx' }, changes)).toMatchObject({
      ...{ status: 'failed', error: { code: 'not_active' } },
    });
    await installTool(home.path, 'systemctl', 'echo "Unit nginx.service not found." >&2; exit 5');
    expect(await execute('restart_service', { service: 'nginx' }, changes)).toMatchObject({
      error: { code: 'tool_failed', message: 'Unit nginx.service not found.' },
    });
  });

  it('reboot leaves at least a minute for the report', async () => {
    await installTool(home.path, 'shutdown', 'echo "$@"');
    const changes = { allowList: everything, toolDirectories: [home.path] };
    expect(await execute('reboot', {}, changes)).toMatchObject({
      output: '-r +1\n',
      data: { rebootsInMs: 60_000 },
    });
    expect(await execute('reboot', { delaySeconds: 61 }, changes)).toMatchObject({ output: '-r +2\n' });
  });

  it('flush_dns_cache and renew_dhcp_lease use the first tool that works', async () => {
    const changes = { allowList: everything, toolDirectories: [home.path] };
    await installTool(home.path, 'resolvectl', 'exit 1');
    await installTool(home.path, 'nscd', 'echo flushed');
    expect(await execute('flush_dns_cache', {}, changes)).toMatchObject({
      output: 'flushed\n',
      data: { tool: 'nscd' },
    });
    await installTool(home.path, 'networkctl', 'echo "$@"');
    expect(await execute('renew_dhcp_lease', { interface: 'lo' }, changes)).toMatchObject({
      output: 'renew lo\n',
    });
    expect(await execute('renew_dhcp_lease', { interface: 'nope9' }, changes)).toMatchObject({
      error: { code: 'interface_not_found' },
    });
  });

  it('run_script runs a listed script and shows its output while it runs', async () => {
    const path = await installTool(home.path, 'tidy', 'printf "%s\\n" "$@"; exit ${#1}');
    const allowList = parseAllowList({ scripts: { tidy: { path, args: true } } });
    const { updates, progress } = collectProgress();
    const outcome = await execute('run_script', { script: 'tidy', args: ['$(id)'] }, { allowList, progress });
    expect(outcome).toMatchObject({
      ...{ status: 'failed', error: { code: 'script_failed' }, output: '$(id)\n', data: { exitCode: 5 } },
    });
    expect(updates).not.toHaveLength(0);
  });

  it('run_script kills a script at the time limit that the operator set', async () => {
    const path = await installTool(home.path, 'slow', 'echo begun; sleep 60');
    const allowList = parseAllowList({ scripts: { slow: { path, timeLimitMs: 1000 } } });
    expect(await execute('run_script', { script: 'slow' }, { allowList })).toMatchObject({
      ...{ status: 'timed_out', output: 'begun\n' },
    });
  });

  it('run_script refuses a script that others may change', async () => {
    const path = await installTool(home.path, 'loose', 'echo ran');
    await chmod(path, 0o777);
    const allowList = parseAllowList({ scripts: { loose: { path } } });
    expect(await execute('run_script', { script: 'loose' }, { allowList })).toMatchObject({
      ...{ status: 'refused', error: { code: 'not_allowed' } },
    });
  });
});
