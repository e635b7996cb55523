export { ensurePostgres, installedMajors } from './postgres-server.ts'
export { forge } from './forge.ts'
