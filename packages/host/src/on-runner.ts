import * as core from '@actions/core'
import { Failure, messageOf } from '@recovery-playbook/failure'
import { githubRunner, type Runner } from './runner.ts'

/**
 * Runs an action: the one place where an error is caught. The exit code is what `main` returns, or 1.
 * A cancelled job (SIGINT, then SIGTERM 7.5 s later) stops the children; whatever `main` holds with
 * `await using` is cleaned up before the process ends.
 */
export async function onRunner(main: (runner: Runner) => Promise<number>): Promise<void> {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      stop.abort(cancelled(signal))
    })
  }
  try {
    process.exitCode = await main(githubRunner(stop.signal))
  } catch (error) {
    report(stop.signal.aborted ? stop.signal.reason : error)
    process.exitCode = 1
  }
}

function report(error: unknown): void {
  if (error instanceof Failure) {
    core.error(`${error.message}\n${error.hint}`, { title: error.code })
  } else {
    core.error(messageOf(error), { title: 'UNEXPECTED' })
    core.info(error instanceof Error ? (error.stack ?? '') : '')
  }
}

const cancelled = (signal: string) =>
  new Failure('CANCELLED', `The job was cancelled (${signal}).`, {
    hint: 'Nothing was published. Start the job again.',
  })
