import { useEffect, useMemo } from 'preact/hooks';
import type { Command, Device, DeviceStatus } from '../../api/things.js';
import { deviceAt } from '../../customer/device-now.js';
import { useWorkplace } from '../../customer/workplace.js';
import { HarmlessText } from '../../parts/harmless-text.js';
import { now } from '../../parts/moment.js';
import { usePageTitle } from '../../parts/page-title.js';
import { ProblemNotice } from '../../parts/problem-notice.js';
import { WaitingRows } from '../../parts/waiting.js';
import { Link } from '../../place/link.js';
import { CommandHistory } from '../command/command-history.js';
import { CommandList, useOpenRows } from '../command/command-list.js';
import { useCommandTypes } from '../command/command-types.js';
import { DeviceActions } from './device-actions.js';
import { DeviceFacts } from './device-facts.js';
import { DeviceStanding, DeviceTitle } from './device-header.js';
import { DeviceView } from './device-view.js';
import { metricSeries } from './metric-series.js';
import { RunCommand } from '../command/run-command.js';
import { SmallPlot } from './small-plot.js';

/** Everything about one device: how it does, what it was asked to do, and what else it can be asked. */
export function DeviceScreen({ deviceId }: { readonly deviceId: string }) {
  const { api, live } = useWorkplace();
  const view = useMemo(() => new DeviceView(api, deviceId), [api, deviceId]);
  useEffect(() => {
    void view.look();
    return view.listen(live);
  }, [view]);
  const given = view.device.value;
  const status = view.status.value;
  usePageTitle(given?.name ?? 'Device');
  return (
    <div class="space-y-5">
      <p>
        <Link href="/devices" class="plain-link">
          Devices
        </Link>
      </p>
      {view.error.value !== null && given === null && (
        <h1 class="text-2xl font-semibold">
          Device <HarmlessText text={deviceId} />
        </h1>
      )}
      {view.error.value !== null && <ProblemNotice error={view.error.value} retry={() => void view.look()} />}
      {given !== null && status !== null ? (
        <ThisDevice view={view} device={deviceAt(given, api.at(now()))} status={status} />
      ) : (
        view.error.value === null && (
          <div class="panel overflow-hidden">
            <WaitingRows rows={8} />
          </div>
        )
      )}
    </div>
  );
}

interface ThisDeviceProps {
  readonly view: DeviceView;
  readonly device: Device;
  readonly status: DeviceStatus;
}

function ThisDevice({ view, device, status }: ThisDeviceProps) {
  const { api, live } = useWorkplace();
  const history = useMemo(() => new CommandHistory(api, { deviceId: device.id }), [api, device.id]);
  const { types, titleOf } = useCommandTypes();
  const open = useOpenRows();
  useEffect(() => {
    void history.look();
    return history.listen(live);
  }, [history]);
  const proposed = (command: Command): void => {
    history.put(command);
    open.toggle(command.id, true);
  };
  return (
    <>
      <div class="flex flex-wrap items-start gap-x-4 gap-y-2">
        <DeviceTitle device={device} />
        <DeviceActions
          {...{ device, queue: status.queue }}
          changed={(changed) => view.put(changed ?? device)}
        />
      </div>
      <DeviceStanding {...{ device, status, titleOf }} latest={history.items.value?.[0]} />
      <div class="grid gap-5 xl:grid-cols-[minmax(0,1fr)_minmax(0,1.4fr)] 3xl:grid-cols-[minmax(0,1fr)_minmax(0,1.5fr)_minmax(0,1fr)] items-start">
        <div class="max-xl:contents xl:space-y-5 3xl:contents min-w-0">
          <DeviceFacts device={device} status={status} />
          <Metrics view={view} />
        </div>
        <div class="space-y-5 min-w-0">
          <section class="space-y-2" aria-labelledby="run">
            <h2 id="run" class="font-semibold">
              Run a command
            </h2>
            <RunCommand
              types={types}
              hindrance={device.lifecycle === 'active' ? null : 'Only an active device takes commands.'}
              propose={(body, key) =>
                api.call('post', '/api/v1/customer/devices/{id}/commands', {
                  path: { id: device.id },
                  body,
                  key,
                })
              }
              proposed={proposed}
            />
          </section>
          <section class="space-y-2" aria-labelledby="history">
            <h2 id="history" class="font-semibold">
              Commands
            </h2>
            <CommandList {...{ history, titleOf, open }} nothing="Nothing was asked of this device yet." />
          </section>
        </div>
      </div>
    </>
  );
}

function Metrics({ view }: { readonly view: DeviceView }) {
  const series = useMemo(() => metricSeries(view.samples.value), [view.samples.value]);
  return (
    <section class="space-y-2 max-xl:order-last 3xl:order-last min-w-0" aria-labelledby="metrics">
      <h2 id="metrics" class="font-semibold">
        The last hour
      </h2>
      {series.length === 0 ? (
        <p class="panel p-4 quiet">
          No measurement was heard in the last hour. They come with the heartbeats.
        </p>
      ) : (
        <div class="grid gap-3 sm:grid-cols-2 3xl:grid-cols-1">
          {series.map((each) => (
            <SmallPlot key={each.name} series={each} />
          ))}
        </div>
      )}
    </section>
  );
}
