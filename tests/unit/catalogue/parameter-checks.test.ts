import { describe, expect, it } from '@jest/globals';
import type { JsonObject, JsonValue } from '../../../src/domain/shared/json.js';
import { catalogue, check } from './catalogue.js';

/** The least that each type asks for. */
const least: Readonly<Record<string, JsonObject>> = {
  ping: { host: 'a' },
  traceroute: { host: 'a' },
  dns_lookup: { name: 'a' },
  http_check: { url: 'http://a' },
  tcp_check: { host: 'a', port: 80 },
  log_tail: { source: 'nginx' },
  restart_service: { service: 'nginx' },
  run_script: { script: 'tidy' },
};
const leastOf = (type: string): JsonObject => least[type] ?? {};
const label = 'x'.repeat(63);
const longestName = `${label}.${label}.${label}.${'x'.repeat(61)}`;

const accepts = (type: string, member: string, value: JsonValue): boolean =>
  check(type, { ...leastOf(type), [member]: value }).ok;

/** Nothing that a shell, an option parser or a terminal takes for something else. */
const harmful = [
  '',
  ' ',
  'a b',
  '-rf',
  '--help',
  '$(reboot)',
  '`reboot`',
  'a;reboot',
  'a|reboot',
  'a&reboot',
  'a>b',
  'a<b',
  'a\nb',
  'a\r',
  'a\n',
  '\na',
  'a\u0000',
  'a\u001b[2J',
  'a\u202eb',
  'a*',
  'a?',
  'a{b,c}',
  'a[b]',
  'a~',
  '~a',
  '!!',
  'a#b',
  'a%0a',
  "a'b",
  'a"b',
  'a\\b',
  'a=b',
  'a,b',
  'ä',
];

describe('parameters', () => {
  it.each(catalogue.list().map(({ type }) => type))('of %s are strict', (type) => {
    const parameters = leastOf(type);
    expect(check(type, parameters)).toEqual({ ok: true, parameters });
    for (const member of ['unknown', 'Host', 'constructor', 'toString']) {
      expect(check(type, { ...parameters, [member]: 1 }).ok).toBe(false);
    }
    expect(check(type, JSON.parse('{"__proto__":{"host":"a"}}') as JsonObject).ok).toBe(false);
    for (const member of Object.keys(parameters)) {
      const { [member]: left, ...rest } = parameters;
      expect([left, check(type, rest).ok]).toEqual([left, false]);
    }
  });

  it('are given back as they came, without a default added', () => {
    const parameters = { host: 'EXAMPLE.com.', count: 3 };
    expect(check('ping', parameters)).toEqual({ ok: true, parameters });
  });

  it('are refused with a place and a reason for each fault', () => {
    expect(check('ping', { host: 'a b', count: 21, extra: 1 })).toEqual({
      ok: false,
      errors: expect.arrayContaining([
        { path: 'parameters.host', message: expect.any(String) },
        { path: 'parameters.count', message: expect.any(String) },
        { path: 'parameters', message: expect.stringContaining('extra') },
      ]),
    });
    expect(check('run_script', { script: 'tidy', args: ['fine', 'a\u0000'] })).toMatchObject({
      errors: [{ path: 'parameters.args.1' }],
    });
  });

  it.each([
    ['ping', 'count', 1, 20],
    ['ping', 'timeoutMs', 1_000, 60_000],
    ['traceroute', 'maxHops', 1, 64],
    ['traceroute', 'timeoutMs', 1_000, 60_000],
    ['http_check', 'expectStatus', 100, 599],
    ['http_check', 'timeoutMs', 1_000, 60_000],
    ['tcp_check', 'port', 1, 65_535],
    ['tcp_check', 'timeoutMs', 1_000, 60_000],
    ['process_list', 'limit', 1, 200],
    ['log_tail', 'lines', 1, 1_000],
    ['reboot', 'delaySeconds', 0, 3_600],
  ])('take %s.%s from %d to %d, as whole numbers only', (type, member, min, max) => {
    for (const value of [min, max]) expect([value, accepts(type, member, value)]).toEqual([value, true]);
    const beyond = [min - 1, max + 1, min + 0.5, -max, 2 ** 53, 1e300];
    for (const value of [...beyond, String(min), [min], true, null, {}]) {
      expect([value, accepts(type, member, value)]).toEqual([value, false]);
    }
  });

  it.each([
    [
      'ping',
      'host',
      ['a', '_dmarc.a', 'a-b.example.', '1.2.3.4', '::1', '::ffff:1.2.3.4', label, longestName],
    ],
    [
      'ping',
      'host',
      [`${label}x`, `${longestName}x`, '.', 'a..b', 'a-', '-a', 'a/b', 'a:80', 'a@b', ':'],
      false,
    ],
    ['ping', 'host', ['1a', '3com.example', '4.in-addr.arpa', '1.2.3.x0']],
    // What a resolver would take for an address, written as no address is.
    [
      'ping',
      'host',
      ['256.1.1.1', '127.1', '2130706433', '0x7f000001', '1.2.3.4.', 'a.0X1', '017.0.0.1'],
      false,
    ],
    ['dns_lookup', 'name', ['_sip._tcp.example.com', longestName]],
    ['dns_lookup', 'name', ['../a', 'a@b', `${longestName}x`], false],
    ['dns_lookup', 'server', ['9.9.9.9', '2620:fe::fe']],
    ['dns_lookup', 'server', ['dns.example', '999.1.1.1', '1.2.3', '::1]/x[', '::1%eth0', '@9.9.9.9'], false],
    ['dns_lookup', 'recordType', ['A', 'SOA']],
    ['dns_lookup', 'recordType', ['a', 'ANY', 'AXFR', '', 'A '], false],
    ['http_check', 'method', ['GET', 'HEAD']],
    ['http_check', 'method', ['get', 'POST', 'DELETE', ''], false],
    ['disk_usage', 'path', ['/', '/var/log', '/a/..b', '/a/b..', '/...', `/${'x'.repeat(1_023)}`]],
    [
      'disk_usage',
      'path',
      ['/..', '/../etc', '/a/../b', '/a/..', 'a', './a', '..', `/${'x'.repeat(1_024)}`],
      false,
    ],
    ['log_tail', 'source', ['/var/log/syslog', 'nginx.service', 'getty@tty1']],
    ['log_tail', 'source', ['/var/../etc/shadow', '../syslog', 'a/b', './a'], false],
    ['process_list', 'sortBy', ['cpu', 'memory']],
    ['process_list', 'sortBy', ['CPU', 'name', ''], false],
    ['restart_service', 'service', ['a', 'getty@tty1.service', `${label}${label}xx`]],
    ['restart_service', 'service', ['/etc/init.d/a', 'a/b', '.a', '@a', `${label}${label}xxx`], false],
    ['renew_dhcp_lease', 'interface', ['eth0', 'br-lan.100', 'x'.repeat(15)]],
    ['renew_dhcp_lease', 'interface', ['.', '..', 'a/b', 'eth0:1', 'x'.repeat(16)], false],
    ['run_script', 'script', ['tidy', 'tidy-up_2.sh', 'x'.repeat(64)]],
    ['run_script', 'script', ['../tidy', '/bin/sh', 'a/b', '.profile', 'x'.repeat(65)], false],
  ])('%s.%s: %j', (type, member, values, good = true) => {
    for (const value of values) expect([value, accepts(type, member, value)]).toEqual([value, good]);
  });

  it.each([
    ['ping', 'host'],
    ['traceroute', 'host'],
    ['tcp_check', 'host'],
    ['dns_lookup', 'name'],
    ['dns_lookup', 'server'],
    ['disk_usage', 'path'],
    ['log_tail', 'source'],
    ['restart_service', 'service'],
    ['renew_dhcp_lease', 'interface'],
    ['run_script', 'script'],
  ])('let nothing harmful into %s.%s, and nothing that is no text', (type, member) => {
    for (const value of [
      ...harmful,
      ...harmful.map((text) => `/${text}`).filter((text) => !isPlainPath(text)),
    ]) {
      expect([value, accepts(type, member, value)]).toEqual([value, false]);
    }
    for (const value of [1, true, null, [], ['a'], { toString: 'a' }]) {
      expect([value, accepts(type, member, value)]).toEqual([value, false]);
    }
  });

  it('take the address of any page on the web, whose longest is of 2,048 characters', () => {
    const prefix = 'https://example.com/';
    const good = ['http://a', 'https://a:8443/b?c=d#e', 'http://[::1]:80/', 'HTTP://EXAMPLE.com'];
    for (const url of [...good, prefix.padEnd(2_048, 'x')]) {
      expect([url, accepts('http_check', 'url', url)]).toEqual([url, true]);
    }
    expect(accepts('http_check', 'url', prefix.padEnd(2_049, 'x'))).toBe(false);
  });

  it.each(['http://ada@a', 'http://ada:secret@a', 'http://:secret@a', 'http://%61:@a'])(
    'keep credentials out of commands and logs: %s',
    (url) => {
      expect(accepts('http_check', 'url', url)).toBe(false);
    },
  );

  it.each(['ftp://a', 'file:///etc/passwd', 'javascript:alert(1)', 'data:,a', 'http:a', 'gopher://a'])(
    'take no other address than one of the web: %s',
    (url) => {
      expect(accepts('http_check', 'url', url)).toBe(false);
    },
  );

  it('are refused, and nothing breaks, when an address is none at all', () => {
    for (const url of ['', 'a', '-o', '//a', 'http://', 'https://a:99999', 'http://a b', 'http://[::1']) {
      expect(check('http_check', { url })).toMatchObject({ ok: false });
    }
  });

  it.each([' http://a', 'http://a ', '\nhttp://a', 'http://a\tb', 'http://a/\r\nb', 'http://a/\u0000'])(
    'let no white space and no control character into an address: %j',
    (url) => {
      expect([url, accepts('http_check', 'url', url)]).toEqual([url, false]);
    },
  );

  it('of a script are at most 20 texts of 256 characters, without control characters', () => {
    const args = (...values: JsonValue[]) => accepts('run_script', 'args', values);
    expect(args()).toBe(true);
    expect(args('x'.repeat(256), '', 'a b', '--force', '$HOME', 'ä')).toBe(true);
    expect(args('x'.repeat(257))).toBe(false);
    expect(args(...Array<string>(20).fill('a'))).toBe(true);
    expect(args(...Array<string>(21).fill('a'))).toBe(false);
    for (const value of ['\u0000', 'a\n', '\u001b[2J', '\u007f', '\u0085', 1, null, ['a']]) {
      expect([value, args(value)]).toEqual([value, false]);
    }
    expect(accepts('run_script', 'args', 'a')).toBe(false);
  });
});

const isPlainPath = (text: string): boolean => /^\/[\w-]*$/.test(text);
