import type { ComponentChildren } from 'preact';
import type { Device, DeviceStatus } from '../../api/things.js';
import { CopyButton } from '../../parts/copy-button.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { LabelChip } from '../../parts/label-chip.js';
import { Moment } from '../../parts/moment.js';
import { durationWords } from '../../parts/time-words.js';
import { Link } from '../../place/link.js';
import { goTo } from '../../place/place.js';
import { OpenSession } from './open-session.js';

const saidWords = {
  ok: 'all is well',
  busy: 'busy',
  degraded: 'something is wrong',
  error: 'an error',
} as const;

/** What is known of a device, its queue and its open session. */
export function DeviceFacts({ device, status }: { readonly device: Device; readonly status: DeviceStatus }) {
  const { queue, activeSession, metrics } = status;
  const uptimeMs = metrics.latest?.['uptimeMs'];
  return (
    <section class="panel" aria-label="What is known of this device">
      <dl class="divide-y divide-base-300">
        <Row name="Id">
          <span class="inline-flex flex-wrap items-center gap-x-2">
            <code class="select-all">{device.id}</code>
            <CopyButton text={device.id} what="the id" isSmall />
          </span>
        </Row>
        <Row name="Labels">
          {device.labels.length === 0 ? (
            '–'
          ) : (
            <ul class="flex flex-wrap gap-1">
              {device.labels.map((label) => (
                <li key={label} class="max-w-full">
                  <LabelChip
                    label={label}
                    title="Show the devices with this label"
                    choose={() => goTo(`/devices?label=${encodeURIComponent(label)}`)}
                  />
                </li>
              ))}
            </ul>
          )}
        </Row>
        <Row name="Model">{device.model === null ? '–' : <HarmlessText text={device.model} />}</Row>
        <Row name="Agent">
          {device.agentVersion === null ? '–' : <HarmlessText text={device.agentVersion} />}
          {device.platform !== null && (
            <span class="quiet">
              {' on '}
              <HarmlessText text={device.platform} />
            </span>
          )}
        </Row>
        <Row name="Last heartbeat">
          {status.lastHeartbeatAt === null ? '–' : <Moment at={status.lastHeartbeatAt} />}
          {status.status !== null && <span class="quiet">, it says: {saidWords[status.status]}</span>}
        </Row>
        <Row name="Running for">{uptimeMs === undefined ? '–' : durationWords(uptimeMs)}</Row>
        <Row name="Queue">
          {queue.depth === 0 ? 'empty' : `${String(queue.depth)} not ended`}
          {queue.oldestAgeMs !== null && (
            <span class="quiet">, the oldest for {durationWords(queue.oldestAgeMs)}</span>
          )}
          {queue.pause !== null && <span class="text-warning">, paused</span>}
        </Row>
        <Row name="Session">
          {activeSession === null ? (
            <span class="inline-flex flex-wrap items-center gap-3">
              none is open <OpenSession device={device} />
              <Link href={`/sessions?device=${encodeURIComponent(device.id)}`} class="plain-link">
                Earlier ones
              </Link>
            </span>
          ) : (
            <>
              <Link href={`/sessions/${activeSession.id}`} class="plain-link">
                {activeSession.type}
              </Link>
              , opened by <HarmlessText text={activeSession.openedBy.name} />{' '}
              <Moment at={activeSession.createdAt} />
              {activeSession.description !== null && (
                <>
                  : <HarmlessText text={activeSession.description} />
                </>
              )}
            </>
          )}
        </Row>
      </dl>
    </section>
  );
}

function Row({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div class="grid grid-cols-[7.5rem_1fr] gap-3 px-3 sm:px-4 py-1.5">
      <dt class="quiet">{name}</dt>
      <dd class="min-w-0 [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}
