import { readArguments } from './arguments.ts'
import { demonstrate } from './demonstrate.ts'
import { ensurePostgres } from './postgres-server.ts'

const say = (line: string) => {
  console.log(line)
}

try {
  const wanted = readArguments(process.argv.slice(2))
  ensurePostgres(say)
  process.exitCode = await demonstrate(wanted, say)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
