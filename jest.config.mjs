const project = (name) => ({
  displayName: name,
  testEnvironment: 'node',
  // Not where temporary files are: that may be memory, and stays.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  // Transpiled only (`isolatedModules`): the types are checked once, by tsc.
  transform: { '^.+\\.ts$': ['ts-jest', { useESM: true, tsconfig: '<rootDir>/tsconfig.json' }] },
  setupFiles: ['<rootDir>/tests/support/setup.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
});

const withoutServices = ['unit', 'architecture'];

export default {
  // Two leave a third of two processors idle.
  // Each with the stores that it talks to. With three, two slow processors keep stores waiting for longer than they may.
  maxWorkers: 2,
  testSequencer: '<rootDir>/tests/support/models-first.mjs',
  workerIdleMemoryLimit: '1.5GB',
  testTimeout: 30_000,
  projects: [
    {
      ...project('unit'),
      testMatch: withoutServices.map((folder) => `<rootDir>/tests/${folder}/**/*.test.ts`),
    },
    {
      ...project('integration'),
      testMatch: ['<rootDir>/tests/**/*.test.ts'],
      testPathIgnorePatterns: [...withoutServices, 'faults'].map((folder) => `<rootDir>/tests/${folder}`),
      globalSetup: '<rootDir>/tests/support/global-setup.mjs',
      globalTeardown: '<rootDir>/tests/support/global-teardown.mjs',
    },
    {
      // Loads the whole machine, and starts all that it needs by itself: `npm test` runs it when nothing else runs.
      ...project('faults'),
      testMatch: ['<rootDir>/tests/faults/**/*.test.ts'],
    },
  ],
};
