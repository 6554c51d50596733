import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Fastify from 'fastify';
import { localIdentityRoutes } from '../../src/interfaces/http/local-identity/local-identity-routes.js';
import { startLocalIdentity } from './local-identity-server.js';
import type { RunningLocalIdentity } from './local-identity-server.js';

const email = 'ada@example.com';
const password = 'correct horse battery';

let identity: RunningLocalIdentity;

beforeAll(async () => {
  identity = await startLocalIdentity();
  await identity.people.createUser({ email, password, name: 'Ada' });
});

afterAll(() => identity.close());

describe('what no stock client sends', () => {
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${identity.url}/auth/v1${path}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
  const answerOf = async (response: Response) => [response.status, await response.json()] as const;

  it.each([
    ['no JSON', '/token?grant_type=password', '{"email":', 400, 'bad_json'],
    ['prototypes', '/token?grant_type=password', '{"__proto__":{"email":"x"}}', 400, 'bad_json'],
    ['no password', '/token?grant_type=password', '{"email":"ada@example.com"}', 400, 'validation_failed'],
    [
      'a password of another type',
      '/token?grant_type=password',
      '{"email":"a","password":1}',
      400,
      'validation_failed',
    ],
    [
      'an endless password',
      '/token?grant_type=password',
      JSON.stringify({ email, password: 'x'.repeat(257) }),
      400,
      'validation_failed',
    ],
    [
      'a NUL',
      '/token?grant_type=password',
      JSON.stringify({ email: 'a\u0000', password }),
      400,
      'validation_failed',
    ],
    ['nothing', '/token?grant_type=password', '', 400, 'validation_failed'],
    ['no refresh token', '/token?grant_type=refresh_token', '{}', 400, 'validation_failed'],
    [
      'an unknown refresh token',
      '/token?grant_type=refresh_token',
      '{"refresh_token":"x"}',
      400,
      'refresh_token_not_found',
    ],
    ['another grant type', '/token?grant_type=id_token', '{}', 400, 'unsupported_grant_type'],
    ['no grant type', '/token', '{}', 400, 'validation_failed'],
    ['no token', '/logout', '', 401, 'no_authorization'],
    ['an unknown scope', '/logout?scope=galaxy', '', 400, 'validation_failed'],
  ])('is refused in the form of Supabase Auth: %s', async (_, path, body, status, code) => {
    const [answered, problem] = await answerOf(await post(path, body));
    expect(answered).toBe(status);
    expect(problem).toEqual({ code: status, error_code: code, msg: expect.any(String) });
  });

  it.each([
    ['another kind of factor', 'POST', '/factors', '{"factor_type":"phone"}', 400, 'validation_failed'],
    ['no kind of factor', 'POST', '/factors', '{}', 400, 'validation_failed'],
    [
      'a factor with a NUL',
      'POST',
      '/factors',
      '{"factor_type":"totp","friendly_name":"a\\u0000"}',
      400,
      'validation_failed',
    ],
    [
      'a factor with an endless name',
      'POST',
      '/factors',
      JSON.stringify({ factor_type: 'totp', friendly_name: 'x'.repeat(101) }),
      400,
      'validation_failed',
    ],
    ['no code', 'POST', '/factors/x/verify', '{"challenge_id":"x"}', 400, 'validation_failed'],
    [
      'a code of another type',
      'POST',
      '/factors/x/verify',
      '{"challenge_id":"x","code":1}',
      400,
      'validation_failed',
    ],
    [
      'a factor that is none',
      'POST',
      '/factors/x/verify',
      '{"challenge_id":"x","code":"1"}',
      404,
      'mfa_factor_not_found',
    ],
    ['a challenge of none', 'POST', '/factors/%00/challenge', '', 404, 'mfa_factor_not_found'],
    ['the removal of none', 'DELETE', '/factors/x', '', 404, 'mfa_factor_not_found'],
    ['a change of nothing', 'PUT', '/user', '{}', 400, 'validation_failed'],
    ['no change', 'PUT', '/user', '', 400, 'validation_failed'],
    ['a password that is none', 'PUT', '/user', '{"password":12345678}', 400, 'validation_failed'],
    ['a password with no end', 'PUT', '/user', `{"password":"${'x'.repeat(900_000)}"}`, 422, 'weak_password'],
  ])('is refused to whoever is signed in, too: %s', async (_, method, path, body, status, code) => {
    const session = await identity.authServer.signIn(email, password);
    if (typeof session === 'string') throw new Error(session);
    const response = await fetch(`${identity.url}/auth/v1${path}`, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${session.accessToken}` },
      ...(body !== '' && { body }),
    });
    const [answered, problem] = await answerOf(response);
    expect([answered, problem]).toEqual([
      status,
      { code: status, error_code: code, msg: expect.any(String) },
    ]);
  });

  it('includes tokens that are not ours', async () => {
    for (const token of ['any-key', 'a.b.c', `fgt_${'A'.repeat(43)}`]) {
      const headers = { authorization: `Bearer ${token}` };
      const [status, problem] = await answerOf(await fetch(`${identity.url}/auth/v1/user`, { headers }));
      expect([status, problem]).toEqual([403, expect.objectContaining({ error_code: 'bad_jwt' })]);
    }
  });

  it('finds no private key among the public ones, and may keep those for ten minutes', async () => {
    const response = await fetch(`${identity.url}/auth/v1/.well-known/jwks.json`);
    expect(response.headers.get('cache-control')).toBe('public, max-age=600');
    const { keys } = (await response.json()) as { keys: object[] };
    expect(keys.map((key) => Object.keys(key).sort())).toEqual([
      ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'],
    ]);
  });

  it('leaves the rest of the server as it is', async () => {
    const other = Fastify();
    await localIdentityRoutes(other, identity);
    other.post('/elsewhere', (request) => ({ body: request.body ?? null }));
    const answer = await other.inject({
      method: 'POST',
      url: '/elsewhere',
      headers: { 'content-type': 'application/json' },
      payload: '',
    });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'FST_ERR_CTP_EMPTY_JSON_BODY' });
    await other.close();
  });
});
