import { isIP } from 'node:net';
import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import type { JsonObject, JsonValue } from '../../../src/domain/shared/json.js';

const letters = 'abcXYZ019';
const text = (first: string, rest: string, maxLength: number) =>
  fc
    .tuple(
      fc.constantFrom(...Array.from(first)),
      fc.string({ unit: fc.constantFrom(...Array.from(rest)), maxLength: maxLength - 1 }),
    )
    .map(([head, tail]) => head + tail);

const host = fc.oneof(
  fc.domain().filter((name) => name.length <= 253),
  fc.ipV4(),
  fc.ipV6().filter((address) => isIP(address) === 6),
);
// One that ends in an IPv4 address has a test of its own.
const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6().filter((text) => isIP(text) === 6 && !text.includes('.')),
);
const timeoutMs = fc.integer({ min: 1_000, max: 60_000 });
const service = text(letters, `${letters}@._:-`, 128);
const path = fc
  .array(text(letters, `${letters}._@:+-`, 40), { maxLength: 8 })
  .map((parts) => `/${parts.join('/')}`);

/** Parameters by the rules as they were promised, written down once more and in other words. */
const wellFormedByType: Readonly<Record<string, Arbitrary<JsonObject>>> = {
  ping: some({ host }, { count: fc.integer({ min: 1, max: 20 }), timeoutMs }),
  traceroute: some({ host }, { maxHops: fc.integer({ min: 1, max: 64 }), timeoutMs }),
  dns_lookup: some(
    { name: host },
    {
      recordType: fc.constantFrom('A', 'AAAA', 'CNAME', 'MX', 'TXT', 'NS', 'SRV', 'PTR', 'SOA'),
      server: address,
    },
  ),
  http_check: some(
    {
      url: fc.webUrl({ withQueryParameters: true, withFragments: true }).filter((url) => url.length <= 2_048),
    },
    { method: fc.constantFrom('GET', 'HEAD'), expectStatus: fc.integer({ min: 100, max: 599 }), timeoutMs },
  ),
  tcp_check: some({ host, port: fc.integer({ min: 1, max: 65_535 }) }, { timeoutMs }),
  disk_usage: some({}, { path }),
  process_list: some(
    {},
    { sortBy: fc.constantFrom('cpu', 'memory'), limit: fc.integer({ min: 1, max: 200 }) },
  ),
  log_tail: some({ source: fc.oneof(path, service) }, { lines: fc.integer({ min: 1, max: 1_000 }) }),
  restart_service: some({ service }, {}),
  renew_dhcp_lease: some({}, { interface: text(letters, `${letters}._-`, 15) }),
  reboot: some({}, { delaySeconds: fc.integer({ min: 0, max: 3_600 }) }),
  run_script: some(
    { script: text(letters, `${letters}._-`, 64) },
    { args: fc.array(fc.string({ maxLength: 256 }), { maxLength: 20 }) },
  ),
};

export const wellFormed = (type: string): Arbitrary<JsonObject> => wellFormedByType[type] ?? fc.constant({});

/** Well-formed ones of which a member was left out, replaced, misspelt or added. */
export function nearlyWellFormed(type: string): Arbitrary<JsonObject> {
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }) as Arbitrary<JsonValue>,
    fc.integer({ min: -1, max: 70_000 }),
    fc.string({ unit: fc.constantFrom(...Array.from('a0/._:-@ ;$\n\u0000')), maxLength: 20 }),
    address,
    path,
    fc.constantFrom('/a/../b', 'http://ada:secret@a', 'a..b', '-a', ''),
  );
  return wellFormed(type).chain((parameters) => {
    const member = fc.constantFrom(...Object.keys(parameters), 'extra', 'args', 'source', 'host', 'url');
    return fc.tuple(member, fc.option(value, { nil: undefined })).map(([name, changed]) => {
      const { [name]: left, ...rest } = parameters;
      return changed === undefined || changed === left ? rest : { ...rest, [name]: changed };
    });
  });
}

function some(
  required: Record<string, Arbitrary<JsonValue>>,
  optional: Record<string, Arbitrary<JsonValue>>,
): Arbitrary<JsonObject> {
  return fc.record({ ...required, ...optional }, { requiredKeys: Object.keys(required) });
}
