import type { LifecycleAct } from '../../../application/device/change-device-lifecycle.js';
import { emptyBody } from '../empty-body.js';
import type { HttpApp } from '../http-app.js';
import type { HttpServerOptions } from '../http-server-options.js';
import { deviceIdForPerson, idParams } from '../ids-in-paths.js';
import { callerOf } from './member-session.js';
import { deviceSchema, presentDevice } from './present-device.js';

interface Act {
  readonly verb: string;
  readonly act: LifecycleAct;
  readonly summary: string;
}

const acts: readonly Act[] = [
  { verb: 'suspend', act: 'suspended', summary: 'Sign a device out and keep it out' },
  { verb: 'resume', act: 'resumed', summary: 'Let a suspended device in again' },
  { verb: 'retire', act: 'retired', summary: 'End the life of a device' },
];

/** One route per act: suspend, resume, retire. */
export function changeDeviceLifecycleRoutes(app: HttpApp, { customer }: HttpServerOptions): void {
  for (const { verb, act, summary } of acts) {
    app.post(
      `/devices/:id/${verb}`,
      {
        schema: {
          operationId: `${verb}Device`,
          summary,
          description: 'Asking again changes nothing.',
          params: idParams,
          body: emptyBody,
          response: { 200: deviceSchema },
        },
        config: { problems: ['not_found', 'device_state_conflict'] },
      },
      async (request) => {
        const deviceId = deviceIdForPerson(request.params.id);
        const caller = callerOf(request);
        const device = await customer.changeDeviceLifecycle.execute({ caller, deviceId, act });
        return presentDevice(await customer.getDevice.view(device));
      },
    );
  }
}
