import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../src/domain/shared/json.js';
import { commandTypes } from '../../../src/infrastructure/catalogue/command-types.js';
import { ZodCommandCatalogue } from '../../../src/infrastructure/catalogue/zod-command-catalogue.js';
import { parameterFields, readParameters } from '../../../portal/src/screens/command/parameter-fields.js';

const catalogue = new ZodCommandCatalogue(commandTypes);
const fieldsOf = (type: string) => parameterFields(catalogue.find(type)?.parametersSchema ?? {});

describe('a form made from the schema of a command type', () => {
  it('has a field for every parameter of every type in the catalogue, and needs JSON for none', () => {
    for (const { type } of commandTypes) {
      const schema = catalogue.find(type)?.parametersSchema as { properties?: object };
      const fields = fieldsOf(type);
      expect([type, fields.map(({ name }) => name).sort()]).toEqual([
        type,
        Object.keys(schema.properties ?? {}).sort(),
      ]);
      expect([type, fields.filter(({ shape }) => shape.kind === 'json')]).toEqual([type, []]);
    }
  });

  it('asks for what is needed first, in words', () => {
    expect(fieldsOf('ping').map(({ label, required }) => [label, required])).toEqual([
      ['Host', true],
      ['Count', false],
      ['Timeout (ms)', false],
    ]);
  });

  it('reads what was typed as the gateway takes it, and leaves out what was not', () => {
    const fields = fieldsOf('ping');
    const read = readParameters(fields, { host: ' example.com ', count: '3', timeoutMs: '' });
    expect(read).toEqual({ parameters: { host: 'example.com', count: 3 }, wrong: {} });
    const type = catalogue.find('ping');
    expect(type !== null && catalogue.check(type, read.parameters as JsonObject).ok).toBe(true);
  });

  it.each([
    ['ping', {}, { host: 'This is needed.' }],
    ['ping', { host: '-rf /' }, { host: 'This is not written as the command expects it.' }],
    ['ping', { host: 'a.example', count: '99' }, { count: 'Between 1 and 20.' }],
    ['ping', { host: 'a.example', count: '1.5' }, { count: 'A number is needed.' }],
    ['log_tail', { source: 'not a source' }, { source: 'This is not written as the command expects it.' }],
    ['dns_lookup', { name: 'a.example', recordType: 'ANY' }, { recordType: 'Choose one of the list.' }],
  ])('says what is wrong with %s %j', (type, typed, wrong) => {
    expect(readParameters(fieldsOf(type), typed).wrong).toEqual(wrong);
  });

  it.each(['/var/log/syslog', 'nginx.service'])('takes %s where either of two forms fits', (source) => {
    expect(readParameters(fieldsOf('log_tail'), { source })).toEqual({ parameters: { source }, wrong: {} });
  });

  it('reads one argument from each line', () => {
    const typed = { script: 'cleanup', args: '--all\n\n two words ' };
    expect(readParameters(fieldsOf('run_script'), typed).parameters).toEqual({
      script: 'cleanup',
      args: ['--all', 'two words'],
    });
  });
});
