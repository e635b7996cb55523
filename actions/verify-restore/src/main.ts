import { randomUUID } from 'node:crypto'
import {
  type DrillReport,
  drillArchive,
  drillByHand,
  drillDatabaseRestore,
  exitCodes,
  restoreIntoTarget,
} from '@recovery-playbook/drill'
import { openerFor } from '@recovery-playbook/encryption'
import { expiryWarning, type PacedRequest, parseRepository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import { readProof } from '@recovery-playbook/recovery-log'
import { drillLines, drillSummary, inSeconds, repairVerdict } from '@recovery-playbook/report'
import { applicationIn } from './application.ts'
import { ageBadge } from './badge.ts'
import { byHand } from './by-hand.ts'
import { calledFor } from './due.ts'
import { guard, lookAtChange } from './guard.ts'
import type { Inputs } from './inputs.ts'
import { readGuarding } from './inputs/guarding.ts'
import { keepReport } from './keep-report.ts'
import { lookBack, nothingKnown } from './look-back.ts'
import { noteOperation, operationOf } from './note-operation.ts'
import { ping } from './ping.ts'
import { recordProof } from './record-proof.ts'
import { schedulesOf } from './schedules.ts'
import { signedBy } from './signed-by.ts'
import { isOutside, pacedRequest, storeOf } from './store.ts'
import { tellPeople } from './tell-people.ts'
import { tellOfWatch, watch } from './watch.ts'
import { tellRefusal } from './tell-refusal.ts'
import { withoutSecrets } from './without-secrets.ts'

export async function main(inputs: Inputs, runner: Runner): Promise<number> {
  const request = pacedRequest(inputs.token, runner)
  const found =
    inputs.mode !== 'restore'
      ? await (inputs.mode === 'proof' ? guard : watch)(inputs, runner, request)
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
  // What is proved of a looser promise than the playbook's is not proved of that.
  const counts = proves && !(inputs.isLoosened && report.verdict === 'PROVED')
  if (proves && !counts) {
    runner.warn(
      'It was judged by a looser promise than the playbook’s: that leaves no record for the guard, and closes no issue.',
    )
  }

  for (const line of drillLines(report)) runner.info(line)
  const expiring = expiryWarning(request.tokenExpiry(), 'token', runner.clock.now())
  if (expiring !== undefined) runner.warn(expiring)
  const storedIn = `${inputs.keeper.owner}/${inputs.keeper.repo}`
  const guarding = readGuarding(runner)
  const held =
    guarding !== undefined && report.verdict !== 'PROVED'
      ? await lookAtChange(whyNot(report), guarding, runner, request, isOutOfReach(inputs, runner))
      : undefined
  const summary = drillSummary(report, { storedIn, earlier: history.earlier })
  await runner.summarise([held?.before, summary, held?.after].join(''))
  runner.output('verdict', held?.passes === true ? repairVerdict : report.verdict)
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
    if (inputs.mode === 'watch')
      runner.output('due', JSON.stringify(await calledFor(inputs, runner, request)))
    else if (counts && inputs.record) await recordProof(report, inputs, history, runner, request)
    else if (leavesEntry(inputs)) {
      const operation = target === undefined ? 'drill' : 'recovery'
      await noteOperation(operationOf(operation, report, inputs.name, runner), runner, request)
    }
  } finally {
    if (counts) await tellPeople(report, inputs, runner, request)
    if (inputs.mode === 'watch') await tellOfWatch(report, inputs, runner, request)
    if (inputs.mode === 'watch' && inputs.record) await ageBadge(report, inputs, runner, request)
  }
  if (inputs.mode === 'watch' && report.verdict === 'PROVED') await ping(inputs, runner)
  if (held?.passes === true) return 0
  // What was only asked for a plan has given it.
  return inputs.target?.dryRun === true && report.verdict === 'SKIPPED'
    ? 0
    : exitCodes[report.verdict]
}

/** Secrets are not given to a pull request from a fork. */
const isOutOfReach = ({ keeper, storeToken }: Inputs, { context }: Runner) =>
  storeToken === '' && `${keeper.owner}/${keeper.repo}` !== context.repository

/** The first thing that is not in order. */
const whyNot = ({ checks, verdict }: DrillReport): string =>
  checks.find(({ hint }) => hint !== undefined)?.detail ?? `The verdict is ${verdict}.`

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
