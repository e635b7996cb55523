import { randomUUID } from 'node:crypto'
import {
  type DrillReport,
  drillArchive,
  drillByHand,
  drillDatabaseRestore,
  exitCodes,
  guardMerge,
  restoreIntoTarget,
} from '@recovery-playbook/drill'
import { openerFor } from '@recovery-playbook/encryption'
import { expiryWarning, paced, type PacedRequest, parseRepository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import { assertConfirmed, readProof } from '@recovery-playbook/recovery-log'
import { githubReleases } from '@recovery-playbook/release-store'
import { drillLines, drillSummary, inSeconds } from '@recovery-playbook/report'
import { applicationIn } from './application.ts'
import { byHand } from './by-hand.ts'
import type { Inputs } from './inputs.ts'
import { keepReport } from './keep-report.ts'
import { lookBack, nothingKnown } from './look-back.ts'
import { noteOperation, operationOf } from './note-operation.ts'
import { recordProof } from './record-proof.ts'
import { schedulesOf } from './schedules.ts'
import { isOutside, storeOf } from './store.ts'
import { tellPeople } from './tell-people.ts'
import { tellRefusal } from './tell-refusal.ts'
import { withoutSecrets } from './without-secrets.ts'

export async function main(inputs: Inputs, runner: Runner): Promise<number> {
  const request = paced(runner.github(inputs.token), runner.clock, (line) => {
    runner.info(line)
  })
  const found =
    inputs.mode === 'proof'
      ? await guard(inputs, runner, request)
      : await drill(inputs, runner, request).catch(async (error: unknown) => {
          await tellRefusal(error, runner)
          throw error
        })
  const { archive, target } = inputs
  const proves =
    inputs.mode === 'restore' && !inputs.byHand && target === undefined && archive === undefined
  const history = proves ? await lookBack(found, inputs, runner, request) : nothingKnown
  const report = withoutSecrets(
    { ...found, measured: { ...found.measured, ...history.measured } },
    runner,
  )
  const { measured } = report

  for (const line of drillLines(report)) runner.info(line)
  const expiring = expiryWarning(request.tokenExpiry(), 'token', runner.clock.now())
  if (expiring !== undefined) runner.warn(expiring)
  const storedIn = `${inputs.keeper.owner}/${inputs.keeper.repo}`
  await runner.summarise(drillSummary(report, { storedIn, earlier: history.earlier }))
  runner.output('verdict', report.verdict)
  runner.output('recovery-point', report.point?.manifest.tag ?? '')
  runner.output('snapshot-at', report.point?.manifest.snapshotAt ?? '')
  runner.output('scenario', report.scenario ?? '')
  runner.output('recovery-seconds', inSeconds(measured.recoveryTime) ?? '')
  runner.output('data-loss-seconds', inSeconds(measured.dataLoss) ?? '')
  runner.output('age-seconds', inSeconds(measured.age) ?? '')
  runner.output('worst-gap-seconds', inSeconds(measured.worstGap) ?? '')
  runner.output('promised-recovery-seconds', inSeconds(report.guarantee.recoveryTime))
  runner.output('promised-data-loss-seconds', inSeconds(report.guarantee.dataLoss))
  runner.output('sealed-bytes', report.figures?.sealedBytes ?? '')
  runner.output('parts', report.figures?.parts ?? '')
  runner.output('tables', report.figures?.tables ?? '')
  runner.output('rows', String(report.figures?.rows ?? ''))
  runner.output('report', await keepReport(report, runner))
  for (const { name, state, detail, hint } of report.checks) {
    if (hint !== undefined) runner.blame(`${state}: ${name}`, `${detail}\n${hint}`)
  }
  try {
    if (proves && inputs.record) await recordProof(report, inputs, history, runner, request)
    else if (leavesEntry(inputs)) {
      const operation = target === undefined ? 'drill' : 'recovery'
      await noteOperation(operationOf(operation, report, inputs.name, runner), runner, request)
    }
  } finally {
    if (proves) await tellPeople(report, inputs, runner, request)
  }
  // What was only asked for a plan has given it.
  return inputs.target?.dryRun === true && report.verdict === 'SKIPPED'
    ? 0
    : exitCodes[report.verdict]
}

/** A plan changed nothing, and a guard only looked. */
const leavesEntry = ({ mode, record, target }: Inputs) =>
  mode === 'restore' && record && target?.dryRun !== true

async function drill(inputs: Inputs, runner: Runner, request: PacedRequest): Promise<DrillReport> {
  await using directory = await runner.temporaryDirectory()
  const { scenario } = inputs
  const order = {
    ...inputs,
    ...runner,
    scenario,
    application: await applicationIn(inputs, runner, directory.path),
    outsideAccount: isOutside(inputs, runner),
    schedules: await schedulesOf(runner.context.workspace),
    subject: { repository: runner.context.repository, database: inputs.name },
    store: storeOf(inputs, runner, request),
    opener: openerFor(inputs.held),
    stranger: inputs.selfTest ? openerFor({ passphrases: [randomUUID()] }) : undefined,
    verifySignature: signedBy(inputs, runner),
    root: runner.isRoot,
    directory: directory.path,
    proofOf: (recoveryPoint: string) =>
      readProof(request, parseRepository(runner.context.repository), recoveryPoint),
  }
  const { archive, target } = inputs
  if (archive !== undefined) return await drillArchive({ ...order, archive })
  if (target !== undefined) return await restoreIntoTarget({ ...order, ...target })
  return await (inputs.byHand
    ? drillByHand({ ...order, ...byHand(inputs) })
    : drillDatabaseRestore(order))
}

const signedBy = ({ verifier }: Inputs, { clock }: Runner) =>
  verifier &&
  (async (bytes: Uint8Array, signature: Uint8Array) => {
    const { fingerprint, userIds, signedAt } = await verifier.verify(bytes, signature, clock.now())
    return `by ${userIds.join(', ')} (${fingerprint}) at ${signedAt.toISOString()}`
  })

function guard(inputs: Inputs, runner: Runner, request: PacedRequest): Promise<DrillReport> {
  const repository = parseRepository(runner.context.repository)
  return guardMerge({
    ...inputs,
    ...runner,
    subject: { repository: runner.context.repository, database: inputs.name },
    store: githubReleases(request, inputs.keeper, { pause: runner.clock.sleep }),
    proofOf: (recoveryPoint) =>
      readProof(request, repository, recoveryPoint, signedBy(inputs, runner)),
    confirm: (proof, since) =>
      assertConfirmed(request, repository, proof, { workflows: inputs.provingWorkflows, since }),
  })
}
