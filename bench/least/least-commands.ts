import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { Pool } from 'pg';
import type { Guest, LeastDoor } from './least-door.js';
import { tokenOf } from './least-door.js';
import { LeastRecord } from './least-record.js';

const hourMs = '3600000';
const holdMs = '60000';
/** All devices are filled at the same moment, and what they propose shares one statement. */
const filledAtOnce = 8;
const secret = randomBytes(32);

const claimToken = (id: string): string => createHmac('sha256', secret).update(id).digest('base64url');

interface Stored {
  readonly type: string;
  readonly parameters: object;
  readonly grant_jws: string;
}

export interface Filling {
  readonly token: string;
  readonly device: string;
  readonly commands: number;
  readonly parameters: object;
}

/**
 * Claims and results for devices that are signed in by `/fill`, which also gives them something to do: admitted, taken
 * from the gateway's own kind of queue, read, recorded and logged with one commit for all who ask at the same moment, and
 * fenced by a token. No leases that end, no rules, no attempts but the first, no schemas.
 */
export function serveLeastCommands(app: FastifyInstance, door: LeastDoor, databaseUrl: string): void {
  const pool = new Pool({ connectionString: databaseUrl, max: 10 });
  // Only where it is asked for.
  let opened: Promise<LeastRecord> | null = null;
  const record = (): Promise<LeastRecord> => (opened ??= LeastRecord.open(pool));
  const queueOf = ({ device }: Pick<Guest, 'device'>) => door.keys.queue(device);

  app.post<{ Body: Filling }>('/fill', async ({ body: { token, device, commands, parameters } }) => {
    await door.put(token);
    const { ready, held, delayed, ranks, holders, attempts, due } = queueOf({ device });
    const keys = [ready, held, delayed, ranks, holders, attempts, due];
    const offer = async (rank: number): Promise<void> => {
      const id = randomUUID();
      await (await record()).propose(id, device, JSON.stringify(parameters));
      await door.run('offer-command', keys, ['', device, id, String(rank), '0', hourMs]);
    };
    for (let rank = 0; rank < commands; rank += filledAtOnce) {
      const size = Math.min(filledAtOnce, commands - rank);
      await Promise.all(Array.from({ length: size }, (_, place) => offer(rank + place)));
    }
    return {};
  });

  app.post('/api/v1/device/commands/claim', async (request, reply) => {
    const guest = await door.admit(tokenOf(request));
    void reply.headers(guest.headers);
    return { commands: guest.waiting === 0 ? [] : [await claim(guest)] };
  });

  async function claim(guest: Guest): Promise<object> {
    const { device } = guest;
    const attempt = randomUUID();
    const { ready, held, delayed, ranks, holders, attempts, due, epoch } = queueOf(guest);
    const served = door.keys.served(device, attempt);
    const keys = [ready, held, delayed, ranks, holders, attempts, served, epoch, due];
    const asked = ['', '1', holdMs, attempt, device, holdMs, ''];
    const [, , , id = ''] = await door.run('take-commands', keys, asked);
    const { rows } = await pool.query<Stored>({
      name: 'read',
      text: `select 'http_check' as type, parameters, grant_jws from commands where id = $1`,
      values: [id],
    });
    const data = JSON.stringify({ actor: device, subject: id, attempt: 1 });
    await (await record()).take({ state: 'claimed', id, data });
    return { id, ...rows[0], attempt: 1, visibleForMs: Number(holdMs), claimToken: claimToken(id) };
  }

  app.post<{
    Params: { readonly id: string };
    Body: { readonly claimToken: string; readonly status: 'succeeded'; readonly output: string };
  }>('/api/v1/device/commands/:id/result', async (request, reply) => {
    const guest = await door.admit(tokenOf(request));
    const { id } = request.params;
    const { claimToken: shown, status, output } = request.body;
    if (shown !== claimToken(id)) throw new Error('a forged claim token');
    const data = JSON.stringify({ actor: guest.device, subject: id, status });
    await (await record()).take({ state: 'succeeded', id, result: output, data });
    const { ready, held, delayed, ranks, holders, attempts, due } = queueOf(guest);
    const keys = [ready, held, delayed, ranks, holders, attempts, due];
    await door.run('drop-command', keys, [guest.device, id]);
    void reply.headers(guest.headers);
    return { state: status, late: false };
  });
}
