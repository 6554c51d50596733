import type { Device, Session } from '../../api/things.js';
import { mayActAs, useWorkplace } from '../../customer/workplace.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { Moment } from '../../parts/moment.js';
import { Link } from '../../place/link.js';
import { OpenSession } from './open-session.js';
import { gatewayNow, sessionAt, typeWords } from './session-now.js';

interface SessionOfDeviceProps {
  readonly device: Device;
  readonly session: Session | null;
}

/** The way into the device's open session, or to a new one, and to those before it. */
export function SessionOfDevice({ device, session }: SessionOfDeviceProps) {
  const { api, role } = useWorkplace();
  const open = session !== null && sessionAt(session, gatewayNow(api)).status === 'active' ? session : null;
  const takesOne = device.lifecycle === 'active' || device.lifecycle === 'provisioned';
  return (
    <div class="flex flex-wrap items-center gap-x-3 gap-y-1 min-h-8">
      {open === null ? (
        <span>none is open</span>
      ) : (
        <span class="min-w-0">
          <Link href={`/sessions/${open.id}`} class="plain-link font-semibold">
            {typeWords[open.type]} session
          </Link>
          , opened by <HarmlessText text={open.openedBy.name} /> <Moment at={open.createdAt} />
          {open.description !== null && (
            <>
              : <HarmlessText text={open.description} />
            </>
          )}
        </span>
      )}
      {open === null && takesOne && mayActAs(role, 'operator') && <OpenSession device={device} />}
      <Link href={`/sessions?device=${encodeURIComponent(device.id)}`} class="plain-link">
        Earlier sessions
      </Link>
    </div>
  );
}
