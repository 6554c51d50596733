export const deviceLifecycles = ['provisioned', 'active', 'suspended', 'retired'] as const;
export type DeviceLifecycle = (typeof deviceLifecycles)[number];

export const deviceEvents = ['registered', 'suspended', 'resumed', 'retired'] as const;
export type DeviceEvent = (typeof deviceEvents)[number];

/** Every move there is. An active device may register anew, with a new code: its hardware was replaced. */
export const deviceTransitions: Readonly<
  Record<DeviceLifecycle, Readonly<Partial<Record<DeviceEvent, DeviceLifecycle>>>>
> = {
  provisioned: { registered: 'active', retired: 'retired' },
  active: { registered: 'active', suspended: 'suspended', retired: 'retired' },
  suspended: { resumed: 'active', retired: 'retired' },
  retired: {},
};

export type DeviceTransitionRefusal = 'device_retired' | 'not_registered' | 'already_there' | 'suspended';

export type DeviceTransitionAnswer =
  { readonly to: DeviceLifecycle } | { readonly refused: DeviceTransitionRefusal };

/** The life cycle after the event, or the name of the refusal. Total: it answers every pair. */
export function deviceTransition(from: DeviceLifecycle, event: DeviceEvent): DeviceTransitionAnswer {
  const to = deviceTransitions[from][event];
  if (to !== undefined) return { to };
  if (from === 'retired') return { refused: event === 'retired' ? 'already_there' : 'device_retired' };
  if (from === 'suspended') return { refused: event === 'suspended' ? 'already_there' : 'suspended' };
  return { refused: from === 'provisioned' ? 'not_registered' : 'already_there' };
}
