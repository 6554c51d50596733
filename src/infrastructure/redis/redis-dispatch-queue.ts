import type {
  DispatchQueue,
  DueCommand,
  QueueDepth,
  Taken,
  TakeRequest,
} from '../../application/ports/dispatch-queue.js';
import type { Placement } from '../../domain/command/placement.js';
import { scriptInstant } from './script-instant.js';
import type { InstantSource } from './script-instant.js';
import type { RedisClient } from './redis-client.js';
import type { RedisKeys } from './redis-keys.js';

/** Longer than filling takes; afterwards a mark can only be that of one who died. */
const rebuildLifeMs = 3_600_000;

/** Queues as sorted sets, one script per step. A device's keys share a shard, and so does the index of deadlines. */
export class RedisDispatchQueue implements DispatchQueue {
  readonly #redis: RedisClient;
  readonly #keys: RedisKeys;
  readonly #instant: InstantSource;
  #firstShard = 0;

  constructor(redis: RedisClient, keys: RedisKeys, instant: InstantSource = null) {
    this.#redis = redis;
    this.#keys = keys;
    this.#instant = instant;
  }

  async place(placements: readonly Placement[]): Promise<void> {
    // Repeating is harmless, so that a part of them may fail.
    for (const wave of inWaves(placements)) {
      await Promise.all(wave.map((placement) => this.#placeOne(placement)));
    }
  }

  async take(deviceId: string, { limit, holdMs, dueInMs, attemptId, anew }: TakeRequest): Promise<Taken> {
    const { ready, held, delayed, ranks, holders, attempts, due, epoch } = this.#keys.queue(deviceId);
    const served = this.#keys.served(deviceId, attemptId);
    const [, state, nextInMs = '', ...commandIds] = await this.#redis.run(
      'take-commands',
      [ready, held, delayed, ranks, holders, attempts, served, epoch, due],
      [
        scriptInstant(this.#instant),
        String(limit),
        wholeMs(holdMs),
        attemptId,
        deviceId,
        wholeMs(dueInMs),
        anew ? 'anew' : '',
      ],
    );
    return {
      commandIds,
      nextInMs: nextInMs === '' ? null : Number(nextInMs),
      complete: state === 'complete',
    };
  }

  async takeDue(limit: number, retryMs: number): Promise<readonly DueCommand[]> {
    const due: DueCommand[] = [];
    let shards = this.#shardsInTurn();
    while (due.length < limit && shards.length > 0) {
      // No shard is asked for more than may be returned: what is taken and not shown would wait for `retryMs`.
      const left = limit - due.length;
      const share = Math.max(1, Math.floor(left / shards.length));
      const asked = shards.slice(0, left);
      const answers = await Promise.all(asked.map((shard) => this.#takeDueOf(shard, share, retryMs)));
      due.push(...answers.flat());
      const unfinished = asked.filter((_, index) => answers[index]?.length === share);
      shards = [...shards.slice(left), ...unfinished];
    }
    return due;
  }

  async depth(deviceId: string): Promise<QueueDepth> {
    const { ready, held, delayed } = this.#keys.queue(deviceId);
    const [, waiting, inHold] = await this.#redis.run(
      'measure-queue',
      [ready, held, delayed],
      [scriptInstant(this.#instant)],
    );
    return { waiting: Number(waiting), held: Number(inHold) };
  }

  async inEpoch(epoch: string): Promise<boolean> {
    // On a cluster each node may be wiped by itself, so that every shard has to know the epoch.
    const found = await Promise.all(
      this.#keys.shards.map((shard) => this.#redis.command('GET', this.#keys.epoch(shard))),
    );
    return found.every((value) => value === epoch);
  }

  async beginRebuild(mark: string): Promise<void> {
    await Promise.all(
      this.#keys.shards.map((shard) =>
        this.#redis.run('begin-rebuild', this.#epochKeys(shard), [mark, String(rebuildLifeMs)]),
      ),
    );
  }

  async beginEpoch(epoch: string, mark: string): Promise<boolean> {
    const { shards } = this.#keys;
    // The first shard decides between those who finish at once, so that their epochs do not mix on the others.
    for (const part of [shards.slice(0, 1), shards.slice(1)]) {
      const answers = await Promise.all(
        part.map((shard) => this.#redis.run('begin-epoch', this.#epochKeys(shard), [epoch, mark])),
      );
      if (answers.some(([status]) => status !== 'begun')) return false;
    }
    return true;
  }

  #epochKeys(shard: string): readonly string[] {
    return [this.#keys.epoch(shard), this.#keys.rebuilds(shard)];
  }

  async #placeOne(placement: Placement): Promise<void> {
    const { deviceId, commandId } = placement;
    const { ready, held, delayed, ranks, holders, attempts, due } = this.#keys.queue(deviceId);
    const keys = [ready, held, delayed, ranks, holders, attempts, due];
    const instant = scriptInstant(this.#instant);
    switch (placement.kind) {
      case 'offer': {
        const { rank, delayMs, dueInMs } = placement;
        const args = [instant, deviceId, commandId, String(rank), wholeMs(delayMs), wholeMs(dueInMs)];
        await this.#redis.run('offer-command', keys, args);
        return;
      }
      case 'hold': {
        const { rank, attemptId, forMs, dueInMs } = placement;
        const args = [
          instant,
          deviceId,
          commandId,
          String(rank),
          attemptId,
          wholeMs(forMs),
          wholeMs(dueInMs),
        ];
        const served = this.#keys.served(deviceId, attemptId);
        await this.#redis.run('hold-command', [...keys, served], args);
        return;
      }
      case 'watch':
        await this.#redis.run('watch-command', keys, [
          instant,
          deviceId,
          commandId,
          wholeMs(placement.dueInMs),
        ]);
        return;
      case 'drop':
        await this.#redis.run('drop-command', keys, [deviceId, commandId]);
    }
  }

  async #takeDueOf(shard: string, limit: number, retryMs: number): Promise<readonly DueCommand[]> {
    const args = [scriptInstant(this.#instant), String(limit), wholeMs(retryMs)];
    const [, ...members] = await this.#redis.run('take-due', [this.#keys.due(shard)], args);
    return members.map((member) => {
      const bar = member.indexOf('|');
      return { deviceId: member.slice(0, bar), commandId: member.slice(bar + 1) };
    });
  }

  /** Begins one shard further each time, so that none is always last. */
  #shardsInTurn(): readonly string[] {
    const { shards } = this.#keys;
    this.#firstShard = (this.#firstShard + 1) % shards.length;
    return [...shards.slice(this.#firstShard), ...shards.slice(0, this.#firstShard)];
  }
}

/**
 * What can be sent at once: in each wave, every id stands once. A script that Redis has forgotten is sent a second time,
 * and would overtake whatever was sent after it for the same id.
 */
function inWaves(placements: readonly Placement[]): readonly (readonly Placement[])[] {
  const waves: Placement[][] = [];
  const seen = new Map<string, number>();
  for (const placement of placements) {
    const id = `${placement.deviceId}|${placement.commandId}`;
    const wave = seen.get(id) ?? 0;
    seen.set(id, wave + 1);
    (waves[wave] ??= []).push(placement);
  }
  return waves;
}

/** Scripts want whole numbers, and nothing for never. */
const wholeMs = (ms: number | null): string => (ms === null ? '' : String(Math.ceil(ms)));
