import type { CommandType } from '../../api/things.js';
import { useWorkplace } from '../../customer/workplace.js';
import type { Loaded } from '../../parts/loaded.js';
import { useLoaded } from '../../parts/loaded.js';

export interface KnownTypes {
  readonly types: Loaded<readonly CommandType[]>;
  /** The title of a type; its own name while the catalogue is not there, or does not know it any more. */
  readonly titleOf: (type: string) => string;
}

/** What the gateway's catalogue holds. */
export function useCommandTypes(): KnownTypes {
  const { api } = useWorkplace();
  const types = useLoaded('command-types', async (): Promise<readonly CommandType[]> => {
    const { items } = await api.call('get', '/api/v1/customer/command-types', {});
    return items;
  });
  const known = types.value.value;
  return { types, titleOf: (type) => known?.find((each) => each.type === type)?.title ?? type };
}
