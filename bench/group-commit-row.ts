import { randomUUID } from 'node:crypto';
import { CommandDrafter } from '../src/application/command/command-drafter.js';
import type { OpenedContainer } from '../src/composition/open-container.js';
import { use } from '../src/composition/provide.js';
import { COMMAND_PROPOSALS } from '../src/composition/tokens.js';
import type { NewEntry } from '../src/domain/activity/activity-entry.js';
import { commandEntry } from '../src/domain/command/command-entries.js';
import type { NewCommand } from '../src/domain/command/proposal.js';
import { causeOfCaller } from '../src/domain/customer/caller.js';
import { fragmentsOf } from '../src/infrastructure/postgres/activity-fragments.js';
import { proposeCommands } from '../src/infrastructure/postgres/propose-commands.js';
import type { Bench, Row } from './bench.js';
import { linesOf } from './bench.js';
import type { Unit } from './fleet.js';
import { payload, seedUnits } from './fleet.js';
import { openGateway } from './opened-gateway.js';
import type { Contender } from './rounds.js';
import { race } from './rounds.js';
import type { Line } from './table.js';

const manyOpen = 100_000;
/** A device may have a thousand open commands, and one caller proposes more than that in a turn. */
const devicesPerCaller = 16;
const single = 'one statement each';

/** A proposal that shares its commit with others, and the very same statement with one proposal in it. */
export const groupCommitRow: Row = {
  name: 'group-commit',
  run: async (bench: Bench): Promise<readonly Line[]> => {
    const { redisUrl, prefix, lifecycle, rounds, seconds, warmUp } = bench;
    const databaseUrl = await bench.postgres.database('group_commit', lifecycle);
    const stores = { redisUrl, prefix: `${prefix}-group`, databaseUrl };
    const opened = await openGateway(stores, lifecycle, { loops: false });
    const models = await modelsOf(opened, await seedUnits(opened, 64, devicesPerCaller));
    const contenders = contendersOf(opened, models);
    const lines: Line[] = [];
    for (const [callers, target] of [
      [64, 3],
      // With nobody to share with, both do the same, and differ by what the machine does.
      [1, 0.95],
    ] as const) {
      const rates = await race(contenders, { rounds, seconds, warmUp, callers });
      const what = `propose; callers: ${String(callers)}`;
      const line = { row: 'group-commit', what, unit: 'proposals/s' };
      lines.push(...linesOf(['together', single], rates, line, { [single]: target }));
    }
    return lines;
  },
};

interface Model {
  readonly command: NewCommand;
  readonly entry: NewEntry;
}

function contendersOf(
  { container, database }: OpenedContainer,
  models: readonly Model[],
): readonly Contender[] {
  const proposals = use(container, COMMAND_PROPOSALS);
  let turn = 0;
  const fresh = (caller: number): Model => {
    turn += 1;
    const model = models[(caller * devicesPerCaller + (turn % devicesPerCaller)) % models.length];
    if (model === undefined) throw new Error('there is no device');
    return { ...model, command: { ...model.command, id: randomUUID() } };
  };
  // Devices must not fill up: how much waits is counted at every proposal.
  const finish = async (): Promise<void> => {
    await database.pool.driver.query('truncate fieldgate.commands');
  };
  return [
    {
      name: 'together',
      finish,
      cycle: async (caller) => {
        const { command, entry } = fresh(caller);
        const { kind } = await proposals.propose(command, entry);
        if (kind !== 'accepted') throw new Error(`a proposal was answered ${kind}`);
      },
    },
    {
      name: single,
      finish,
      cycle: async (caller) => {
        const { command, entry } = fresh(caller);
        const one = [{ command, entry: fragmentsOf(entry) }];
        const [row] = await database.pool.query(proposeCommands(one, manyOpen, 'wait'));
        if (row?.verdict !== 'accepted') throw new Error('a proposal was not accepted');
      },
    },
  ];
}

async function modelsOf({ container }: OpenedContainer, units: readonly Unit[]): Promise<readonly Model[]> {
  const drafter = use(container, CommandDrafter);
  return Promise.all(
    units.map(async ({ member, device: { deviceId } }) => {
      const request = {
        caller: member,
        commandId: randomUUID(),
        deviceId,
        session: null,
        redriveOf: null,
        type: 'http_check',
        parameters: payload,
        priority: 0,
        reason: null,
        notBefore: null,
        expiresInMs: null,
        maxAttempts: null,
        visibilityTimeoutMs: null,
        lane: null,
        dedupeKey: null,
      };
      const command = await drafter.recorded(request, (draft) => Promise.resolve(draft));
      const data = { type: command.type.type, risk: command.type.risk, waits: false };
      return { command, entry: commandEntry(command, 'command.proposed', causeOfCaller(member), data) };
    }),
  );
}
