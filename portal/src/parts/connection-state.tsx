import type { Connection, Device } from '../api/things.js';

interface Look {
  readonly word: string;
  readonly means: string;
  readonly class: string;
  readonly mark: string;
}

const connections: Readonly<Record<Connection, Look>> = {
  online: {
    word: 'Online',
    means: 'It was heard in the last minute or so.',
    class: 'text-success',
    mark: '●',
  },
  degraded: {
    word: 'Degraded',
    means: 'It is heard, and says that something is wrong with it.',
    class: 'text-warning',
    mark: '◐',
  },
  stale: { word: 'Stale', means: 'It missed its last heartbeats.', class: 'text-warning', mark: '◌' },
  offline: {
    word: 'Offline',
    means: 'It has not been heard for five minutes or more.',
    class: 'text-error',
    mark: '○',
  },
  never: { word: 'Never seen', means: 'Nothing was ever heard of it.', class: 'quiet', mark: '–' },
};

const lifecycles: Readonly<Partial<Record<Device['lifecycle'], Look>>> = {
  provisioned: {
    word: 'Waits for its agent',
    means: 'It was added; its agent has not registered yet.',
    class: 'text-info',
    mark: '◇',
  },
  suspended: {
    word: 'Suspended',
    means: 'It is signed out and kept out until somebody resumes it.',
    class: 'text-warning',
    mark: '‖',
  },
  retired: { word: 'Retired', means: 'Its life here is over.', class: 'quiet', mark: '✕' },
};

const looks: Readonly<Record<string, Look>> = { ...connections, ...lifecycles };

/** How a device stands, in a word: its life cycle, or its connection while it is active. */
export const standingWord = (standing: Connection | Device['lifecycle']): string =>
  looks[standing]?.word ?? standing;

/** How the device stands: by its life cycle, and by its connection while that is active. Never by colour alone. */
export function ConnectionState({ device }: { readonly device: Pick<Device, 'lifecycle' | 'connection'> }) {
  const look = lifecycles[device.lifecycle] ?? connections[device.connection];
  return (
    <span
      class={`inline-flex items-center gap-1.5 whitespace-nowrap font-medium ${look.class}`}
      title={look.means}
    >
      <span aria-hidden="true" class="w-4 text-center">
        {look.mark}
      </span>
      {look.word}
    </span>
  );
}
