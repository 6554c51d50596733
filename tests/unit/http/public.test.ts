import { afterEach, describe, expect, it } from '@jest/globals';
import type { HttpServerOptions } from '../../../src/interfaces/http/http-server-options.js';
import type { Door } from '../../support/http/door.js';
import { openDoor } from '../../support/http/door.js';

const opened: Door[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ app }) => app.close()));
});

async function open(changes: Partial<HttpServerOptions> = {}): Promise<Door> {
  const door = await openDoor(changes);
  opened.push(door);
  return door;
}

const answers = () => Promise.resolve();

describe('the public routes', () => {
  it('say that the process runs, with every store away', async () => {
    const gone = () => Promise.reject(new Error('gone'));
    const { app } = await open({ probes: { database: gone, dispatch: gone, identity: gone } });
    const { statusCode, body } = await app.inject({ url: '/healthz' });
    expect([statusCode, JSON.parse(body)]).toEqual([200, { status: 'ok', timestamp: expect.any(String) }]);
  });

  it('say the version and nothing else', async () => {
    const { app } = await open();
    expect((await app.inject({ url: '/version' })).json()).toEqual({ version: '1.2.3' });
  });

  it('hand out the public keys', async () => {
    const { app } = await open();
    const { body } = await app.inject({ url: '/.well-known/fieldgate-keys.json' });
    expect(JSON.parse(body)).toEqual({ keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'public' }] });
  });

  it('explain every code on a page of their own', async () => {
    const { app } = await open();
    const { headers, body } = await app.inject({ url: '/docs/faults' });
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(body).toContain('<h2 id="internal"><code>internal</code></h2>');
    expect(body).toContain('A &lt;mistake&gt;.');
  });

  it('show the contract without asking anybody else', async () => {
    const { app } = await open();
    const page = await app.inject({ url: '/docs' });
    const script = await app.inject({ url: '/docs/static/swagger-initializer.js' });
    expect([page.statusCode, script.statusCode]).toEqual([200, 200]);
    expect(page.headers['content-security-policy']).toContain("script-src 'self';");
    expect(page.headers['content-security-policy']).not.toContain('http');
    expect(page.body).not.toMatch(/(src|href)="(https?:)?\/\//);
  });
});

describe('readiness', () => {
  it('holds while every dependency answers', async () => {
    const { app } = await open();
    const { statusCode, body } = await app.inject({ url: '/readyz' });
    const checks = { database: true, dispatch: true, identity: true };
    expect([statusCode, JSON.parse(body)]).toEqual([200, { ready: true, checks }]);
  });

  it('names what does not answer, waits one second for it and asks once', async () => {
    let asked = 0;
    const silent = () => {
      asked += 1;
      return new Promise<never>(() => undefined);
    };
    const { app } = await open({ probes: { database: answers, dispatch: silent, identity: answers } });
    const started = performance.now();
    const both = await Promise.all([app.inject({ url: '/readyz' }), app.inject({ url: '/readyz' })]);
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(asked).toBe(1);
    expect(both[0].statusCode).toBe(503);
    expect(both[0].json()).toEqual({
      ready: false,
      checks: { database: true, dispatch: false, identity: true },
      errors: [{ check: 'dispatch', message: 'does not answer' }],
    });
    expect(both[1].json()).toEqual(both[0].json());
  });

  it('ends as soon as the shutdown starts', async () => {
    const { app, stop } = await open();
    stop();
    const { statusCode, body } = await app.inject({ url: '/readyz' });
    expect([statusCode, (JSON.parse(body) as { ready: boolean }).ready]).toEqual([503, false]);
    expect((await app.inject({ url: '/healthz' })).statusCode).toBe(200);
  });
});
