/**
 * The law of the layers: dependencies point inward only.
 * domain (nouns) <- application (verbs) <- infrastructure (tools), interfaces (doors) <- composition.
 * Every rule has a planted violation in tests/architecture/violations that proves it fires.
 */
const stays = (name, pkg, home) => ({
  name,
  comment: `Only ${home} may know ${pkg}; everybody else talks to a port.`,
  severity: 'error',
  from: { path: '^src/', pathNot: home },
  to: { path: `node_modules/(${pkg})/` },
});

/** Where a process starts. Nothing leads to them, and everything else must hang on one of them. */
const entryPoints = '^src/(main|cli)\\.ts$';

module.exports = {
  forbidden: [
    {
      name: 'domain-imports-only-domain',
      comment: 'Domain rules are plain TypeScript: no package, no Node module, no other layer.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: '^src/domain/' },
    },
    {
      name: 'application-imports-only-application-and-domain',
      comment: 'A use case knows domain rules and ports, and no tool that serves them.',
      severity: 'error',
      from: { path: '^src/application/' },
      to: { pathNot: '^src/(domain|application)/' },
    },
    {
      name: 'use-cases-do-not-call-use-cases',
      comment:
        'Share a domain function or a port instead; a slice sees ports, itself, and the steps that several verbs take.',
      severity: 'error',
      from: { path: '^src/application/(?!ports/)([^/]+)/' },
      to: { path: '^src/application/', pathNot: '^src/application/(ports|shared|$1)/' },
    },
    {
      name: 'ports-do-not-know-use-cases',
      severity: 'error',
      from: { path: '^src/application/ports/' },
      to: { path: '^src/application/', pathNot: '^src/application/ports/' },
    },
    {
      name: 'doors-do-not-know-tools',
      severity: 'error',
      from: { path: '^src/interfaces/' },
      to: { path: `^src/(infrastructure|composition)/|${entryPoints}` },
    },
    {
      name: 'tools-do-not-know-doors',
      severity: 'error',
      from: { path: '^src/infrastructure/' },
      to: { path: `^src/(interfaces|composition)/|${entryPoints}` },
    },
    {
      name: 'tools-do-not-know-use-cases',
      comment: 'An adapter implements ports; it never calls the use cases above it.',
      severity: 'error',
      from: { path: '^src/infrastructure/' },
      to: { path: '^src/application/', pathNot: '^src/application/ports/' },
    },
    {
      name: 'adapters-do-not-know-each-other',
      severity: 'error',
      from: { path: '^src/infrastructure/([^/]+)/' },
      to: { path: '^src/infrastructure/', pathNot: '^src/infrastructure/$1/' },
    },
    {
      name: 'doors-do-not-know-each-other',
      severity: 'error',
      from: { path: '^src/interfaces/http/(device|customer|public)/' },
      to: {
        path: '^src/interfaces/(http|ws)/(device|customer|public)/',
        pathNot: '^src/interfaces/http/$1/',
      },
    },
    {
      name: 'sockets-speak-for-their-own-audience',
      comment:
        'What an audience says is said in the same words over HTTP and over sockets, and in no others.',
      severity: 'error',
      from: { path: '^src/interfaces/ws/(device|customer)/' },
      to: {
        path: '^src/interfaces/(http|ws)/(device|customer|public)/',
        pathNot: '^src/interfaces/(http|ws)/$1/',
      },
    },
    stays('container-stays-in-composition', 'tsyringe|reflect-metadata', '^src/(composition/|main|cli)'),
    stays('redis-client-stays-in-redis', 'ioredis', '^src/infrastructure/redis/'),
    stays(
      'postgres-client-stays-in-postgres',
      'pg|kysely',
      '^src/infrastructure/(postgres|embedded-postgres)/',
    ),
    stays('supabase-client-stays-in-supabase', '@supabase/supabase-js', '^src/infrastructure/supabase/'),
    stays('opentelemetry-stays-in-telemetry', '@opentelemetry/[^/]+', '^src/infrastructure/telemetry/'),
    stays('http-framework-stays-in-http', 'fastify|@fastify/[^/]+|fastify-plugin', '^src/interfaces/'),
    {
      name: 'the-agent-knows-only-the-contract',
      comment: 'The reference agent is a client like any other: it shares no code with the gateway.',
      severity: 'error',
      from: { path: '^agent/' },
      to: { path: '^(src|tests|bench|demo)/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-unreachable-code',
      comment: 'What cannot be reached from an entry point does not run in production.',
      severity: 'error',
      from: { path: entryPoints },
      to: { path: '^src/', pathNot: entryPoints, reachable: false },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
