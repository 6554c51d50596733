import { readFile } from 'node:fs/promises';
import { arch, platform } from 'node:os';

/** Boards name themselves in the device tree, other machines in DMI; where neither speaks, the platform. */
const sources = ['/proc/device-tree/model', '/sys/class/dmi/id/product_name'];

const maxLength = 100;

/** The machine's own name for its make, such as `Raspberry Pi 4 Model B Rev 1.4`. */
export async function machineModel(): Promise<string> {
  for (const source of sources) {
    const text = await readFile(source, 'utf8').catch(() => '');
    const model = text.replace(/\p{Cc}/gu, '').trim();
    if (model !== '') return model.slice(0, maxLength);
  }
  return `${platform()} ${arch()}`;
}
