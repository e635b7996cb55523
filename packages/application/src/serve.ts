import { join } from 'node:path'
import type { Serve } from '@recovery-playbook/playbook'
import { formatDuration } from '@recovery-playbook/playbook'
import type { Check } from '@recovery-playbook/verdict'
import type { HttpThroughSocket } from './http.ts'
import { printed } from './outcome.ts'
import { type PlaceWithData, scriptIn } from './place.ts'
import type { RunningScript } from './sandbox.ts'

interface Serving {
  readonly place: PlaceWithData
  readonly http: HttpThroughSocket
  readonly clock: { now(): Date; sleep(milliseconds: number): Promise<void> }
  /** A directory that the application's user may write into, with a short path. */
  readonly socketDirectory: string
}

/** An application that answers, or has not; with all that it started it is gone when disposed of. */
export interface Served extends AsyncDisposable {
  readonly check: Check
  /** Leads to it; undefined where it does not answer. */
  readonly socket: string | undefined
}

const name = 'served'

/** Starts the application on the restored data, and waits until it answers. */
export async function serve(
  { run, port, ready, timeout }: Serve,
  { place, http, clock, socketDirectory }: Serving,
): Promise<Served> {
  const socket = join(socketDirectory, 'web.sock')
  const running = place.sandbox.start({
    ...scriptIn(place, run, { PORT: String(port) }),
    inwards: { [socket]: port },
  })
  const dispose = { [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() }
  const began = clock.now().getTime()
  let last = 'it does not listen'
  const ended = running.ending.then(() => 'ended' as const)
  while (clock.now().getTime() - began < timeout) {
    const headers = { host: 'localhost', 'user-agent': 'recovery-playbook' }
    const asked = http({ socket, method: 'GET', path: ready, headers, timeout: 5000 }).then(
      ({ status }) => status,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    )
    const answer = await Promise.race([asked, ended])
    if (answer === 'ended')
      return { check: await endedEarly(running), socket: undefined, ...dispose }
    if (typeof answer === 'number' && answer < 400) {
      const time = formatDuration(clock.now().getTime() - began)
      const detail = `${ready} answered ${answer} after ${time}.`
      return { check: { name, state: 'PROVED', detail }, socket, ...dispose }
    }
    last = typeof answer === 'number' ? `${ready} answers ${answer}` : answer
    await clock.sleep(200)
  }
  const detail = `After ${formatDuration(timeout)}: ${last}.${printed({ output: running.output() })}`
  return { check: { name, state: 'FAILED', detail, hint }, socket: undefined, ...dispose }
}

const hint =
  'Start it by hand on a restored copy, with the variables of `drill-env` and nothing else. It has to listen on 127.0.0.1:$PORT.'

async function endedEarly(running: RunningScript): Promise<Check> {
  const outcome = await running.ending
  const { code } = outcome
  const detail = `It ended with ${code === null ? 'a signal' : `exit code ${code}`} before it answered.${printed(outcome)}`
  return { name, state: code === 126 || code === 127 ? 'NOT PROVED' : 'FAILED', detail, hint }
}
