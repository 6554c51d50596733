import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createDnsLookup } from '../../agent/executors/dns-lookup.js';
import { readPingSummary } from '../../agent/executors/ping.js';
import { parseIpv4Routes, parseIpv6Routes } from '../../agent/executors/route-table.js';
import { readHops } from '../../agent/executors/traceroute.js';
import type { Outcome } from '../../agent/outcome.js';
import { collectProgress, execute, executorContext, installTool } from './executor-context.js';
import { temporaryDirectory } from './temporary-directory.js';

let tools: Awaited<ReturnType<typeof temporaryDirectory>>;
let web: Server;
let port: number;

beforeAll(async () => {
  tools = await temporaryDirectory();
  web = createServer((request, response) => {
    if (request.url === '/silent') return;
    const status = request.url === '/missing' ? 404 : request.url === '/moved' ? 302 : 200;
    response.writeHead(status, { 'content-type': 'text/plain', location: 'http://127.0.0.1:1/' });
    response.end('the page itself');
  });
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  port = (web.address() as AddressInfo).port;
});
afterAll(async () => {
  web.closeAllConnections();
  web.close();
  await tools.remove();
});

/** A port of this machine on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: free } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return free;
}

describe('http_check', () => {
  const check = (path: string, more: object = {}): Promise<Outcome> =>
    execute('http_check', { url: `http://127.0.0.1:${port}${path}`, ...more });

  it('tells status and times, and keeps the page to itself', async () => {
    const outcome = await check('/');
    expect(outcome).toMatchObject({
      status: 'succeeded',
      data: { status: 200, bytes: 15, contentType: 'text/plain' },
    });
    expect(JSON.stringify(outcome)).not.toContain('the page itself');
  });

  it('fails on a status that was not expected and follows no redirect', async () => {
    expect(await check('/missing')).toMatchObject({ status: 'failed', error: { code: 'unexpected_status' } });
    expect(await check('/missing', { expectStatus: 404 })).toMatchObject({ status: 'succeeded' });
    expect(await check('/moved')).toMatchObject({ status: 'succeeded', data: { status: 302 } });
    expect(await check('/', { method: 'HEAD' })).toMatchObject({ status: 'succeeded', data: { bytes: 0 } });
  });

  it('gives up after its time and when it is told to stop', async () => {
    expect(await check('/silent', { timeoutMs: 1000 })).toMatchObject({
      status: 'timed_out',
      error: { code: 'time_limit' },
    });
    const stopping = new AbortController();
    const url = `http://127.0.0.1:${port}/silent`;
    const running = execute('http_check', { url }, { signal: stopping.signal });
    stopping.abort();
    expect(await running).toMatchObject({ status: 'failed', error: { code: 'stopped' } });
  });

  it('says why there is no connection', async () => {
    const url = `http://127.0.0.1:${await closedPort()}/`;
    expect(await execute('http_check', { url })).toMatchObject({ error: { code: 'connection_refused' } });
    expect(await execute('http_check', { url: 'http://nowhere.invalid/' })).toMatchObject({
      error: { code: 'host_not_found' },
    });
  });
});

describe('tcp_check', () => {
  it('tells an open port from a closed one', async () => {
    expect(await execute('tcp_check', { host: '127.0.0.1', port })).toMatchObject({
      status: 'succeeded',
      data: { address: '127.0.0.1', port },
    });
    expect(await execute('tcp_check', { host: '127.0.0.1', port: await closedPort() })).toMatchObject({
      status: 'failed',
      error: { code: 'connection_refused' },
    });
    expect(await execute('tcp_check', { host: 'localhost', port: await closedPort() })).toMatchObject({
      error: { code: 'connection_refused' },
    });
  });
});

describe('dns_lookup', () => {
  const server = createSocket('udp4');
  let lookup: ReturnType<typeof createDnsLookup>;

  beforeAll(async () => {
    // Answers 192.0.2.7 for names that begin with "a", "no such name" for "b", nothing for others.
    server.on('message', (query, peer) => {
      const first = String.fromCharCode(query[13] ?? 0);
      if (first !== 'a' && first !== 'b') return;
      const question = query.subarray(12, query.indexOf(0, 12) + 5);
      const header = Buffer.alloc(12);
      query.copy(header, 0, 0, 2);
      header.writeUInt16BE(first === 'a' ? 0x8180 : 0x8183, 2);
      header.writeUInt16BE(1, 4);
      header.writeUInt16BE(first === 'a' ? 1 : 0, 6);
      const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7]);
      server.send(Buffer.concat(first === 'a' ? [header, question, record] : [header, question]), peer.port);
    });
    await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
    lookup = createDnsLookup(server.address().port);
  });
  afterAll(() => {
    server.close();
  });

  it('asks the named server and lists the records', async () => {
    const outcome = await lookup.execute({ name: 'a.example', server: '127.0.0.1' }, executorContext());
    expect(outcome).toMatchObject({ status: 'succeeded', data: { recordType: 'A', records: ['192.0.2.7'] } });
  });

  it('tells a name that does not exist', async () => {
    const outcome = await lookup.execute({ name: 'b.example', server: '127.0.0.1' }, executorContext());
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'name_not_found' } });
  });

  it('stops at once when it is told to', async () => {
    const stopping = new AbortController();
    const context = executorContext({ signal: stopping.signal });
    const running = lookup.execute({ name: 'c.example', server: '127.0.0.1' }, context);
    stopping.abort();
    expect(await running).toMatchObject({ status: 'failed' });
  });
});

describe('ping and traceroute', () => {
  const summary = [
    '4 packets transmitted, 3 received, 25% packet loss, time 3004ms',
    'rtt min/avg/max/mdev = 0.031/0.042/0.055/0.010 ms',
  ].join('\n');

  it('runs the ping of the system with its arguments apart and reads its summary', async () => {
    await installTool(tools.path, 'ping', `echo "args: $*"\ncat <<'E'\n${summary}\nE`);
    const { updates, progress } = collectProgress();
    const outcome = await execute('ping', { host: '192.0.2.1' }, { toolDirectories: [tools.path], progress });
    expect(outcome).toMatchObject({
      status: 'succeeded',
      data: {
        transmitted: 4,
        received: 3,
        lossPercent: 25,
        roundTripMs: { min: 0.031, avg: 0.042, max: 0.055 },
      },
    });
    expect(outcome.output).toContain('args: -n -c 4 -w 30 -- 192.0.2.1');
    expect(updates.map(({ output }) => output).join('')).toBe(outcome.output);
  });

  it('reads what BusyBox prints', () => {
    const text =
      '2 packets transmitted, 2 packets received, 0% packet loss\nround-trip min/avg/max = 0.1/0.2/0.3 ms';
    expect(readPingSummary(text)).toEqual({
      ...{ transmitted: 2, received: 2, lossPercent: 0 },
      roundTripMs: { min: 0.1, avg: 0.2, max: 0.3 },
    });
  });

  it.each([
    [
      'a host that keeps silent',
      'echo "4 packets transmitted, 0 received, 100% packet loss"; exit 1',
      'no_reply',
    ],
    ['an unknown name', 'echo "ping: x: Name or service not known" >&2; exit 2', 'host_not_found'],
    ['no permission', 'echo "ping: socket: Operation not permitted" >&2; exit 2', 'tool_missing'],
    ['anything else', 'echo "ping: out of cheese" >&2; exit 2', 'tool_failed'],
  ])('tells %s', async (_what, script, code) => {
    await installTool(tools.path, 'ping', script);
    const outcome = await execute('ping', { host: 'x' }, { toolDirectories: [tools.path] });
    expect(outcome).toMatchObject({ error: { code } });
  });

  it('reads hops as traceroute and tracepath print them', async () => {
    expect(
      readHops('traceroute to x, 30 hops max\n 1  10.0.0.1  0.4 ms\n 2  *\n 3  2001:db8::1  9.1 ms'),
    ).toEqual([
      { hop: 1, address: '10.0.0.1', roundTripMs: 0.4 },
      { hop: 2, address: null, roundTripMs: null },
      { hop: 3, address: '2001:db8::1', roundTripMs: 9.1 },
    ]);
    await installTool(
      tools.path,
      'tracepath',
      `printf ' 1?: [LOCALHOST]  pmtu 1500\\n 1:  10.0.0.1  0.5ms\\n'`,
    );
    const outcome = await execute('traceroute', { host: 'x' }, { toolDirectories: [tools.path] });
    expect(outcome.data).toEqual({
      ...{ host: 'x', tool: 'tracepath' },
      hops: [{ hop: 1, address: '10.0.0.1', roundTripMs: 0.5 }],
    });
  });
});

describe('the route table', () => {
  it('is read from what the kernel shows', () => {
    const ipv4 = [
      'Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT',
      'eth0 00000000 0100A8C0 0003 0 0 100 00000000 0 0 0',
      'eth0 0000A8C0 00000000 0001 0 0 100 00FFFFFF 0 0 0',
      'eth1 0000A8C0 00000000 0000 0 0 100 00FFFFFF 0 0 0',
    ].join('\n');
    expect(parseIpv4Routes(ipv4)).toEqual([
      { family: 'IPv4', destination: '0.0.0.0/0', gateway: '192.168.0.1', interface: 'eth0', metric: 100 },
      { family: 'IPv4', destination: '192.168.0.0/24', gateway: null, interface: 'eth0', metric: 100 },
    ]);
    const none = '0'.repeat(32);
    const gateway = 'fe80000000000000000000000000ff01';
    const ipv6 = [
      `${none} 00 ${none} 00 ${gateway} 00000400 00000001 00000000 00000003 eth0`,
      `${none} 00 ${none} 00 ${none} ffffffff 00000001 00000000 00200200 lo`,
    ].join('\n');
    expect(parseIpv6Routes(ipv6)).toEqual([
      { family: 'IPv6', destination: '::/0', gateway: 'fe80::ff01', interface: 'eth0', metric: 1024 },
    ]);
  });
});
