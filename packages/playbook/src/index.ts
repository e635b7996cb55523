export {
  type CalendarSpan,
  formatCalendarSpan,
  parseCalendarSpan,
  subtractSpan,
} from './calendar-span.ts'
export { contactInWords } from './contact.ts'
export { databaseOf } from './database-of.ts'
export { formatDuration, parseDuration } from './duration.ts'
export { findPlaybook, type FoundPlaybook, playbookInWords } from './find-playbook.ts'
export type { Guarantee } from './guarantee.ts'
export {
  type Application,
  type ApplicationCheck,
  type Django,
  type Expectation,
  parseApplication,
  type Serve,
  type SetUpCommand,
  type Visit,
} from './application.ts'
export { type Scenario, scenarios, usualGuarantees } from './scenario.ts'
export { type Schedule, schedulesIn, schedulesInWords } from './schedules.ts'
export { playbookJsonSchema } from './json-schema.ts'
export { linesOf } from './read-yaml.ts'
export { usualMajorChanges } from './major-changes.ts'
export { type Layer, layerKinds } from './layers.ts'
export {
  type Contact,
  parsePlaybook,
  type Playbook,
  type PlaybookDatabase,
  usualPlaybookPath,
} from './playbook.ts'
