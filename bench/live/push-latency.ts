import type { SignedInFleet } from '../http/signed-in-fleet.js';
import { quantile } from '../rounds.js';
import type { Line } from '../table.js';
import type { LiveStage } from './live-stage.js';
import { mosquittoPusher } from './mosquitto-pusher.js';
import type { Pusher } from './pushers.js';
import { barePusher, ourPusher } from './pushers.js';

/** How many propose at the same moment. The many come first: what they have warmed up serves the one. */
const waves = [16, 1] as const;
/** They take turns: a device may not say more than 20 messages a second, and reports a result for each command. */
const seats = 128;

/** What each is held to, of those that it is compared with. */
const targets: Readonly<Record<string, number>> = { 'bare Fastify and ws': 1.5 };

interface Times {
  readonly p50: number[];
  readonly p99: number[];
}

/**
 * From a request until its message has arrived, with so many requests at the same moment. The next ones begin when
 * everything of the last ones is put away, so that nobody is measured while others clear up.
 */
export async function pushLatency(
  { bench, gateway, bare }: LiveStage,
  { member, devices }: SignedInFleet,
): Promise<readonly Line[]> {
  const { lifecycle, rounds, seconds, warmUp } = bench;
  const broker = await mosquittoPusher(bench, seats);
  const pushers = [
    await ourPusher(gateway.url, member, devices.slice(0, seats)),
    await barePusher('bare Fastify and ws', bare.url, '/push', seats),
    await barePusher('least record and ws', bare.url, '/push-least', seats),
    ...(broker === null ? [] : [broker]),
  ];
  lifecycle.opened('pushers', () => {
    for (const pusher of pushers) pusher.close();
  });
  const lines: Line[] = [];
  for (const wave of waves) {
    const times = pushers.map((): Times => ({ p50: [], p99: [] }));
    for (let round = 0; round <= rounds; round += 1) {
      for (let turn = 0; turn < pushers.length; turn += 1) {
        const index = (turn + round) % pushers.length;
        const pusher = pushers[index];
        if (pusher === undefined) continue;
        const samples = await turnOf(pusher, wave, round === 0 ? warmUp : seconds);
        if (round === 0) continue;
        times[index]?.p50.push(quantile(samples, 0.5));
        times[index]?.p99.push(quantile(samples, 0.99));
      }
    }
    for (const share of ['p50', 'p99'] as const) {
      lines.push(...linesOfShare(pushers, times, share, wave));
    }
  }
  return lines;
}

async function turnOf(pusher: Pusher, wave: number, seconds: number): Promise<readonly number[]> {
  const end = performance.now() + seconds * 1_000;
  const samples: number[] = [];
  for (let first = 0; performance.now() < end; first = (first + wave) % seats) {
    const turn = Array.from({ length: wave }, (_, place) => first + place);
    samples.push(...(await Promise.all(turn.map((seat) => pusher.push(seat)))));
    await Promise.all(turn.map((seat) => pusher.settle(seat)));
  }
  return samples;
}

function linesOfShare(
  pushers: readonly Pusher[],
  times: readonly Times[],
  share: 'p50' | 'p99',
  wave: number,
): readonly Line[] {
  const what = `propose until it is on the device's socket, ${share}; at once: ${String(wave)}`;
  return pushers.slice(1).map(({ name }, index): Line => {
    const target = targets[name];
    return {
      row: 'live',
      what,
      unit: 'ms',
      ours: times[0]?.[share] ?? [],
      peer: name,
      theirs: times[index + 1]?.[share] ?? [],
      target: target === undefined ? null : { atMost: target },
    };
  });
}
