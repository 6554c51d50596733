import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Device, IssuedCode } from '../../api/things.js';
import { withPresence } from '../../customer/device-now.js';
import { useWorkplace } from '../../customer/workplace.js';
import { CoalescedLooks } from '../../live/coalesced-looks.js';
import { CopyButton } from '../../parts/copy-button.js';
import { Moment } from '../../parts/moment.js';
import { QrCode } from '../../parts/qr-code.js';
import { Link } from '../../place/link.js';

/** The code, shown this once, what to do with it, and how far the agent has come. */
export function ActivationPanel({ issued }: { readonly issued: IssuedCode }) {
  const { activationCode, expiresAt } = issued;
  const device = useDeviceAsItComes(issued.device);
  // The address that this browser reached the gateway at: the gateway itself may stand behind others.
  const command = `npm run agent -- --url ${location.origin} --device-id ${device.id} --activation-code ${activationCode}`;
  return (
    <div class="space-y-4">
      <div class="panel p-4 grid gap-4 sm:grid-cols-[1fr_auto]">
        <div class="space-y-4 min-w-0">
          <div>
            <h2 class="font-semibold">Activation code</h2>
            <p class="quiet">
              Shown this once. Good for one registration, and it runs out <Moment at={expiresAt} comes />.
            </p>
            <p class="flex flex-wrap items-center gap-3 mt-1">
              <code class="text-lg font-semibold select-all">{activationCode}</code>
              <CopyButton text={activationCode} what="the activation code" />
            </p>
          </div>
          <div>
            <h2 class="font-semibold">On the device, run</h2>
            <pre
              class="output select-all"
              tabIndex={0}
              role="region"
              aria-label="Command that starts the agent"
            >
              {command}
            </pre>
            <p class="mt-2">
              <CopyButton text={command} what="the command" />
            </p>
          </div>
        </div>
        <figure class="space-y-1">
          <QrCode text={command} label="QR code of the command that starts the agent" />
          <figcaption class="quiet text-sm">The same command</figcaption>
        </figure>
      </div>
      <Progress device={device} />
    </div>
  );
}

/** The device from now on, by what is heard of it. */
function useDeviceAsItComes(given: Device): Device {
  const { api, live } = useWorkplace();
  const device = useSignal(given);
  useEffect(() => {
    const look = async (): Promise<void> => {
      device.value = await api.call('get', '/api/v1/customer/devices/{id}', { path: { id: given.id } });
    };
    const looks = new CoalescedLooks(look);
    const stops = [
      live.onLookAgain(() => looks.at(given.id)),
      live.onEvent(({ subject }) => subject.id === given.id && looks.at(given.id)),
      live.onPresence((heard) => {
        if (heard.deviceId !== given.id) return;
        device.value = withPresence(device.peek(), heard);
        if (device.peek().lifecycle === 'provisioned') looks.at(given.id);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [given.id]);
  return device.value;
}

function Progress({ device }: { readonly device: Device }) {
  const isRegistered = device.lifecycle === 'active';
  const isConnected = isRegistered && ['online', 'degraded'].includes(device.connection);
  const stages = [
    ['The device was added', true],
    ['Its agent has registered', isRegistered],
    ['It is connected', isConnected],
  ] as const;
  return (
    <div class="panel p-4 space-y-3">
      <div role="status">
        <ol class="space-y-1">
          {stages.map(([words, isDone]) => (
            <li key={words} class={isDone ? '' : 'quiet'}>
              <span aria-hidden="true" class={`inline-block w-6 ${isDone ? 'text-success' : ''}`}>
                {isDone ? '✓' : '○'}
              </span>
              {words}
              <span class="sr-only">{isDone ? ': done' : ': not yet'}</span>
            </li>
          ))}
        </ol>
      </div>
      {isConnected ? (
        <Link href={`/devices/${encodeURIComponent(device.id)}`} class="btn btn-primary">
          Go to the device
        </Link>
      ) : (
        <p class="quiet min-h-10">This page follows by itself; there is nothing to reload.</p>
      )}
    </div>
  );
}
