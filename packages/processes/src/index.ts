export type { Command, Ending, Identity, OpenFile, Output, Processes, Running } from './port.ts'
export { findProgram } from './find-program.ts'
export { type Answer, childEnvironment, endingInWords, run } from './run.ts'
