import { ensurePostgres } from './postgres-server.ts'

// What the tests need beside npm's packages.
await ensurePostgres((line) => {
  console.log(line)
})
