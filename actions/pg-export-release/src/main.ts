import { assertFits } from '@recovery-playbook/archive'
import { figuresOf, stopwatch } from '@recovery-playbook/drill'
import { sealerFor } from '@recovery-playbook/encryption'
import type { Runner } from '@recovery-playbook/host'
import { exportSummary } from '@recovery-playbook/report'
import { isEmpty } from '@recovery-playbook/retention'
import { afterPublishing } from './after-publishing.ts'
import { captureDatabase } from './capture.ts'
import { captureBeside, prepareCode } from './beside.ts'
import { contentOf } from './content.ts'
import type { Inputs } from './inputs.ts'
import { inspectDatabase } from './inspect.ts'
import { lookAtStore } from './look-at-store.ts'
import { copyToMirrors } from './copy-to-mirrors.ts'
import { reportPartial } from './partial.ts'
import { pruneAll } from './prune.ts'
import { storeManifest, storeSealedHalf } from './publish.ts'
import { recordExport, reportExport } from './record-export.ts'
import { reserve } from './reserve.ts'
import { storesOf } from './stores.ts'
import { triedDraft } from './tried-draft.ts'

export async function main(inputs: Inputs, runner: Runner): Promise<number> {
  const watch = stopwatch(runner)
  const stores = storesOf(inputs, runner)
  const { store, mirrors } = stores
  const { recipients, signer } = inputs
  for (const warning of [...recipients.warnings, signer?.warning ?? []].flat()) runner.warn(warning)
  const sealer = await sealerFor(recipients)

  await using temporary = await runner.temporaryDirectory()
  const scratch = temporary.path
  const code = inputs.codeBundle
    ? await watch.phase('Bundle the code', () => prepareCode(runner, scratch))
    : undefined
  const source = await watch.phase('Look at the database', () =>
    inspectDatabase(inputs.connection, inputs.filters, runner),
  )
  assertFits([Number(source.server.bytes), ...(code === undefined ? [] : [code.bytes])])
  const previous = await watch.phase('Look at the store', () => lookAtStore(inputs, stores, runner))
  await using reservation = await watch.phase('Reserve the recovery point', () =>
    reserve(inputs, stores, runner),
  )
  const { tag } = reservation
  const draft = triedDraft({ draft: reservation.draft, sealer, ...inputs })
  const { captured, content } = await watch.phase(
    'Dump, fingerprint, seal, upload and open again',
    async () => {
      const captured = await captureDatabase(source, sealer.seal, draft, scratch, runner)
      const { fingerprint } = captured
      const storing = { seal: sealer.seal, sink: draft, scratch }
      const beside = await captureBeside(inputs, code, source.zstd, storing)
      const known = contentOf({ inputs, runner, source, captured, beside, previous, tag })
      return {
        captured,
        content: await storeSealedHalf({ content: known, fingerprint, sealer, draft, scratch }),
      }
    },
  )
  const filteredOut = reportPartial(captured.fingerprint.leftOut, previous, runner)
  const { url } = await watch.phase('Publish', async () => {
    await storeManifest(content, reservation.draft, inputs.signer, runner.clock.now())
    return reservation.publish(content)
  })
  runner.info(`${tag} is published: ${url}`)
  await watch.phase('Note it in the history', () =>
    recordExport(content, inputs, stores.request, runner),
  )

  const afterwards = <T>(title: string, work: () => Promise<T>) =>
    watch.phase(title, () => afterPublishing(tag, store, runner, work))
  const failures =
    mirrors.length === 0
      ? []
      : await afterwards('Copy to the mirrors', () => copyToMirrors(tag, stores, scratch, runner))
  const pruned = isEmpty(inputs.pruning.policy)
    ? []
    : await afterwards('Prune', () => pruneAll(inputs.pruning, stores, runner))

  const figures = figuresOf(content, captured.fingerprint)
  const { phases } = watch
  await reportExport({ content, source, figures, phases, failures }, stores.request, runner)
  runner.output('recovery-point', tag)
  runner.output('url', url)
  runner.output('snapshot-at', content.snapshotAt)
  runner.output('tables', figures.tables)
  runner.output('rows', String(figures.rows))
  runner.output('parts', figures.parts)
  runner.output('sealed-bytes', figures.sealedBytes)
  runner.output('seconds', (watch.elapsed() / 1000).toFixed(1))
  const { leftOut } = source
  await runner.summarise(
    exportSummary({ content, figures, url, phases, filteredOut, leftOut, failures, pruned }),
  )
  for (const { code, message, hint } of failures) runner.blame(code, `${message}\n${hint}`)
  return failures.length === 0 ? 0 : 1
}
