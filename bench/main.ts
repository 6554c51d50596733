import { writeFile } from 'node:fs/promises';
import { Lifecycle } from '../src/composition/lifecycle.js';
import type { Bench, Row } from './bench.js';
import { readOptions } from './bench-options.js';
import { cycleRow } from './cycle/cycle-row.js';
import { dispatchRow } from './dispatch/dispatch-row.js';
import { groupCommitRow } from './group-commit-row.js';
import { growthRow } from './growth/growth-row.js';
import { httpRow } from './http/http-row.js';
import { latencyRow } from './latency/latency-row.js';
import { liveRow } from './live/live-row.js';
import { machineFacts } from './machine-facts.js';
import { installPeers } from './peers.js';
import { openPostgres } from './services/postgres-service.js';
import { openRedis } from './services/redis-service.js';
import type { Line } from './table.js';
import { judge, markdown } from './table.js';

const allRows: readonly Row[] = [
  dispatchRow,
  cycleRow,
  httpRow,
  growthRow,
  groupCommitRow,
  latencyRow,
  liveRow,
];

const say = (text: string): void => void process.stderr.write(`${text}\n`);

const newLifecycle = (): Lifecycle =>
  new Lifecycle((message, { stage, err }) => {
    if (err instanceof Error) say(`${message}: ${stage}: ${err.message}`);
  });

async function main(): Promise<void> {
  const options = readOptions(
    process.argv.slice(2),
    allRows.map(({ name }) => name),
  );
  installPeers();
  const lifecycle = newLifecycle();
  const leave = (): void => void lifecycle.close().finally(() => process.exit(1));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, leave);
  // Nobody else would end the servers and drop the databases.
  process.on('unhandledRejection', (error) => {
    say(error instanceof Error ? (error.stack ?? error.message) : 'something failed');
    leave();
  });
  const facts = machineFacts();
  try {
    const prefix = `bench-${String(process.pid)}`;
    const redis = await openRedis(lifecycle, { prefix, appendOnly: 'yes' });
    const postgres = await openPostgres(lifecycle);
    facts.push(redis.facts, postgres.facts);
    const lines: Line[] = [];
    for (const row of allRows.filter(({ name }) => options.only.includes(name))) {
      say(`${row.name} …`);
      // What a row has opened must not keep the machine busy while the next one is measured.
      const own = newLifecycle();
      lifecycle.opened(row.name, () => own.close());
      const note = (text: string): void => void facts.push(text);
      const bench: Bench = {
        redisUrl: redis.url,
        postgres,
        prefix,
        rounds: options.rounds,
        seconds: options.seconds,
        warmUp: options.warmUp,
        lifecycle: own,
        note,
      };
      lines.push(...(await row.run(bench)));
      await own.close();
    }
    process.stdout.write(`${facts.map((fact) => `- ${fact}`).join('\n')}\n\n${markdown(lines)}\n`);
    if (options.json !== null) {
      const results = lines.map((line) => ({ ...line, verdict: judge(line) }));
      await writeFile(options.json, `${JSON.stringify({ facts, options, results }, null, 2)}\n`);
    }
  } finally {
    await lifecycle.close();
  }
}

await main();
