import { readArguments } from './arguments.ts'
import { benchmark } from './benchmark.ts'
import { inWords } from './results.ts'

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Not once: npm passes on what the terminal has sent to all of us already.
  process.on(signal, () => {
    stop.abort()
  })
}

const say = (line: string) => {
  process.stderr.write(`${line}\n`)
}

try {
  const wanted = readArguments(process.argv.slice(2))
  const results = await benchmark(wanted, say, stop.signal)
  console.log(wanted.json ? JSON.stringify(results, null, 2) : inWords(results))
} catch (error) {
  if (stop.signal.aborted) say('Stopped; what was made is removed.')
  else say(error instanceof Error ? error.message : String(error))
  process.exitCode = stop.signal.aborted ? 130 : 1
}
