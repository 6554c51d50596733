import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { GatewayProcess } from '../support/gateway-process.js';
import { builtFolder, startGatewayProcess } from '../support/gateway-process.js';

const folder = join(builtFolder, 'portal');
const page = readFileSync(join(folder, 'index.html'), 'utf8');
const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
/** What the page names: its script, what that needs at once, its styles and its mark. */
const named = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path = '']) => path);

describe('the built portal', () => {
  it('needs less than 200 KiB of compressed script for the first screen', () => {
    const scripts = named.filter((path) => path.endsWith('.js'));
    expect(scripts.length).toBeGreaterThan(0);
    const sizes = scripts.map((path) => gzipSync(readFileSync(join(folder, path)), { level: 9 }).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(200 * 1024);
  });

  it('has nothing in its styles that the policy of its page refuses, or that comes from elsewhere', () => {
    const styles = readdirSync(join(folder, 'assets')).filter((name) => name.endsWith('.css'));
    expect(styles.length).toBeGreaterThan(0);
    for (const name of styles) {
      const text = readFileSync(join(folder, 'assets', name), 'utf8');
      expect([name, text.match(/url\(["']?(data:|https?:|\/\/)[^)]{0,40}/g)]).toEqual([name, null]);
    }
  });

  it('has no script and no style within its page', () => {
    expect(page).not.toMatch(/<style|<script(?![^>]*\ssrc=)|\sstyle=|\son\w+=/i);
  });
});

describe('the portal at the gateway', () => {
  let gateway: GatewayProcess;
  beforeAll(async () => {
    gateway = await startGatewayProcess();
  }, 60_000);
  afterAll(() => gateway.stop());

  const ask = (path: string, headers: Readonly<Record<string, string>> = html): Promise<Response> =>
    fetch(`${gateway.url}${path}`, { headers });

  it.each(['/', '/devices', '/devices/rack-1?q=a', '/approvals'])(
    'is one page at %s, kept nowhere',
    async (path) => {
      const answer = await ask(path);
      expect([answer.status, await answer.text()]).toEqual([200, page]);
      const { host } = new URL(gateway.url);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'content-security-policy':
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
          `connect-src 'self' ws://${host} wss://${host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      });
    },
  );

  it('gives out its files compressed, to be kept for ever', async () => {
    expect(named.length).toBeGreaterThan(2);
    for (const path of named) {
      const answer = await ask(path, { 'accept-encoding': 'br' });
      expect([path, answer.status, answer.headers.get('cache-control')]).toEqual([
        path,
        200,
        'public, max-age=31536000, immutable',
      ]);
      expect([path, answer.headers.get('content-encoding')]).toEqual([path, 'br']);
      await answer.arrayBuffer();
    }
  });

  it.each(['/admin', '/api/v1/nothing', '/api/v1/customer/nothing', '/assets/nothing.js', '/index.html'])(
    'is not what a browser finds at %s',
    async (path) => {
      const answer = await ask(path);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
    },
  );

  it('tells a program that takes a wrong turn so in its own words', async () => {
    const answer = await ask('/devices', { accept: 'application/json' });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
  });

  it('says where people sign in', async () => {
    expect(await (await ask('/portal-config.json')).json()).toEqual({
      identityUrl: null,
      publishableKey: null,
    });
  });
});
