import pg from 'pg';
import { PostgresLocalAccounts } from '../../src/infrastructure/postgres/postgres-local-accounts.js';
import { PostgresLocalFactors } from '../../src/infrastructure/postgres/postgres-local-factors.js';
import { PostgresLocalSessions } from '../../src/infrastructure/postgres/postgres-local-sessions.js';
import { PostgresMemberDirectory } from '../../src/infrastructure/postgres/postgres-member-directory.js';
import { PostgresPool } from '../../src/infrastructure/postgres/postgres-pool.js';
import { createTestDatabase } from '../support/postgres.js';
import { describeLocalAccountsContract } from './local-accounts.contract.js';
import { describeLocalFactorsContract } from './local-factors.contract.js';
import { describeLocalSessionsContract } from './local-sessions.contract.js';
import { readActivity } from './postgres-activity.js';

async function open(way: 'url' | 'pooledUrl') {
  const database = await createTestDatabase();
  const pool = new PostgresPool({ url: database[way] });
  const owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  return {
    accounts: new PostgresLocalAccounts(pool),
    factors: new PostgresLocalFactors(pool),
    sessions: new PostgresLocalSessions(pool),
    members: new PostgresMemberDirectory(pool),
    activity: (customerId: string) => readActivity(owner, customerId),
    async close() {
      await owner.end();
      await pool.close();
      await database.drop();
    },
  };
}

describeLocalAccountsContract('Postgres', () => open('url'));
describeLocalAccountsContract('Postgres through a pooler', () => open('pooledUrl'));
describeLocalSessionsContract('Postgres', () => open('url'));
describeLocalSessionsContract('Postgres through a pooler', () => open('pooledUrl'));
describeLocalFactorsContract('Postgres', () => open('url'));
describeLocalFactorsContract('Postgres through a pooler', () => open('pooledUrl'));
