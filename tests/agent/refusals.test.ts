import { describe, expect, it } from '@jest/globals';
import { parseAllowList } from '../../agent/allow-list.js';
import { executors, findExecutor } from '../../agent/executors/registry.js';
import { execute } from './executor-context.js';

describe('an agent whose operator allowed nothing', () => {
  it.each([
    ['restart_service', { service: 'nginx' }],
    ['flush_dns_cache', {}],
    ['renew_dhcp_lease', {}],
    ['reboot', {}],
    ['run_script', { script: 'tidy' }],
    ['run_script', { script: 'constructor' }],
    ['run_script', { script: '__proto__' }],
    ['log_tail', { source: '/etc/shadow' }],
    ['log_tail', { source: 'nginx' }],
  ])('refuses %s %j', async (type, parameters) => {
    expect(await execute(type, parameters)).toMatchObject({
      status: 'refused',
      error: { code: 'not_allowed' },
    });
  });
});

describe('an allow-list', () => {
  const allowList = parseAllowList({
    ...{ services: ['nginx'], logFiles: ['/var/log/syslog'], scripts: { tidy: { path: '/bin/true' } } },
  });

  it.each([
    ['restart_service', { service: 'ssh' }],
    ['restart_service', { service: 'nginx.service' }],
    ['log_tail', { source: '/var/log/../log/syslog' }],
    ['log_tail', { source: '/var/log/syslog.1' }],
    ['log_tail', { source: 'nginx' }],
    ['run_script', { script: 'tidy', args: ['x'] }],
    ['run_script', { script: '/bin/true' }],
    ['reboot', {}],
  ])('permits what it names and nothing beside it: %s %j', async (type, parameters) => {
    expect(await execute(type, parameters, { allowList })).toMatchObject({
      ...{ status: 'refused', error: { code: 'not_allowed' } },
    });
  });

  it.each([
    [{ service: ['nginx'] }],
    [{ services: 'nginx' }],
    [{ scripts: { tidy: { path: 'tidy' } } }],
    [{ scripts: { tidy: { path: '/bin/true', shell: true } } }],
    [{ logFiles: ['var/log/syslog'] }],
  ])('with a mistake in it is refused as a whole: %j', (value) => {
    expect(() => parseAllowList(value)).toThrow();
  });
});

describe('parameters that try to be something else', () => {
  const strangeHosts = [
    ...[
      '-f',
      '--help',
      '-oProxyCommand=id',
      '',
      '.',
      'a b',
      'a;id',
      'a|id',
      '$(id)',
      '`id`',
      'a\nb',
      'a\0b',
      "a'b",
    ],
    ...[
      'a/b',
      'a..b',
      '.a',
      'a-',
      'ä.example',
      'fe80::1%$(id)',
      '[::1]',
      'x'.repeat(254),
      `${'x'.repeat(64)}.com`,
      7,
    ],
  ];

  it.each(strangeHosts.flatMap((host) => ['ping', 'traceroute', 'tcp_check'].map((type) => [type, host])))(
    '%s refuses the host %j',
    async (type, host) => {
      const parameters = type === 'tcp_check' ? { host, port: 80 } : { host };
      expect(await execute(String(type), parameters)).toMatchObject({
        ...{ status: 'refused', error: { code: 'invalid_parameters' } },
      });
    },
  );

  it.each([
    ['ping', { host: 'a', count: 21 }],
    ['ping', { host: 'a', count: '4' }],
    ['ping', { host: 'a', timeoutMs: 999 }],
    ['ping', { host: 'a', interval: 0 }],
    ['ping', {}],
    ['ping', null],
    ['ping', 'a'],
    ['traceroute', { host: 'a', maxHops: 65 }],
    ['dns_lookup', { name: '-x' }],
    ['dns_lookup', { name: 'a', recordType: 'ANY' }],
    ['dns_lookup', { name: 'a', server: 'dns.example' }],
    ['dns_lookup', { name: 'a', server: '::1%eth0' }],
    ['http_check', { url: 'file:///etc/shadow' }],
    ['http_check', { url: 'http://user:secret@host/' }],
    ['http_check', { url: 'http://a/\r\nX: y' }],
    ['http_check', { url: 'http://a/', method: 'POST' }],
    ['http_check', { url: 'http://a/', expectStatus: 99 }],
    ['tcp_check', { host: 'a', port: 65_536 }],
    ['tcp_check', { host: 'a', port: 0 }],
    ['network_interfaces', { extra: 1 }],
    ['routes', { extra: 1 }],
    ['system_info', []],
    ['disk_usage', { path: 'relative' }],
    ['disk_usage', { path: '/a\0b' }],
    ['process_list', { sortBy: 'name' }],
    ['process_list', { limit: 201 }],
    ['log_tail', { source: '--root=/' }],
    ['log_tail', { source: '../etc/shadow' }],
    ['log_tail', { source: '/var/log/syslog', lines: 1001 }],
    ['restart_service', { service: '-H root@host' }],
    ['restart_service', { service: 'a b' }],
    ['flush_dns_cache', { extra: 1 }],
    ['renew_dhcp_lease', { interface: '-r' }],
    ['renew_dhcp_lease', { interface: 'eth0;id' }],
    ['reboot', { delaySeconds: -1 }],
    ['reboot', { delaySeconds: 3601 }],
    ['run_script', { script: 'tidy', body: 'rm -rf /' }],
    ['run_script', { script: 'tidy', args: ['a\0b'] }],
    ['run_script', { script: 'tidy', args: Array.from({ length: 21 }, () => 'x') }],
    ['run_script', { script: 'tidy', args: ['x'.repeat(257)] }],
  ])('%s refuses %j', async (type, parameters) => {
    expect(await execute(type, parameters)).toMatchObject({
      ...{ status: 'refused', error: { code: 'invalid_parameters' } },
    });
  });
});

describe('a machine without the tools', () => {
  const allowList = parseAllowList({
    ...{ services: ['nginx'], reboot: true, flushDnsCache: true, renewDhcpLease: true, logUnits: ['nginx'] },
    scripts: { gone: { path: '/nowhere/gone' } },
  });

  it.each([
    ['ping', { host: 'a' }],
    ['traceroute', { host: 'a' }],
    ['restart_service', { service: 'nginx' }],
    ['reboot', {}],
    ['flush_dns_cache', {}],
    ['renew_dhcp_lease', { interface: 'lo' }],
    ['log_tail', { source: 'nginx' }],
    ['run_script', { script: 'gone' }],
  ])('refuses %s and says what is missing', async (type, parameters) => {
    const outcome = await execute(type, parameters, { allowList, toolDirectories: ['/nowhere'] });
    expect(outcome).toMatchObject({ status: 'refused', error: { code: 'tool_missing' } });
  });
});

describe('the registry', () => {
  it('knows every type of the catalogue once, and no other', () => {
    expect(executors.map(({ type }) => type).sort()).toEqual(
      [
        ...['ping', 'traceroute', 'dns_lookup', 'http_check', 'tcp_check', 'network_interfaces', 'routes'],
        ...['system_info', 'disk_usage', 'process_list', 'log_tail', 'restart_service', 'flush_dns_cache'],
        ...['renew_dhcp_lease', 'reboot', 'run_script'],
      ].sort(),
    );
    for (const name of ['shell', '', 'constructor', '__proto__']) expect(findExecutor(name)).toBeNull();
  });
});
