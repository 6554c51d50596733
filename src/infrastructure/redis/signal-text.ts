import type { LiveSignal } from '../../application/ports/live-bus.js';

/** Equal signals have equal texts: a list that begins with the kind. */
export function signalText(signal: LiveSignal): string {
  return JSON.stringify(partsOf(signal));
}

function partsOf(signal: LiveSignal): readonly (string | null)[] {
  const { kind } = signal;
  switch (kind) {
    case 'activity':
      return [kind, signal.customerId];
    case 'beat':
      return [kind, signal.customerId, signal.deviceId];
    case 'progress':
      return [kind, signal.customerId, signal.deviceId, signal.sessionId, signal.commandId];
    case 'device':
      return [kind, signal.deviceId];
    case 'person':
      return [kind, signal.userId];
  }
}

/** Null when the text is no signal: another version of the gateway, or anybody else, may publish on the channel. */
export function signalOf(text: string): LiveSignal | null {
  const parts = listOf(text);
  const [kind, first, second, third, fourth] = parts;
  if (!isId(first)) return null;
  if (parts.length === 2) {
    if (kind === 'activity') return { kind, customerId: first };
    if (kind === 'device') return { kind, deviceId: first };
    return kind === 'person' ? { kind, userId: first } : null;
  }
  if (!isId(second)) return null;
  if (kind === 'beat' && parts.length === 3) return { kind, customerId: first, deviceId: second };
  if (kind !== 'progress' || parts.length !== 5 || !isId(fourth)) return null;
  if (third !== null && !isId(third)) return null;
  return { kind, customerId: first, deviceId: second, sessionId: third, commandId: fourth };
}

function listOf(text: string): readonly unknown[] {
  try {
    const found: unknown = JSON.parse(text);
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

const isId = (value: unknown): value is string => typeof value === 'string';
