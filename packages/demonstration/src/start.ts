import { Failure } from '@recovery-playbook/failure'
import { readArguments } from './arguments.ts'
import { demonstrate } from './demonstrate.ts'
import { ensurePostgres } from './postgres-server.ts'

const say = (line: string) => {
  console.log(line)
}

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    say(`${signal}: cleaning up`)
    stop.abort()
  })
}

try {
  const wanted = readArguments(process.argv.slice(2))
  await ensurePostgres(say)
  process.exitCode = await demonstrate(wanted, say, stop.signal)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  if (error instanceof Failure) console.error(error.hint)
  process.exitCode = 1
}
