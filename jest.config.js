/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/{packages,test}/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '\\.long\\.test\\.ts$'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/strip-types.js' },
  coverageProvider: 'v8',
  testEnvironment: 'node',
  // Each test file may start a PostgreSQL server and several node processes.
  maxWorkers: 2,
  // Whole drills run in them, on a machine that does other things too.
  testTimeout: 180_000,
}
