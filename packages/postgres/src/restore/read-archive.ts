import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import {
  childEnvironment,
  endingInWords,
  type Identity,
  type Processes,
} from '@recovery-playbook/processes'
import { Failure } from '@recovery-playbook/failure'
import { readSqlText, type SqlText } from '../sql-text/read-text.ts'
import type { Toolchain } from '../toolchain.ts'

interface Reading {
  readonly toolchain: Toolchain
  readonly archive: string
  /** Start what reads an archive that nobody has authenticated. */
  readonly reader: { readonly processes: Processes; readonly identity: Identity | undefined }
}

/** What an archive needs and names, out of the SQL that pg_restore makes of its definitions. */
export const readDefinitions = (reading: Reading): Promise<SqlText> =>
  speaking(reading, ['--schema-only', '--create', '--file=-'], readSqlText)

/**
 * Lets pg_restore read and decompress all of an archive, and throws away what comes of it: `--list`
 * reads the table of contents alone, and finds no fault with half an archive.
 */
export const readWhole = (reading: Reading): Promise<void> =>
  speaking(reading, ['--file=/dev/null'], async (output) => {
    // Nothing comes here; its end does.
    await finished(Readable.from(output).resume())
  })

/** @throws Failure PART_DAMAGED with what pg_restore said */
async function speaking<T>(
  { toolchain, archive, reader: { processes, identity } }: Reading,
  options: readonly string[],
  listen: (output: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> {
  const child = processes.start({
    program: toolchain.pgRestore,
    arguments: [...options, archive],
    environment: childEnvironment,
    ...(identity && { identity }),
  })
  child.stdin.end()
  const [heard, ending] = await Promise.all([
    listen(child.stdout as AsyncIterable<Buffer>),
    child.ending,
  ])
  if (ending.code === 0) return heard
  const said = ending.stderr.trim().split('\n').slice(-3).join('\n').slice(0, 1000)
  throw new Failure(
    'PART_DAMAGED',
    `pg_restore ${toolchain.version} cannot read it to its end (${endingInWords(ending)}): ${said}`,
    { hint: 'It is cut short or altered, or a newer pg_dump made it. Look for another copy.' },
  )
}
