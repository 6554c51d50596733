import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { Pool } from 'pg';

const schema = `
  create table commands (
    id uuid primary key,
    device text not null,
    state text not null,
    parameters json not null,
    grant_jws text not null,
    result text
  );
  create table heads (customer uuid primary key, seq bigint not null, hash bytea not null);
  create table entries (
    customer uuid,
    seq bigint,
    at timestamptz not null,
    kind text not null,
    data text not null,
    prev_hash bytea not null,
    hash bytea not null,
    primary key (customer, seq)
  );
  create function append(who uuid, given json) returns bigint language plpgsql as $$
  declare
    first_seq bigint;
    next_seq bigint;
    last_hash bytea;
    hashes bytea[] := '{}';
    entry record;
  begin
    select seq, hash into first_seq, last_hash from heads where customer = who for update;
    next_seq := first_seq;
    hashes := array_append(hashes, last_hash);
    for entry in select * from json_to_recordset(given) as e (kind text, data text) loop
      next_seq := next_seq + 1;
      last_hash := sha256(last_hash || convert_to(entry.kind || entry.data || next_seq, 'UTF8'));
      hashes := array_append(hashes, last_hash);
    end loop;
    insert into entries
      select who, first_seq + e.n, now(), e.kind, e.data, hashes[e.n], hashes[e.n + 1]
      from rows from (json_to_recordset(given) as (kind text, data text)) with ordinality as e (kind, data, n);
    update heads set seq = next_seq, hash = last_hash where customer = who;
    return next_seq;
  end
  $$;
  alter function append(uuid, json) set plan_cache_mode = 'force_generic_plan'`;

const writeAll = `
  with wanted as materialized (
    select * from json_to_recordset($2::json) as w (
      state text, id uuid, device text, parameters text, grant_jws text, result text, data text)),
  inserted as (
    insert into commands
      select id, device, state, parameters::json, grant_jws from wanted where state = 'queued' returning id),
  updated as (
    -- Row by row, by the key and by the place: a plan that was made while the table was empty would read all of it.
    update commands c set state = w.state, result = w.result
      from wanted w cross join lateral (
        select k.ctid as place from commands k
          where k.id = w.id and w.state <> 'queued'
            and k.state = case w.state when 'claimed' then 'queued' else 'claimed' end
          for update) l
      where c.ctid = l.place
      returning c.id)
  select append($1, (select json_agg(json_build_object('kind', state, 'data', data)) from wanted)),
    (select count(*) from inserted)::int + (select count(*) from updated)::int as written`;

export interface Step {
  readonly state: 'queued' | 'claimed' | 'succeeded';
  readonly id: string;
  readonly device?: string;
  readonly parameters?: string;
  readonly grant_jws?: string;
  readonly result?: string;
  readonly data: string;
}

const signature = promisify(sign);

/**
 * Commands and a hash-chained log of one customer: one statement and one commit for all steps that are there when the one
 * before has ended.
 */
export class LeastRecord {
  readonly #pool: Pool;
  readonly #customer: string;
  readonly #key = generateKeyPairSync('ed25519').privateKey;
  #waiting: { readonly step: Step; readonly done: (failure?: Error) => void }[] = [];
  #isWriting = false;

  static async open(pool: Pool): Promise<LeastRecord> {
    await pool.query(schema);
    const customer = randomUUID();
    await pool.query('insert into heads values ($1, 0, $2)', [customer, Buffer.alloc(32)]);
    return new LeastRecord(pool, customer);
  }

  constructor(pool: Pool, customer: string) {
    this.#pool = pool;
    this.#customer = customer;
  }

  /** A new command, granted by a signature; `data` belongs to the entry of each further step. */
  async propose(id: string, device: string, parameters: string): Promise<{ readonly data: string }> {
    const digest = createHash('sha256')
      .update(id + parameters)
      .digest('base64url');
    const grant = await signature(null, Buffer.from(digest), this.#key);
    const data = JSON.stringify({ actor: device, subject: id, digest });
    const jws = `${digest}.${grant.toString('base64url')}`;
    await this.take({ state: 'queued', id, device, parameters, grant_jws: jws, data });
    return { data };
  }

  take(step: Step): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (failure?: Error) => (failure === undefined ? resolve() : reject(failure));
      this.#waiting.push({ step, done });
      if (!this.#isWriting) void this.#write();
    });
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    // What is asked for at one moment belongs together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      const values = [this.#customer, JSON.stringify(batch.map(({ step }) => step))];
      const failure = await this.#pool
        .query<{ written: number }>({ name: 'write', text: writeAll, values })
        .then(({ rows }) =>
          rows[0]?.written === batch.length ? undefined : new Error('a step was not written'),
        )
        .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
      for (const { done } of batch) done(failure);
    }
    this.#isWriting = false;
  }
}
