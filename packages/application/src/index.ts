export {
  checkByManage,
  judgeMigrations,
  inWords as migrationsInWords,
  manage,
  type Migration,
  type Migrations,
  migrateCheck,
  migrationsAt,
  staticFiles,
  syntheticAccount,
  systemCheck,
  testSuite,
  unknownTo,
} from './django.ts'
export type { HttpAnswer, HttpRequest, HttpThroughSocket } from './http.ts'
export { loadInitialData } from './initial-data.ts'
export { lookAt } from './look-at.ts'
export { judgeOutcome, printed } from './outcome.ts'
export { type Place, type PlaceWithData, runIn } from './place.ts'
export {
  type Outcome,
  type RelayProgram,
  type Sandbox,
  sandbox,
  type Variables,
} from './sandbox.ts'
export { serve, type Served } from './serve.ts'
export { setUp } from './set-up.ts'
export { type Account, namesOfVisits, visitAll } from './visits.ts'
export { visitor } from './visitor.ts'
export { makeWorkingCopy, type WorkingCopy } from './working-copy.ts'
