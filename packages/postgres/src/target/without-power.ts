import type { Connection } from '../connection.ts'
import { createExtensions } from '../restore/database.ts'
import { contentsOf, pgRestore } from '../restore/pg-restore.ts'
import { closeSchemas, openSchemas } from '../restore/roles.ts'
import { giveSettings } from '../restore/settings.ts'
import { openSession, type Session } from '../session.ts'
import { byOwner } from './by-owner.ts'
import { lendLogin, type LentLogin } from './lent-login.ts'
import type { TargetRestore, TargetRestored } from './restore-target.ts'

/** Work as the superuser, who evaluates nothing that comes out of the dump. */
export type Administer = <T>(work: (session: Session) => Promise<T>) => Promise<T>

/**
 * Restores into a database whose URL is a superuser's, without that power: what owners wrote into a CHECK
 * or a trigger would have all of it otherwise. A login that is lent for it makes everything; what belongs
 * to a role that has power there is handed over at the end.
 */
export async function restoreWithoutPower(order: TargetRestore): Promise<TargetRestored> {
  const { toolchain, connection, target, fingerprint, processes } = order
  const administer: Administer = async (work) => {
    await using session = await openSession(toolchain.psql, connection, processes)
    return await work(session)
  }
  const lent = await lendLogin(administer, target, fingerprint.roles)
  try {
    const restored = await restoreBy(lent, order, administer)
    await lent.takeBack()
    return restored
  } catch (error) {
    // What went wrong first is what has to be told.
    await lent.takeBack().catch(() => undefined)
    throw error
  }
}

async function restoreBy(
  lent: LentLogin,
  order: TargetRestore,
  administer: Administer,
): Promise<TargetRestored> {
  const { toolchain, target, fingerprint, processes } = order
  const reading = { ...order, cluster: { toolchain } }
  const contents = await contentsOf(reading)
  const owner = asLogin(order.connection, lent.login)
  const warnings: string[] = []
  const leftOut = [...contents.leftOut]
  const restore = async (entries: readonly string[]) => {
    const { groups, refused } = byOwner(entries, fingerprint.roles, target.powerfulRoles)
    leftOut.push(...refused)
    for (const { entries: some, powerful } of groups) {
      const options = powerful === undefined ? [] : (['--no-owner'] as const)
      warnings.push(...(await pgRestore(reading, owner, some, options)))
      if (powerful !== undefined) await lent.setAside(powerful)
    }
  }
  await restore(contents.schemas)
  await administer((session) => createExtensions(session, fingerprint.extensions))
  await administer((session) => openSchemas(session, lent.login))
  await restore(contents.others)
  await administer((session) => closeSchemas(session, lent.login))
  const { settings } = fingerprint.unseen
  warnings.push(...(await giveSettings({ psql: toolchain.psql, processes, owner, settings })))
  // As an owner: an index's expression is evaluated.
  await using session = await openSession(toolchain.psql, owner, processes)
  await session.execute('ANALYZE')
  return { leftOut, warnings }
}

/** The same server by the same way. */
const asLogin = (
  { environment, ...place }: Connection,
  { name, password }: LentLogin['login'],
): Connection => ({
  ...place,
  user: name,
  environment: { ...environment, PGUSER: name, PGPASSWORD: password },
})
