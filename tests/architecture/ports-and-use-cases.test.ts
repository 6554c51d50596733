import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { filesBelow, projectRoot } from './planted-violations.js';

const application = join(projectRoot, 'src', 'application');
const ports = filesBelow(join(application, 'ports'), (path) => path.endsWith('.ts')).map((path) =>
  join('ports', path),
);
const useCases = filesBelow(application, (path) => path.endsWith('.ts') && !path.startsWith('ports/')).filter(
  (path) => executorsIn(path).length > 0,
);

const contracts = join(projectRoot, 'tests', 'contract');
const suites = filesBelow(contracts, (path) => path.endsWith('.contract.ts')).map((path) =>
  basename(path, '.contract.ts'),
);

const mostMethods = 7;

/** Ports that no suite runs over several adapters, and why that is right. Pure ones are for unit tests. */
const withoutContract: Readonly<Record<string, string>> = {
  'access-token-signer': 'a pure function of its key',
  cancellation: 'the platform serves it: an AbortSignal',
  'claim-meter': 'a counter, read through /metrics',
  'claim-tokens': 'a pure function of its key',
  'command-catalogue': 'a pure function of its table',
  digests: 'a pure function',
  'dispatch-follower': 'served by the application itself, over other ports',
  'grant-signer': 'a pure function of its key',
  ids: 'a source that keeps nothing',
  secrets: 'a source that keeps nothing',
};

/** Adapters that another one hands out: the suites reach them through `UnitOfWork` and `WakeUps`. */
const handedOut = [
  'ObservedCommandStore',
  'PostgresCommandStore',
  'PostgresDeviceCredentials',
  'PostgresDeviceRepository',
  'PostgresSessionRepository',
  'PostgresTransaction',
  'WakeSeat',
];

describe('ports', () => {
  it.each(ports)('%s has at most seven methods on each interface', (path) => {
    const wide = interfacesIn(path).filter(({ methods }) => methods > mostMethods);
    expect(wide).toEqual([]);
  });

  it.each(ports)('%s says what it promises, in a comment on the port or on its methods', (path) => {
    expect(textOf(path)).toContain('/**');
  });

  it('have a contract suite each, unless there is a reason', () => {
    const names = ports.map((path) => basename(path, '.ts'));
    const uncovered = names.filter((name) => !suites.includes(name) && !Object.hasOwn(withoutContract, name));
    expect(uncovered).toEqual([]);
    expect(suites.filter((name) => !names.includes(name))).toEqual([]);
  });

  it('have their suites run on every adapter', () => {
    const run = filesBelow(contracts, (path) => path.endsWith('.ts')).map((path) =>
      readFileSync(join(contracts, path), 'utf8'),
    );
    const promised = new Set(
      suites.flatMap((name) => interfacesIn(join('ports', `${name}.ts`)).map((port) => port.name)),
    );
    const adapters = adaptersOf(promised);
    expect(adapters.length).toBeGreaterThan(0);
    const unproven = adapters.filter((name) => !run.some((text) => new RegExp(`\\b${name}\\b`).test(text)));
    expect(unproven.sort()).toEqual(handedOut);
  });

  it('have no reason on the list that is not needed', () => {
    const names = ports.map((path) => basename(path, '.ts'));
    expect(Object.keys(withoutContract).filter((name) => !names.includes(name))).toEqual([]);
  });
});

describe('use cases', () => {
  it('are one to a file', () => {
    expect(useCases.length).toBeGreaterThan(0);
    expect(useCases.filter((path) => executorsIn(path).length > 1)).toEqual([]);
  });

  it.each(useCases)('%s knows no other use case', (path) => {
    const others = new Set(useCases.filter((other) => other !== path).flatMap(executorsIn));
    expect(importedNames(path).filter((name) => others.has(name))).toEqual([]);
  });
});

function textOf(path: string): string {
  return readFileSync(join(application, path), 'utf8');
}

function parse(path: string, text = textOf(path)): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.ES2024, true);
}

/** The classes of the infrastructure that implement one of these ports. */
function adaptersOf(portNames: ReadonlySet<string>): readonly string[] {
  const infrastructure = join(projectRoot, 'src', 'infrastructure');
  return filesBelow(infrastructure, (path) => path.endsWith('.ts'))
    .flatMap((path) => [...parse(path, readFileSync(join(infrastructure, path), 'utf8')).statements])
    .filter(ts.isClassDeclaration)
    .filter(({ heritageClauses }) =>
      (heritageClauses ?? []).some(({ types }) =>
        types.some((type) => portNames.has(type.expression.getText())),
      ),
    )
    .map(({ name }) => name?.text ?? 'a class without a name');
}

/** Every interface of a file, with how many of its members are called. */
function interfacesIn(path: string): readonly { readonly name: string; readonly methods: number }[] {
  return parse(path)
    .statements.filter(ts.isInterfaceDeclaration)
    .map(({ name, members }) => ({ name: name.text, methods: members.filter(isCalled).length }));
}

function isCalled(member: ts.TypeElement): boolean {
  if (ts.isMethodSignature(member)) return true;
  return ts.isPropertySignature(member) && member.type !== undefined && ts.isFunctionTypeNode(member.type);
}

/** The classes of a file that have an `execute`: its use cases. */
function executorsIn(path: string): readonly string[] {
  return parse(path)
    .statements.filter(ts.isClassDeclaration)
    .filter(({ members }) => members.some(({ name }) => name?.getText() === 'execute'))
    .map(({ name }) => name?.text ?? 'a class without a name');
}

function importedNames(path: string): readonly string[] {
  return parse(path)
    .statements.filter(ts.isImportDeclaration)
    .flatMap(({ importClause }) => {
      const bindings = importClause?.namedBindings;
      return bindings !== undefined && ts.isNamedImports(bindings)
        ? bindings.elements.map(({ name }) => name.text)
        : [];
    });
}
