export { Failure, type FailureCode, messageOf } from './failure.ts'
