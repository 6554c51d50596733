import type { CustomerUseCase } from '../../domain/customer/access-policy.js';
import { requireAccess } from '../../domain/customer/access-policy.js';
import type { Principal } from '../../domain/customer/principal.js';
import type { Device } from '../../domain/device/device.js';
import { deviceIdPattern } from '../../domain/device/device.js';
import type { Topic } from '../../domain/live/topic.js';
import { generalFaults } from '../../domain/shared/general-faults.js';
import type { DeviceDirectory } from '../ports/device-directory.js';
import type { SessionDirectory } from '../ports/session-directory.js';

/** Whoever may look at something may also follow it. */
const looks: Readonly<Record<Topic['kind'], CustomerUseCase>> = {
  activity: 'listActivity',
  devices: 'listDevices',
  approvals: 'listPendingApprovals',
  device: 'getDevice',
  session: 'getSession',
};

const atOnce = 5;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether somebody may follow topics, all of them or none. */
export class AuthorizeTopics {
  readonly #devices: DeviceDirectory;
  readonly #sessions: SessionDirectory;

  constructor(devices: DeviceDirectory, sessions: SessionDirectory) {
    this.#devices = devices;
    this.#sessions = sessions;
  }

  /**
   * The devices among the topics. Rejects with `forbidden` where the role does not reach, and with `not_found` for
   * what does not exist or belongs to another customer.
   */
  async execute(principal: Principal, topics: readonly Topic[]): Promise<readonly Device[]> {
    for (const { kind } of topics) requireAccess(principal, looks[kind]);
    const found: Device[] = [];
    // A few at a time, so that nobody else has to wait for the record while somebody asks for a hundred.
    for (let from = 0; from < topics.length; from += atOnce) {
      const some = topics.slice(from, from + atOnce);
      const devices = await Promise.all(some.map((topic) => this.#find(principal.customerId, topic)));
      found.push(...devices.filter((device) => device !== null));
    }
    return found;
  }

  async #find(customerId: string, topic: Topic): Promise<Device | null> {
    if (topic.kind === 'device') {
      const device = deviceIdPattern.test(topic.id) ? await this.#devices.find(customerId, topic.id) : null;
      if (device === null) throw generalFaults.not_found('There is no such device.');
      return device;
    }
    if (topic.kind === 'session') {
      const session = uuid.test(topic.id) ? await this.#sessions.find(customerId, topic.id) : null;
      if (session === null) throw generalFaults.not_found('There is no such session.');
    }
    return null;
  }
}
