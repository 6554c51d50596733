import { z } from 'zod';
import type { DevicePresence } from '../../../application/live/live-follower.js';
import type { LoggedEntry } from '../../../domain/activity/logged-entry.js';
import type { Command, CommandProgress } from '../../../domain/command/command.js';
import { piecesAfter } from '../../../domain/command/streamed-output.js';
import { connections, reportedStatuses } from '../../../domain/device/presence.js';
import { activityEntrySchema } from '../../http/customer/activity-schema.js';
import { streamFields } from '../../http/customer/stream-fields.js';
import { optionalInstant } from '../../http/time-fields.js';
import type { Announcement } from '../message-rule.js';

const { seq, at, kind, subject, actor, data, requestId } = activityEntrySchema.shape;

const event = z.strictObject({
  seq,
  prevSeq: z
    .int()
    .describe('The `seq` of the event before on this connection; at first, where it was asked to begin.'),
  at,
  kind,
  subject,
  actor,
  data,
  requestId,
});

const presence = z.strictObject({
  deviceId: z.string(),
  connection: z.enum(connections),
  status: z.enum(reportedStatuses).nullable(),
  lastSeenAt: optionalInstant,
  metrics: z.record(z.string(), z.number()).nullable(),
  agentVersion: z.string().nullable(),
});

const liveProgress = z.strictObject({
  commandId: z.uuid(),
  deviceId: z.string(),
  sessionId: z.uuid().nullable(),
  attempt: z.int(),
  percent: z.number().nullable(),
  message: z.string().nullable(),
  output: z.string().nullable(),
  at: optionalInstant,
  ...streamFields,
});

/** What those who follow something are told. */
export const liveAnnouncements = {
  event: {
    summary: "An entry of the customer's log that belongs to a topic of this connection",
    body: event,
  },
  presence: { summary: 'How a device looks now', body: presence },
  progress: {
    summary:
      'How far a command has come. Of its output come the pieces that did not come before on this connection',
    body: liveProgress,
  },
  caught_up: {
    summary: 'Everything that was asked for up to `seq` was sent',
    body: z.strictObject({ seq: z.int() }),
  },
} satisfies Readonly<Record<string, Announcement>>;

/** What is the same in a message for everybody is made into text once. */
const eventTexts = new WeakMap<LoggedEntry, { readonly prevSeq: number; readonly text: string }>();
const restsOfEvents = new WeakMap<LoggedEntry, string>();
const presenceTexts = new WeakMap<DevicePresence, string>();
const progressTexts = new WeakMap<CommandProgress, { readonly after: number; readonly text: string }>();

/** An entry as it is sent to one of many. Whoever follows everything is sent the same as the others who do. */
export function eventText(entry: LoggedEntry, prevSeq: number): string {
  const known = eventTexts.get(entry);
  if (known?.prevSeq === prevSeq) return known.text;
  const text = `{"type":"event","seq":${entry.seq},"prevSeq":${prevSeq},${restOfEvent(entry)}`;
  eventTexts.set(entry, { prevSeq, text });
  return text;
}

const restOfEvent = (entry: LoggedEntry): string =>
  textOnce(restsOfEvents, entry, () => {
    const { at, kind, subject, actor, data, requestId } = entry;
    const shared: Omit<z.input<typeof event>, 'seq' | 'prevSeq'> = {
      at,
      kind,
      subject,
      actor,
      data,
      requestId,
    };
    return JSON.stringify(shared).slice(1);
  });

export const presenceText = (of: DevicePresence): string =>
  textOnce(presenceTexts, of, () => {
    const shown: z.input<typeof presence> = {
      deviceId: of.deviceId,
      connection: of.connection,
      status: of.beat?.status ?? null,
      lastSeenAt: of.lastSeenAt?.toISOString() ?? null,
      metrics: of.beat?.metrics ?? null,
      agentVersion: of.agentVersion,
    };
    return JSON.stringify({ type: 'presence', ...shown });
  });

/** Progress for somebody who was told the output up to the piece numbered `after`. */
export function progressText(command: Command, progress: CommandProgress, after: number): string {
  const known = progressTexts.get(progress);
  if (known?.after === after) return known.text;
  const { id, deviceId, sessionId } = command;
  const { percent, message, output, at, stream } = progress;
  const { attempt, from, pieces } = piecesAfter(stream, after);
  const shown: z.input<typeof liveProgress> = {
    commandId: id,
    deviceId,
    sessionId,
    attempt,
    percent,
    message,
    output,
    at,
    from,
    pieces: [...pieces],
  };
  const text = JSON.stringify({ type: 'progress', ...shown });
  progressTexts.set(progress, { after, text });
  return text;
}

function textOnce<Thing extends object>(
  texts: WeakMap<Thing, string>,
  thing: Thing,
  make: () => string,
): string {
  const known = texts.get(thing);
  if (known !== undefined) return known;
  const text = make();
  texts.set(thing, text);
  return text;
}
