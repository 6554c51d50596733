import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RedisClient } from '../../src/infrastructure/redis/redis-client.js';
import { RedisDeviceTokens } from '../../src/infrastructure/redis/redis-device-tokens.js';
import { RedisKeys } from '../../src/infrastructure/redis/redis-keys.js';
import type { RedisConfig } from '../../src/infrastructure/redis/redis-config.js';
import type { ScriptName } from '../../src/infrastructure/redis/lua-scripts.js';
import { eventually } from '../support/eventually.js';
import { testRedis } from '../support/redis.js';
import type { TestRedis } from '../support/redis.js';

type Actor = 'put' | 'revoke';

/** Whose call comes next. Whoever is through gives up the turns that are left. */
class Turns {
  #order: readonly Actor[] = [];

  begin(order: readonly Actor[]): void {
    this.#order = order;
  }

  async inTurn<T>(actor: Actor, call: () => Promise<T>): Promise<T> {
    await eventually(() => this.#order.length === 0 || this.#order[0] === actor, { everyMs: 1 });
    try {
      return await call();
    } finally {
      this.#order = this.#order.slice(1);
    }
  }

  through(actor: Actor): void {
    this.#order = this.#order.filter((other) => other !== actor);
  }
}

class ClientInTurn extends RedisClient {
  readonly #turns: Turns;
  readonly #actor: Actor;

  constructor(config: RedisConfig, turns: Turns, actor: Actor) {
    super(config);
    this.#turns = turns;
    this.#actor = actor;
  }

  override run(
    name: ScriptName,
    keys: readonly string[],
    args: readonly string[],
  ): Promise<readonly string[]> {
    return this.#turns.inTurn(this.#actor, () => super.run(name, keys, args));
  }

  override command(name: string, ...args: readonly string[]): Promise<unknown> {
    return this.#turns.inTurn(this.#actor, () => super.command(name, ...args));
  }
}

/** Every way in which so many calls of the two can follow each other. */
function mergings(puts: number, revokes: number): readonly (readonly Actor[])[] {
  if (puts + revokes === 0) return [[]];
  const putFirst = puts > 0 ? mergings(puts - 1, revokes).map((rest) => ['put' as const, ...rest]) : [];
  const revokeFirst =
    revokes > 0 ? mergings(puts, revokes - 1).map((rest) => ['revoke' as const, ...rest]) : [];
  return [...putFirst, ...revokeFirst];
}

describe('A token that is put while all tokens of its device are revoked', () => {
  const session = { deviceId: 'device-a', customerId: 'customer-a', tokenGeneration: 1 };
  const lifetime = { idleMs: 60_000, lifeMs: 60_000 };
  const turns = new Turns();
  let server: TestRedis;
  let keys: RedisKeys;
  const clients: RedisClient[] = [];

  beforeAll(async () => {
    server = testRedis();
    keys = new RedisKeys(server.prefix);
    clients.push(new ClientInTurn(server, turns, 'put'), new ClientInTurn(server, turns, 'revoke'));
    clients.push(await RedisClient.open(server));
    for (const client of clients) await eventually(() => client.ping());
  });
  afterAll(async () => {
    for (const client of clients) client.close();
    await server.cleanup();
  });

  it.each(mergings(3, 3).map((order) => [order.join(' '), order] as const))(
    'is never out of reach of the next revocation: %s',
    async (name, order) => {
      const [putting, revoking, looking] = clients.map((client) => new RedisDeviceTokens(client, keys));
      await looking?.put(`${name} before`, session, lifetime);
      turns.begin(order);
      await Promise.all([
        putting?.put(name, session, lifetime).then(() => {
          turns.through('put');
        }),
        revoking?.revokeAll(session.deviceId).then(() => {
          turns.through('revoke');
        }),
      ]);
      turns.begin([]);
      expect(await looking?.find(`${name} before`)).toBeNull();
      await looking?.revokeAll(session.deviceId);
      expect(await looking?.find(name)).toBeNull();
      expect(await looking?.revokeAll(session.deviceId)).toBe(0);
    },
  );
});
