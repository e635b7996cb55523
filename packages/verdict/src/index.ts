export { type Check, checkOfError, exitCodes, type State, verdictOf } from './verdict.ts'
