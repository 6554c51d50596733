import pg from 'pg';
import type { OpenedGateway } from './open-gateway.js';

export interface ToldEntry {
  readonly seq: number;
  readonly kind: string;
  readonly actor: string;
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What the log tells of some subject, first entry first. */
export async function activityOf({ config }: OpenedGateway, subject: string): Promise<readonly ToldEntry[]> {
  const client = new pg.Client({ connectionString: config.DATABASE_URL });
  await client.connect();
  try {
    const { rows } = await client.query<Omit<ToldEntry, 'data' | 'seq'> & { seq: string; data: string }>(
      `select seq, kind, actor_id as actor, subject_id as subject, data from fieldgate.activity_entries
       where subject_id = $1 order by customer_id, seq`,
      [subject],
    );
    return rows.map(({ seq, data, ...entry }) => ({
      ...entry,
      seq: Number(seq),
      data: JSON.parse(data) as ToldEntry['data'],
    }));
  } finally {
    await client.end();
  }
}
