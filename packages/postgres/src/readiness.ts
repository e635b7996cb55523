import { readFile, watch } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ending } from '@recovery-playbook/processes'

/**
 * Waits until the server of a data directory accepts connections. It says so in the eighth line of
 * postmaster.pid (LOCK_FILE_LINE_PM_STATUS in miscadmin.h), which pg_ctl reads too.
 *
 * @returns false when the server ended first
 */
export async function ready(dataDirectory: string, ending: Promise<Ending>): Promise<boolean> {
  const stop = new AbortController()
  const ended = () => {
    stop.abort()
  }
  ending.then(ended, ended)
  try {
    const changes = watch(dataDirectory, { signal: stop.signal })[Symbol.asyncIterator]()
    let next = changes.next()
    while (!(await saysReady(dataDirectory))) {
      await next
      next = changes.next()
    }
    next.catch(() => undefined)
    return true
  } catch (error) {
    if (stop.signal.aborted) return false
    throw error
  } finally {
    stop.abort()
  }
}

async function saysReady(dataDirectory: string): Promise<boolean> {
  const lines = await readFile(join(dataDirectory, 'postmaster.pid'), 'utf8').catch(() => '')
  return lines.split('\n')[7]?.trim() === 'ready'
}
