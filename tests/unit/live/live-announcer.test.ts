import { describe, expect, it } from '@jest/globals';
import { AnnouncedDeviceTokens } from '../../../src/application/live/announced-device-tokens.js';
import { LiveAnnouncer } from '../../../src/application/live/live-announcer.js';
import type { DeviceTokens } from '../../../src/application/ports/device-tokens.js';
import type { LiveBus, LiveSignal } from '../../../src/application/ports/live-bus.js';
import type { ActivityKind, NewEntry, Subject } from '../../../src/domain/activity/activity-entry.js';
import { activityKinds, byTheGateway } from '../../../src/domain/activity/activity-entry.js';
import { commandEntry } from '../../../src/domain/command/command-entries.js';
import { sampleCommand } from '../domain/sample-command.js';

/** Keeps what it was told; it is sent when `arrive` is called. */
function slowBus() {
  const told: LiveSignal[] = [];
  const sent = Promise.withResolvers<undefined>();
  const bus: LiveBus = {
    tell: async (signal) => {
      told.push(signal);
      await sent.promise;
    },
    listen: () => () => undefined,
  };
  const arrive = (): void => {
    sent.resolve(undefined);
  };
  return { bus, told, arrive };
}

function toldOf(entries: readonly NewEntry[]): readonly LiveSignal[] {
  const { bus, told } = slowBus();
  new LiveAnnouncer(bus).recorded(entries);
  return told;
}

const entry = (kind: ActivityKind, subject: Subject, customerId = 'customer-a'): NewEntry => ({
  customerId,
  kind,
  ...byTheGateway,
  subject,
  data: {},
});
const device = { kind: 'device', id: 'device-a' } as const;
const command = sampleCommand();
const grown = { kind: 'activity', customerId: 'customer-a' };

describe('A live announcer', () => {
  it('tells of each customer once whose log has grown', () => {
    const renamed = (customerId: string) => entry('device.updated', device, customerId);
    expect(toldOf([renamed('customer-a'), renamed('customer-b'), renamed('customer-a')])).toEqual([
      grown,
      { kind: 'activity', customerId: 'customer-b' },
    ]);
    expect(toldOf([])).toEqual([]);
  });

  it('tells a device of every entry about its sign-in, and of no other', () => {
    const concern = activityKinds.filter((kind) => toldOf([entry(kind, device)]).length > 1);
    expect(concern).toEqual([
      'device.registered',
      'device.secret_rotated',
      'device.suspended',
      'device.retired',
      'device.signed_out',
    ]);
    expect(toldOf([entry('device.retired', device)])).toEqual([
      grown,
      { kind: 'device', deviceId: device.id },
    ]);
  });

  it('tells a device that it is asked to stop a command in its hands, and of nothing else about one', () => {
    const { customerId, deviceId } = command;
    const about = (kind: ActivityKind) => toldOf([commandEntry(command, kind, byTheGateway)]);
    const ofCommands = activityKinds.filter((kind) => kind.startsWith('command.'));
    expect(ofCommands.filter((kind) => about(kind).length > 1)).toEqual(['command.cancel_requested']);
    expect(about('command.cancel_requested')).toEqual([
      { kind: 'activity', customerId },
      { kind: 'device', deviceId },
    ]);
  });

  it('tells a device once of several entries that concern it', () => {
    const asked = commandEntry(command, 'command.cancel_requested', byTheGateway);
    expect(toldOf([asked, asked]).filter(({ kind }) => kind === 'device')).toHaveLength(1);
  });

  it('keeps nobody waiting, and knows when all is sent', async () => {
    const { bus, told, arrive } = slowBus();
    const announcer = new LiveAnnouncer(bus);
    await announcer.settled();
    announcer.recorded([entry('device.retired', device)]);
    let settled = false;
    const settling = announcer.settled().then(() => {
      settled = true;
    });
    await new Promise(setImmediate);
    expect([told.length, settled]).toEqual([2, false]);
    arrive();
    await settling;
    await announcer.settled();
  });
});

describe('Device tokens whose end is told', () => {
  const token = { deviceId: 'device-a', hash: 'hash' };
  const tokensThat = (revoke: () => Promise<number>) => {
    const { bus, told } = slowBus();
    const steps: string[] = [];
    const done = async (): Promise<number> => {
      const answer = await revoke();
      steps.push(`gone, ${String(told.length)} told`);
      return answer;
    };
    const admit = () => Promise.resolve({ kind: 'unknown' } as const);
    const rest = { put: () => Promise.resolve(), admit, admitBeat: admit };
    const tokens: DeviceTokens = { ...rest, revoke: () => done().then(() => undefined), revokeAll: done };
    return { tokens: new AnnouncedDeviceTokens(tokens, bus), told, steps };
  };
  const concerned = { kind: 'device', deviceId: 'device-a' };

  it('are told of when they are gone, and not before', async () => {
    const { tokens, told, steps } = tokensThat(() => Promise.resolve(3));
    await tokens.revoke(token);
    expect(await tokens.revokeAll('device-a')).toBe(3);
    expect(steps).toEqual(['gone, 0 told', 'gone, 1 told']);
    expect(told).toEqual([concerned, concerned]);
  });

  it('are told of when nobody knows whether they are gone', async () => {
    const { tokens, told } = tokensThat(() => Promise.reject(new Error('no answer')));
    await expect(tokens.revokeAll('device-a')).rejects.toThrow('no answer');
    await expect(tokens.revoke(token)).rejects.toThrow('no answer');
    expect(told).toEqual([concerned, concerned]);
  });
});
