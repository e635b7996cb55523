import { Failure, messageOf } from '@recovery-playbook/failure'
import { fenced } from './fenced.ts'
import { githubRunner, type Runner } from './runner.ts'

/**
 * Runs an action: the one place where an error is caught. The exit code is what `main` returns, and
 * after an error what `failed` returns.
 * A cancelled job (SIGINT, then SIGTERM 7.5 s later) stops the children; whatever `main` holds with
 * `await using` is cleaned up before the process ends.
 */
export async function onRunner(
  main: (runner: Runner) => Promise<number>,
  failed: (runner: Runner) => number = () => 1,
): Promise<void> {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      stop.abort(cancelled(signal))
    })
  }
  const runner = githubRunner(stop.signal)
  try {
    process.exitCode = await main(runner)
  } catch (error) {
    process.exitCode = failed(runner)
    // Whoever knows what was done before the end says it better.
    const known = error instanceof Failure && error.code === 'CANCELLED'
    await report(stop.signal.aborted && !known ? stop.signal.reason : error, runner)
  }
}

async function report(error: unknown, runner: Runner): Promise<void> {
  const { code, message, hint } =
    error instanceof Failure
      ? error
      : { code: 'UNEXPECTED', message: messageOf(error), hint: 'Report it as a bug with this log.' }
  runner.blame(code, `${message}\n${hint}`)
  if (code === 'UNEXPECTED' && error instanceof Error) runner.info(error.stack ?? '')
  await runner.summarise(`## ${code}\n\n${fenced(message)}\n${hint}\n`)
}

const cancelled = (signal: string) =>
  new Failure('CANCELLED', `The job was cancelled (${signal}).`, {
    hint: 'Nothing was published. Start the job again.',
  })
