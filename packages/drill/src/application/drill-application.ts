import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  directoryForSocket,
  newLogin,
  type RestoreReport,
  type ThrowawayCluster,
} from '@recovery-playbook/postgres'
import type { Findings } from './order.ts'
import { prepareApplication, prepareNewer, type Preparing } from './prepare.ts'
import { proveApplication } from './prove.ts'

/** An application that waits for its data, or that could not be set up. */
export interface ApplicationInDrill {
  /** @param ready is called when the application answers, or when it is known that it will not */
  prove(
    cluster: ThrowawayCluster,
    restored: RestoreReport,
    ready: (isUp: boolean) => void,
  ): Promise<void>
}

/** Sets it up before there is data, and shows it at work when there is. */
export async function drillApplication(
  preparing: Preparing,
  findings: Findings,
): Promise<ApplicationInDrill> {
  const { drill } = preparing
  const prepared = await prepareAll(preparing, findings)
  return {
    async prove(cluster, restored, ready) {
      if (prepared === undefined) {
        ready(false)
        return
      }
      await using cleanup = new AsyncDisposableStack()
      const home = join(drill.directory, 'web')
      await mkdir(home, { mode: 0o711 })
      const socketDirectory = await directoryForSocket(home, drill.identity, undefined, cleanup)
      const maker = await newLogin(cluster, drill.processes, [])
      const { psql } = cluster.toolchain
      const database = restored.owner
      await proveApplication(
        { ...preparing, prepared, cluster, database, maker, psql, socketDirectory },
        findings,
        ready,
      )
    },
  }
}

/** Going back in code takes the newer code too, where that has changed the database since. */
async function prepareAll(preparing: Preparing, findings: Findings) {
  const prepared = await prepareApplication(preparing, findings)
  const isBack = preparing.drill.scenario === 'code-rollback'
  if (!isBack || prepared === undefined || preparing.application.django === false) return prepared
  const newer = await prepareNewer(preparing, prepared, findings)
  return newer === undefined ? prepared : { ...prepared, newer }
}
