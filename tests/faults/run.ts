import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkHistory } from './checker/check-history.js';
import type { Verdict } from './checker/check-history.js';
import { dispatchRemains } from './checker/run-promises.js';
import { openCommands, readCommands, readLog, readRedisKeys } from './final-state.js';
import type { FaultEvent } from './history/history-event.js';
import { readHistory, Recorder } from './history/recorder.js';
import type { Battlefield, Fault, SingleRedis, WatchedRedis } from './nemesis/fault.js';
import { primaryOf, repairMs } from './nemesis/fault.js';
import { haunt, schedule } from './nemesis/nemesis.js';
import type { RunOptions } from './run-options.js';
import type { Gateways } from './servers/gateways.js';
import type { RedisNode } from './servers/redis-node.js';
import type { Stage } from './stage.js';
import { makeCustomers, registerDevices } from './traffic/deployment.js';
import { Dice } from './traffic/dice.js';
import { HttpCaller } from './traffic/http-caller.js';
import { World } from './traffic/world.js';

export interface RunResult extends Verdict {
  readonly impossible: ReadonlyMap<string, string>;
  readonly historyPath: string;
  readonly fallen: readonly string[];
}

const drainPatienceMs = 150_000;
const tidyMs = 15_000;
/** Enough for every device to wait for commands at one gateway, and for others to be heard all the same. */
const connectionsPerGateway = 96;
const proposersPerCustomer = 4;
const sleeperCount = 1;
const quietStart = 0.12;

/** Traffic on one Redis first, then on one with sentinels, faults all along; then rest, and the check. */
export async function runUnderFaults(
  options: RunOptions,
  stage: Stage,
  log: (line: string) => void,
): Promise<RunResult> {
  const { server: postgres, way: postgresWay } = await stage.postgres(options);
  const single = await stage.singleRedis();
  const watched = await stage.watchedRedis();
  const identity = await stage.identity();
  const gateways = await stage.gateways(options.gateways, postgres.url(postgresWay.port), identity);
  const database = await postgres.connect();
  const customers = await makeCustomers(database, identity.provider, options.customers);
  await database.end();
  await useRedis(gateways, single);
  await gateways.startAll();

  const perCustomer = await Promise.all(
    customers.map((customer, index) =>
      registerDevices(gateways, customer, options.devicesPerCustomer + (index < sleeperCount ? 1 : 0)),
    ),
  );
  const sleepers = perCustomer
    .slice(0, sleeperCount)
    .map((devices) => devices.slice(0, 1))
    .flat();
  const devices = perCustomer.flatMap((some, index) => (index < sleeperCount ? some.slice(1) : some));

  const historyPath = join(stage.folder, 'history.jsonl');
  const recorder = new Recorder(historyPath);
  const faults: FaultEvent[] = [];
  recorder.onEvent((event) => {
    if (event.f === 'fault') faults.push(event);
  });
  const http = new HttpCaller(connectionsPerGateway);
  const dice = new Dice(options.seed);
  const field = { recorder, http, nodes: gateways.nodes, dice };
  const world = new World({
    field,
    customers,
    devices,
    sleepers,
    commands: options.commands,
    proposersPerCustomer,
  });
  const battlefield = { recorder, dice: new Dice(options.seed + 1), gateways, postgres, postgresWay };
  const fields: { single: Battlefield; sentinel: Battlefield } = {
    single: { ...battlefield, redis: single },
    sentinel: { ...battlefield, redis: watched },
  };
  const { impossible, plan } = planFaults(new Dice(options.seed + 2), options, fields);

  const begun = performance.now();
  const timer = setTimeout(() => world.startDraining(), options.minutes * 60_000);
  let proposedAll = false;
  const proposing = world.propose().then(() => {
    proposedAll = true;
    recorder.record({ f: 'proposed_all', at: recorder.now() });
    log('everything is proposed');
  });
  const report = (line: string): void => {
    log(
      `${String(Math.round((performance.now() - begun) / 1_000))} s, ${String(world.planned)} proposed: ${line}`,
    );
  };
  const isOver = (): boolean => proposedAll;
  const share = plan.single.length / Math.max(1, options.faults);
  // The first part of the run is quiet: there, nothing excuses anybody.
  const commandsAt = (from: number, part: number) => (fraction: number) =>
    options.commands * (quietStart + (1 - quietStart) * (from + fraction * part));
  const pacedBy = (at: (fraction: number) => number) => ({
    hasCome: (fraction: number) => world.planned >= at(fraction),
    setPace: (fraction: number) => {
      world.pace = at(fraction);
    },
    isOver,
    log: report,
  });
  const before = pacedBy(commandsAt(0, share));
  const after = pacedBy(commandsAt(share, 1 - share));
  await haunt(fields.single, plan.single, before);
  while (!after.hasCome(0) && !isOver()) await sleep(50);
  await moveTo(watched, fields.sentinel);
  report('the gateways now use the Redis with sentinels');
  await haunt(fields.sentinel, plan.sentinel, after);
  world.pace = Infinity;
  await proposing;
  clearTimeout(timer);

  world.startDraining();
  await drain(world, postgres, recorder, report);
  await world.stop();
  await recorder.close();
  http.close();
  const fallen = gateways.fallen();
  report('checking');
  const final = await postgres.connect();
  try {
    const verdict = await checkHistory({
      history: readHistory(historyPath),
      rows: readCommands(final),
      entries: readLog(final),
      redisKeys: await remainsOf(await primaryOf(watched), faults),
    });
    return { ...verdict, impossible, historyPath, fallen };
  } finally {
    await final.end();
  }
}

function planFaults(
  dice: Dice,
  { faults }: RunOptions,
  fields: { single: Battlefield; sentinel: Battlefield },
) {
  const every = schedule(new Dice(0), 1_000, new Set());
  const impossible = new Map<string, string>();
  const look = (all: readonly Fault[], field: Battlefield): void => {
    for (const fault of all) {
      const why = fault.impossibleBecause(field);
      if (why !== null) impossible.set(fault.kind, why);
    }
  };
  look(every.single, fields.single);
  look(every.sentinel, fields.sentinel);
  return { impossible, plan: schedule(dice, faults, new Set(impossible.keys())) };
}

async function useRedis(gateways: Gateways, redis: SingleRedis | WatchedRedis): Promise<void> {
  gateways.redis =
    redis.kind === 'single'
      ? { REDIS_URL: `redis://127.0.0.1:${String(redis.way.port)}` }
      : redis.sentinel.environment;
  await Promise.resolve();
}

/** All gateways at once, as after a wrong turn in production: to a Redis that knows nothing. */
async function moveTo(redis: WatchedRedis, { gateways, recorder }: Battlefield): Promise<void> {
  const from = recorder.now();
  await gateways.killAll();
  await useRedis(gateways, redis);
  await gateways.startAll();
  const facts = { repairMs, redisLost: 0, lostTail: false, note: 'an empty one' };
  recorder.record({ f: 'fault', kind: 'moved to another Redis', from, to: recorder.now(), ...facts });
}

/** What is left once the gateways have had the time to tidy up behind the last command. */
async function remainsOf(redis: RedisNode, faults: readonly FaultEvent[]): Promise<readonly string[]> {
  const until = performance.now() + tidyMs;
  for (;;) {
    const keys = await readRedisKeys(redis);
    if (dispatchRemains(keys, faults).length === 0 || performance.now() > until) return keys;
    await sleep(250);
  }
}

/** Until nothing is open any more: what waits for people is called off or settled by them. */
async function drain(
  world: World,
  postgres: Battlefield['postgres'],
  recorder: Recorder,
  log: (line: string) => void,
): Promise<void> {
  const database = await postgres.connect();
  const until = performance.now() + drainPatienceMs;
  try {
    for (;;) {
      const open = await openCommands(database);
      if (open.length === 0) {
        recorder.record({ f: 'drained', at: recorder.now() });
        return;
      }
      if (performance.now() > until) {
        recorder.record({ f: 'given_up', at: recorder.now() });
        log(`${String(open.length)} commands did not come to an end`);
        return;
      }
      for (const { id, customer, state } of open) {
        const people = world.people.get(customer);
        if (people === undefined) continue;
        const person = people.customer.proposer;
        if (state === 'awaiting_approval') await people.act({ f: 'cancel', person, command: id });
        if (state === 'unknown_outcome') {
          const body = { status: 'failed', reason: 'looked at it' };
          await people.act({ f: 'settle', person, command: id, body });
        }
      }
      await sleep(250);
    }
  } finally {
    await database.end();
  }
}
