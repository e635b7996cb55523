import { figuresOf, newestRecoveryPoint, stopwatch } from '@recovery-playbook/drill'
import { recipientsOf, sealerFor } from '@recovery-playbook/encryption'
import { expiresSoon, paced } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import { assertPrivate, githubReleases } from '@recovery-playbook/release-store'
import { exportSummary } from '@recovery-playbook/report'
import { captureDatabase } from './capture.ts'
import { contentOf } from './content.ts'
import type { Inputs } from './inputs.ts'
import { inspectDatabase } from './inspect.ts'
import { publish } from './publish.ts'
import { reserve } from './reserve.ts'

export async function main(inputs: Inputs, runner: Runner): Promise<number> {
  const watch = stopwatch(runner)
  const { repository, runId, runAttempt } = runner.context
  const request = paced(runner.github(inputs.token), runner.clock, (line) => {
    runner.info(line)
  })
  const store = githubReleases(request, inputs.keeper, {
    pause: runner.clock.sleep,
    run: { repository, id: Number(runId), attempt: Number(runAttempt) },
  })
  const subject = { repository, database: inputs.database }
  const recipients = await recipientsOf({ passphrase: inputs.passphrase }, runner.clock.now())
  const { seal } = await sealerFor(recipients)

  const source = await watch.phase('Look at the database', () =>
    inspectDatabase(inputs.connection, runner),
  )
  const previous = await watch.phase('Look at the store', async () => {
    if (!inputs.allowPublic) await assertPrivate(request, inputs.keeper)
    // A broken recovery point is a reason to make a good one, not to make none.
    return newestRecoveryPoint(store, subject, ({ message }) => {
      runner.warn(`${message} This export does not count it as its predecessor.`)
    })
  })
  const expiry = request.tokenExpiry()
  if (expiresSoon(expiry, runner.clock.now())) {
    runner.warn(
      `The token in the input 'token' expires at ${expiry.toISOString()}: no export after it. Make a new one now.`,
    )
  }
  await using reservation = await watch.phase('Reserve the recovery point', () =>
    reserve({ ...inputs, request, store }, runner),
  )
  const captured = await watch.phase('Dump, fingerprint, seal and upload', () =>
    captureDatabase(source, seal, reservation.draft, runner),
  )
  const { content, url } = await watch.phase('Publish', () =>
    publish({
      content: contentOf({ inputs, runner, source, captured, previous, tag: reservation.tag }),
      fingerprint: captured.fingerprint,
      seal,
      reservation,
      keeper: `${inputs.keeper.owner}/${inputs.keeper.repo}`,
    }),
  )

  const figures = figuresOf(content, captured.fingerprint)
  runner.info(`${content.tag} is published: ${url}`)
  runner.output('recovery-point', content.tag)
  runner.output('url', url)
  runner.output('snapshot-at', content.snapshotAt)
  runner.output('tables', figures.tables)
  runner.output('rows', String(figures.rows))
  runner.output('parts', figures.parts)
  runner.output('sealed-bytes', figures.sealedBytes)
  runner.output('seconds', (watch.elapsed() / 1000).toFixed(1))
  await runner.summarise(exportSummary({ content, figures, url, phases: watch.phases }))
  return 0
}
