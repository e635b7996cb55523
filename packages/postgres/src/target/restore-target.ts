import { Failure, messageOf } from '@recovery-playbook/failure'
import type { Processes } from '@recovery-playbook/processes'
import type { Connection } from '../connection.ts'
import type { Fingerprint } from '../fingerprint/fingerprint.ts'
import { contentsOf, pgRestore } from '../restore/pg-restore.ts'
import { giveSettings } from '../restore/settings.ts'
import { openSession } from '../session.ts'
import { identifier } from '../sql.ts'
import type { Toolchain } from '../toolchain.ts'
import type { Target } from './inspect-target.ts'
import { restoreWithoutPower } from './without-power.ts'

export interface TargetRestore {
  readonly toolchain: Toolchain
  readonly connection: Connection
  readonly target: Target
  readonly fingerprint: Fingerprint
  /** Path of a custom-format dump. */
  readonly archive: string
  readonly jobs: number
  readonly processes: Processes
}

export interface TargetRestored {
  /** What a role without superuser cannot make: the restore never has more power. */
  readonly leftOut: readonly string[]
  readonly warnings: readonly string[]
}

/**
 * Restores into a real database, in parallel and so not in one transaction: a disaster cannot wait. The
 * roles that are missing are made without a login. A superuser lends a login that is none.
 *
 * @throws Failure RESTORE_FAILED, which says in what state the target is then
 */
export async function restoreTarget(order: TargetRestore): Promise<TargetRestored> {
  const { target } = order
  if (!target.server.superuser) await makeMissingRoles(order)
  try {
    return await (target.server.superuser ? restoreWithoutPower(order) : restoreAsOneself(order))
  } catch (error) {
    throw halfway(error, target)
  }
}

async function restoreAsOneself(order: TargetRestore): Promise<TargetRestored> {
  const { toolchain, connection, target, fingerprint, processes } = order
  const { psql } = toolchain
  const reading = { ...order, cluster: { toolchain } }
  const contents = await contentsOf(reading)
  const options = target.keepsOwners ? [] : asOneself
  await pgRestore(reading, connection, contents.schemas, options)
  {
    await using session = await openSession(psql, connection, processes)
    for (const { name, schema } of fingerprint.extensions) {
      await session.execute(
        `CREATE EXTENSION IF NOT EXISTS ${identifier(name)} WITH SCHEMA ${identifier(schema)} CASCADE`,
      )
    }
  }
  const warnings = await pgRestore(reading, connection, contents.others, options)
  const refused = await giveSettings({
    ...{ psql, processes, owner: connection },
    ...fingerprint.unseen,
  })
  await using session = await openSession(psql, connection, processes)
  await session.execute('ANALYZE')
  return { leftOut: contents.leftOut, warnings: [...warnings, ...refused] }
}

/** A policy may name them, whoever owns what. */
async function makeMissingRoles({ toolchain, connection, processes, target }: TargetRestore) {
  if (target.missingRoles.length === 0) return
  const statements = target.missingRoles.map((role) => `CREATE ROLE ${identifier(role)} NOLOGIN;`)
  await using session = await openSession(toolchain.psql, connection, processes)
  await session.execute(statements.join('\n')).catch((cause: unknown) => {
    throw new Failure(
      'PRIVILEGE_MISSING',
      `The roles that the data names cannot be made: ${messageOf(cause)}`,
      {
        hint: `Nothing was restored. Let an administrator run: ${statements.join(' ')}`,
        cause,
      },
    )
  })
}

const asOneself = ['--no-owner', '--no-privileges'] as const

const halfway = (error: unknown, { server: { database } }: Target) =>
  new Failure(
    'RESTORE_FAILED',
    `The database '${database}' holds a part of the data, and must not be used: ${messageOf(error)}`,
    {
      hint: `Drop it, make an empty one, and run this again: DROP DATABASE ${identifier(database)}; CREATE DATABASE ${identifier(database)};${error instanceof Failure ? ` ${error.hint}` : ''}`,
      cause: error,
    },
  )
