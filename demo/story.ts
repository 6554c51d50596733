import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChildProcesses } from './child-processes.js';
import { CustomerClient } from './customer-client.js';
import type { ShownCommand } from './customer-client.js';
import { writeKiosk } from './kiosk.js';
import { narrator } from './narrator.js';

export interface Stage {
  readonly children: ChildProcesses;
  readonly folder: string;
  readonly url: string;
  readonly admin: { readonly email: string; readonly password: string };
  /** The gateway's environment. */
  readonly gateway: Readonly<Record<string, string>>;
}

const devices = [
  { id: 'rack-bakery', name: 'Bakery, network rack', location: 'Basel' },
  { id: 'rack-library', name: 'Library, network rack', location: 'Bern' },
  { id: 'rack-workshop', name: 'Workshop, network rack', location: 'Zug' },
] as const;

/** The main job from end to end, as it happens. */
export async function tellStory(stage: Stage): Promise<void> {
  const { url, admin } = stage;
  narrator.heading('1. The gateway starts, with a Postgres of its own');
  stage.children.start('gateway', 'src/main.js', [], stage.gateway);
  await until('the gateway is ready', async () => (await fetch(`${url}/readyz`)).ok);
  narrator.good(`ready at ${url}`);
  const ada = await CustomerClient.signIn(url, admin.email, admin.password);

  narrator.heading('2. Three devices are provisioned, and their agents register');
  await startAgents(stage, ada);

  narrator.heading('3. A diagnostic: looking needs nobody’s approval');
  await diagnose(stage, ada);

  narrator.heading('4. A change: somebody proposes it, somebody else has to allow it');
  await proposeChange(stage, ada);

  narrator.heading('Look around');
  narrator.plain(`  Portal      ${url}          API  ${url}/docs`);
  narrator.plain(`  Sign-in     ${admin.email}   password  ${admin.password}`);
  narrator.plain(`  Logs        ${stage.folder}`);
  narrator.plain('\nCtrl-C stops everything.');
}

async function startAgents({ children, folder, url }: Stage, ada: CustomerClient): Promise<void> {
  const config = join(folder, 'agent.json');
  await writeFile(config, JSON.stringify({ restartPrograms: { kiosk: await writeKiosk(folder) } }));
  for (const device of devices) {
    const { activationCode } = await ada.provision(device.id, device.name, device.location);
    narrator.step(`${device.name}: provisioned as ${device.id}, activation code ${activationCode}`);
    const dataDir = join(folder, device.id);
    await mkdir(dataDir, { mode: 0o700 });
    const args = ['--url', url, '--device-id', device.id, '--data-dir', dataDir, '--config', config];
    children.start(device.id, 'agent/main.js', args, { FIELDGATE_ACTIVATION_CODE: activationCode });
  }
  for (const { id, name } of devices) {
    await until(`${id} is online`, async () => (await ada.connection(id)) === 'online');
    narrator.good(`${name}: registered, signed in, online`);
  }
}

async function diagnose({ url }: Stage, ada: CustomerClient): Promise<void> {
  const [bakery, library] = devices;
  await show(ada, bakery.id, 'ping', { host: '127.0.0.1', count: 3 }, 'Is the network stack alive?');
  await show(ada, bakery.id, 'http_check', { url: `${url}/healthz` }, 'Does it reach the gateway?');
  await show(ada, library.id, 'system_info', {}, 'What is running there?');
}

async function show(
  ada: CustomerClient,
  deviceId: string,
  type: string,
  parameters: object,
  reason: string,
): Promise<void> {
  const { id } = await ada.propose(deviceId, type, parameters, reason);
  narrator.step(`${type} proposed for ${deviceId} (command ${id})`);
  const command = await finished(ada, id);
  const took = command.result?.durationMs ?? 0;
  if (command.state === 'succeeded')
    narrator.good(`${type} succeeded in ${String(took)} ms; the device says:`);
  else narrator.waits(`${type}: ${command.state} (${command.reason ?? 'no reason'}); the device says:`);
  narrator.output(command.result?.output ?? command.result?.error?.message ?? 'nothing');
}

async function proposeChange({ children, url, gateway, admin }: Stage, ada: CustomerClient): Promise<void> {
  const customerId = await ada.customerId();
  const email = 'assistant@demo.example';
  const made = await children.run(
    'src/cli.js',
    ['--json', 'user', 'create', '--email', email, '--name', 'Assistant'],
    gateway,
  );
  const { userId, password } = JSON.parse(made) as { userId: string; password: string };
  const member = [
    'member',
    'add',
    '--customer-id',
    customerId,
    '--user-id',
    userId,
    '--role',
    'approver',
    '--name',
    'Assistant',
  ];
  await children.run('src/cli.js', ['--json', ...member], gateway);
  const assistant = await CustomerClient.signIn(url, email, password);

  const [, , workshop] = devices;
  const command = await assistant.propose(
    workshop.id,
    'restart_service',
    { service: 'kiosk' },
    'The screen is frozen.',
  );
  const digest = command.approval?.digest ?? '';
  narrator.step(`the assistant proposes restart_service kiosk on ${workshop.id} (command ${command.id})`);
  narrator.waits(`it is ${command.state}; its frozen envelope has the digest ${digest.slice(0, 16)}…`);
  const refusal = await assistant.decide(command.id, digest);
  narrator.good(`the assistant tries to approve it by itself and is refused: ${String(refusal)}`);
  narrator.plain(
    `\n  It waits for ${admin.email}. Decide on it in the portal:\n\n  ${url}/approvals\n\n  or in another terminal:\n`,
  );
  narrator.plain(
    `curl -sS -X POST ${url}/api/v1/customer/approvals/${command.id}/decision \\\n` +
      `  -H 'content-type: application/json' -H 'authorization: Bearer ${ada.accessToken}' \\\n` +
      `  -d '{"approved":true,"digest":"${digest}"}'\n`,
  );
  void watch(ada, command.id);
}

/** Goes on while the viewer reads: says what became of the change. */
async function watch(ada: CustomerClient, id: string): Promise<void> {
  const command = await finished(ada, id, 15 * 60_000);
  narrator.heading('The change was decided');
  narrator.good(`restart_service: ${command.state}`);
  narrator.output(command.result?.output ?? command.result?.error?.message ?? 'no output');
}

const endStates = ['succeeded', 'failed', 'rejected', 'expired', 'cancelled', 'dead'];

async function finished(ada: CustomerClient, id: string, withinMs = 60_000): Promise<ShownCommand> {
  let command: ShownCommand | undefined;
  const look = async () => {
    command = await ada.command(id);
    return endStates.includes(command.state);
  };
  await until(`command ${id} has ended`, look, withinMs);
  return command ?? ada.command(id);
}

async function until(what: string, check: () => Promise<boolean>, withinMs = 30_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    // A gateway that is not there yet refuses the connection.
    if (await check().catch(() => false)) return;
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}
