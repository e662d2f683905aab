/*
 * TEST_FORM=cluster runs the tests against the servers of docker-compose.yml. These are about the servers of `npm start`,
 * or bring some of their own, and would only be the same again.
 */
const aboutEmbeddedServers = [
  'src/embedded/',
  'test/embedded/',
  'test/bench/',
  'test/end-to-end/continue-as-new',
  'test/end-to-end/start',
  'test/faults/',
  'test/replay/',
];

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns:
    process.env.TEST_FORM === 'cluster' ? aboutEmbeddedServers.map((path) => `<rootDir>/${path}`) : [],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs', ignoreDynamic: true },
      },
    ],
  },
  testSequencer: '<rootDir>/test/support/sequencer.cjs',
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  testTimeout: 60_000,
  // Most tests wait for servers and timers: two at a time keep two cores busy.
  maxWorkers: 2,
};
