export { findIsolation, type Isolation } from './find-isolation.ts'
export type { Reach } from './rungs.ts'
