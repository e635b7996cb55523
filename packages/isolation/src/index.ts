export { findIsolation, type Isolation } from './find-isolation.ts'
