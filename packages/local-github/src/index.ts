export { startLocalGithub } from './server.ts'
export type { Fault, FaultKind } from './faults.ts'
export type { RecordedRequest } from './recorder.ts'
export type { NewRun } from './runs.ts'
export type { RunRecord as WorkflowRun } from './state.ts'
export type { Permissions } from './tokens.ts'
export type {
  LocalGithub,
  LocalGithubSettings,
  RepositorySettings,
  SecondaryLimits,
  TokenOptions,
} from './settings.ts'
