import { Failure } from '@recovery-playbook/failure'
import {
  compareFingerprints,
  type Connection,
  describeServer,
  type Fingerprint,
  inspectTarget,
  openSession,
  provideToolchain,
  restoreTarget,
  statementsForSuperuser,
  takeFingerprint,
  type Target,
  type Toolchain,
  withoutOwners,
} from '@recovery-playbook/postgres'
import { checklist, DrillEnded } from './checklist.ts'
import type { Drill, DrillReport } from './drill.ts'
import { type Figures, figuresOf } from './figures.ts'
import { findRecoveryPoint, type RecoveryPoint } from './find-recovery-point.ts'
import { assertRoom } from './free-disk.ts'
import { blamingFullDisk } from './full-disk.ts'
import { judgeRecoveryTime } from './guarantees.ts'
import { openMembers, openSealedHalf } from './open-members.ts'
import { completeInWords } from './partial.ts'
import { stopwatch } from './phases.ts'
import { report } from './report.ts'
import { progressOf } from './progress.ts'
import { judgeLeftOut, judgeSameData } from './same-data.ts'
import { checkSignature, noSigner } from './signature.ts'
import { differingLocale, judgedFor, planInWords } from './target-words.ts'
import { verdictOf } from './verdict.ts'

const plan = [
  'recovery point',
  'signature',
  'target',
  'opened',
  'restored',
  'same data',
  'left out',
  'recovery time',
] as const

/** By a dry run. */
const undone = ['opened', 'restored', 'same data', 'left out', 'recovery time']

export interface TargetOrder extends Drill {
  /** A real, empty database. */
  readonly connection: Connection
  /** Its name, as somebody typed it. */
  readonly confirm: string
  /** Whether only to say what would be done. */
  readonly dryRun: boolean
}

/**
 * A real disaster: restores into a real database, and shows that it is the same data. Nothing is changed
 * before the target is known to be empty and another one than the source, and its name was typed.
 */
export async function restoreIntoTarget(order: TargetOrder): Promise<DrillReport> {
  const watch = stopwatch(order)
  const list = checklist(plan)
  let point: RecoveryPoint | undefined
  let figures: Figures | undefined
  let recoveryTime: number | undefined

  const phase = <T>(check: (typeof plan)[number], title: string, work: () => Promise<T>) =>
    watch.phase(title, () => list.during(check, () => blamingFullDisk(order.directory, work)))

  async function recover(): Promise<void> {
    const found = await phase('recovery point', 'Find the recovery point', () =>
      findRecoveryPoint(order.store, order.subject, order.recoveryPoint),
    )
    point = found
    list.proved('recovery point', completeInWords(found.manifest))
    const { verifySignature } = order
    if (verifySignature === undefined) list.settle(noSigner(found.manifest))
    else {
      const signed = await list.during('signature', () => checkSignature(found, verifySignature))
      list.proved('signature', signed)
    }

    const fingerprint = await phase('opened', 'Open what the data was', () =>
      openSealedHalf(found, order),
    )
    figures = figuresOf(found.manifest, fingerprint)
    const { target, toolchain } = await phase('target', 'Look at the target', () =>
      lookAt(order, fingerprint),
    )
    const intended = planInWords(found, target, order)
    for (const line of intended) order.info(line)
    const empty = `The database '${target.server.database}' is empty, and not the source.`
    list.proved('target', [empty, ...intended].join('\n'))
    if (order.dryRun) {
      for (const name of undone) list.settle({ name, state: 'SKIPPED', detail: 'A dry run.' })
      return
    }
    await list.during('target', async () => {
      await Promise.resolve()
      confirmRun(target, order.confirm)
    })

    await list.during('opened', () => assertRoom(found.manifest, { ...order, stranger: undefined }))
    const jobs = order.machine.cpus
    const { archive } = await phase('opened', 'Download, check and open', () =>
      openMembers(found, { ...order, jobs }),
    )
    list.proved('opened', `${figures.parts} parts have the right digest and open.`)
    const { leftOut, warnings } = await phase('restored', 'Restore', () =>
      restoreTarget({ ...order, toolchain, target, fingerprint, archive, jobs }),
    )
    list.proved('restored', `into '${target.server.database}' without an error.`)

    const came = await phase('same data', 'Compare with the fingerprint of the snapshot', () =>
      takeFingerprint({
        ...{ toolchain, connection: order.connection, processes: order.processes, sessions: jobs },
        onProgress: progressOf('Hashed', order.info),
      }),
    )
    const differences = compareFingerprints(
      comparable(fingerprint, target),
      comparable(came, target),
    ).map((difference) => judgedFor(target, difference))
    list.settle(judgeSameData(differences, figures, fingerprint.leftOut))
    const notes = [
      ...warnings,
      ...leftOut.map((one) => `${one}: a superuser has to make it`),
      ...statementsForSuperuser(fingerprint.schema).map((one) => `to run as a superuser, ${one}`),
      ...(target.keepsOwners ? [] : ['owners and privileges: everything belongs to you']),
      ...differingLocale(fingerprint, target),
    ]
    list.settle(judgeLeftOut(differences, notes, fingerprint.leftOut))
    recoveryTime = watch.elapsed()
    list.settle(judgeRecoveryTime(order.guarantee, recoveryTime))
  }

  await recover().catch((error: unknown) => {
    if (!(error instanceof DrillEnded)) throw error
  })
  const checks = list.checks()
  const refused = checks.some(({ hint }) => hint !== undefined)
  const verdict = order.dryRun && !refused ? 'SKIPPED' : verdictOf(checks)
  return report({
    scenario: 'database-restore',
    verdict,
    checks,
    watch,
    point,
    figures,
    recoveryTime,
    order: order,
  })
}

async function lookAt(order: TargetOrder, fingerprint: Fingerprint) {
  const { processes, connection } = order
  const provide = async (major: number | 'newest') =>
    (await provideToolchain({ ...order, major, need: 'client' })).toolchain
  await using session = await openSession((await provide('newest')).psql, connection, processes)
  const server = await describeServer(session)
  if (server.major !== fingerprint.server.major) {
    throw new Failure(
      'TARGET_REFUSED',
      `The target is PostgreSQL ${server.major}, and the recovery point is of ${fingerprint.server.major}: whether it came back could not be compared.`,
      {
        hint: `Make a database of PostgreSQL ${fingerprint.server.major}. To move to another major, restore with RESTORE.md. Nothing was changed.`,
      },
    )
  }
  if (server.encoding !== fingerprint.server.encoding) {
    throw new Failure(
      'TARGET_REFUSED',
      `The target's encoding is ${server.encoding}, and the recovery point's ${fingerprint.server.encoding}: not every character can come back.`,
      {
        hint: `Make it with CREATE DATABASE … TEMPLATE template0 ENCODING '${fingerprint.server.encoding}' and a locale that fits. Nothing was changed.`,
      },
    )
  }
  const target = await inspectTarget(session, server, fingerprint)
  if (target.missingExtensions.length > 0) {
    throw new Failure(
      'EXTENSION_MISSING',
      `The target's server has no ${target.missingExtensions.join(', ')}, which the data needs.`,
      { hint: 'Install them there, or take a server that has them. Nothing was changed.' },
    )
  }
  const toolchain: Toolchain = await provide(server.major)
  return { target, toolchain }
}

function confirmRun({ server: { database } }: Target, typed: string): void {
  if (typed === database) return
  throw new Failure(
    'TARGET_REFUSED',
    typed === ''
      ? `Nobody has confirmed that the database '${database}' is to be restored into.`
      : `'${typed}' was typed in 'confirm', and the target is '${database}'.`,
    {
      hint: `Read the plan above, and type ${database} in the input \`confirm\`. Nothing was changed.`,
    },
  )
}

/** A database that somebody made beforehand has a locale of its own, which is listed. */
const comparable = (fingerprint: Fingerprint, { keepsOwners, server }: Target): Fingerprint => {
  if (!keepsOwners) return { ...withoutOwners(fingerprint), unseen: fingerprint.unseen }
  const { collation, ctype, localeProvider, locale } = server
  const settled = { ...fingerprint.server, collation, ctype, localeProvider, locale }
  return { ...fingerprint, server: settled }
}
