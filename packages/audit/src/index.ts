export { audit } from './audit.ts'
export type { Drilled, Facts, TextFile } from './facts.ts'
export type { Finding, Severity } from './finding.ts'
