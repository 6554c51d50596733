import { reportedStatuses } from '../../domain/device/presence.js';
import type { Beat } from '../../domain/device/presence.js';

const sampleSpanMs = 15_000;
const hourMs = 3_600_000;
export const mostSamples = 240;
const samplesLiveMs = 2 * hourMs;
const latestLivesMs = 30 * 24 * hourMs;
const figures = [sampleSpanMs, hourMs, mostSamples, latestLivesMs, samplesLiveMs].map(String);

/** What the scripts that keep a beat want to know of it. */
export const beatArguments = (beat: Beat): readonly string[] => [
  String(beat.at.getTime()),
  beatText(beat),
  ...figures,
];

function beatText({ at, status, metrics, agentVersion }: Beat): string {
  return JSON.stringify({ at: at.getTime(), status, metrics, agentVersion });
}

/** Null when the text is no beat: the store may hold what another version wrote. */
export function beatOf(text: string): Beat | null {
  try {
    const found: unknown = JSON.parse(text);
    if (!isRecord(found) || typeof found['at'] !== 'number' || !isRecord(found['metrics'])) return null;
    const status = reportedStatuses.find((known) => known === found['status']);
    if (status === undefined) return null;
    const numbers = Object.entries(found['metrics']).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number',
    );
    const agentVersion = typeof found['agentVersion'] === 'string' ? found['agentVersion'] : null;
    return { at: new Date(found['at']), status, metrics: Object.fromEntries(numbers), agentVersion };
  } catch {
    return null;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
