export {
  type CalendarSpan,
  formatCalendarSpan,
  parseCalendarSpan,
  subtractSpan,
} from './calendar-span.ts'
export { formatDuration, parseDuration } from './duration.ts'
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
export { type Layer, layerKinds } from './layers.ts'
export {
  type Contact,
  parsePlaybook,
  type Playbook,
  type PlaybookDatabase,
  playbookSchema,
  usualPlaybookPath,
} from './playbook.ts'
